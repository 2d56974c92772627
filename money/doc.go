// Package money holds amounts of money without losing a cent.
//
// An amount is a whole number of the currency's minor unit (cents of EUR, yen of
// JPY, fils of KWD) together with its ISO 4217 code. There is no float anywhere:
// every operation is exact, rounds by the rule that it states, or reports
// [ErrOverflow]; and amounts in two currencies never meet: that is [ErrCurrency].
//
//	price, err := money.Parse("1500.00", "EUR") // Money{150000, "EUR"}
//	off, err := price.BasisPoints(1000)         // 10 % of it, 150.00 EUR
//	rest, err := price.Sub(off)                 // 1350.00 EUR
//
// The zero [Money] means "no money" and takes over the currency of what is added
// to it, so a sum can begin with var sum money.Money.
//
// Values are immutable and safe for concurrent use. The package imports only the
// standard library.
package money
