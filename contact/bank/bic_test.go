package bank_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact/bank"
)

func TestParseBIC(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"DEUTDEFF":         "DEUTDEFF",
		"deut de ff 500":   "DEUTDEFF500",
		"ABNA-BE-2A":       "ABNABE2A",
		"NESW\u00a0SZ\tMX": "NESWSZMX",
		"MBKOXKPR":         "MBKOXKPR", // Kosovo
		"E097AEXX":         "E097AEXX", // digits in front, since 2014
	} {
		is := is.New(t)
		n, err := bank.ParseBIC(s)
		is.NoErr(err)
		is.Equal(string(n), want)
		is.Equal(n.Country(), want[4:6])
	}
}

func TestParseBIC_refuses(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":             "syntax",
		"DEUTDEF":      "too_short",
		"DEUTDEFF5":    "shape",
		"DEUTDEFF50":   "shape",
		"DEUTDEFF5000": "too_long",
		"AGRIF2PP":     "shape", // a digit in the country
		"MULTIPLE":     "unknown_country",
		"DEUTUKFF":     "unknown_country", // it is GB
		"DEUTDEFÄ":     "syntax",
		"DEUTDEF\xff":  "syntax",
	} {
		is := is.New(t)
		n, err := bank.ParseBIC(s)
		is.Equal(code(err), want)
		is.Equal(n, bank.BIC(""))
	}
}

func TestBIC_parts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(bank.BIC("DEUTDEFF").Branch(), "")
	is.Equal(bank.BIC("DEUTDEFFXXX").Branch(), "")
	is.Equal(bank.BIC("DEUTDEFF500").Branch(), "500")
	is.Equal(bank.BIC("DEUTDEFF").Office(), bank.BIC("DEUTDEFFXXX"))
	is.Equal(bank.BIC("DEUTDEFF500").Office(), bank.BIC("DEUTDEFF500"))
	is.Equal(bank.BIC("").Office(), bank.BIC(""))
	is.Equal(bank.BIC("DE").Country(), "")
}
