package postal

import (
	"strings"
	"unicode"

	"github.com/stammkunde/crm/errs"
	"golang.org/x/text/unicode/norm"
)

// NormalPostalCode returns a postal code as its country writes it: "sw1a1aa" gives
// "SW1A 1AA" in GB, "00950" gives "00-950" in PL, and "D-10115" gives "10115" in DE.
// It mends capitals, the signs between the parts, and a sign of the country before
// the code, nothing else: a code that lost its leading zeros in a spreadsheet is
// refused, because one that lost a digit elsewhere looks the same. The normal form
// of the normal form is itself.
//
// Where the codes of the country have no known form, and for an empty code, it only
// removes needless space. The error is a *errs.Problem, "unknown_country" or
// "syntax", and does not repeat the code.
func NormalPostalCode(country, code string) (string, error) {
	c, ok := find(country)
	if !ok {
		return "", unknownCountry
	}
	return c.normal(code)
}

// maxCode is more than the longest postal code in bytes, however it is spelled.
const maxCode = 100

func (c country) normal(code string) (string, error) {
	if c.codes == "" || strings.TrimSpace(code) == "" {
		return strings.Join(strings.Fields(code), " "), nil
	}
	if len(code) > maxCode {
		return "", c.refusal()
	}
	bare := plain(code)
	for _, s := range []string{bare, c.withoutSign(bare)} {
		for form := range strings.SplitSeq(c.codes, "|") {
			if written, ok := fit(form, s); ok {
				return written, nil
			}
		}
	}
	return "", c.refusal()
}

// refusal says how the country's codes look, by one that has the first form.
func (c country) refusal() error {
	form, _, _ := strings.Cut(c.codes, "|")
	return errs.Refuse("syntax", "must be a postal code such as "+sample(form))
}

// sample returns a code of a form, with the digits and letters in their order.
func sample(form string) string {
	var b strings.Builder
	digits, letters := "1234567890", "ABCDEFGH"
	for form != "" {
		width, _ := one(form, "")
		switch form[0] {
		case '#':
			b.WriteByte(digits[0])
			digits = digits[1:]
		case '@', '*':
			b.WriteByte(letters[0])
			letters = letters[1:]
		case '[':
			b.WriteByte(form[1])
		case '!':
			b.WriteString("AB")
		case '~', '(', ')':
		default:
			b.WriteByte(form[0])
		}
		form = form[width:]
	}
	return b.String()
}

// plain brings a typed code to capitals, with one space for all that may stand
// between its parts, so that only letters, digits and single spaces matter.
func plain(code string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKC.String(code) {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r), r == '.', r == '\u2212', r == '〒':
			gap = true
			continue
		case gap && b.Len() > 0:
			b.WriteByte(' ')
		}
		gap = false
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// withoutSign removes the sign of the country from a plain code: in mail from
// abroad people wrote that of the cars, D-10115, and still write the ISO code.
func (c country) withoutSign(code string) string {
	signs := []string{c.code}
	for _, s := range carSigns {
		if s.code == c.code {
			signs = append(signs, s.sign)
		}
	}
	for _, sign := range signs {
		rest, ok := strings.CutPrefix(code, sign)
		if !ok || rest == "" {
			continue
		}
		if rest[0] == ' ' {
			return rest[1:]
		}
		if rest[0]-'0' <= 9 {
			return rest
		}
	}
	return code
}

// fit writes a plain code in a form, if it has it. In a form stand
//
//	#       a digit
//	@       a letter
//	*       a letter or digit
//	[A-C1]  one of these
//	!       the letters of a British postcode area
//	space -  a sign that is written, whether it was typed or not
//	~       a sign that may be typed, but is not written
//	(AB-)   a beginning that is written, whether it was typed or not
//	A 1     itself
func fit(form, code string) (written string, ok bool) {
	var b strings.Builder
	for form != "" {
		switch form[0] {
		case ' ', '-':
			b.WriteByte(form[0])
			fallthrough
		case '~':
			code = strings.TrimPrefix(code, " ")
			form = form[1:]
			continue
		case '(':
			beginning, rest, _ := strings.Cut(form[1:], ")")
			b.WriteString(beginning)
			if after, typed := strings.CutPrefix(code, strings.TrimRight(beginning, " -")); typed {
				code = strings.TrimPrefix(after, " ")
			}
			form = rest
			continue
		}
		width, n := one(form, code)
		if n == 0 {
			return "", false
		}
		b.WriteString(code[:n])
		form, code = form[width:], code[n:]
	}
	return b.String(), code == ""
}

// one compares the sign at the beginning of a form with the beginning of the code.
// It returns the widths of both in bytes; n is 0 if they do not fit.
func one(form, code string) (width, n int) {
	width = 1
	if form[0] == '[' {
		width = strings.IndexByte(form, ']') + 1
	}
	if code == "" {
		return width, 0
	}
	c := code[0]
	isDigit, isLetter := c-'0' <= 9, 'A' <= c && c <= 'Z'
	found := false
	switch form[0] {
	case '#':
		found = isDigit
	case '@':
		found = isLetter
	case '*':
		found = isDigit || isLetter
	case '[':
		found = among(form[1:width-1], c)
	case '!':
		return width, area(code)
	default:
		found = c == form[0]
	}
	if found {
		n = 1
	}
	return width, n
}

// among reports whether c is in a set such as "AC-F0-9".
func among(set string, c byte) bool {
	for set != "" {
		last, width := set[0], 1
		if len(set) > 2 && set[1] == '-' {
			last, width = set[2], 3
		}
		if set[0] <= c && c <= last {
			return true
		}
		set = set[width:]
	}
	return false
}

// area returns the number of letters with which the code begins, if they are a
// British postcode area, else 0.
func area(code string) int {
	n := strings.IndexFunc(code, func(r rune) bool { return r < 'A' || r > 'Z' })
	if n < 1 || n > 2 || !strings.Contains(britishAreas, " "+code[:n]+" ") {
		return 0
	}
	return n
}
