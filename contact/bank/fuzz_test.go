package bank_test

import (
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact/bank"
)

func FuzzParse(f *testing.F) {
	for s := range strings.FieldsSeq(examples) {
		f.Add(s)
	}
	f.Add("IBAN: no 93 8601 11 17947")
	f.Add("deut de ff 500")
	f.Add("ES2121000418450200051331")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := bank.ParseIBAN(s)
		refusal(t, s, string(n), err)
		if err == nil {
			for _, form := range []string{n.Compact(), n.Grouped(), strings.ToLower(n.Grouped())} {
				if again, err := bank.ParseIBAN(form); err != nil || again != n {
					t.Errorf("the form %q of an IBAN is not read as itself", form)
				}
			}
			if strings.Contains(n.String(), n.Compact()[4:]) {
				t.Error("the masked form shows the account")
			}
		}
		b, err := bank.ParseBIC(s)
		refusal(t, s, string(b), err)
		if err == nil {
			if again, err := bank.ParseBIC(string(b)); err != nil || again != b {
				t.Errorf("%q is not read as itself", b)
			}
		}
		_, _, _ = bank.IBAN(s).Masked(), bank.IBAN(s).Grouped(), bank.BIC(s).Office()
	})
}

// refusal checks that there is a result or an error, and that the error has a code
// and nothing of the input.
func refusal(t *testing.T, s, result string, err error) {
	t.Helper()
	switch {
	case err == nil && result == "", err != nil && result != "":
		t.Errorf("%q with the error %v", result, err)
	case err == nil:
	case code(err) == "":
		t.Errorf("the error %v has no code", err)
	case len(s) > 5 && strings.ContainsAny(s, "0123456789") && strings.Contains(err.Error(), s):
		t.Errorf("the error %v repeats the input", err)
	}
}
