package bank

import "github.com/stammkunde/crm/errs"

// BIC is the business identifier code of a bank in its normal form: 8 or 11 capital
// letters and digits, as [ParseBIC] gives it.
//
// DEUTDEFF and DEUTDEFFXXX name the same office. Both are kept as they were given,
// since some payment files want one and some the other; compare them with [BIC.Office].
type BIC string

// Lengths of a BIC without and with a branch.
const (
	officeLength = 8
	branchLength = 11
)

// headOffice stands in place of a branch for the head office.
const headOffice = "XXX"

// ParseBIC reads a BIC in capital or small letters, with spaces or hyphens anywhere.
//
// The first four characters may hold digits, as ISO 9362 permits since 2014. The
// country is one of ISO 3166-1, or XK.
func ParseBIC(s string) (BIC, error) {
	c, ok := compact(s)
	switch {
	case !ok || c == "":
		return "", errs.Refuse("syntax", "has other characters than letters and digits, or none")
	case len(c) > branchLength:
		return "", errs.Refuse("too_long", "has more than 11 characters")
	case len(c) < officeLength:
		return "", errs.Refuse("too_short", "has fewer than 8 characters")
	case len(c) != officeLength && len(c) != branchLength:
		return "", errs.Refuse("shape", "has neither 8 nor 11 characters")
	case !isLetter(c[4]) || !isLetter(c[5]):
		return "", errs.Refuse("shape", "has no country as characters 5 and 6")
	case !countries[c[4:6]]:
		return "", errs.Refuse("unknown_country", "has an unknown country as characters 5 and 6")
	}
	return BIC(c), nil
}

// Country gives the code of the bank's country by ISO 3166-1, or XK for Kosovo.
func (b BIC) Country() string {
	if len(b) < officeLength {
		return ""
	}
	return string(b[4:6])
}

// Branch gives the branch, or nothing for the head office.
func (b BIC) Branch() string {
	if len(b) != branchLength || b[officeLength:] == headOffice {
		return ""
	}
	return string(b[officeLength:])
}

// Office gives the code with 11 characters, XXX standing for the head office.
func (b BIC) Office() BIC {
	if len(b) != officeLength {
		return b
	}
	return b + headOffice
}
