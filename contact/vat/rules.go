package vat

import "strings"

// verdict is what a rule says about the national part of a number.
type verdict int

const (
	good verdict = iota
	misshapen
	wrong // the check digits, or the date in it
)

// checked is the verdict on a number that looks right.
func checked(ok bool) verdict {
	if ok {
		return good
	}
	return wrong
}

// rule is what a country says about its numbers.
type rule struct {
	country string                 // by ISO 3166-1
	check   func(s string) verdict // of what follows the prefix, after tidy
	tidy    func(s string) string  // makes one form of several; may be nil
}

// rules holds the countries by their prefix.
var rules = map[string]rule{
	"AT": {country: "AT", check: austrian},
	"BE": {country: "BE", check: belgian, tidy: filledTo(10)},
	"BG": {country: "BG", check: bulgarian},
	"CH": {country: "CH", check: swiss, tidy: without("MWST", "TVA", "IVA", "TPV", "VAT")},
	"CY": {country: "CY", check: cypriot},
	"CZ": {country: "CZ", check: czech},
	"DE": {country: "DE", check: german},
	"DK": {country: "DK", check: danish},
	"EE": {country: "EE", check: estonian},
	"EL": {country: "GR", check: greek, tidy: filledTo(9)},
	"ES": {country: "ES", check: spanish},
	"FI": {country: "FI", check: finnish},
	"FR": {country: "FR", check: french},
	"GB": {country: "GB", check: british},
	"HR": {country: "HR", check: croatian},
	"HU": {country: "HU", check: hungarian},
	"IE": {country: "IE", check: irish},
	"IT": {country: "IT", check: italian},
	"LT": {country: "LT", check: lithuanian},
	"LU": {country: "LU", check: luxembourgish},
	"LV": {country: "LV", check: latvian},
	"MT": {country: "MT", check: maltese},
	"NL": {country: "NL", check: dutch},
	"NO": {country: "NO", check: norwegian, tidy: without("MVA")},
	"PL": {country: "PL", check: polish},
	"PT": {country: "PT", check: portuguese},
	"RO": {country: "RO", check: romanian},
	"SE": {country: "SE", check: swedish},
	"SI": {country: "SI", check: slovenian},
	"SK": {country: "SK", check: slovak},
	"XI": {country: "GB", check: british},
}

// filledTo puts a zero in front of a number that lacks just one digit, since it was
// given when numbers were shorter.
func filledTo(length int) func(string) string {
	return func(s string) string {
		if digits(s, length-1) {
			return "0" + s
		}
		return s
	}
}

// without drops one of the endings.
func without(endings ...string) func(string) string {
	return func(s string) string {
		for _, e := range endings {
			if rest, ok := strings.CutSuffix(s, e); ok {
				return rest
			}
		}
		return s
	}
}

// digits reports whether s consists of so many digits.
func digits(s string, length int) bool {
	if len(s) != length {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// value gives the value of up to 18 digits.
func value(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + digit(s, i)
	}
	return n
}

// digit gives the value of the digit at i.
func digit(s string, i int) int { return int(s[i] - '0') }

// last gives the value of the last digit.
func last(s string) int { return digit(s, len(s)-1) }

// sum adds up the first digits times their weights.
func sum(s string, weights ...int) int {
	total := 0
	for i, w := range weights {
		total += w * digit(s, i)
	}
	return total
}
