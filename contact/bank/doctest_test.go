package bank_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact/bank"
)

// doctest reads a file of the doctests of python-stdnum: lists of numbers between
// triple quotes, each followed by the questions which of them are valid.
func doctest(t *testing.T, name string) (good, bad []string) {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA names no directory")
	}
	text, err := os.ReadFile(filepath.Join(dir, "iban", name))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "'''")
	for i := 1; i+1 < len(parts); i += 2 {
		var list []string
		for line := range strings.Lines(parts[i]) {
			if n := strings.TrimSpace(strings.TrimPrefix(line, "...")); n != "" {
				list = append(list, n)
			}
		}
		if asksForBad(parts[i+1]) {
			good = append(good, list...)
		} else {
			bad = append(bad, list...)
		}
	}
	return good, bad
}

// asksForBad reports whether the last question about a list, which is the one that
// checks most, looks for bad numbers. All answers are empty, so such a list is good.
func asksForBad(text string) bool {
	last := ""
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, ">>>") && strings.Contains(line, "is_valid") {
			last = line
		}
	}
	return strings.Contains(last, "and not")
}

func TestParseIBAN_doctests(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	good, bad := doctest(t, "test_iban.doctest")
	is.True(len(good) > 150)
	is.Equal(len(bad), 21)
	for _, s := range good {
		_, err := bank.ParseIBAN(s)
		is.NoErr(err)
	}
	for _, s := range append(bad, "0001", "XX431234") {
		_, err := bank.ParseIBAN(s)
		is.True(err != nil)
	}
	t.Log(len(good), "good,", len(bad)+2, "bad")
}

func TestParseBIC_doctests(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	good, bad := doctest(t, "test_bic.doctest")
	is.True(len(good) > 350)
	is.Equal(len(bad), 0)
	for _, s := range good {
		n, err := bank.ParseBIC(s)
		is.NoErr(err)
		is.Equal(string(n), s)
	}
	_, err := bank.ParseBIC("MULTIPLE")
	is.True(err != nil) // IP is no country
	t.Log(len(good), "good")
}
