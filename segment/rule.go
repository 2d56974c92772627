// Package segment answers "whom": rules that select customers, and what they
// mean.
//
// A [Rule] is built with All, Any, Not, Field, Activities and the like, or read
// from JSON. Before it is evaluated it is checked against the declared fields
// and resolved: "the last 12 months" becomes two instants. [Match] then says
// whether a contact is in; it is the specification, and every store gives the
// same members in the same order. docs/rules.md tells the meaning in full.
//
// # Meaning
//
// Every condition is true or false, never unknown. A condition on a missing
// value is false, and Not is plain negation, so Not(Field("address.city").
// Equals("Berlin")) includes those without a city. A contact without purchases
// has count 0 and sum 0; minimum, maximum, average, first and last of nothing
// are missing. All conditions on an item hold on one and the same item.
// Activities count from their own instant on.
package segment

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
)

// ID identifies a saved segment.
type ID = id.ID[Segment]

// Segment is a saved rule.
type Segment struct {
	ID ID `json:"id"`
	// Name is unique per tenant, for instance "furniture-lapsed".
	Name      string    `json:"name"`
	Rule      Rule      `json:"rule"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Rule selects contacts. Exactly one member is set.
type Rule struct {
	// All is true when every rule in it is; an empty list is always true.
	All []Rule `json:"all,omitzero"`
	// Any is true when one rule in it is; an empty list is always false.
	Any []Rule `json:"any,omitzero"`
	// Not is true when the rule in it is false.
	Not      *Rule              `json:"not,omitempty"`
	Field    *FieldCondition    `json:"field,omitempty"`
	Has      *HasCondition      `json:"has,omitempty"`
	Activity *ActivityCondition `json:"activity,omitempty"`
	Ratio    *RatioCondition    `json:"ratio,omitempty"`
	Sequence *SequenceCondition `json:"sequence,omitempty"`
	Consent  *ConsentCondition  `json:"consent,omitempty"`
	Share    *ShareCondition    `json:"share,omitempty"`
	Rank     *RankCondition     `json:"rank,omitempty"`
	// Segment is the name of a saved segment, whose rule stands in here.
	Segment string `json:"segment,omitempty"`

	// bound is what a segment or a rank stands for, set by Bind.
	bound *Rule
}

// Op compares a value with a constant.
type Op string

// The operators. Text is compared byte by byte, unless the condition is Folded.
const (
	Equals  Op = "equals"
	OneOf   Op = "one_of"
	Less    Op = "less"
	AtMost  Op = "at_most"
	Greater Op = "greater"
	AtLeast Op = "at_least"
	// Between takes two constants; both belong to the range.
	Between Op = "between"
	// StartsWith, EndsWith and Contains are for text only.
	StartsWith Op = "starts_with"
	EndsWith   Op = "ends_with"
	Contains   Op = "contains"
	Missing    Op = "missing"
	// Within is for instants and dates and takes a window. A date counts as
	// its first instant in the shop's zone.
	Within Op = "within"
	// Anniversary is for instants and dates and takes a range of days. An
	// anniversary of 29 February is on 28 February in other years.
	Anniversary Op = "anniversary"
)

// FieldCondition compares a field: of the record, or, in the Where of another
// condition, of the activity, item or element at hand.
type FieldCondition struct {
	// Name is one of FieldNames, or "custom." and a declared name, whose type is
	// not contact.TypeMany: such a field is a list, for HasCondition. In the
	// Where of activities it is one of ActivityFieldNames, or "data." and a
	// name; in that of Has, one of ElementFieldNames.
	Name string `json:"name"`
	Op   Op     `json:"op"`
	// Values holds one constant; any number, at least one, for OneOf; two for
	// Between; none for Missing, Within, Anniversary and where Other is set.
	Values []Literal `json:"values,omitempty"`
	// Other names the field to compare with, in place of a constant: one of
	// the same type, for Equals, the orderings, StartsWith, EndsWith and
	// Contains.
	Other string `json:"other,omitempty"`
	// Folded disregards case and the ways to compose a character (Unicode
	// full case folding of the NFKC form): "STRASSE" equals "Straße". It is
	// for texts that people write, not for codes.
	Folded bool `json:"folded,omitempty"`
	// Window is for Within.
	Window Window `json:"window,omitzero"`
	// Days is for Anniversary.
	Days *DayRange `json:"days,omitempty"`
}

// DayRange is a range of calendar days in the shop's zone, counted from today,
// which is 0. Both ends belong to it: From 0, To 6 is a week that begins today.
type DayRange struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// List is a list in a contact's record: one of those below, or CustomList of a
// custom field of many texts.
type List string

// CustomList is the list of the texts of a custom field, whose type is
// contact.TypeMany. Its elements have a name, as tags have.
func CustomList(field string) List { return List(CustomPrefix + field) }

// The lists.
const (
	Emails      List = "emails"
	Phones      List = "phones"
	Addresses   List = "addresses"
	Identities  List = "identities"
	Tags        List = "tags"
	Hobbies     List = "hobbies"
	Memberships List = "memberships"
)

// HasCondition counts the elements of a list on which Where holds.
type HasCondition struct {
	List List `json:"list"`
	// Where is made of All, Any, Not and Field on the element's fields. Empty
	// means every element.
	Where *Rule `json:"where,omitempty"`
	// Op is Equals, Less, AtMost, Greater or AtLeast.
	Op     Op    `json:"op"`
	Number int64 `json:"number"`
}

// Selection selects activities.
type Selection struct {
	// Kind, where given, is that of the activity; empty means any.
	Kind activity.Kind `json:"kind,omitempty"`
	// Channels, where given: the activity came or went on one of them.
	Channels []contact.Channel `json:"channels,omitempty"`
	// Direction, where given, is that of the activity.
	Direction activity.Direction `json:"direction,omitempty"`
	// Campaigns, where given: the activity belongs to one of them.
	Campaigns []activity.CampaignID `json:"campaigns,omitempty"`
	// Categories and SKUs, where given: one item is of one of the categories
	// and has one of the SKUs.
	Categories []string `json:"categories,omitempty"`
	SKUs       []string `json:"skus,omitempty"`
	// Where, made of All, Any, Not and Field on the activity and its item, has
	// to hold too. Where anything above or in it looks at items, all of it has
	// to hold on one and the same item.
	Where  *Rule  `json:"where,omitempty"`
	Window Window `json:"window,omitzero"`
}

// Aggregate says what is computed over the selected activities.
type Aggregate string

// The aggregates. Count counts activities and Items their selected items;
// Distinct counts the different values of a text. Sum, Average, Min and Max
// work on the amounts in one currency: of the whole activities, or, where the
// selection looks at items, of the selected items. First and Last are instants.
const (
	Count    Aggregate = "count"
	Items    Aggregate = "items"
	Distinct Aggregate = "distinct"
	Sum      Aggregate = "sum"
	Average  Aggregate = "average"
	Min      Aggregate = "min"
	Max      Aggregate = "max"
	First    Aggregate = "first"
	Last     Aggregate = "last"
)

// Measure is an aggregate over selected activities.
type Measure struct {
	Selection
	Aggregate Aggregate `json:"aggregate"`
	// Of names what is aggregated. Distinct needs it: a text of
	// ActivityFieldNames or "data." and a name. For Sum, Average, Min and Max
	// it may be "item.quantity" or "data." and a name, which are numbers; empty
	// means the amounts.
	Of string `json:"of,omitempty"`
}

// ActivityCondition compares a measure with a constant.
type ActivityCondition struct {
	Measure
	Op Op `json:"op"`
	// Number is the constant for Count, Items and Distinct.
	Number int64 `json:"number,omitempty"`
	// Amount is the constant for Sum, Average, Min and Max of amounts, and
	// tells the currency.
	Amount *money.Money `json:"amount,omitempty"`
	// Value is the constant for Sum, Average, Min and Max of numbers.
	Value *Literal `json:"value,omitempty"`
	// Time is the constant for First and Last.
	Time *time.Time `json:"time,omitempty"`
}

// RatioCondition compares the ratio of two measures, Of per Per, with a
// constant. It is false where Per is not positive, and where either of them
// lies beyond 9*10^12, so that stores need no more than 64 bits.
type RatioCondition struct {
	// Of and Per are Count, Items, Distinct, or Sum.
	Of  Measure `json:"of"`
	Per Measure `json:"per"`
	// Currency is that of the sums; empty where there are none.
	Currency string `json:"currency,omitempty"`
	Op       Op     `json:"op"`
	// Value is a number from 0 to 1000 with at most three decimals.
	Value Literal `json:"value"`
}

// SequenceCondition is true when, after one of the First activities, one of
// the Then activities followed within the hours: later, and at most so much
// later. With Absent it is true when none followed and the hours are over.
type SequenceCondition struct {
	First Selection `json:"first"`
	// Then has no window.
	Then   Selection `json:"then"`
	Hours  int       `json:"hours"`
	Absent bool      `json:"absent,omitempty"`
}

// ConsentIs is a state of consent.
type ConsentIs string

// The states of consent.
const (
	// ConsentGranted: the channel may be used for the purpose.
	ConsentGranted ConsentIs = "granted"
	// ConsentWithdrawn: the last word on purpose and channel is a withdrawal.
	ConsentWithdrawn ConsentIs = "withdrawn"
	// ConsentSuppressed: the channel is blocked for every purpose.
	ConsentSuppressed ConsentIs = "suppressed"
	// ConsentUnknown: nothing was ever said on purpose and channel.
	ConsentUnknown ConsentIs = "unknown"
)

// ConsentCondition asks for the state of consent, as of the rule's instant.
type ConsentCondition struct {
	// Purpose is empty for ConsentSuppressed, which knows none.
	Purpose consent.Purpose `json:"purpose,omitempty"`
	Channel contact.Channel `json:"channel"`
	Is      ConsentIs       `json:"is"`
}

// ShareCondition selects a random share of all contacts that stays the same: a
// contact's place between 0 and 1 follows from its id and the seed. With one
// seed, shares that do not overlap have no contact in common, and with another
// seed everybody gets another place.
type ShareCondition struct {
	Seed string `json:"seed"`
	// From <= place < To, numbers from 0 to 1.
	From Literal `json:"from"`
	To   Literal `json:"to"`
}

// RankCondition selects the contacts with the greatest (or least) values of a
// measure, among those that have one: at least one selected activity, with an
// amount in the currency where amounts count. All who have the same value as
// the last of them are selected too, so there may be more.
type RankCondition struct {
	// Measure is Count, Items, Distinct, Sum, Min or Max.
	Measure
	// Currency is that of the amounts.
	Currency string `json:"currency,omitempty"`
	// Percent of those that have a value, rounded up, above 0 and up to 100;
	// or Number of them.
	Percent *Literal `json:"percent,omitempty"`
	Number  int64    `json:"number,omitempty"`
	// Least selects from the other end.
	Least bool `json:"least,omitempty"`
}

// Window limits activities in time. The zero window means ever. At most one
// of From/To, Last, Next and Calendar is set.
type Window struct {
	// From and To are absolute: From <= at < To. Either may be missing.
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty"`
	// Last is rolling: now - Last < at <= now.
	Last *Span `json:"last,omitempty"`
	// Next is rolling: now <= at < now + Next. It is for fields only.
	Next *Span `json:"next,omitempty"`
	// Calendar is a unit of the shop's calendar.
	Calendar *CalendarUnit `json:"calendar,omitempty"`
}

// IsZero reports whether the window means ever.
func (w Window) IsZero() bool { return w == Window{} }

// Span is a length of time.
type Span struct {
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
}

// CalendarUnit is the unit that holds now, moved by Offset: Offset 0 is "this
// quarter", -1 "the previous quarter". It runs from its first instant to,
// exclusively, the first of the next one. An offset above 0 is for fields only.
type CalendarUnit struct {
	Unit   Unit `json:"unit"`
	Offset int  `json:"offset"`
}

// Unit is a unit of time. Hours are exact; the others follow the calendar in
// the shop's time zone: a day back is the same time of day on the day before,
// a month back the same day of the month before or that month's last.
type Unit string

// The units.
const (
	Hours    Unit = "hours"
	Days     Unit = "days"
	Weeks    Unit = "weeks" // begin on Monday (ISO 8601)
	Months   Unit = "months"
	Quarters Unit = "quarters"
	Years    Unit = "years"
)
