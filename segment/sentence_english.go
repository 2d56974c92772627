package segment

import (
	"time"

	"github.com/stammkunde/crm/activity"
)

var english = words{
	and: " and ", or: " or ",
	negation: "not ({rule})",
	where:    " where ({rule})",
	segment:  "in segment {name}",
	share:    "in the random share from {from} to {to} of seed {seed}",
	nothing:  "nothing",

	ofContacts:   subjectWords{all: "everyone", none: "no one"},
	ofActivities: subjectWords{all: "anything", none: "nothing"},
	ops:          englishOps,
	negated:      map[Op]string{Equals: "is not", OneOf: "is none of", Missing: "is not missing"},
	between:      " and ",
	list:         ", ",
	folded:       " (in upper or lower case)",
	truths:       map[bool]string{true: "true", false: "false"},
	point:        ".",
	date:         time.DateOnly,
	clock:        "15:04:05.999999999",
	percent:      "{n}%",
	today:        "today",
	ahead:        "{n} {days} from now",
	back:         "{n} {days} ago",
	day:          "day",
	days:         "days",
	onDay:        " {from}",
	onDays:       " between {from} and {to}",
	counts:       map[Op]string{Equals: "exactly", Less: "fewer than", AtMost: "at most", Greater: "more than", AtLeast: "at least"},
	none:         "no {what}",
	kinds:        englishKinds,
	anyKind:      noun{"activity", "activities", "an activity", "an activity", "no activity"},
	otherKind:    noun{"{kind} activity", "{kind} activities", "an activity {kind}", "an activity {kind}", "no activity {kind}"},
	lists:        englishLists,
	items:        noun{one: "item", many: "items"},
	different:    noun{one: "different value of {of}", many: "different values of {of}"},
	texts:        noun{one: "entry in {of}", many: "entries in {of}"},
	ofThe:        " of the {what}",
	directions:   map[activity.Direction]string{activity.Inbound: " (inbound)", activity.Outbound: " (outbound)"},
	by:           " by ",
	campaign:     " of campaign ",
	item:         " with an item",
	category:     " in ",
	sku:          " of SKU ",
	alternative:  " or ",
	consents:     englishConsents,
	measures:     englishMeasures,
	measuresOf:   englishMeasuresOf,
	ranks:        englishMeasures,
	ranksOf:      englishMeasuresOf,
	in:           " in {currency}",
	best:         "among the top {n} by {measure}",
	least:        "among the bottom {n} by {measure}",
	quotient:     "({of}) divided by ({per})",
	followed:     "{first} was followed within {n} {hours} by {then}",
	hour:         "hour",
	hours:        "hours",
	units:        englishUnits(),
	span:         " from {from} until before {to}",
	since:        " since {from}",
	until:        " before {to}",
	fieldSince:   " on or after {from}",
}

var englishOps = map[Op]string{
	Equals: "is", OneOf: "is one of", Less: "is less than", AtMost: "is at most", Greater: "is greater than",
	AtLeast: "is at least", Between: "is between", StartsWith: "starts with", EndsWith: "ends with",
	Contains: "contains", Missing: "is missing", Within: "is", Anniversary: "has an anniversary",
}

var englishKinds = map[activity.Kind]noun{
	activity.Purchase:       englishNoun("a", "purchase"),
	activity.Return:         englishNoun("a", "return"),
	activity.Letter:         englishNoun("a", "letter"),
	activity.Call:           englishNoun("a", "call"),
	activity.Email:          englishNoun("an", "e-mail"),
	activity.Complaint:      englishNoun("a", "complaint"),
	activity.ServiceRequest: englishNoun("a", "service request"),
	activity.Charge:         englishNoun("a", "charge"),
	activity.Refund:         englishNoun("a", "refund"),
	activity.Opened:         englishNoun("an", "opened message"),
	activity.Clicked:        englishNoun("a", "click"),
	activity.Redeemed:       englishNoun("a", "redeemed voucher"),
}

func englishNoun(article, one string) noun {
	return noun{one, one + "s", article + " " + one, article + " " + one, "no " + one}
}

var englishLists = map[List]noun{
	Emails:      {one: "e-mail address", many: "e-mail addresses"},
	Phones:      {one: "phone number", many: "phone numbers"},
	Addresses:   {one: "address", many: "addresses"},
	Identities:  {one: "identity", many: "identities"},
	Tags:        {one: "tag", many: "tags"},
	Hobbies:     {one: "hobby", many: "hobbies"},
	Memberships: {one: "membership", many: "memberships"},
}

var englishConsents = map[ConsentIs]string{
	ConsentGranted:    "{channel} may be used for {purpose}",
	ConsentWithdrawn:  "consent to {channel} for {purpose} was withdrawn",
	ConsentSuppressed: "{channel} is suppressed",
	ConsentUnknown:    "consent to {channel} for {purpose} was never given or withdrawn",
}

var englishMeasures = map[Aggregate]string{
	Count:   "the number of the {what}",
	Items:   "the number of items of the {what}",
	Sum:     "the total{in} of the {what}",
	Average: "the average amount{in} of the {what}",
	Min:     "the smallest amount{in} of the {what}",
	Max:     "the largest amount{in} of the {what}",
	First:   "the first of the {what}",
	Last:    "the last of the {what}",
}

var englishMeasuresOf = map[Aggregate]string{
	Distinct: "the number of different values of {of} of the {what}",
	Sum:      "the total {of} of the {what}",
	Average:  "the average {of} of the {what}",
	Min:      "the smallest {of} of the {what}",
	Max:      "the largest {of} of the {what}",
}

func englishUnits() map[Unit]unitWords {
	units := map[Unit]unitWords{}
	for unit, one := range map[Unit]string{Hours: "hour", Days: "day", Weeks: "week", Months: "month", Quarters: "quarter", Years: "year"} {
		many := one + "s"
		units[unit] = unitWords{
			last: " in the last " + one, lastN: " in the last {n} " + many,
			next: " in the next " + one, nextN: " in the next {n} " + many,
			this: " in this " + one, previous: " in the previous " + one, following: " in the following " + one,
			back: " in the " + one + " {n} " + many + " ago", ahead: " in the " + one + " {n} " + many + " from now",
		}
	}
	return units
}
