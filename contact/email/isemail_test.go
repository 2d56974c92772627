package email_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact/email"
)

// policy says which categories of Dominic Sayers' is_email are accepted. Errors
// must be refused and valid addresses accepted, also those whose domain was not
// found in the DNS. About the others, which are valid by one RFC but not by another,
// or unusual, the package's comment decides: it refuses them all.
var policy = map[string]bool{
	"ISEMAIL_VALID_CATEGORY": true,
	"ISEMAIL_DNSWARN":        true,
	"ISEMAIL_RFC5321":        false, // quoted names, addresses of machines, top level domains
	"ISEMAIL_CFWS":           false, // comments and folding white space
	"ISEMAIL_DEPREC":         false, // obsolete forms
	"ISEMAIL_RFC5322":        false, // too long, and broken addresses of machines
	"ISEMAIL_ERR":            false,
}

func TestParse_isemail(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, c := range readCases(t) {
		want, ok := policy[c.Category]
		if !ok {
			t.Errorf("case %s: no policy for %s", c.ID, c.Category)
		}
		_, err := email.Parse(control(c.Address))
		if (err == nil) != want {
			t.Errorf("case %s, %s: %v", c.ID, c.Diagnosis, err)
		}
		if err != nil {
			code(t, err)
		}
		counts[c.Category]++
	}
	t.Log(counts)
}

type isemailCase struct{ ID, Address, Category, Diagnosis string }

func readCases(t *testing.T) []isemailCase {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "email", "isemail-tests-original.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []isemailCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("the file has no cases")
	}
	return cases
}

// control puts control characters where the suite has pictures of them, because
// XML cannot hold them.
func control(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\u2400' && r <= '\u241F':
			return r - '\u2400'
		case r == '\u2421':
			return '\x7F'
		}
		return r
	}, s)
}
