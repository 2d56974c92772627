package segment

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// ActivityRule builds a condition on activities. Each method returns a changed
// copy, so a beginning can be shared. A method that is called twice replaces
// what it said before.
type ActivityRule struct{ m Measure }

// Activities begins a condition on activities of a kind; the empty kind means
// any.
func Activities(kind activity.Kind) ActivityRule {
	return ActivityRule{Measure{Selection: Selection{Kind: kind}, Aggregate: Count}}
}

// Purchases begins a condition on purchases.
func Purchases() ActivityRule { return Activities(activity.Purchase) }

// In keeps activities with an item of one of the categories.
func (a ActivityRule) In(categories ...string) ActivityRule {
	a.m.Categories = categories
	return a
}

// WithSKU keeps activities with an item that has one of the SKUs. Together with
// In, it must be the same item.
func (a ActivityRule) WithSKU(skus ...string) ActivityRule {
	a.m.SKUs = skus
	return a
}

// Via keeps activities on one of the channels.
func (a ActivityRule) Via(channels ...contact.Channel) ActivityRule {
	a.m.Channels = channels
	return a
}

// Towards keeps activities of the direction.
func (a ActivityRule) Towards(d activity.Direction) ActivityRule {
	a.m.Direction = d
	return a
}

// OfCampaign keeps activities that belong to one of the campaigns.
func (a ActivityRule) OfCampaign(campaigns ...activity.CampaignID) ActivityRule {
	a.m.Campaigns = campaigns
	return a
}

// Where keeps activities on which, with one of their items where it looks at
// items, the rule holds. It is made of All, Any, Not and Field.
func (a ActivityRule) Where(r Rule) ActivityRule {
	a.m.Where = &r
	return a
}

// InLast keeps the rolling window now - n units < at <= now.
func (a ActivityRule) InLast(n int, unit Unit) ActivityRule {
	a.m.Window = Window{Last: &Span{n, unit}}
	return a
}

// InThis keeps the calendar unit that holds now.
func (a ActivityRule) InThis(unit Unit) ActivityRule {
	a.m.Window = Window{Calendar: &CalendarUnit{unit, 0}}
	return a
}

// InPrevious keeps the calendar unit before the one that holds now.
func (a ActivityRule) InPrevious(unit Unit) ActivityRule {
	a.m.Window = Window{Calendar: &CalendarUnit{unit, -1}}
	return a
}

// Between keeps from <= at < to. A zero time leaves that side open.
func (a ActivityRule) Between(from, to time.Time) ActivityRule {
	a.m.Window = Window{}
	if !from.IsZero() {
		a.m.Window.From = &from
	}
	if !to.IsZero() {
		a.m.Window.To = &to
	}
	return a
}

// CountItems counts the selected items, not the activities.
func (a ActivityRule) CountItems() ActivityRule { return a.measure(Items, "") }

// CountDistinct counts the different values of a text field of the activities.
func (a ActivityRule) CountDistinct(field string) ActivityRule { return a.measure(Distinct, field) }

func (a ActivityRule) measure(agg Aggregate, of string) ActivityRule {
	a.m.Aggregate, a.m.Of = agg, of
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
	return Rule{Activity: &ActivityCondition{Measure: a.m, Op: op, Number: n}}
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
	return Rule{Activity: &ActivityCondition{Measure: a.measure(agg, "").m, Op: op, Amount: &m}}
}

// Number compares Sum, Average, Min or Max of a number: "item.quantity", or
// "data." and a name.
func (a ActivityRule) Number(agg Aggregate, of string, op Op, v any) Rule {
	constant := literal(v)
	return Rule{Activity: &ActivityCondition{Measure: a.measure(agg, of).m, Op: op, Value: &constant}}
}

// First compares the instant of the first activity. It is false where there
// is none.
func (a ActivityRule) First(op Op, t time.Time) Rule { return a.instant(First, op, t) }

// Last compares the instant of the last activity. It is false where there is
// none.
func (a ActivityRule) Last(op Op, t time.Time) Rule { return a.instant(Last, op, t) }

func (a ActivityRule) instant(agg Aggregate, op Op, t time.Time) Rule {
	return Rule{Activity: &ActivityCondition{Measure: a.measure(agg, "").m, Op: op, Time: &t}}
}

// Per compares the ratio of what is counted to what is counted of the other.
func (a ActivityRule) Per(other ActivityRule, op Op, value float64) Rule {
	return Rule{Ratio: &RatioCondition{Of: a.m, Per: other.m, Op: op, Value: literal(value)}}
}

// AmountPer compares the ratio of the sum of the amounts to that of the other,
// for instance of returns to purchases.
func (a ActivityRule) AmountPer(other ActivityRule, currency string, op Op, value float64) Rule {
	r := a.measure(Sum, "").Per(other.measure(Sum, ""), op, value)
	r.Ratio.Currency = currency
	return r
}

// Then is true when one of the other activities followed within the hours.
func (a ActivityRule) Then(other ActivityRule, hours int) Rule {
	return Rule{Sequence: &SequenceCondition{First: a.m.Selection, Then: other.m.Selection, Hours: hours}}
}

// ThenNone is true when, after one of the activities, none of the other ones
// followed, and the hours are over.
func (a ActivityRule) ThenNone(other ActivityRule, hours int) Rule {
	r := a.Then(other, hours)
	r.Sequence.Absent = true
	return r
}

// TopPercent selects those with the greatest sums of amounts.
func (a ActivityRule) TopPercent(percent float64, currency string) Rule {
	p := literal(percent)
	return Rule{Rank: &RankCondition{Measure: a.measure(Sum, "").m, Currency: currency, Percent: &p}}
}

// TopPercentByCount selects those with the greatest counts.
func (a ActivityRule) TopPercentByCount(percent float64) Rule {
	p := literal(percent)
	return Rule{Rank: &RankCondition{Measure: a.m, Percent: &p}}
}

// Received is true when a message of one of the campaigns was sent to the
// contact.
func Received(campaigns ...activity.CampaignID) Rule {
	return Activities("").Towards(activity.Outbound).OfCampaign(campaigns...).AtLeast(1)
}

// Opened is true when the contact opened a message of one of the campaigns.
func Opened(campaigns ...activity.CampaignID) Rule {
	return Activities(activity.Opened).OfCampaign(campaigns...).AtLeast(1)
}

// Clicked is true when the contact followed a link in such a message.
func Clicked(campaigns ...activity.CampaignID) Rule {
	return Activities(activity.Clicked).OfCampaign(campaigns...).AtLeast(1)
}

// Redeemed is true when the contact redeemed a voucher of one of the campaigns.
func Redeemed(campaigns ...activity.CampaignID) Rule {
	return Activities(activity.Redeemed).OfCampaign(campaigns...).AtLeast(1)
}

// DidNotReact is true when a message of one of the campaigns was sent to the
// contact, who neither opened nor followed nor redeemed one of them.
func DidNotReact(campaigns ...activity.CampaignID) Rule {
	return All(Received(campaigns...), Not(Any(Opened(campaigns...), Clicked(campaigns...), Redeemed(campaigns...))))
}
