package money

import (
	"errors"
	"math"
	"math/bits"
)

// Errors of this package, to be tested with errors.Is. Returned errors may wrap
// them with a reason; none of them repeats the text or the amount it was given.
var (
	// ErrCurrency means that a currency is unknown, or that two amounts in
	// different currencies were to be added or subtracted.
	ErrCurrency = errors.New("money: unknown or different currency")

	// ErrOverflow means that a result does not fit into 64 bits.
	ErrOverflow = errors.New("money: amount out of range")

	// ErrSyntax means that a text is not a decimal number that fits the
	// currency's minor unit.
	ErrSyntax = errors.New("money: malformed decimal")
)

// Money is an amount in the minor unit of a currency. The zero value is no money
// in no currency. Two values are equal (==) when amount and currency are.
type Money struct {
	// Amount counts minor units: 150000 with "EUR" is 1500.00 EUR. It may be
	// negative and uses the whole range of int64.
	Amount int64 `json:"amount"`

	// Currency is the ISO 4217 code in capital letters, or empty in the zero
	// value.
	Currency string `json:"currency"`
}

// New returns amount minor units of the currency. It does not check the
// currency; use [Known] for one that comes from outside.
func New(amount int64, currency string) Money {
	return Money{Amount: amount, Currency: currency}
}

// IsZero reports whether the amount is 0, in whatever currency.
func (m Money) IsZero() bool { return m.Amount == 0 }

// Add returns m + o. A zero Money adopts the other's currency. It returns
// [ErrCurrency] when the currencies differ, and [ErrOverflow] when the sum does
// not fit.
func (m Money) Add(o Money) (Money, error) {
	currency, err := common(m, o)
	if err != nil {
		return Money{}, err
	}
	sum := m.Amount + o.Amount
	if (sum > m.Amount) != (o.Amount > 0) {
		return Money{}, ErrOverflow
	}
	return Money{sum, currency}, nil
}

// Sub returns m - o, with the currencies and errors of [Money.Add].
func (m Money) Sub(o Money) (Money, error) {
	currency, err := common(m, o)
	if err != nil {
		return Money{}, err
	}
	diff := m.Amount - o.Amount
	if (diff < m.Amount) != (o.Amount > 0) {
		return Money{}, ErrOverflow
	}
	return Money{diff, currency}, nil
}

// common returns the currency that a sum of a and b has.
func common(a, b Money) (string, error) {
	switch {
	case a.Currency == b.Currency, b == Money{}:
		return a.Currency, nil
	case a == Money{}:
		return b.Currency, nil
	}
	return "", ErrCurrency
}

// BasisPoints returns bp hundredths of a percent of m, rounded to the minor unit
// half away from zero: 1000 is 10 %, 10000 is m itself, a negative bp turns the
// sign. The product is held in 128 bits, so only the result can overflow
// ([ErrOverflow]).
func (m Money) BasisPoints(bp int64) (Money, error) {
	const whole = 10_000
	hi, lo := bits.Mul64(magnitude(m.Amount), magnitude(bp))
	lo, carry := bits.Add64(lo, whole/2, 0)
	hi += carry
	if hi >= whole {
		return Money{}, ErrOverflow
	}
	part, _ := bits.Div64(hi, lo, whole)
	amount, err := signed(part, (m.Amount < 0) != (bp < 0))
	if err != nil {
		return Money{}, err
	}
	return Money{amount, m.Currency}, nil
}

// magnitude returns |n|, which for the smallest int64 fits only a uint64.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// signed is the inverse of magnitude.
func signed(u uint64, negative bool) (int64, error) {
	switch {
	case negative && u <= 1<<63:
		return int64(-u), nil
	case !negative && u <= math.MaxInt64:
		return int64(u), nil
	}
	return 0, ErrOverflow
}
