package segment

import (
	"fmt"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// All is true when every rule is. Without rules it is always true.
func All(rules ...Rule) Rule { return Rule{All: append([]Rule{}, rules...)} }

// Any is true when one of the rules is. Without rules it is always false.
func Any(rules ...Rule) Rule { return Rule{Any: append([]Rule{}, rules...)} }

// Not is true when the rule is false.
func Not(rule Rule) Rule { return Rule{Not: &rule} }

// Everyone selects all contacts.
func Everyone() Rule { return All() }

// FieldRule builds a condition on a field. Constants may be string, int,
// int64, float64, bool, time.Time, contact.Date, money.Money or contact.Value;
// Check refuses others.
type FieldRule struct {
	name   string
	folded bool
}

// Field begins a condition on a field: of the record, or in a Where of the
// activity, item or element.
func Field(name string) FieldRule { return FieldRule{name: name} }

// Folded makes comparisons of text disregard case and the ways to compose a
// character.
func (f FieldRule) Folded() FieldRule {
	f.folded = true
	return f
}

// Equals compares with one constant.
func (f FieldRule) Equals(v any) Rule { return f.is(Equals, v) }

// OneOf is true when the field equals one of the constants.
func (f FieldRule) OneOf(values ...any) Rule { return f.is(OneOf, values...) }

// Less is true when the field is less than the constant.
func (f FieldRule) Less(v any) Rule { return f.is(Less, v) }

// AtMost is true when the field is less than or equal to the constant.
func (f FieldRule) AtMost(v any) Rule { return f.is(AtMost, v) }

// Greater is true when the field is greater than the constant.
func (f FieldRule) Greater(v any) Rule { return f.is(Greater, v) }

// AtLeast is true when the field is greater than or equal to the constant.
func (f FieldRule) AtLeast(v any) Rule { return f.is(AtLeast, v) }

// StartsWith is true when the text begins with the prefix.
func (f FieldRule) StartsWith(prefix string) Rule { return f.is(StartsWith, prefix) }

// EndsWith is true when the text ends with the suffix.
func (f FieldRule) EndsWith(suffix string) Rule { return f.is(EndsWith, suffix) }

// Contains is true when the text holds the part.
func (f FieldRule) Contains(part string) Rule { return f.is(Contains, part) }

// Between is true when low <= field <= high.
func (f FieldRule) Between(low, high any) Rule { return f.is(Between, low, high) }

// Missing is true when the field has no value.
func (f FieldRule) Missing() Rule { return f.is(Missing) }

// NotEqual is true when the field does not equal the constant, and so when it
// is missing.
func (f FieldRule) NotEqual(v any) Rule { return Not(f.Equals(v)) }

// NoneOf is true when the field equals none of the constants, and so when it
// is missing.
func (f FieldRule) NoneOf(values ...any) Rule { return Not(f.OneOf(values...)) }

// Compare compares with another field of the same type.
func (f FieldRule) Compare(op Op, other string) Rule {
	r := f.is(op)
	r.Field.Other = other
	return r
}

// Within is true when the instant or date lies in the window.
func (f FieldRule) Within(w Window) Rule {
	r := f.is(Within)
	r.Field.Window = w
	return r
}

// InLast is true when now - n units < field <= now.
func (f FieldRule) InLast(n int, unit Unit) Rule { return f.Within(Window{Last: &Span{n, unit}}) }

// InNext is true when now <= field < now + n units.
func (f FieldRule) InNext(n int, unit Unit) Rule { return f.Within(Window{Next: &Span{n, unit}}) }

// Anniversary is true when an anniversary of the instant or date falls on one
// of the days from one to the other, counted from today, which is 0.
func (f FieldRule) Anniversary(from, to int) Rule {
	r := f.is(Anniversary)
	r.Field.Days = &DayRange{from, to}
	return r
}

// AnniversaryInNext is true when an anniversary falls on today or one of the
// n-1 days after it.
func (f FieldRule) AnniversaryInNext(n int) Rule { return f.Anniversary(0, n-1) }

func (f FieldRule) is(op Op, values ...any) Rule {
	c := &FieldCondition{Name: f.name, Op: op, Folded: f.folded}
	for _, v := range values {
		c.Values = append(c.Values, literal(v))
	}
	return Rule{Field: c}
}

func literal(v any) Literal {
	switch v := v.(type) {
	case contact.Value:
		return Literal(v)
	case string:
		return Literal(contact.Text(v))
	case int:
		return Literal(contact.Int(int64(v)))
	case int64:
		return Literal(contact.Int(v))
	case float64:
		return Literal(contact.Float(v))
	case bool:
		return Literal(contact.Bool(v))
	case time.Time:
		return Literal(contact.Time(v))
	case contact.Date:
		return Literal(contact.Day(v))
	case money.Money:
		return Literal(contact.Amount(v))
	}
	return Literal{Type: contact.Type(fmt.Sprintf("%T", v))}
}
