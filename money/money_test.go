package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/money"
)

// edges are the amounts at which 64-bit arithmetic goes wrong first.
var edges = []int64{
	0, 1, -1, 4, 5, 6, -5, 49, 50, 51, 99, 100, 9_999, 10_000, 10_001,
	math.MaxInt32, math.MinInt32, 1<<53 + 1, math.MaxInt64 / 10_000, math.MaxInt64/10_000 + 1,
	math.MaxInt64 - 1, math.MaxInt64, math.MinInt64, math.MinInt64 + 1,
}

// amount draws from the edges and from every order of magnitude.
func amount(r *rand.Rand) int64 {
	if r.IntN(4) == 0 {
		return edges[r.IntN(len(edges))]
	}
	return int64(r.Uint64()) >> r.IntN(64)
}

func TestAddSub_agree_with_big_integers(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		a, b := amount(r), amount(r)
		x, y := money.New(a, "EUR"), money.New(b, "EUR")
		sum, err := x.Add(y)
		compare(t, "sum", sum, err, new(big.Int).Add(big.NewInt(a), big.NewInt(b)))
		diff, err := x.Sub(y)
		compare(t, "difference", diff, err, new(big.Int).Sub(big.NewInt(a), big.NewInt(b)))
	}
}

// compare checks a result against the exact one, which may not fit.
func compare(t *testing.T, what string, got money.Money, err error, want *big.Int) {
	t.Helper()
	switch {
	case !want.IsInt64():
		if !errors.Is(err, money.ErrOverflow) || got != (money.Money{}) {
			t.Fatalf("%s %v does not fit: got %+v, %v", what, want, got, err)
		}
	case err != nil || got != money.New(want.Int64(), "EUR"):
		t.Fatalf("%s: got %+v, %v, want %v", what, got, err, want)
	}
}

func TestAddSub_currencies(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var none money.Money
	five := money.New(5, "EUR")

	got, err := none.Add(five)
	is.NoErr(err)
	is.Equal(got, five) // nothing plus five euros
	got, err = five.Add(none)
	is.NoErr(err)
	is.Equal(got, five)
	got, err = none.Sub(five)
	is.NoErr(err)
	is.Equal(got, money.New(-5, "EUR"))
	got, err = none.Add(none)
	is.NoErr(err)
	is.Equal(got, none)

	for _, other := range []money.Money{money.New(5, "USD"), money.New(0, "USD"), money.New(5, "")} {
		_, err = five.Add(other)
		is.True(errors.Is(err, money.ErrCurrency)) // 5 EUR + other
		_, err = other.Sub(five)
		is.True(errors.Is(err, money.ErrCurrency)) // other - 5 EUR
	}
	_, err = none.Sub(money.New(math.MinInt64, "EUR"))
	is.True(errors.Is(err, money.ErrOverflow))
}

// halfAway rounds an exact fraction half away from zero.
func halfAway(x *big.Rat) *big.Int {
	half := big.NewRat(int64(x.Sign()), 2)
	y := new(big.Rat).Add(x, half)
	return new(big.Int).Quo(y.Num(), y.Denom()) // Quo truncates towards zero
}

func TestBasisPoints_agree_with_exact_fractions(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		a, bp := amount(r), amount(r)
		want := new(big.Rat).SetInt64(a)
		want.Mul(want, new(big.Rat).SetFrac64(bp, 10_000))
		got, err := money.New(a, "EUR").BasisPoints(bp)
		compare(t, "basis points", got, err, halfAway(want))
	}
}

func TestBasisPoints_rounds_half_away_from_zero(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, c := range []struct{ amount, bp, want int64 }{
		{150000, 1000, 15000}, // 10 % of 1500.00
		{5, 1000, 1}, {-5, 1000, -1}, {5, -1000, -1}, {-5, -1000, 1},
		{4, 1000, 0}, {-4, 1000, 0}, {15, 1000, 2}, {25, 1000, 3},
		{math.MaxInt64, 10_000, math.MaxInt64}, {math.MinInt64, 10_000, math.MinInt64},
	} {
		got, err := money.New(c.amount, "EUR").BasisPoints(c.bp)
		is.NoErr(err)
		is.Equal(got, money.New(c.want, "EUR"))
	}
	for _, bp := range []int64{-10_000, 20_000, math.MaxInt64} { // 20000: exactly 2^64
		_, err := money.New(math.MinInt64, "EUR").BasisPoints(bp)
		is.True(errors.Is(err, money.ErrOverflow))
	}
}

func TestIsZero(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.True(money.Money{}.IsZero())
	is.True(money.New(0, "EUR").IsZero())
	is.True(!money.New(-1, "EUR").IsZero())
}

func TestMoney_in_JSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	text, err := json.Marshal(money.New(math.MinInt64, "EUR"))
	is.NoErr(err)
	is.Equal(string(text), `{"amount":-9223372036854775808,"currency":"EUR"}`)
	var back money.Money
	is.NoErr(json.Unmarshal(text, &back))
	is.Equal(back, money.New(math.MinInt64, "EUR"))
}
