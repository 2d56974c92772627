// Package segment answers "whom": rules that select customers, and what they
// mean.
//
// A [Rule] is built with All, Any, Not, Field and Activities, or read from
// JSON. Before it is evaluated it is checked against the declared fields and
// resolved: "the last 12 months" becomes two instants. [Match] then says
// whether a contact is in; it is the specification, and every store gives the
// same members in the same order.
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
	Activity *ActivityCondition `json:"activity,omitempty"`
}

// Op compares a value with a constant.
type Op string

// The operators. StartsWith and Contains are for text only, byte by byte and
// case-sensitive, as all comparison of text is.
const (
	Equals     Op = "equals"
	OneOf      Op = "one_of"
	Less       Op = "less"
	AtMost     Op = "at_most"
	Greater    Op = "greater"
	AtLeast    Op = "at_least"
	StartsWith Op = "starts_with"
	Contains   Op = "contains"
	Missing    Op = "missing"
)

// FieldCondition compares a field of the record.
type FieldCondition struct {
	// Name is one of FieldNames, or "custom." and a declared name.
	Name string `json:"name"`
	Op   Op     `json:"op"`
	// Values holds one constant; any number, at least one, for OneOf; none
	// for Missing.
	Values []Literal `json:"values,omitempty"`
}

// Aggregate says what is computed over the selected activities.
type Aggregate string

// The aggregates. Count counts activities. The others but First and Last work
// on amounts in the currency of the constant: of the whole activity, or, where
// the condition names a category or SKU, of the matching items.
const (
	Count   Aggregate = "count"
	Sum     Aggregate = "sum"
	Average Aggregate = "average"
	Min     Aggregate = "min"
	Max     Aggregate = "max"
	First   Aggregate = "first"
	Last    Aggregate = "last"
)

// ActivityCondition compares an aggregate over the activities that it selects.
type ActivityCondition struct {
	Kind activity.Kind `json:"kind"`
	// Channels, where given: the activity came or went on one of them.
	Channels []contact.Channel `json:"channels,omitempty"`
	// Direction, where given, is that of the activity.
	Direction activity.Direction `json:"direction,omitempty"`
	// Categories and SKUs, where given: one item is of one of the categories
	// and has one of the SKUs.
	Categories []string  `json:"categories,omitempty"`
	SKUs       []string  `json:"skus,omitempty"`
	Window     Window    `json:"window,omitzero"`
	Aggregate  Aggregate `json:"aggregate"`
	Op         Op        `json:"op"`
	// Number is the constant for Count.
	Number int64 `json:"number,omitempty"`
	// Amount is the constant for Sum, Average, Min and Max.
	Amount *money.Money `json:"amount,omitempty"`
	// Time is the constant for First and Last.
	Time *time.Time `json:"time,omitempty"`
}

// Window limits activities in time. The zero window means ever. At most one
// of From/To, Last and Calendar is set.
type Window struct {
	// From and To are absolute: From <= at < To. Either may be missing.
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty"`
	// Last is rolling: now - Last < at <= now.
	Last *Span `json:"last,omitempty"`
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
// exclusively, the first of the next one.
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
