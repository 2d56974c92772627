package segment_test

import (
	"testing"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// TestExplain_seen tells what each kind of condition saw.
func TestExplain_seen(t *testing.T) {
	t.Parallel()
	f := fullFacts()
	f.Contact.Born = contact.Date{Year: 2000, Month: 2, Day: 29}
	f.Activities = f.Activities[len(f.Activities)-2:] // a purchase and a call an hour later
	f.Consents = f.Consents[len(f.Consents)-1:]
	p, calls := segment.Purchases(), segment.Activities("call")
	for _, c := range []struct {
		rule segment.Rule
		want string
	}{
		{segment.Field("name.given").Missing(), `"a"`},
		{segment.Field("name.title").Missing(), "missing"},
		{segment.Field("born").Missing(), "2000-02-29"},
		{segment.Field("age").AtLeast(18), "born 2000-02-29"},
		{segment.Field("custom.worth").Missing(), "1.00 EUR"},
		{segment.Field("custom.since").Missing(), "2024-03-30 11:00:00 CET"},
		{segment.Field("name.given").Compare(segment.Equals, "name.family"), `"a" and missing`},
		{segment.Has(segment.Addresses).Where(segment.Field("country").Equals("DE")).AtLeast(1), "1 of 2"},
		{p.AtLeast(1), "1, last on 2024-03-30 11:30:00 CET"},
		{p.First(segment.Less, at("2024-01-01 00:00:00")), "1, first on 2024-03-30 11:30:00 CET"},
		{p.CountItems().AtLeast(1), "1 in 1"},
		{p.CountDistinct("item.sku").AtLeast(1), "1 in 1"},
		{p.Sum(segment.AtLeast, eur(1)), "0.05 EUR"},
		{calls.Sum(segment.AtLeast, eur(1)), "no amount in EUR"},
		{p.Number(segment.Average, "item.quantity", segment.Less, 1), "1"},
		{segment.Activities("visit").AtLeast(1), "none"},
		{p.Per(calls, segment.Less, 1), "1, last on 2024-03-30 11:30:00 CET per 1, last on 2024-03-30 12:30:00 CET"},
		{p.Then(calls, 1), "1, last on 2024-03-30 11:30:00 CET; then 1, last on 2024-03-30 12:30:00 CET"},
		{segment.Consented("marketing", "email"), "granted"},
		{segment.RandomShare("spring", 0, 0.5), "at 0.170734"},
	} {
		if got := segment.Explain(c.rule, &f, at("2024-03-31 12:00:00"), berlin).Seen; got != c.want {
			t.Errorf("%s: got %s, want %s", c.rule, got, c.want)
		}
	}
}
