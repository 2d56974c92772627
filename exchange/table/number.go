package table

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// Number is a decimal number, exactly: Unscaled divided by ten to the power of
// Scale. "12.50" is 1250 and 2.
type Number struct {
	Unscaled int64
	Scale    int // 0 to 18
	// Currency is the sign or code that stood beside it, as it was written: "€",
	// "EUR", or "" if none did.
	Currency string
}

// String gives the number as money.Parse reads it: "-1234.50".
func (n Number) String() string {
	digits, sign := strconv.FormatInt(n.Unscaled, 10), ""
	if n.Unscaled < 0 {
		digits, sign = digits[1:], "-"
	}
	if n.Scale <= 0 {
		return sign + digits
	}
	if missing := n.Scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - n.Scale
	return sign + digits[:point] + "." + digits[point:]
}

// ParseNumber reads a number as people write it: with a decimal point or comma,
// with thousands in groups ("1.234,56", "1,234.56", "1 234,56", "1'234.56"), a
// minus before or behind it or parentheses around it, and a currency's sign or
// code before or behind it.
//
// The decimal is '.' or ','. If it is 0 the number itself must tell: "12,5" and
// "1.234,56" do, while "1.234" may be a thousand or little more than one, and is an
// error. Let [GuessDecimal] look at the column instead.
//
// An error is an *errs.Problem: syntax, or not_a_number for too many digits.
func ParseNumber(s string, decimal rune) (Number, error) {
	p, ok := strip(s)
	if !ok || decimal != 0 && decimal != '.' && decimal != ',' {
		return Number{}, errNumber
	}
	if decimal == 0 {
		switch decimal, ok = p.decimal(); {
		case !ok && decimal == ambiguous:
			return Number{}, errs.Refuse("syntax", "has a separator that may be decimal or of thousands")
		case !ok:
			return Number{}, errNumber
		}
	}
	whole, fraction, ok := p.split(decimal)
	if !ok {
		return Number{}, errNumber
	}
	n := Number{Scale: len(fraction), Currency: p.currency}
	text := whole + fraction
	if p.negative {
		text = "-" + text
	}
	var err error
	n.Unscaled, err = strconv.ParseInt(text, 10, 64)
	if err != nil || n.Scale > 18 {
		return Number{}, errs.Refuse("not_a_number", "has too many digits")
	}
	return n, nil
}

var errNumber = errs.Refuse("syntax", "does not look like a number")

// GuessDecimal learns from the values of a column which decimal separator they
// have, '.' or ','. It reports false where values contradict each other, and then
// gives the one that most have, or where none of them tells, and then gives 0.
// Where no value has a separator it is '.', since it does not matter. What does not
// look like a number is passed over.
func GuessDecimal(values []string) (rune, bool) {
	points, commas, doubts := 0, 0, 0
	for _, s := range values {
		p, ok := strip(s)
		if !ok {
			continue
		}
		switch c, ok := p.decimal(); {
		case c == ambiguous:
			doubts++
		case !ok || c == 0:
		case c == ',':
			commas++
		default:
			points++
		}
	}
	switch {
	case points == 0 && commas == 0 && doubts > 0:
		return 0, false
	case commas > points:
		return ',', points == 0
	}
	return '.', commas == 0
}

// written is a number without what stands around it.
type written struct {
	digits   string // and separators
	negative bool
	currency string
}

// strip takes sign, parentheses and currency away. It reports false if what is
// left has anything but digits and separators.
func strip(s string) (written, bool) {
	var p written
	if len(s) > 100 {
		return p, false
	}
	signs := 0
	for s = trim(s); s != ""; s = trim(s) {
		if rest, ok := p.cutSign(s); ok {
			s, p.negative = rest, true
			signs++
		} else if rest, ok := cutPlus(s); ok {
			s = rest
			signs++
		} else if rest, ok := p.cutCurrency(s); ok {
			s = rest
		} else {
			break
		}
	}
	p.digits = strings.Map(spaces, s)
	ok := signs <= 1 && p.digits != "" && strings.Trim(p.digits, "0123456789.,' ") == "" && strings.ContainsAny(p.digits, "0123456789")
	return p, ok
}

func trim(s string) string { return strings.TrimFunc(s, unseen) }

// spaces makes one blank of all, and one apostrophe.
func spaces(c rune) rune {
	switch {
	case unicode.Is(unicode.Zs, c):
		return ' '
	case c == '’', c == '‘', c == '´', c == '`':
		return '\''
	}
	return c
}

// cutSign takes away a minus on either side, or parentheses around.
func (p *written) cutSign(s string) (string, bool) {
	for _, minus := range []string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return rest, true
		}
		if rest, ok := strings.CutSuffix(s, minus); ok {
			return rest, true
		}
	}
	if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		return s[1 : len(s)-1], true
	}
	return s, false
}

func cutPlus(s string) (string, bool) { return strings.CutPrefix(s, "+") }

// cutCurrency takes away one currency on either side.
func (p *written) cutCurrency(s string) (string, bool) {
	if p.currency != "" {
		return s, false
	}
	for _, name := range []string{"kr.", "SFr.", "Fr."} { // else the point is the number's
		rest, before := strings.CutPrefix(s, name)
		rest, behind := strings.CutSuffix(rest, name)
		if before != behind {
			p.currency = name
			return rest, true
		}
	}
	foreign := func(c rune) bool {
		return !strings.ContainsRune("0123456789.,'’‘´`+-\u2212() \u00a0\u2009\u202f", c)
	}
	i := strings.IndexFunc(s, func(c rune) bool { return !foreign(c) })
	if i > 0 && isCurrency(s[:i]) {
		p.currency = s[:i]
		return s[i:], true
	}
	i = len(strings.TrimRightFunc(s, foreign))
	if i > 0 && i < len(s) && isCurrency(s[i:]) {
		p.currency = s[i:]
		return s[:i], true
	}
	return s, false
}

// isCurrency knows the codes of ISO 4217, the signs of Unicode and some words.
func isCurrency(s string) bool {
	switch s {
	case "kr", "Fr", "SFr", "zł", "Kč", "Ft", "lei", "лв", "R$", "US$", "A$", "C$":
		return true
	}
	c := []rune(s)
	return len(c) == 1 && unicode.Is(unicode.Sc, c[0]) || money.Known(s)
}

// ambiguous stands for a decimal separator that a number does not tell.
const ambiguous = '?'

// decimal tells which decimal separator the number has: 0 if it has none of the
// two, ambiguous if it may be either.
func (p written) decimal() (rune, bool) {
	point, comma := strings.LastIndexByte(p.digits, '.'), strings.LastIndexByte(p.digits, ',')
	var points, commas bool // the number can be read so
	_, _, points = p.split('.')
	_, _, commas = p.split(',')
	switch {
	case !points && !commas:
		return 0, false
	case point < 0 && comma < 0:
		return 0, true
	case points && commas:
		return ambiguous, false
	case points:
		return '.', true
	}
	return ',', true
}

// split takes the number apart at the decimal separator. The whole part may have
// groups of three digits, with the same separator between all.
func (p written) split(decimal rune) (whole, fraction string, ok bool) {
	if decimal == 0 {
		decimal = '.'
	}
	whole, fraction, point := strings.Cut(p.digits, string(decimal))
	if point && !digits(fraction) {
		return "", "", false
	}
	i := strings.IndexAny(whole, ".,' ")
	if i < 0 {
		return whole, fraction, digits(whole) || whole == "" && point
	}
	groups := strings.Split(whole, whole[i:i+1])
	for n, group := range groups {
		if !digits(group) || len(group) > 3 || n > 0 && len(group) < 3 {
			return "", "", false
		}
	}
	return strings.Join(groups, ""), fraction, groups[0][0] != '0'
}

// digits reports whether s consists of one or more ASCII digits.
func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
