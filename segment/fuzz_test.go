package segment_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// FuzzParseRule feeds any text as a rule. What parses has a sentence and is
// checked in no time; what passes the check must come back the same from its own
// JSON, evaluate without a panic, and opposite to its negation.
func FuzzParseRule(f *testing.F) {
	for _, seed := range []string{
		`{"all":[]}`, `{"any":[{"field":{"name":"email","op":"missing"}}]}`,
		`{"not":{"activity":{"kind":"purchase","categories":["F"],"window":{"last":{"n":3,"unit":"months"}},"aggregate":"sum","op":"at_least","amount":{"amount":150000,"currency":"EUR"}}}}`,
		`{"field":{"name":"custom.points","op":"one_of","values":[1,-2.5,0.000001]}}`,
		`{"field":{"name":"created_at","op":"less","values":[{"time":"2024-01-31T00:00:00Z"}]}}`,
		`{"activity":{"kind":"call","window":{"calendar":{"unit":"weeks","offset":-1}},"aggregate":"last","op":"greater","time":"2024-01-01T00:00:00+01:00"}}`,
		`{"ratio":{"of":{"aggregate":"count"},"per":{"aggregate":"count"},"op":"equals"}}`, `{"field":{"name":"born","op":"equals","values":[null]}}`,
		`{"field":{"name":"born","op":"between"}}`, `{"field":{"name":"born","op":"anniversary"}}`, `{"rank":{"percent":null}}`, `{"has":{"list":"x"}}`,
	} {
		f.Add([]byte(seed))
	}
	r := newRandom(5)
	for range 100 {
		text, err := json.Marshal(r.rule(2))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	facts := fullFacts()
	f.Fuzz(func(t *testing.T, text []byte) {
		rule, err := segment.ParseRule(text)
		if err != nil {
			return
		}
		if rule.Sentence("en") == "" || rule.Sentence("de") == "" {
			t.Fatal("no sentence")
		}
		if segment.Check(rule, declared) != nil {
			return
		}
		evaluates(t, rule, &facts)
	})
}

// evaluates does with a checked rule all that can be done.
func evaluates(t *testing.T, rule segment.Rule, facts *segment.Facts) {
	t.Helper()
	first, err := json.Marshal(rule)
	if err != nil {
		t.Fatalf("a checked rule has no JSON: %v", err)
	}
	again, err := segment.ParseRule(first)
	if err != nil {
		t.Fatalf("%s does not come back: %v", first, err)
	}
	second, _ := json.Marshal(again)
	if !bytes.Equal(first, second) {
		t.Fatalf("%s comes back as %s", first, second)
	}
	if err := segment.Check(again, declared); err != nil {
		t.Fatalf("%s is refused when it comes back: %v", first, err)
	}
	now := time.Date(2024, 3, 31, 10, 0, 0, 0, time.UTC)
	in := segment.Match(segment.Resolve(rule, now, berlin), facts)
	if in == segment.Match(segment.Resolve(segment.Not(rule), now, berlin), facts) {
		t.Fatalf("%s and its negation give the same answer", first)
	}
	if in != segment.Match(segment.Resolve(again, now, berlin), facts) {
		t.Fatalf("%s gives another answer when it comes back", first)
	}
	if e := segment.Explain(rule, facts, now, berlin); e.Matched != in || e.String() == "" {
		t.Fatalf("%s is explained as %s", first, e)
	}
	segment.Match(segment.Resolve(rule, now, berlin), &segment.Facts{})
}

// fullFacts is a contact with something of everything.
func fullFacts() segment.Facts {
	r := newRandom(6)
	f := r.facts()
	f.Contact.Name.Given, f.Contact.Tags = "a", []string{"b"}
	f.Contact.Addresses = []contact.Address{{City: "Straße", Country: "DE"}, {}}
	f.Contact.Custom = map[string]contact.Value{
		"points": contact.Int(1), "vip": contact.Bool(true), "city": contact.Text("a"), "since": contact.Time(at("2024-03-30 11:00:00")),
		"day": contact.Day(contact.Date{Year: 2024, Month: 2, Day: 29}), "worth": contact.Amount(eur(100)),
		"likes": contact.Many("a", "b"),
	}
	f.Activities = append(f.Activities, bought("2024-03-30 11:30:00", item("F", "1", 5)), happened("call", "2024-03-30 12:30:00"))
	f.Consents = append(f.Consents, consent.Event{Purpose: "marketing", Channel: "email", Action: consent.Grant, At: at("2024-03-30 11:30:00")})
	return f
}

// TestRule_that_is_checked_evaluates does the same with random rules.
func TestRule_that_is_checked_evaluates(t *testing.T) {
	t.Parallel()
	r, facts := newRandom(8), fullFacts()
	for range 1000 {
		evaluates(t, r.rule(3), &facts)
	}
}

// largest are rules beyond every limit.
func largest() map[string]segment.Rule {
	rules := map[string]segment.Rule{"many": segment.All(make([]segment.Rule, 100_000)...)}
	for name, values := range map[string][]any{"wrong": make([]any, segment.MaxValues), "right": texts(segment.MaxValues)} {
		leaf := segment.Field("name.given").OneOf(values...)
		wide, deep := make([]segment.Rule, segment.MaxNodes-1), leaf
		for i := range wide {
			wide[i] = leaf
		}
		for range 10_000 {
			deep = segment.Not(deep)
		}
		rules["wide, "+name], rules["deep, "+name] = segment.All(wide...), deep
	}
	return rules
}

// TestCheck_gives_up tells that not all mistakes of a rule without end are
// told, which is why the check is quick; BenchmarkCheck tells how quick.
func TestCheck_gives_up(t *testing.T) {
	t.Parallel()
	for name, r := range largest() {
		if n := len(errs.FieldsOf(segment.Check(r, declared))); n < 1 || n > 110 {
			t.Errorf("%s: %d mistakes", name, n)
		}
	}
}

// BenchmarkCheck measures rules beyond every limit against the 10 ms in which
// they are to be refused.
func BenchmarkCheck(b *testing.B) {
	for name, r := range largest() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if segment.Check(r, declared) == nil {
					b.Fatal("is not refused")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10e6, "ratio-to-10ms")
		})
	}
}

func texts(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = "a"
	}
	return list
}
