package phone_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact/phone"
	"github.com/stammkunde/crm/errs"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ s, country, normal, international, where string }{
		{"+49 30 123456", "", "+4930123456", "+49 30 123456", "DE"},
		{"030/123456", "DE", "+4930123456", "+49 30 123456", "DE"},
		{"0049 (0)30 - 123 456", "DE", "+4930123456", "+49 30 123456", "DE"},
		{"+49 (0) 30 123456", "FR", "+4930123456", "+49 30 123456", "DE"},
		{"(+49) 30.123456", "", "+4930123456", "+49 30 123456", "DE"},
		{" +49 30 123456-12 \n", "", "+493012345612", "+49 30 12345612", "DE"},
		{"\u202a+49\u00a030\u2011123456\u202c", "", "+4930123456", "+49 30 123456", "DE"},
		{"＋４９ ３０ １２３４５６", "", "+4930123456", "+49 30 123456", "DE"},
		{"٠٣٠ ١٢٣٤٥٦", "DE", "+4930123456", "+49 30 123456", "DE"},
		{"tel:+49-30-123456", "", "+4930123456", "+49 30 123456", "DE"},
		{"+39 02 1234567", "", "+39021234567", "+39 02 123 4567", "IT"},
		{"+800 1234 5678", "", "+80012345678", "+800 1234 5678", ""},
		{"(212) 555-0123", "US", "+12125550123", "+1 212-555-0123", "US"},
		{"+1 212 555 0123 ext. 045", "", "+12125550123;ext=045", "+1 212-555-0123 ext. 045", "US"},
		{"+1 212 555 0123 x45", "", "+12125550123;ext=45", "+1 212-555-0123 ext. 45", "US"},
		{"+1 212 555 0123, EXT:45", "", "+12125550123;ext=45", "+1 212-555-0123 ext. 45", "US"},
		{"Tel:+1-212-555-0123;ext=45", "", "+12125550123;ext=45", "+1 212-555-0123 ext. 45", "US"},
		{"+49 30 123456#12", "", "+4930123456;ext=12", "+49 30 123456 ext. 12", "DE"},
	} {
		t.Run(c.s, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			n, err := phone.Parse(c.s, c.country)
			is.NoErr(err)
			is.Equal(n.String(), c.normal)
			is.Equal(n.International(), c.international)
			is.Equal(n.Country(), c.where)
			e164, extension, _ := strings.Cut(c.normal, ";ext=")
			is.Equal(n.E164(), e164)
			is.Equal(n.Extension(), extension)
		})
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ s, country, code string }{
		{"", "DE", "syntax"},
		{"+", "DE", "syntax"},
		{"()", "DE", "syntax"},
		{"Ada 030 123456", "DE", "syntax"},
		{"030 123456 Ada", "DE", "syntax"},
		{"030 123456, 030 123457", "DE", "syntax"},
		{"1-800-FLOWERS", "US", "syntax"},
		{"++49 30 123456", "", "syntax"},
		{"49+30 123456", "DE", "syntax"},
		{"*49 30 123456", "DE", "syntax"},
		{"030 123\n456", "DE", "syntax"},
		{"030 123\xff456", "DE", "syntax"},
		{"ext. 45", "DE", "syntax"},
		{"+49 30 123456 ext. 123456789", "", "syntax"},
		{"tel:030-123456;phone-context=+49", "DE", "syntax"},
		{"030 123456", "", "unknown_country"},
		{"0049 30 123456", "", "unknown_country"},
		{"030 123456", "XX", "unknown_country"},
		{"030 123456", "de", "unknown_country"},
		{"+49 30 123456", "001", "unknown_country"},
		{"+999 123456", "", "unknown_country"},
		{"+0 123456", "DE", "unknown_country"},
		{"1", "DE", "too_short"},
		{"112", "DE", "too_short"},
		{"+49 1", "", "too_short"},
		{"+1 212 555 012", "", "too_short"},
		{"0049", "DE", "too_short"},
		{"+1 212 555 01234", "", "too_long"},
		{"+49 30 1234567890123456", "", "too_long"},
		{"+49 201 00000000000", "", "too_long"}, // one of 16 digits
		{strings.Repeat("1", 1<<20), "DE", "too_long"},
		{"+1 012 555 0123", "", "not_assigned"},
		{"+33 0 00 00 00 00", "", "not_assigned"},
	} {
		t.Run(c.s[:min(len(c.s), 40)], func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			n, err := phone.Parse(c.s, c.country)
			is.Equal(code(t, err), c.code)
			is.Equal(n, phone.Number{})
		})
	}
}

func TestNumber_Kind(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]phone.Kind{
		"+49 30 123456":    phone.FixedLine,
		"+49 151 23456789": phone.Mobile,
		"+1 212 555 0123":  phone.FixedLineOrMobile,
		"+49 800 1234567":  phone.TollFree,
		"+49 900 1234567":  phone.PremiumRate,
	} {
		t.Run(s, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			n, err := phone.Parse(s, "")
			is.NoErr(err)
			is.Equal(n.Kind(), want)
		})
	}
}

func TestNumber_zero(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var none phone.Number
	for _, s := range []string{none.String(), none.E164(), none.Extension(), none.International(), none.Country(), string(none.Kind())} {
		is.Equal(s, "")
	}
}

func TestParser(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	german := phone.Parser{Country: "DE"}
	s, err := german.Normalize("030 123456", "")
	is.NoErr(err)
	is.Equal(s, "+4930123456")
	s, err = german.Normalize("01 2345678", "AT")
	is.NoErr(err)
	is.Equal(s, "+4312345678")
	s, err = german.Normalize("+1 212 555 0123 x45", "AT")
	is.NoErr(err)
	is.Equal(s, "+12125550123;ext=45")
	s, err = phone.Parser{}.Normalize("030 123456", "")
	is.Equal(code(t, err), "unknown_country")
	is.Equal(s, "")
}

// texts are all the texts of problems. None of them is made from the input, so
// none can repeat it.
var texts = map[string]string{
	"must be a telephone number such as +49 30 123456":           "syntax",
	"must go with an ISO 3166-1 alpha-2 code such as DE":         "unknown_country",
	"must begin with + and the calling code of its country":      "unknown_country",
	"must begin with the calling code of a country":              "unknown_country",
	"must not have more digits than the numbers of its country":  "too_long",
	"must not have fewer digits than the numbers of its country": "too_short",
	"must lie in a range of numbers that its country hands out":  "not_assigned",
}

// code returns the code of a problem, whose text must be a known one.
func code(t *testing.T, err error) string {
	t.Helper()
	var p *errs.Problem
	if !errors.As(err, &p) {
		t.Fatalf("want a problem, got %v", err)
	}
	if texts[p.Message] != p.Code {
		t.Fatalf("the text of %s is %q", p.Code, p.Message)
	}
	return p.Code
}

// FuzzParse: what is accepted is stable in each of its forms, and what is refused
// is never repeated.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"+49 30 123456", "030/123456", "+1 212 555 0123 ext. 45", "tel:+39-06-6982;ext=0", "+80012345678", "٠٣٠١٢٣٤٥٦", "", "\xff#1",
	} {
		for _, country := range []string{"", "DE", "US", "IT", "AR", "XX"} {
			f.Add(s, country)
		}
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		n, err := phone.Parse(s, country)
		if err != nil {
			code(t, err)
			return
		}
		if len(n.E164()) > 16 || n.Kind() == "" {
			t.Fatalf("Parse(%q, %q) = %q of kind %q", s, country, n, n.Kind())
		}
		for _, form := range []string{n.String(), n.International()} {
			if again, err := phone.Parse(form, ""); err != nil || again != n {
				t.Fatalf("Parse(%q, %q) = %q, but %q is %q, %v", s, country, n, form, again, err)
			}
		}
	})
}
