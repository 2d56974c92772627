package segment_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// FuzzParseRule feeds any text as a rule. What parses must come back the same
// from its own JSON, and what passes the check must evaluate without a panic,
// with a sentence, and opposite to its negation.
func FuzzParseRule(f *testing.F) {
	for _, seed := range []string{
		`{"all":[]}`, `{"any":[{"field":{"name":"email","op":"missing"}}]}`,
		`{"not":{"activity":{"kind":"purchase","categories":["F"],"window":{"last":{"n":3,"unit":"months"}},"aggregate":"sum","op":"at_least","amount":{"amount":150000,"currency":"EUR"}}}}`,
		`{"field":{"name":"custom.points","op":"one_of","values":[1,-2.5,0.000001]}}`,
		`{"field":{"name":"created_at","op":"less","values":[{"time":"2024-01-31T00:00:00Z"}]}}`,
		`{"activity":{"kind":"call","window":{"calendar":{"unit":"weeks","offset":-1}},"aggregate":"last","op":"greater","time":"2024-01-01T00:00:00+01:00"}}`,
	} {
		f.Add([]byte(seed))
	}
	fields := map[string]contact.Type{"points": contact.TypeNumber, "vip": contact.TypeBool}
	now := time.Date(2024, 3, 31, 10, 0, 0, 0, time.UTC)
	facts := history(bought("2024-03-30 11:30:00", item("F", "1", 5)))
	f.Fuzz(func(t *testing.T, text []byte) {
		rule, err := segment.ParseRule(text)
		if err != nil {
			return
		}
		if segment.Check(rule, fields) != nil {
			return
		}
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
		if rule.String() == "" {
			t.Fatal("no sentence")
		}
		in := segment.Match(segment.Resolve(rule, now, berlin), &facts)
		if in == segment.Match(segment.Resolve(segment.Not(rule), now, berlin), &facts) {
			t.Fatalf("%s and its negation give the same answer", first)
		}
		segment.NextChange(rule, &facts, now, berlin)
	})
}
