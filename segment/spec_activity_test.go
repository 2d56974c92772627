package segment_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

func pieces(sku string, n, cents int64) activity.Item {
	it := item("F", sku, cents)
	it.Quantity = n
	return it
}

// happened is an activity of a kind without items.
func happened(kind activity.Kind, when string) activity.Activity {
	return activity.Activity{Kind: kind, At: at(when)}
}

func with(a activity.Activity, name string, v contact.Value) activity.Activity {
	a.Data = map[string]contact.Value{name: v}
	return a
}

func TestMatch_items(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	p := segment.Purchases()
	cart := history(bought("2024-03-01 12:00:00", pieces("1", 2, 500), pieces("2", 1, 300), item("G", "1", 100)),
		bought("2024-03-02 12:00:00", pieces("2", 3, 900)), happened(activity.Purchase, "2024-03-03 12:00:00"))
	quantity, sku := segment.Field("item.quantity"), segment.Field("item.sku")
	for _, e := range []example{
		{"items are counted", now, p.CountItems().Exactly(4), cart, true},
		{"selected ones only", now, p.In("F").CountItems().Exactly(3), cart, true},
		{"a purchase without items has none", now, p.WithSKU("1").Exactly(1), cart, true},
		{"conditions meet on one item", now, p.Where(segment.All(quantity.AtLeast(2), sku.Equals("2"))).Exactly(1), cart, true},
		{"and not on two", now, p.In("G").Where(quantity.Greater(1)).None(), cart, true},
		{"not is about one item too", now, p.Where(segment.Not(sku.Equals("1"))).Exactly(2), cart, true},
		{"a rule on the activity needs no item", now, p.Where(segment.Field("amount").Missing()).Exactly(1), cart, true},
		{"a missing field of an item needs an item", now, p.Where(segment.Field("item.name").Missing()).Exactly(2), cart, true},
		{"different SKUs", now, p.CountDistinct("item.sku").Exactly(2), cart, true},
		{"different ones among the selected", now, p.In("G").CountDistinct("item.sku").Exactly(1), cart, true},
		{"missing values are not counted", now, p.CountDistinct("channel").Exactly(0), cart, true},
		{"pieces", now, p.Number(segment.Sum, "item.quantity", segment.Equals, 7), cart, true},
		{"pieces on average", now, p.Number(segment.Average, "item.quantity", segment.Less, 2), cart, true},
		{"most pieces", now, p.Number(segment.Max, "item.quantity", segment.Equals, 3), cart, true},
		{"fewest pieces", now, p.WithSKU("2").Number(segment.Min, "item.quantity", segment.Equals, 1), cart, true},
		{"amounts of the selected items", now, p.WithSKU("2").Sum(segment.Equals, eur(1200)), cart, true},
		{"their average", now, p.WithSKU("2").Average(segment.Equals, eur(600)), cart, true},
		{"the average of whole activities with an amount", now, p.Average(segment.Equals, eur(900)), cart, true},
		{"the amount of an item", now, p.Where(segment.Field("item.amount").AtLeast(eur(900))).Sum(segment.Equals, eur(900)), cart, true},
		{"two fields of an item", now, p.Where(sku.Compare(segment.Equals, "item.category")).None(), cart, true},
	} {
		e.check(t)
	}
}

func TestMatch_activities(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	p, visits := segment.Purchases(), segment.Activities("visit")
	usd := bought("2024-03-02 12:00:00", activity.Item{Category: "F", SKU: "9", Quantity: 1, Amount: money.New(700, "USD")})
	mixed := history(bought("2024-03-01 12:00:00", item("F", "1", 500)), usd)
	data := history(
		with(happened("visit", "2024-03-01 12:00:00"), "x", contact.Float(0.5)), with(happened("visit", "2024-03-01 12:00:00"), "x", contact.Float(-1)),
		with(happened("visit", "2024-03-02 12:00:00"), "x", contact.Text("a")), with(happened("visit", "2024-03-03 12:00:00"), "x", contact.Text("A")),
		with(happened("visit", "2024-03-03 12:00:00"), "x", contact.Text("a")), happened("visit", "2024-03-03 12:00:00"),
	)
	letter := happened(activity.Letter, "2024-03-01 12:00:00")
	letter.Channel, letter.Direction, letter.Campaign = "letter", activity.Outbound, activity.CampaignID{1}
	sent := history(letter)
	for _, e := range []example{
		{"a sum in one currency", now, p.Sum(segment.Equals, eur(500)), mixed, true},
		{"a sum in the other", now, p.Sum(segment.Equals, money.New(700, "USD")), mixed, true},
		{"an average leaves the other out", now, p.Average(segment.Equals, eur(500)), mixed, true},
		{"least in a third is missing", now, p.Min(segment.AtMost, money.New(1_000_000_000_000, "JPY")), mixed, false},
		{"but all are counted", now, p.Exactly(2), mixed, true},
		{"data of numbers", now, visits.Number(segment.Sum, "data.x", segment.Equals, -0.5), data, true},
		{"their average is exact", now, visits.Number(segment.Average, "data.x", segment.Equals, -0.25), data, true},
		{"the least", now, visits.Number(segment.Min, "data.x", segment.Equals, -1), data, true},
		{"different texts of data", now, visits.CountDistinct("data.x").Exactly(2), data, true},
		{"data of a type", now, visits.Where(segment.Field("data.x").AtMost(0.5)).Exactly(2), data, true},
		{"missing data", now, visits.Where(segment.Field("data.x").Missing()).Exactly(1), data, true},
		{"of another type is not missing", now, visits.Where(segment.Not(segment.Field("data.x").Missing())).Exactly(5), data, true},
		{"an average of no numbers", now, visits.Where(segment.Field("data.x").Equals("a")).Number(segment.Average, "data.x", segment.AtMost, 1), data, false},
		{"a sum of no numbers", now, visits.Where(segment.Field("data.x").Equals("a")).Number(segment.Sum, "data.x", segment.Equals, 0), data, true},
		{"two at one instant are two", now, visits.Between(at("2024-03-01 12:00:00"), at("2024-03-01 12:00:00.000001")).Exactly(2), data, true},
		{"the first", now, visits.First(segment.Equals, at("2024-03-01 12:00:00")), data, true},
		{"the last", now, visits.Last(segment.Less, at("2024-03-03 12:00:00")), data, false},
		{"any kind", now, segment.Activities("").Exactly(6), data, true},
		{"a campaign", now, segment.Received(activity.CampaignID{1}), sent, true},
		{"another campaign", now, segment.Received(activity.CampaignID{2}), sent, false},
		{"a channel", now, segment.Activities("").Via("email", "letter").Exactly(1), sent, true},
		{"a direction", now, segment.Activities("").Towards(activity.Inbound).None(), sent, true},
		{"who did not react", now, segment.DidNotReact(activity.CampaignID{1}), sent, true},
		{"no message, no missing reaction", now, segment.DidNotReact(activity.CampaignID{2}), sent, false},
		{"a day of 25 hours", "2023-10-30 00:00:00", p.InPrevious(segment.Days).AtLeast(1), history(bought("2023-10-29 00:00:00", item("F", "1", 5))), true},
		{"a skipped time of day is the end of the gap", "2024-04-01 02:30:00", p.InLast(1, segment.Days).AtLeast(1), history(bought("2024-03-31 03:00:00.000001", item("F", "1", 5))), true},
		{"which is out", "2024-04-01 02:30:00", p.InLast(1, segment.Days).AtLeast(1), history(bought("2024-03-31 03:00:00", item("F", "1", 5))), false},
		{"29 February a year back is the 28th", "2024-02-29 12:00:00", p.InLast(1, segment.Years).AtLeast(1), history(bought("2023-02-28 12:00:00.000001", item("F", "1", 5))), true},
	} {
		e.check(t)
	}
}

func TestMatch_ratio(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	p, returns := segment.Purchases(), segment.Activities(activity.Return)
	back := happened(activity.Return, "2024-03-05 12:00:00")
	back.Amount = eur(333)
	f := history(bought("2024-03-01 12:00:00", item("F", "1", 500)), bought("2024-03-02 12:00:00", item("F", "1", 499)), back)
	huge := func(cents int64) segment.Facts {
		a := happened(activity.Purchase, "2024-03-01 12:00:00")
		a.Amount = eur(cents)
		return history(a, back)
	}
	for _, e := range []example{
		{"a half", now, returns.Per(p, segment.Equals, 0.5), f, true},
		{"a half is not more", now, returns.Per(p, segment.Greater, 0.5), f, false},
		{"a thousandth below", now, returns.Per(p, segment.Greater, 0.499), f, true},
		{"amounts are compared exactly", now, returns.AmountPer(p, "EUR", segment.Greater, 0.333), f, true},
		{"to the thousandth", now, returns.AmountPer(p, "EUR", segment.AtLeast, 0.334), f, false},
		{"per nothing", now, p.Per(segment.Activities("visit"), segment.AtLeast, 0), f, false},
		{"nothing per something", now, segment.Activities("visit").Per(p, segment.Equals, 0), f, true},
		{"per an amount in another currency", now, p.AmountPer(p, "USD", segment.AtLeast, 0), f, false},
		{"at the limit", now, p.AmountPer(p, "EUR", segment.Equals, 1), huge(segment.RatioLimit), true},
		{"beyond the limit", now, p.AmountPer(p, "EUR", segment.Equals, 1), huge(segment.RatioLimit + 1), false},
		{"beyond it on one side", now, p.AmountPer(returns, "EUR", segment.AtLeast, 0), huge(segment.RatioLimit + 1), false},
		{"below it on one side", now, p.AmountPer(returns, "EUR", segment.AtLeast, 0), huge(-segment.RatioLimit - 1), false},
		{"per less than nothing", now, returns.AmountPer(p, "EUR", segment.Less, 1), huge(-1), false},
		{"less than nothing", now, p.AmountPer(returns, "EUR", segment.Less, 0), huge(-1), true},
	} {
		e.check(t)
	}
}

func TestMatch_sequence(t *testing.T) {
	t.Parallel()
	p, calls := segment.Purchases(), segment.Activities(activity.Call)
	buy := bought("2024-03-01 12:00:00", item("F", "1", 5))
	called := func(when string) segment.Facts { return history(buy, happened(activity.Call, when)) }
	const late = "2024-03-31 12:00:00"
	for _, e := range []example{
		{"at the same instant is not later", late, p.Then(calls, 24), called("2024-03-01 12:00:00"), false},
		{"a microsecond later", late, p.Then(calls, 24), called("2024-03-01 12:00:00.000001"), true},
		{"at the last instant", late, p.Then(calls, 24), called("2024-03-02 12:00:00"), true},
		{"too late", late, p.Then(calls, 24), called("2024-03-02 12:00:00.000001"), false},
		{"hours are exact", late, p.Then(calls, 24), history(bought("2024-03-30 12:00:00", item("F", "1", 5)), happened(activity.Call, "2024-03-31 12:00:00")), true},
		{"what comes has not followed yet", "2024-03-01 13:00:00", p.Then(calls, 24), called("2024-03-01 13:00:00.000001"), false},
		{"before does not follow", late, p.Then(calls, 24), called("2024-03-01 11:59:59.999999"), false},
		{"absent when the hours are over", "2024-03-02 12:00:00", p.ThenNone(calls, 24), history(buy), true},
		{"not before", "2024-03-02 11:59:59.999999", p.ThenNone(calls, 24), history(buy), false},
		{"not when one followed at the last instant", late, p.ThenNone(calls, 24), called("2024-03-02 12:00:00"), false},
		{"but when it was too late", late, p.ThenNone(calls, 24), called("2024-03-02 12:00:00.000001"), true},
		{"nothing first, nothing absent", late, p.ThenNone(calls, 24), segment.Facts{}, false},
		{"one of two was answered", late, p.ThenNone(calls, 24), history(buy, happened(activity.Call, "2024-03-01 13:00:00"), bought("2024-03-10 12:00:00", item("F", "1", 5))), true},
		{"and one of two was", late, p.Then(calls, 24), history(buy, happened(activity.Call, "2024-03-01 13:00:00"), bought("2024-03-10 12:00:00", item("F", "1", 5))), true},
		{"bought again", late, p.Then(p, 24), history(buy, bought("2024-03-01 18:00:00", item("F", "1", 5))), true},
		{"once is not again", late, p.Then(p, 24), history(buy), false},
		{"the window is that of the first", late, p.Between(at("2024-03-01 12:00:00"), at("2024-03-01 12:00:01")).Then(calls, 24), called("2024-03-01 18:00:00"), true},
		{"and not of the others", late, p.Between(at("2024-03-01 13:00:00"), at("2024-04-01 00:00:00")).Then(calls, 24), called("2024-03-01 18:00:00"), false},
	} {
		e.check(t)
	}
}

func TestMatch_consent(t *testing.T) {
	t.Parallel()
	const now = "2024-03-31 12:00:00"
	event := func(p consent.Purpose, action consent.Action, when string) consent.Event {
		return consent.Event{Purpose: p, Channel: "email", Action: action, At: at(when)}
	}
	ledger := func(list ...consent.Event) segment.Facts { return segment.Facts{Consents: list} }
	grant, withdraw := event("marketing", consent.Grant, "2024-03-01 12:00:00"), event("marketing", consent.Withdraw, "2024-03-01 12:00:00")
	block, release := event("", consent.Suppress, "2024-03-05 12:00:00"), event("", consent.Release, "2024-03-05 12:00:00")
	later := event("", consent.Release, "2024-03-05 12:00:00.000001")
	future := event("marketing", consent.Withdraw, "2024-03-31 12:00:00.000001")
	present := event("marketing", consent.Withdraw, now)
	may, was, never, no := segment.Consented("marketing", "email"), segment.ConsentWasWithdrawn("marketing", "email"),
		segment.NeverAsked("marketing", "email"), segment.Suppressed("email")
	for _, e := range []example{
		{"granted", now, may, ledger(grant), true},
		{"not for another purpose", now, segment.Consented("survey", "email"), ledger(grant), false},
		{"nor another channel", now, segment.Consented("marketing", "letter"), ledger(grant), false},
		{"the stricter of one instant", now, may, ledger(withdraw, grant), false},
		{"in any order", now, was, ledger(grant, withdraw), true},
		{"what comes does not count yet", now, may, ledger(grant, future), true},
		{"what is now does", now, may, ledger(grant, present), false},
		{"suppressed beats granted", now, may, ledger(grant, block), false},
		{"suppressed", now, no, ledger(block), true},
		{"suppressed at the same instant as released", now, no, ledger(release, block), true},
		{"released later", now, may, ledger(grant, block, later), true},
		{"suppression is no withdrawal", now, was, ledger(grant, block), false},
		{"withdrawn and suppressed", now, was, ledger(withdraw, block), true},
		{"never asked", now, never, segment.Facts{}, true},
		{"suppressed but never asked", now, never, ledger(block), true},
		{"withdrawn is not unknown", now, never, ledger(withdraw), false},
		{"asked in the future", now, never, ledger(future), true},
	} {
		e.check(t)
	}
}

// TestMatch_share looks at the places of many contacts.
func TestMatch_share(t *testing.T) {
	t.Parallel()
	const n = 20_000
	in := func(r segment.Rule, i int) bool {
		f := segment.Facts{Contact: contact.Contact{ID: contact.ID{byte(i), byte(i >> 8), byte(i >> 16), 1}}}
		return segment.Match(segment.Resolve(r, time.Time{}, time.UTC), &f)
	}
	first, rest, all := segment.RandomShare("a", 0, 0.1), segment.RandomShare("a", 0.1, 1), segment.RandomShare("a", 0, 1)
	other, once := segment.RandomShare("b", 0, 0.1), 0
	meet := 0
	for i := range n {
		if in(first, i) == in(rest, i) || !in(all, i) {
			t.Fatal("shares of one seed must part all contacts")
		}
		if in(first, i) {
			once++
			if in(other, i) {
				meet++
			}
		}
	}
	// Five standard deviations.
	if math.Abs(float64(once)-n*0.1) > 5*math.Sqrt(n*0.09) || math.Abs(float64(meet)-n*0.01) > 5*math.Sqrt(n*0.0099) {
		t.Errorf("a tenth holds %d of %d, of whom %d are in another tenth", once, n, meet)
	}
	quarters := "" // of the same contacts for ever
	for i := range 20 {
		for q := range 4 {
			if in(segment.RandomShare("spring", float64(q)/4, float64(q+1)/4), i) {
				quarters += strconv.Itoa(q)
			}
		}
	}
	if want := "30231010213332032002"; quarters != want {
		t.Errorf("contacts have moved to other places: %s, want %s", quarters, want)
	}
}

// TestRankTest_Place rounds percentages up.
func TestRankTest_Place(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ percent, number, of, want int64 }{
		{10_000_000, 0, 10, 1}, {10_000_000, 0, 11, 2}, {10_000_000, 0, 1, 1}, {100_000_000, 0, 7, 7}, {1, 0, 1, 1},
		{33_333_333, 0, 3, 1}, {33_333_334, 0, 3, 2}, {0, 5, 10, 5}, {0, 5, 3, 3}, {50_000_000, 0, 1_000_000_000, 500_000_000},
	} {
		if got := (segment.RankTest{Percent: c.percent, Number: c.number}).Place(c.of); got != c.want {
			t.Errorf("%d millionths or %d of %d is place %d, want %d", c.percent, c.number, c.of, got, c.want)
		}
	}
}
