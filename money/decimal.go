package money

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads an amount in the currency's major unit: an optional minus sign,
// digits, and optionally a point and further digits, at most as many as the
// currency has ("1500.00", "1500", "-12.5" in EUR; no point at all in JPY).
//
// Nothing else is taken: no plus sign, blank, exponent, thousands separator or
// decimal comma. It returns [ErrSyntax] for a malformed text or too many digits
// after the point, [ErrCurrency] for an unknown currency, and [ErrOverflow] for
// an amount that does not fit.
func Parse(decimal, currency string) (Money, error) {
	d, err := scan(decimal, currency)
	if err != nil {
		return Money{}, err
	}
	if len(d.fraction) > d.exponent {
		return Money{}, fmt.Errorf("%w: more than %d digits after the point", ErrSyntax, d.exponent)
	}
	return d.money(currency, false)
}

// ParseRounded is [Parse] for sources that carry more digits than the currency
// has: the rest is rounded half away from zero ("261.9650" in EUR is 26197 cents,
// "-0.005" is -1). The arithmetic is decimal and exact.
func ParseRounded(decimal, currency string) (Money, error) {
	d, err := scan(decimal, currency)
	if err != nil {
		return Money{}, err
	}
	up := false
	if len(d.fraction) > d.exponent {
		// Half away from zero looks at the first digit that is dropped, no further.
		up = d.fraction[d.exponent] >= '5'
		d.fraction = d.fraction[:d.exponent]
	}
	return d.money(currency, up)
}

// number is a decimal text in its parts; whole and fraction hold digits only.
type number struct {
	negative        bool
	whole, fraction string
	exponent        int // of the currency
}

// scan splits a decimal text and looks up the currency.
func scan(decimal, currency string) (number, error) {
	exponent, ok := Exponent(currency)
	if !ok {
		return number{}, ErrCurrency
	}
	rest, negative := strings.CutPrefix(decimal, "-")
	whole, fraction, point := strings.Cut(rest, ".")
	if !digits(whole) || point && !digits(fraction) {
		return number{}, ErrSyntax
	}
	return number{negative, whole, fraction, exponent}, nil
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

// money returns the number in minor units, one further from zero if up is set.
func (d number) money(currency string, up bool) (Money, error) {
	var units uint64
	ok := push(&units, d.whole) && push(&units, d.fraction) &&
		push(&units, "0000"[:d.exponent-len(d.fraction)])
	if !ok {
		return Money{}, ErrOverflow
	}
	if up {
		units++ // cannot wrap: push stops at 1<<63
	}
	amount, err := signed(units, d.negative)
	if err != nil {
		return Money{}, err
	}
	return Money{amount, currency}, nil
}

// push appends decimal digits to u and reports whether it stayed within the
// magnitudes of an int64, of which the largest is 1<<63.
func push(u *uint64, digits string) bool {
	for _, c := range []byte(digits) {
		if *u > 1<<63/10 {
			return false
		}
		*u = *u*10 + uint64(c-'0')
	}
	return *u <= 1<<63
}

// Decimal returns the amount in the major unit with exactly the currency's digits
// after the point, "1500.00" or "-0.05", so that [Parse] reads it back. In an
// unknown currency, whose minor unit nobody can tell, and in the zero value it is
// the bare number of minor units.
func (m Money) Decimal() string {
	exponent, _ := Exponent(m.Currency)
	buf := make([]byte, 0, 24)
	if m.Amount < 0 {
		buf = append(buf, '-')
	}
	digits := strconv.FormatUint(magnitude(m.Amount), 10)
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = "0000"[:missing] + digits
	}
	point := len(digits) - exponent
	buf = append(buf, digits[:point]...)
	if exponent > 0 {
		buf = append(buf, '.')
		buf = append(buf, digits[point:]...)
	}
	return string(buf)
}

// String returns the decimal amount and the currency, "1500.00 EUR", for logs and
// messages to developers. It is no localised format.
func (m Money) String() string {
	if m.Currency == "" {
		return m.Decimal()
	}
	return m.Decimal() + " " + m.Currency
}
