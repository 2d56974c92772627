package segment

import "github.com/stammkunde/crm/activity"

// words is all that a language says about rules. What stands in braces in a
// pattern is filled in. No two entries of a table say the same, so that no two
// rules do.
type words struct {
	and, or  string
	negation string // {rule}
	where    string // {rule}
	segment  string // {name}
	share    string // {from} {to} {seed}
	nothing  string // a rule without a condition

	ofContacts, ofActivities subjectWords
	ofLists                  map[List]map[string]string // names of fields

	// ops compare with what follows; negated are those with a negation of
	// their own; instants, where given, are for instants and dates.
	ops, negated, instants map[Op]string
	between                string // joins the two constants
	list                   string // joins the constants of OneOf
	folded                 string

	truths             map[bool]string
	point              string // of decimals
	date, clock        string // layouts
	percent            string // {n}
	today, ahead, back string // days from today: {n} {days}
	day, days          string
	onDay, onDays      string // {from} {to}

	counts map[Op]string
	none   string // {what}

	kinds              map[activity.Kind]noun
	anyKind, otherKind noun // {kind}
	lists              map[List]noun
	items, different   noun // {of}
	texts              noun // of a custom field {of}
	ofThe              string

	directions           map[activity.Direction]string
	by, campaign         string
	item, category, sku  string
	alternative          string // joins channels, campaigns, categories, SKUs
	channels, purposes   map[string]string
	consents             map[ConsentIs]string // {channel} {purpose}
	measures, measuresOf map[Aggregate]string // {in} {of} {what}
	ranks, ranksOf       map[Aggregate]string // the same behind best
	in                   string               // {currency}
	best, least          string               // {n} {measure}
	quotient             string               // {of} {per}
	followed             string               // {first} {then} {n} {hours}
	hour, hours          string

	units              map[Unit]unitWords
	span, since, until string // {from} {to}, with a space before
	fieldSince         string
}

// subjectWords says what rules on contacts, or on activities or elements, are
// about.
type subjectWords struct {
	all, none string            // lists without rules
	fields    map[string]string // names of fields, where the language has some
}

// noun has the forms of a noun that sentences need.
type noun struct {
	one, many string
	// a and the object form after stand for some one, no for not even one.
	a, after, no string
}

// unitWords has the phrases about a unit of time, with a space before. {n} is
// a number above 1.
type unitWords struct {
	last, lastN, next, nextN  string
	this, previous, following string
	back, ahead               string // {n} units
}

// ofElements gives the words about the elements of a list.
func (w *words) ofElements(list List) subjectWords {
	fields := w.ofLists[list]
	if _, ok := list.custom(); ok {
		fields = w.ofLists[Tags]
	}
	return subjectWords{w.ofActivities.all, w.ofActivities.none, fields}
}
