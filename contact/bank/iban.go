package bank

import (
	"log/slog"
	"strings"

	"github.com/stammkunde/crm/errs"
)

// IBAN is the number of a bank account in its normal form: capital letters and
// digits with nothing between them, as [ParseIBAN] gives it.
//
// Printing and logging one shows [IBAN.Masked], so that no log carries the number of
// an account by accident. As JSON and in a database it is whole.
type IBAN string

// headLength is the length of the country code and the check digits together.
const headLength = 4

// ParseIBAN reads an IBAN as people write it: in capital or small letters, with
// spaces, hyphens or full stops anywhere, and with the word IBAN in front or not.
func ParseIBAN(s string) (IBAN, error) {
	c, ok := compact(withoutLabel(s))
	if !ok {
		return "", errs.Refuse("syntax", "has other characters than letters and digits")
	}
	if len(c) < 2 || !isLetter(c[0]) || !isLetter(c[1]) {
		return "", errs.Refuse("syntax", "does not begin with the code of a country")
	}
	structure, ok := structures[c[:2]]
	if !ok {
		return "", errs.Refuse("unknown_country", "is of a country that has no IBAN")
	}
	if err := fits(c[2:], structure); err != nil {
		return "", err
	}
	if !checked(c) {
		return "", errs.Refuse("check_digits", "has wrong check digits: a character is mistyped")
	}
	if national, ok := nationals[c[:2]]; ok && !national(c[headLength:]) {
		return "", errs.Refuse("check_digits", "has wrong check digits of its country: a character is mistyped")
	}
	return IBAN(c), nil
}

// withoutLabel drops the word IBAN in front, which cannot belong to the number: no
// country has the code IB.
func withoutLabel(s string) string {
	const label = "IBAN"
	s = strings.TrimLeftFunc(s, isGap)
	if len(s) >= len(label) && strings.EqualFold(s[:len(label)], label) {
		return strings.TrimPrefix(strings.TrimLeftFunc(s[len(label):], isGap), ":")
	}
	return s
}

// fits tells what is wrong with the length or the kinds of the characters.
func fits(s, structure string) error {
	switch {
	case len(s) < len(structure):
		return errs.Refuse("too_short", "has too few characters for an IBAN of its country")
	case len(s) > len(structure):
		return errs.Refuse("too_long", "has too many characters for an IBAN of its country")
	}
	for i := range len(s) {
		if kind := structure[i]; kind == 'n' && isLetter(s[i]) || kind == 'a' && !isLetter(s[i]) {
			return errs.Refuse("shape", "has letters or digits where an IBAN of its country has none")
		}
	}
	return nil
}

// checked applies ISO 7064, MOD 97-10, with the head moved to the end. The rule makes
// check digits from 02 to 98; 00, 01 and 99 pass the division as well, but nobody
// assigns them.
func checked(s string) bool {
	if d := s[2:headLength]; d == "00" || d == "01" || d == "99" {
		return false
	}
	return mod97(s[headLength:]+s[:headLength]) == 1
}

// mod97 gives the remainder of s by 97, with letters written as 10 to 35.
func mod97(s string) int {
	rest := 0
	for i := range len(s) {
		if c := s[i]; isLetter(c) {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}

// Country gives the code of the country by ISO 3166-1, or XK for Kosovo.
func (n IBAN) Country() string {
	if len(n) < 2 {
		return ""
	}
	return string(n[:2])
}

// Compact gives the whole number without spaces, as payment files want it.
func (n IBAN) Compact() string { return string(n) }

// Grouped gives the whole number in groups of four, as ISO 13616 prints it.
func (n IBAN) Grouped() string {
	var b strings.Builder
	for i := range len(n) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(n[i])
	}
	return b.String()
}

// Masked gives country, check digits and the last four characters, and asterisks for
// the rest, so that people recognise the account and nobody else can use it.
func (n IBAN) Masked() string {
	hidden := len(n) - headLength - 4
	if hidden < 4 { // no IBAN, so nothing tells what of it may be shown
		return strings.Repeat("*", len(n))
	}
	return string(n[:headLength]) + strings.Repeat("*", hidden) + string(n[len(n)-4:])
}

// String is [IBAN.Masked].
func (n IBAN) String() string { return n.Masked() }

// GoString is [IBAN.Masked], for %#v.
func (n IBAN) GoString() string { return n.Masked() }

// LogValue is [IBAN.Masked], for handlers of slog that would write JSON.
func (n IBAN) LogValue() slog.Value { return slog.StringValue(n.Masked()) }
