package segment

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/caltime"
	"github.com/stammkunde/crm/internal/core"
)

// Resolved is a rule as of one instant: no window is relative any more. It is
// what stores evaluate.
type Resolved struct {
	Root Node
	// Now is the instant as of which the rule was resolved.
	Now time.Time
}

// NodeKind says what a node is.
type NodeKind int8

// The kinds of node.
const (
	NodeAll NodeKind = iota + 1
	NodeAny
	NodeNot
	NodeField
	NodeActivity
	NodeHas
	NodeRatio
	NodeSequence
	NodeConsent
	NodeShare
)

// Node is one node of a resolved rule.
type Node struct {
	Kind NodeKind
	// Children of NodeAll and NodeAny; NodeNot has exactly one.
	Children []Node
	// Of the following, the one that Kind names is set.
	Field    *FieldTest
	Activity *ActivityTest
	Has      *HasTest
	Ratio    *RatioTest
	Sequence *SequenceTest
	Consent  *ConsentTest
	Share    *ShareTest
}

// FieldTest is a resolved FieldCondition. Between and Within have become two
// comparisons, and the age has become comparisons of the date of birth.
type FieldTest struct {
	Scope Scope
	// Name is one of FieldNames, ActivityFieldNames or ElementFieldNames, or
	// the name behind the prefix where Custom is true.
	Name   string
	Custom bool
	Type   contact.Type
	Op     Op
	// Values are the constants, folded already where Folded is true.
	Values []contact.Value
	// Other is the field to compare with in place of Values; nil for none.
	Other  *FieldTest
	Folded bool
	// Ranges are those of Anniversary: the value lies in one of them.
	Ranges []Range

	read reader
}

// Range is a range of anniversaries, both ends of which belong to it. For an
// instant From and To are microseconds since 1970. For a date they are days of
// the year as month*100 + day, the date's day is known, and its year is less
// than Before or not known.
type Range struct {
	From, To int64
	Before   int
}

// HasTest is a resolved HasCondition.
type HasTest struct {
	List List
	// Where is true without a condition.
	Where Node
	Op    Op
	Bound int64
}

// ActivityTest is a resolved ActivityCondition, or the measure of a RatioTest or
// the selection of a SequenceTest.
type ActivityTest struct {
	Kind       activity.Kind
	Channels   []contact.Channel
	Direction  activity.Direction
	Campaigns  []activity.CampaignID
	Categories []string
	SKUs       []string
	Where      *Node // nil for none
	// From and To bound the instant: From <= at < To. Both are always set;
	// To never lies beyond the first microsecond after Now.
	From, To  time.Time
	Aggregate Aggregate
	// Of is what Distinct, or an aggregate over numbers, looks at; nil for
	// amounts.
	Of *FieldTest
	Op Op
	// Bound is the constant: a number, minor units of Currency, millionths of
	// a datum, or for First and Last microseconds since 1970 in UTC.
	Bound    int64
	Currency string
	// Items is true where the test looks at single items: then everything
	// has to hold on one and the same of them.
	Items bool
}

// RatioTest is a resolved RatioCondition. Bound is in thousandths.
type RatioTest struct {
	Of, Per *ActivityTest
	Op      Op
	Bound   int64
}

// RatioLimit is the magnitude that neither side of a ratio exceeds.
const RatioLimit = 9_000_000_000_000

// SequenceTest is a resolved SequenceCondition.
type SequenceTest struct {
	First, Then *ActivityTest
	// Span is how much later Then may be.
	Span   time.Duration
	Absent bool
	// Now is the instant as of which the rule was resolved.
	Now time.Time
}

// ConsentTest is a resolved ConsentCondition.
type ConsentTest struct {
	Purpose consent.Purpose
	Channel contact.Channel
	Is      ConsentIs
	// Now is the instant as of which the ledger is folded.
	Now time.Time
}

// beginning is before every instant that a store can hold.
var beginning = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)

// Resolve turns a checked rule into absolute terms as of now, with the
// calendar of the zone. Segments and ranks in it must have been bound by Bind;
// else they select nobody.
func Resolve(r Rule, now time.Time, zone *time.Location) Resolved {
	now = core.Instant(now)
	return Resolved{resolver{now, zone}.rule(r), now}
}

type resolver struct {
	now  time.Time
	zone *time.Location
}

func (v resolver) rule(r Rule) Node {
	switch {
	case r.All != nil:
		return Node{Kind: NodeAll, Children: v.list(r.All)}
	case r.Any != nil:
		return Node{Kind: NodeAny, Children: v.list(r.Any)}
	case r.Not != nil:
		return Node{Kind: NodeNot, Children: v.list([]Rule{*r.Not})}
	case r.Field != nil:
		return v.field(*r.Field, recordScope)
	case r.Has != nil:
		return Node{Kind: NodeHas, Has: v.has(*r.Has)}
	case r.Activity != nil:
		return Node{Kind: NodeActivity, Activity: v.activity(*r.Activity)}
	case r.Ratio != nil:
		return Node{Kind: NodeRatio, Ratio: v.ratio(*r.Ratio)}
	case r.Sequence != nil:
		return Node{Kind: NodeSequence, Sequence: v.sequence(*r.Sequence)}
	case r.Consent != nil:
		c := r.Consent
		return Node{Kind: NodeConsent, Consent: &ConsentTest{c.Purpose, c.Channel, c.Is, v.now}}
	case r.Share != nil:
		return Node{Kind: NodeShare, Share: r.Share.test()}
	case r.bound != nil:
		return v.rule(*r.bound)
	}
	return Node{Kind: NodeAny}
}

func (v resolver) list(rules []Rule) []Node {
	nodes := make([]Node, len(rules))
	for i, r := range rules {
		nodes[i] = v.rule(r)
	}
	return nodes
}

// where resolves the conditions on an activity or element.
func (v resolver) where(r Rule, s scope) Node {
	n := Node{Kind: NodeAll}
	list := r.All
	switch {
	case r.Field != nil:
		return v.field(*r.Field, s)
	case r.Any != nil:
		n.Kind, list = NodeAny, r.Any
	case r.Not != nil:
		n.Kind, list = NodeNot, []Rule{*r.Not}
	}
	for _, child := range list {
		n.Children = append(n.Children, v.where(child, s))
	}
	return n
}

func (v resolver) has(c HasCondition) *HasTest {
	t := &HasTest{List: c.List, Where: Node{Kind: NodeAll}, Op: c.Op, Bound: c.Number}
	if c.Where != nil {
		t.Where = v.where(*c.Where, elementScope(c.List))
	}
	return t
}

func (v resolver) activity(c ActivityCondition) *ActivityTest {
	currency := ""
	if c.Amount != nil {
		currency = c.Amount.Currency
	}
	t := v.measure(c.Measure, currency)
	t.Op, t.Bound = c.Op, c.Number
	switch {
	case c.Amount != nil:
		t.Bound = c.Amount.Amount
	case c.Value != nil && c.Of == quantity:
		t.Bound = c.Value.Number / contact.NumberScale
	case c.Value != nil:
		t.Bound = c.Value.Number
	case c.Time != nil:
		t.Bound = core.Instant(*c.Time).UnixMicro()
	}
	return t
}

// quantity is the number of pieces of an item, whose sums are whole numbers.
const quantity = "item.quantity"

func (v resolver) measure(m Measure, currency string) *ActivityTest {
	t := v.selection(m.Selection)
	t.Aggregate = m.Aggregate
	t.Items = t.Items || m.Aggregate == Items || onItem(m.Of)
	if m.Of == "" {
		t.Currency = currency
		return t
	}
	typ := contact.TypeNumber
	if m.Aggregate == Distinct {
		typ = contact.TypeText
	}
	t.Of = newTest(m.Of, eventScope, typ)
	return t
}

func (v resolver) selection(s Selection) *ActivityTest {
	t := &ActivityTest{
		Kind: s.Kind, Channels: s.Channels, Direction: s.Direction, Campaigns: s.Campaigns,
		Categories: s.Categories, SKUs: s.SKUs, Items: len(s.Categories) > 0 || len(s.SKUs) > 0,
	}
	if s.Where != nil {
		where := v.where(*s.Where, eventScope)
		t.Where, t.Items = &where, t.Items || where.onItems()
	}
	t.From, t.To = v.window(s.Window)
	return t
}

// window gives the window of a selection, which ends with the first microsecond
// after now at the latest.
func (v resolver) window(w Window) (from, to time.Time) {
	from, to = w.resolve(v.now, v.zone)
	return from, earlier(to, v.now.Add(time.Microsecond))
}

// onItems reports whether a condition on activities looks at items.
func (n *Node) onItems() bool {
	if n.Kind == NodeField {
		return onItem(n.Field.Name) && !n.Field.Custom || n.Field.Other != nil && onItem(n.Field.Other.Name)
	}
	for i := range n.Children {
		if n.Children[i].onItems() {
			return true
		}
	}
	return false
}

func (v resolver) ratio(c RatioCondition) *RatioTest {
	return &RatioTest{
		Of: v.measure(c.Of, sumCurrency(c.Of, c.Currency)), Per: v.measure(c.Per, sumCurrency(c.Per, c.Currency)),
		Op: c.Op, Bound: c.Value.Number / (contact.NumberScale / 1000),
	}
}

// sumCurrency gives the currency to measures that add up amounts.
func sumCurrency(m Measure, currency string) string {
	switch m.Aggregate {
	case Sum, Min, Max:
		return currency
	}
	return ""
}

func (v resolver) sequence(c SequenceCondition) *SequenceTest {
	return &SequenceTest{
		First: v.selection(c.First), Then: v.selection(c.Then),
		Span: time.Duration(c.Hours) * time.Hour, Absent: c.Absent, Now: v.now,
	}
}

// resolve gives the window as From <= at < To. An end may lie in the future.
func (w Window) resolve(now time.Time, zone *time.Location) (from, to time.Time) {
	const tick = time.Microsecond
	from, to = beginning, now.Add(tick)
	switch {
	case w.Last != nil:
		from = w.Last.before(now, zone).Add(tick)
	case w.Next != nil:
		from, to = now, Span{-w.Next.N, w.Next.Unit}.before(now, zone)
	case w.Calendar != nil:
		u := caltimeUnit(w.Calendar.Unit)
		from = caltime.Next(now, u, w.Calendar.Offset, zone)
		to = caltime.Next(now, u, w.Calendar.Offset+1, zone)
	default:
		if w.From != nil {
			from = core.Instant(*w.From)
		}
		if w.To != nil {
			to = core.Instant(*w.To)
		}
	}
	if from.Before(beginning) {
		from = beginning
	}
	return core.Instant(from), core.Instant(to)
}

// before gives the instant one span before t.
func (s Span) before(t time.Time, zone *time.Location) time.Time {
	switch s.Unit {
	case Hours:
		return t.Add(-time.Duration(s.N) * time.Hour)
	case Days:
		return caltime.AddDays(t, -s.N, zone)
	case Weeks:
		return caltime.AddDays(t, -7*s.N, zone)
	case Months:
		return caltime.AddMonths(t, -s.N, zone)
	case Quarters:
		return caltime.AddMonths(t, -3*s.N, zone)
	}
	return caltime.AddMonths(t, -12*s.N, zone)
}

func caltimeUnit(u Unit) caltime.Unit {
	switch u {
	case Days:
		return caltime.Day
	case Weeks:
		return caltime.Week
	case Months:
		return caltime.Month
	case Quarters:
		return caltime.Quarter
	}
	return caltime.Year
}
