package segment

import (
	"fmt"
	"time"

	"github.com/stammkunde/crm/activity"
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
// int64, float64, bool, time.Time or contact.Value; Check refuses others.
type FieldRule struct{ name string }

// Field begins a condition on a field of the record.
func Field(name string) FieldRule { return FieldRule{name} }

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

// Contains is true when the text holds the part.
func (f FieldRule) Contains(part string) Rule { return f.is(Contains, part) }

// Missing is true when the field has no value.
func (f FieldRule) Missing() Rule { return f.is(Missing) }

func (f FieldRule) is(op Op, values ...any) Rule {
	c := &FieldCondition{Name: f.name, Op: op}
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
	}
	return Literal{Type: contact.Type(fmt.Sprintf("%T", v))}
}

// ActivityRule builds a condition on activities. Each method returns a changed
// copy, so a beginning can be shared.
type ActivityRule struct{ c ActivityCondition }

// Activities begins a condition on activities of a kind.
func Activities(kind activity.Kind) ActivityRule {
	return ActivityRule{ActivityCondition{Kind: kind}}
}

// Purchases begins a condition on purchases.
func Purchases() ActivityRule { return Activities(activity.Purchase) }

// In keeps activities with an item of one of the categories.
func (a ActivityRule) In(categories ...string) ActivityRule {
	a.c.Categories = categories
	return a
}

// Of keeps activities with an item that has one of the SKUs. Together with In,
// it must be the same item.
func (a ActivityRule) Of(skus ...string) ActivityRule {
	a.c.SKUs = skus
	return a
}

// Via keeps activities on one of the channels.
func (a ActivityRule) Via(channels ...contact.Channel) ActivityRule {
	a.c.Channels = channels
	return a
}

// Towards keeps activities of the direction.
func (a ActivityRule) Towards(d activity.Direction) ActivityRule {
	a.c.Direction = d
	return a
}

// InLast keeps the rolling window now - n units < at <= now.
func (a ActivityRule) InLast(n int, unit Unit) ActivityRule {
	a.c.Window = Window{Last: &Span{n, unit}}
	return a
}

// InThis keeps the calendar unit that holds now.
func (a ActivityRule) InThis(unit Unit) ActivityRule {
	a.c.Window = Window{Calendar: &CalendarUnit{unit, 0}}
	return a
}

// InPrevious keeps the calendar unit before the one that holds now.
func (a ActivityRule) InPrevious(unit Unit) ActivityRule {
	a.c.Window = Window{Calendar: &CalendarUnit{unit, -1}}
	return a
}

// Between keeps from <= at < to. A zero time leaves that side open.
func (a ActivityRule) Between(from, to time.Time) ActivityRule {
	a.c.Window = Window{}
	if !from.IsZero() {
		a.c.Window.From = &from
	}
	if !to.IsZero() {
		a.c.Window.To = &to
	}
	return a
}

// AtLeast is true when there are n such activities or more.
func (a ActivityRule) AtLeast(n int64) Rule { return a.count(AtLeast, n) }

// AtMost is true when there are n such activities or fewer.
func (a ActivityRule) AtMost(n int64) Rule { return a.count(AtMost, n) }

// Exactly is true when there are n such activities.
func (a ActivityRule) Exactly(n int64) Rule { return a.count(Equals, n) }

// None is true when there is no such activity.
func (a ActivityRule) None() Rule { return a.count(Equals, 0) }

func (a ActivityRule) count(op Op, n int64) Rule {
	a.c.Aggregate, a.c.Op, a.c.Number = Count, op, n
	return Rule{Activity: &a.c}
}

// Sum compares the sum of the amounts.
func (a ActivityRule) Sum(op Op, m money.Money) Rule { return a.amount(Sum, op, m) }

// Average compares the average amount. It is false where there is none.
func (a ActivityRule) Average(op Op, m money.Money) Rule { return a.amount(Average, op, m) }

// Min compares the least amount. It is false where there is none.
func (a ActivityRule) Min(op Op, m money.Money) Rule { return a.amount(Min, op, m) }

// Max compares the greatest amount. It is false where there is none.
func (a ActivityRule) Max(op Op, m money.Money) Rule { return a.amount(Max, op, m) }

func (a ActivityRule) amount(agg Aggregate, op Op, m money.Money) Rule {
	a.c.Aggregate, a.c.Op, a.c.Amount = agg, op, &m
	return Rule{Activity: &a.c}
}

// First compares the instant of the first activity. It is false where there
// is none.
func (a ActivityRule) First(op Op, t time.Time) Rule { return a.instant(First, op, t) }

// Last compares the instant of the last activity. It is false where there is
// none.
func (a ActivityRule) Last(op Op, t time.Time) Rule { return a.instant(Last, op, t) }

func (a ActivityRule) instant(agg Aggregate, op Op, t time.Time) Rule {
	a.c.Aggregate, a.c.Op, a.c.Time = agg, op, &t
	return Rule{Activity: &a.c}
}
