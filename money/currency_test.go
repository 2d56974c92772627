package money_test

import (
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/money"
)

// all returns the codes of three capital letters that the package knows, with
// their exponents.
func all() map[string]int {
	codes := make(map[string]int)
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for _, a := range letters {
		for _, b := range letters {
			for _, c := range letters {
				code := string([]rune{a, b, c})
				if e, ok := money.Exponent(code); ok {
					codes[code] = e
				}
			}
		}
	}
	return codes
}

func TestExponent_of_every_code(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	codes := all()
	byExponent := make(map[int]int)
	for code, e := range codes {
		byExponent[e]++
		is.True(money.Known(code))
	}
	// List one of January 2026 has 178 codes, of which 13 have no minor unit;
	// ANG and BGN are kept on top.
	is.Equal(len(codes), 178-13+2)
	is.Equal(byExponent, map[int]int{0: 17, 2: 167 - 17 - 7 - 2, 3: 7, 4: 2})
}

func TestExponent_by_example(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	codes := all()
	for exponent, list := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		2: "EUR USD GBP CHF SEK PLN CZK HUF TRY INR CNY BRL MXN UAH AED XCG ZWG SLE VED XAD BGN",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for code := range strings.FieldsSeq(list) {
			is.Equal(codes[code], exponent) // minor unit of the code
		}
	}
	for code := range strings.FieldsSeq("XXX XTS XAU XAG XPD XPT XDR XSU XUA XBA XBB XBC XBD DEM FRF ITL HRK SLL ZWL CUC") {
		is.True(!money.Known(code)) // no active currency
	}
}
