package exchange_test

import (
	"strings"
	"testing"

	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/exchange/internal/jsonlines"
)

// FuzzLines: whatever stands in a file, it is read to its end, each line is told of
// once, and no problem repeats what stands there.
func FuzzLines(f *testing.F) {
	f.Add(`{"contact":{"name":{"given":"Anna"},"identities":[{"source":"shop","key":"1"}]},"activities":[{"kind":"visit"}]}` + "\n" + `{"of":"x"}`)
	f.Add(`{"contact":{"custom":{"a":{"type":"text"}}},"consents":[{"channel":"email","action":"grant","at":"2026-01-01T00:00:00Z"}]}`)
	f.Add("\ufeff\n\n{\n[]\n\xff\n" + `{"contact":{"secret4711":1}}`)
	f.Fuzz(func(t *testing.T, text string) {
		lines := jsonlines.NewReader(strings.NewReader(text), exchange.MaxLine)
		last := 0
		for e, err := range exchange.Lines(strings.NewReader(text)) {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := lines.Next(); err != nil || e.Number != lines.Number || e.Line != lines.Line || e.Number != last+1 {
				t.Fatalf("entry %d on line %d, after entry %d: %v", e.Number, e.Line, last, err)
			}
			last = e.Number
			for _, p := range e.Problems {
				if p.Code == "" || p.Message == "" || strings.Contains(p.Message, "4711") {
					t.Fatalf("problem %+v", p)
				}
			}
		}
	})
}
