package segment

import (
	"time"

	"github.com/stammkunde/crm/activity"
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
)

// Node is one node of a resolved rule.
type Node struct {
	Kind NodeKind
	// Children of NodeAll and NodeAny; NodeNot has exactly one.
	Children []Node
	Field    *FieldTest
	Activity *ActivityTest
}

// FieldTest is a resolved FieldCondition.
type FieldTest struct {
	// Name is one of FieldNames, or the declared name where Custom is true.
	Name   string
	Custom bool
	Type   contact.Type
	Op     Op
	Values []contact.Value
}

// ActivityTest is a resolved ActivityCondition.
type ActivityTest struct {
	Kind       activity.Kind
	Channels   []contact.Channel
	Direction  activity.Direction
	Categories []string
	SKUs       []string
	// From and To bound the instant: From <= at < To. Both are always set;
	// To never lies beyond the first microsecond after Now.
	From, To  time.Time
	Aggregate Aggregate
	Op        Op
	// Bound is the constant: a number, minor units of Currency, or for First
	// and Last microseconds since 1970 in UTC.
	Bound    int64
	Currency string
}

// OnItems reports whether the test looks at single items.
func (t *ActivityTest) OnItems() bool { return len(t.Categories) > 0 || len(t.SKUs) > 0 }

// beginning is before every instant that a store can hold.
var beginning = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)

// Resolve turns a checked rule into absolute terms as of now, with the
// calendar of the zone.
func Resolve(r Rule, now time.Time, zone *time.Location) Resolved {
	now = core.Instant(now)
	return Resolved{resolveRule(r, now, zone), now}
}

func resolveRule(r Rule, now time.Time, zone *time.Location) Node {
	switch {
	case r.All != nil:
		return Node{Kind: NodeAll, Children: resolveList(r.All, now, zone)}
	case r.Any != nil:
		return Node{Kind: NodeAny, Children: resolveList(r.Any, now, zone)}
	case r.Not != nil:
		return Node{Kind: NodeNot, Children: resolveList([]Rule{*r.Not}, now, zone)}
	case r.Field != nil:
		return Node{Kind: NodeField, Field: resolveField(*r.Field)}
	}
	return Node{Kind: NodeActivity, Activity: resolveActivity(*r.Activity, now, zone)}
}

func resolveList(rules []Rule, now time.Time, zone *time.Location) []Node {
	nodes := make([]Node, len(rules))
	for i, r := range rules {
		nodes[i] = resolveRule(r, now, zone)
	}
	return nodes
}

func resolveField(c FieldCondition) *FieldTest {
	t := &FieldTest{Name: c.Name, Op: c.Op}
	if len(c.Name) > len(CustomPrefix) && c.Name[:len(CustomPrefix)] == CustomPrefix {
		t.Name, t.Custom = c.Name[len(CustomPrefix):], true
	}
	for _, v := range c.Values {
		v.Time = core.Instant(v.Time)
		t.Values = append(t.Values, contact.Value(v))
	}
	if len(t.Values) > 0 {
		t.Type = t.Values[0].Type
	} else if !t.Custom {
		t.Type = builtin[t.Name].typ
	}
	return t
}

func resolveActivity(c ActivityCondition, now time.Time, zone *time.Location) *ActivityTest {
	t := &ActivityTest{
		Kind: c.Kind, Channels: c.Channels, Direction: c.Direction, Categories: c.Categories, SKUs: c.SKUs,
		Aggregate: c.Aggregate, Op: c.Op, Bound: c.Number,
	}
	if c.Amount != nil {
		t.Bound, t.Currency = c.Amount.Amount, c.Amount.Currency
	}
	if c.Time != nil {
		t.Bound = core.Instant(*c.Time).UnixMicro()
	}
	t.From, t.To = c.Window.resolve(now, zone)
	if end := now.Add(time.Microsecond); t.To.After(end) {
		t.To = end
	}
	return t
}

// resolve gives the window as From <= at < To. An end may lie in the future.
func (w Window) resolve(now time.Time, zone *time.Location) (from, to time.Time) {
	const tick = time.Microsecond
	from, to = beginning, now.Add(tick)
	switch {
	case w.Last != nil:
		from = w.Last.before(now, zone).Add(tick)
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
