package segment_test

import (
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

var berlin = mustLoad("Europe/Berlin")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// at reads a clock in Berlin.
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05.999999", s, berlin)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func eur(cents int64) money.Money { return money.New(cents, "EUR") }

func item(category, sku string, cents int64) activity.Item {
	return activity.Item{Category: category, SKU: sku, Quantity: 1, Amount: eur(cents)}
}

// bought is a purchase of the items at the time.
func bought(when string, items ...activity.Item) activity.Activity {
	a := activity.Activity{Kind: activity.Purchase, At: at(when), Direction: activity.Inbound, Items: items}
	for _, it := range items {
		a.Amount = money.New(a.Amount.Amount+it.Amount.Amount, it.Amount.Currency)
	}
	return a
}

// TestMatch is the specification by example: what a condition says about a
// contact, worked out by hand.
func TestMatch(t *testing.T) {
	t.Parallel()
	now := at("2024-03-31 12:00:00")
	p := segment.Purchases()
	for _, c := range []struct {
		name  string
		rule  segment.Rule
		facts segment.Facts
		want  bool
	}{
		{"a missing field equals nothing", segment.Field("address.city").Equals("Berlin"), segment.Facts{}, false},
		{"not includes the missing", segment.Not(segment.Field("address.city").Equals("Berlin")), segment.Facts{}, true},
		{"a missing field is missing", segment.Field("address.city").Missing(), segment.Facts{}, true},
		{"a missing field is not less", segment.Field("address.city").Less("X"), segment.Facts{}, false},
		{"text compares byte by byte", segment.Field("name.given").Equals("anna"), named("Anna"), false},
		{"text orders byte by byte", segment.Field("name.given").Greater("Z"), named("Änne"), true},
		{"contains takes % as it is", segment.Field("name.given").Contains("%"), named("Anna"), false},
		{"one of", segment.Field("name.given").OneOf("Ben", "Anna"), named("Anna"), true},
		{"custom number", segment.Field("custom.points").AtLeast(10.5), custom("points", contact.Float(10.5)), true},
		{"custom field of another type", segment.Field("custom.points").Equals("10"), custom("points", contact.Int(10)), false},

		{"no purchases are at most three", p.AtMost(3), segment.Facts{}, true},
		{"no purchases sum up to zero", p.Sum(segment.Equals, eur(0)), segment.Facts{}, true},
		{"no purchases have no average", p.Average(segment.AtMost, eur(100)), segment.Facts{}, false},
		{"no purchases have no least one", p.Min(segment.AtMost, eur(100)), segment.Facts{}, false},
		{"no purchases have no last one", p.Last(segment.Less, now), segment.Facts{}, false},

		{"rolling window keeps now", p.InLast(1, segment.Hours).AtLeast(1), history(bought("2024-03-31 12:00:00", item("F", "1", 5))), true},
		{"rolling window drops its beginning", p.InLast(3, segment.Months).AtLeast(1), history(bought("2023-12-31 12:00:00", item("F", "1", 5))), false},
		{"rolling window keeps what is just after", p.InLast(3, segment.Months).AtLeast(1), history(bought("2023-12-31 12:00:00.000001", item("F", "1", 5))), true},
		{"a month back clamps", p.InLast(1, segment.Months).AtLeast(1), history(bought("2024-02-29 12:00:00.000001", item("F", "1", 5))), true},
		{"24 hours are not a day when clocks change", p.InLast(24, segment.Hours).AtLeast(1), history(bought("2024-03-30 11:30:00", item("F", "1", 5))), true},
		{"a day is not 24 hours when clocks change", p.InLast(1, segment.Days).AtLeast(1), history(bought("2024-03-30 11:30:00", item("F", "1", 5))), false},
		{"calendar window begins with its first instant", p.InThis(segment.Quarters).AtLeast(1), history(bought("2024-01-01 00:00:00", item("F", "1", 5))), true},
		{"calendar window ends before the next one", p.InPrevious(segment.Quarters).AtLeast(1), history(bought("2024-01-01 00:00:00", item("F", "1", 5))), false},
		{"weeks begin on Monday", p.InThis(segment.Weeks).AtLeast(1), history(bought("2024-03-25 00:00:00", item("F", "1", 5))), true},
		{"absolute window is half-open", p.Between(at("2024-01-01 00:00:00"), at("2024-02-01 00:00:00")).AtLeast(1), history(bought("2024-02-01 00:00:00", item("F", "1", 5))), false},
		{"the future does not count yet", p.AtLeast(1), history(bought("2024-03-31 12:00:00.000001", item("F", "1", 5))), false},
		{"nor in a window that is still open", p.InThis(segment.Years).AtLeast(1), history(bought("2024-04-01 12:00:00", item("F", "1", 5))), false},

		{"category and SKU on one item", p.In("F").WithSKU("2").AtLeast(1), history(bought("2024-03-01 12:00:00", item("F", "1", 5), item("G", "2", 5))), false},
		{"an order with two matching items counts once", p.In("F").Exactly(1), history(bought("2024-03-01 12:00:00", item("F", "1", 5), item("F", "2", 5))), true},
		{"sums of a category leave other items out", p.In("F").Sum(segment.Equals, eur(5)), history(bought("2024-03-01 12:00:00", item("F", "1", 5), item("G", "2", 7))), true},
		{"sums without a category take the order", p.Sum(segment.Equals, eur(12)), history(bought("2024-03-01 12:00:00", item("F", "1", 5), item("G", "2", 7))), true},
		{"other currencies add nothing", p.Sum(segment.AtLeast, money.New(1, "USD")), history(bought("2024-03-01 12:00:00", item("F", "1", 5))), false},
		{"averages are exact", p.Average(segment.Less, eur(4)), history(bought("2024-03-01 12:00:00", item("F", "1", 3)), bought("2024-03-02 12:00:00", item("F", "1", 4))), true},
		{"another kind does not count", segment.Activities(activity.Return).AtLeast(1), history(bought("2024-03-01 12:00:00", item("F", "1", 5))), false},

		{"all of nothing", segment.All(), segment.Facts{}, true},
		{"any of nothing", segment.Any(), segment.Facts{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := segment.Resolve(c.rule, now, berlin)
			if got := segment.Match(r, &c.facts); got != c.want {
				t.Errorf("%s: got %v, want %v", c.rule, got, c.want)
			}
			negated := segment.Resolve(segment.Not(c.rule), now, berlin)
			if segment.Match(negated, &c.facts) == c.want {
				t.Errorf("the rule and its negation give the same answer: %s", c.rule)
			}
		})
	}
}

func named(given string) segment.Facts {
	return segment.Facts{Contact: contact.Contact{Name: contact.Name{Given: given}}}
}

func custom(name string, v contact.Value) segment.Facts {
	return segment.Facts{Contact: contact.Contact{Custom: map[string]contact.Value{name: v}}}
}

func history(list ...activity.Activity) segment.Facts { return segment.Facts{Activities: list} }

// TestNextChange names the instants at which time alone changes an answer.
func TestNextChange(t *testing.T) {
	t.Parallel()
	p := segment.Purchases()
	for _, c := range []struct {
		name, bought, now string
		rule              segment.Rule
		want              string // "" means never
	}{
		{"leaves a rolling window", "2024-01-15 10:00:00", "2024-03-01 00:00:00", p.InLast(3, segment.Months).AtLeast(1), "2024-04-15 10:00:00"},
		{"leaves after exact hours", "2024-03-30 12:00:00", "2024-03-30 13:00:00", p.InLast(24, segment.Hours).AtLeast(1), "2024-03-31 13:00:00"},
		{"leaves after a short day", "2024-03-30 12:00:00", "2024-03-30 13:00:00", p.InLast(1, segment.Days).AtLeast(1), "2024-03-31 12:00:00"},
		{"enters none of", "2024-01-15 10:00:00", "2024-03-01 00:00:00", p.InLast(3, segment.Months).None(), "2024-04-15 10:00:00"},
		{"leaves this quarter", "2024-01-15 10:00:00", "2024-03-01 00:00:00", p.InThis(segment.Quarters).AtLeast(1), "2024-04-01 00:00:00"},
		{"enters the previous quarter", "2024-01-15 10:00:00", "2024-03-01 00:00:00", p.InPrevious(segment.Quarters).AtLeast(1), "2024-04-01 00:00:00"},
		{"leaves the previous quarter", "2024-01-15 10:00:00", "2024-05-01 00:00:00", p.InPrevious(segment.Quarters).AtLeast(1), "2024-07-01 00:00:00"},
		{"comes from the future", "2024-03-01 10:00:00", "2024-03-01 09:00:00", p.AtLeast(1), "2024-03-01 10:00:00"},
		{"never", "2024-03-01 10:00:00", "2024-03-01 11:00:00", p.AtLeast(1), ""},
		{"leaves on a clamped day", "2023-02-28 12:00:00", "2023-03-28 00:00:00", p.InLast(1, segment.Months).AtLeast(1), "2023-03-28 12:00:00"},
		{"comes back on the next clamped day", "2023-02-28 12:00:00", "2023-03-28 13:00:00", p.InLast(1, segment.Months).AtLeast(1), "2023-03-29 00:00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := history(bought(c.bought, item("F", "1", 5)))
			got := segment.NextChange(c.rule, &f, at(c.now), berlin)
			want := time.Time{}
			if c.want != "" {
				want = at(c.want)
			}
			if !got.Equal(want) {
				t.Errorf("got %v, want %v", got.In(berlin), want.In(berlin))
			}
		})
	}
}
