package vat

import (
	"strings"
	"unicode"

	"github.com/stammkunde/crm/errs"
)

// Number is a VAT number in its normal form: the prefix of the country and the
// national part, in capital letters and with nothing between them, for instance
// DE136695976 or EL094259216.
//
// The prefix is the one that VIES knows, so Greece has EL. A Swiss number is kept
// without MWST, TVA or IVA behind it and a Norwegian one without MVA. Old Belgian
// numbers of nine digits and Greek ones of eight get the zero in front that belongs to
// them today.
type Number string

// Parse reads a number with the prefix of its country, in capital or small letters and
// with spaces, full stops, hyphens and slashes anywhere. For Greece GR is read as EL.
func Parse(s string) (Number, error) {
	c, err := compact(s)
	if err != nil {
		return "", err
	}
	prefix, rest := split(c)
	if prefix == "" {
		return "", errs.Refuse("unknown_country", "does not begin with the prefix of a known country")
	}
	return check(prefix, rest)
}

// ParseIn reads a number of one country, which may lack the prefix, as people write it
// at home. The country is given by its prefix or its code of ISO 3166-1, so GR and EL
// are the same. The numbers of GB may begin with XI and the other way around: then the
// prefix in the number counts.
func ParseIn(country, s string) (Number, error) {
	own, rest := split(strings.ToUpper(country))
	if own == "" || rest != "" {
		return "", errs.Refuse("unknown_country", "is of a country whose VAT numbers are not known")
	}
	c, err := compact(s)
	if err != nil {
		return "", err
	}
	if prefix, rest := split(c); prefix != "" && rules[prefix].country == rules[own].country {
		return check(prefix, rest)
	}
	return check(own, c)
}

// split cuts the prefix of a known country from s. It is empty if there is none.
func split(s string) (prefix, rest string) {
	if len(s) < 2 {
		return "", s
	}
	prefix, rest = s[:2], s[2:]
	if prefix == "GR" {
		prefix = "EL"
	}
	if _, ok := rules[prefix]; !ok {
		return "", s
	}
	return prefix, rest
}

// check applies the rule of a country to the national part.
func check(prefix, s string) (Number, error) {
	r := rules[prefix]
	if r.tidy != nil {
		s = r.tidy(s)
	}
	switch r.check(s) {
	case misshapen:
		return "", errs.Refuse("shape", "does not look like the VAT numbers of its country")
	case wrong:
		return "", errs.Refuse("check_digits", "has a wrong check digit or date: a character is mistyped")
	}
	return Number(prefix + s), nil
}

// compact drops what divides a number and makes small letters capital. What remains
// are letters and digits of ASCII, and the + and * of old Irish numbers.
func compact(s string) (string, error) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '.' || r == '/' || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf):
		case 'a' <= r && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '+', r == '*':
			b.WriteRune(r)
		default:
			return "", errs.Refuse("syntax", "has other characters than letters and digits")
		}
	}
	if b.Len() == 0 {
		return "", errs.Refuse("syntax", "has no letters and digits")
	}
	return b.String(), nil
}

// Prefix gives the two letters that VIES has for the country: EL for Greece, XI for
// Northern Ireland.
func (n Number) Prefix() string {
	prefix, _ := split(string(n))
	return prefix
}

// Country gives the code of the country by ISO 3166-1: GR for Greece, and GB for
// Northern Ireland, too.
func (n Number) Country() string { return rules[n.Prefix()].country }
