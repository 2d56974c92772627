package vat_test

import (
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact/vat"
)

func FuzzParse(f *testing.F) {
	for s := range strings.FieldsSeq(examples) {
		f.Add("DE", s)
		f.Add(s[:2], s[2:])
	}
	f.Add("CH", "CHE-100.155.212 MWST")
	f.Add("IE", "8+79739J")
	f.Fuzz(func(t *testing.T, country, s string) {
		n, err := vat.Parse(s)
		property(t, s, n, err)
		n, err = vat.ParseIn(country, s)
		property(t, s, n, err)
		_ = vat.Number(s).Country()
	})
}

// property checks that a number is read as itself, and that an error has a code and
// none of the digits of the input.
func property(t *testing.T, s string, n vat.Number, err error) {
	t.Helper()
	if err != nil {
		if code(err) == "" || n != "" || strings.ContainsAny(err.Error(), "0123456789") {
			t.Errorf("%q and the error %v for %q", n, err, s)
		}
		return
	}
	again, err := vat.Parse(string(n))
	if err != nil || again != n {
		t.Errorf("the normal form %q of %q is read as %q, %v", n, s, again, err)
	}
	in, err := vat.ParseIn(n.Country(), string(n))
	if err != nil || in != n {
		t.Errorf("%q is read as %q in its country, %v", n, in, err)
	}
	if n.Country() == "" || n.Prefix() == "" {
		t.Errorf("%q has no country", n)
	}
}
