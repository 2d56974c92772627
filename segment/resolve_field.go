package segment

import (
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/caltime"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/textfold"
)

// scope is where the name of a field is looked up.
type scope struct {
	is     Scope
	fields map[string]fieldSpec
	prefix string // of names that hosts make, empty where they cannot
	own    func(name string) reader
}

var (
	recordScope = scope{OfRecord, builtin, CustomPrefix, customReader}
	eventScope  = scope{OfActivity, eventFields, DataPrefix, dataReader}
)

func elementScope(list List) scope { return scope{is: OfElement, fields: list.elements()} }

// newTest begins a test on a field; typ is used where the scope does not tell.
func newTest(name string, s scope, typ contact.Type) *FieldTest {
	if own, ok := strings.CutPrefix(name, s.prefix); ok && s.prefix != "" {
		return &FieldTest{Scope: s.is, Name: own, Custom: true, Type: typ, read: s.own(own)}
	}
	spec := s.fields[name]
	return &FieldTest{Scope: s.is, Name: name, Type: spec.typ, read: spec.read}
}

func fieldNode(t *FieldTest) Node { return Node{Kind: NodeField, Field: t} }

// field resolves a condition on a field.
func (v resolver) field(c FieldCondition, s scope) Node {
	if c.Name == age && s.is == OfRecord {
		return v.age(c)
	}
	test := func(op Op, values ...contact.Value) Node {
		t := newTest(c.Name, s, v.typeOf(c))
		t.Op, t.Values, t.Folded = op, values, c.Folded
		return fieldNode(t)
	}
	values := make([]contact.Value, len(c.Values))
	for i, l := range c.Values {
		values[i] = contact.Value(l)
		values[i].Time = core.Instant(l.Time)
		if c.Folded {
			values[i].Text = textfold.Fold(l.Text)
		}
	}
	n := test(c.Op, values...)
	switch {
	case c.Other != "":
		n.Field.Other = newTest(c.Other, s, n.Field.Type)
		if n.Field.Type == "" {
			n.Field.Type = n.Field.Other.Type
		}
	case c.Op == Between:
		return Node{Kind: NodeAll, Children: []Node{test(AtLeast, values[0]), test(AtMost, values[1])}}
	case c.Op == Anniversary:
		return v.eitherType(n.Field, func(t *FieldTest) Node {
			t.Ranges = v.anniversaries(*c.Days, t.Type)
			return fieldNode(t)
		})
	case c.Op == Within:
		from, to := c.Window.resolveField(v.now, v.zone)
		return v.eitherType(n.Field, func(t *FieldTest) Node { return v.between(t, from, to) })
	}
	return n
}

// typeOf gives the type of a field that its name does not tell: that of the
// constants, or none.
func (v resolver) typeOf(c FieldCondition) contact.Type {
	if len(c.Values) > 0 {
		return c.Values[0].Type
	}
	return ""
}

// eitherType makes the test for instants or for dates, or, where the type of
// the field is not told, for both; a value of another type never passes.
func (v resolver) eitherType(t *FieldTest, test func(*FieldTest) Node) Node {
	if t.Type != "" {
		return test(t)
	}
	of := func(typ contact.Type) Node {
		typed := *t
		typed.Type = typ
		return test(&typed)
	}
	return Node{Kind: NodeAny, Children: []Node{of(contact.TypeTime), of(contact.TypeDate)}}
}

// between tests from <= value < to.
func (v resolver) between(t *FieldTest, from, to time.Time) Node {
	low, high := contact.Time(from), contact.Time(to)
	if t.Type == contact.TypeDate {
		low, high = contact.Day(v.dateFrom(from)), contact.Day(v.dateFrom(to))
	}
	first, second := *t, *t
	first.Op, first.Values = AtLeast, []contact.Value{low}
	second.Op, second.Values = Less, []contact.Value{high}
	return Node{Kind: NodeAll, Children: []Node{fieldNode(&first), fieldNode(&second)}}
}

// dateFrom gives the first date whose first instant is not before t.
func (v resolver) dateFrom(t time.Time) contact.Date {
	y, m, d := t.In(v.zone).Date()
	if caltime.Date(y, m, d, 0, 0, 0, 0, v.zone).Before(t) {
		y, m, d = time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC).Date()
	}
	return contact.Date{Year: y, Month: m, Day: d}
}

// end is after every instant that a store can hold.
var end = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)

// resolveField is resolve for fields, whose values may lie in the future.
func (w Window) resolveField(now time.Time, zone *time.Location) (from, to time.Time) {
	from, to = w.resolve(now, zone)
	if w.From != nil && w.To == nil {
		to = end
	}
	if to.After(end) {
		to = end
	}
	return from, to
}

// age turns a condition on the age into one on the date of birth. Whoever has
// completed n years was born on or before the day n years ago, and on 28
// February of an ordinary year that includes 29 February.
func (v resolver) age(c FieldCondition) Node {
	year, month, day := v.now.In(v.zone).Date()
	if month == time.February && day == 28 && !leap(year) {
		day = 29
	}
	born := func(op Op, n int64) Node {
		t := newTest("born", recordScope, contact.TypeDate)
		limit := contact.Date{Year: year - int(n), Month: month, Day: day}
		t.Op, t.Values = op, []contact.Value{contact.Day(limit)}
		return fieldNode(t)
	}
	atLeast := func(n int64) Node { return born(AtMost, n) }
	below := func(n int64) Node { return born(Greater, n) }
	both := func(a, b Node) Node { return Node{Kind: NodeAll, Children: []Node{a, b}} }
	constant := func(i int) int64 { return c.Values[i].Number / contact.NumberScale }
	switch c.Op {
	case Missing: // whoever has an age is at least, or below, any age
		return Node{Kind: NodeNot, Children: []Node{{Kind: NodeAny, Children: []Node{atLeast(0), below(0)}}}}
	case Less:
		return below(constant(0))
	case AtMost:
		return below(constant(0) + 1)
	case Greater:
		return atLeast(constant(0) + 1)
	case AtLeast:
		return atLeast(constant(0))
	case Between:
		return both(atLeast(constant(0)), below(constant(1)+1))
	}
	n := Node{Kind: NodeAny}
	for i := range c.Values {
		n.Children = append(n.Children, both(atLeast(constant(i)), below(constant(i)+1)))
	}
	return n
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// anniversaries gives the ranges of values whose anniversary falls on one of
// the days: days of the year for dates, instants of all earlier years else.
func (v resolver) anniversaries(days DayRange, typ contact.Type) []Range {
	y, m, d := v.now.In(v.zone).Date()
	var list []Range
	for offset := days.From; offset <= days.To; {
		first := time.Date(y, m, d+offset, 0, 0, 0, 0, time.UTC)
		last := min(days.To, offset+int(time.Date(first.Year(), 12, 31, 0, 0, 0, 0, time.UTC).Sub(first).Hours()/24))
		list = append(list, Range{dayOfYear(first, false), dayOfYear(first.AddDate(0, 0, last-offset), true), first.Year()})
		offset = last + 1
	}
	if typ == contact.TypeDate {
		return list
	}
	var instants []Range
	for _, r := range list {
		for year := beginning.Year(); year < r.Before; year++ {
			instants = append(instants, v.instants(r, year))
		}
	}
	return instants
}

// dayOfYear gives month*100 + day; as the end of a range, 28 February of an
// ordinary year includes the 29th.
func dayOfYear(t time.Time, last bool) int64 {
	n := int64(t.Month())*100 + int64(t.Day())
	if last && n == 228 && !leap(t.Year()) {
		n++
	}
	return n
}

// instants gives the range of instants of a year on days of the year.
func (v resolver) instants(r Range, year int) Range {
	from := caltime.Date(year, time.Month(r.From/100), int(r.From%100), 0, 0, 0, 0, v.zone)
	day := int(r.To%100) + 1
	if r.To == 229 && !leap(year) {
		day--
	}
	to := caltime.Date(year, time.Month(r.To/100), day, 0, 0, 0, 0, v.zone)
	return Range{From: from.UnixMicro(), To: to.UnixMicro() - 1}
}
