package orders

import (
	"math/big"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/money"
)

// maxAmount is the largest amount of an activity, in minor units.
const maxAmount = 1_000_000_000_000

var (
	errAmount = errs.Refuse("not_an_amount", "must be at most 10^12 minor units")
	errStrict = errs.Refuse("not_an_amount", "has more decimals than its currency")
)

// exact is a decimal number of any size: units divided by ten to the power of scale.
type exact struct {
	units *big.Int
	scale int
}

func exactOf(n table.Number) exact { return exact{big.NewInt(n.Unscaled), n.Scale} }

func (e exact) times(o exact) exact {
	return exact{new(big.Int).Mul(e.units, o.units), e.scale + o.scale}
}

// less gives what is left when o is taken off.
func (e exact) less(o exact) exact {
	scale := max(e.scale, o.scale)
	a, b := e.scaled(scale), o.scaled(scale)
	return exact{a.Sub(a, b), scale}
}

// scaled gives the units at a scale that is not smaller.
func (e exact) scaled(scale int) *big.Int {
	return new(big.Int).Mul(e.units, power(scale-e.scale))
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// money gives the amount in a currency that is known, rounded half away from zero,
// unless strict.
func (e exact) money(currency string, strict bool) (money.Money, error) {
	exponent, _ := money.Exponent(currency)
	units := e.units
	if e.scale <= exponent {
		units = e.scaled(exponent)
	} else {
		divisor := power(e.scale - exponent)
		whole, rest := new(big.Int).QuoRem(units, divisor, new(big.Int))
		if strict && rest.Sign() != 0 {
			return money.Money{}, errStrict
		}
		if rest.Lsh(rest, 1).CmpAbs(divisor) >= 0 {
			whole.Add(whole, big.NewInt(int64(units.Sign())))
		}
		units = whole
	}
	if !units.IsInt64() || units.Int64() > maxAmount || units.Int64() < -maxAmount {
		return money.Money{}, errAmount
	}
	return money.New(units.Int64(), currency), nil
}
