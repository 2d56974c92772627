package segment_test

import (
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// regular is a contact with something in every field of the rules below.
func regular() segment.Facts {
	f := named("anna")
	f.Contact.CreatedAt, f.Contact.Born = at("2024-01-02 00:00:00"), contact.Date{Year: 1990, Month: 2, Day: 3}
	f.Contact.Emails = []contact.Email{{Address: "anna@example.com"}}
	f.Contact.Phones = []contact.Phone{{Number: "+49 30 12345"}}
	f.Contact.Addresses = []contact.Address{{City: "Berlin", PostalCode: "10115", Country: "DE", Region: "BE"}}
	f.Contact.Custom = map[string]contact.Value{
		"points": contact.Int(12), "vip": contact.Bool(true), "city": contact.Text("Berlin"),
		"since": contact.Time(at("2024-01-02 00:00:00")), "worth": contact.Amount(eur(100)),
	}
	return f
}

// fieldRules are rules of five conditions on the record, all of them true.
func fieldRules() map[string]segment.Rule {
	return map[string]segment.Rule{
		"texts": segment.All(
			segment.Field("name.given").OneOf("ben", "anna"),
			segment.Field("address.city").Equals("Berlin"),
			segment.Field("address.postal_code").StartsWith("10"),
			segment.Field("address.country").Equals("DE"),
			segment.Not(segment.Field("address.region").Missing()),
		),
		"types": segment.All(
			segment.Field("address.city").Equals("Berlin"),
			segment.Field("created_at").Less(at("2024-03-01 00:00:00")),
			segment.Field("born").AtLeast(contact.Date{Year: 1980, Month: 1, Day: 1}),
			segment.Field("custom.points").Greater(10),
			segment.Field("custom.vip").Equals(true),
		),
		"others": segment.All(
			segment.Field("name.given").Folded().Equals("ANNA"),
			segment.Field("address.city").Compare(segment.Equals, "custom.city"),
			segment.Field("email").EndsWith("@example.com"),
			segment.Field("custom.worth").AtMost(eur(100)),
			segment.Field("custom.since").Within(segment.Window{Last: &segment.Span{N: 1, Unit: segment.Years}}),
		),
	}
}

func resolvedFieldRule(r segment.Rule) segment.Resolved {
	return segment.Resolve(r, at("2024-03-31 12:00:00"), berlin)
}

// BenchmarkMatch measures rules of five conditions on the record.
func BenchmarkMatch(b *testing.B) {
	f := regular()
	for name, rule := range fieldRules() {
		r := resolvedFieldRule(rule)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			begin := time.Now()
			for b.Loop() {
				if !segment.Match(r, &f) {
					b.Fatal("no match")
				}
			}
			b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "contacts/s")
		})
	}
}

// TestMatch_of_fields_allocates_nothing, so that a population can be read
// through without making garbage.
func TestMatch_of_fields_allocates_nothing(t *testing.T) {
	f := regular()
	for name, rule := range fieldRules() {
		r, matched := resolvedFieldRule(rule), true
		if n := testing.AllocsPerRun(100, func() { matched = matched && segment.Match(r, &f) }); n > 0 || !matched {
			t.Errorf("%s: %v allocations for a contact, matched %v", name, n, matched)
		}
	}
}
