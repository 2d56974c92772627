package money_test

import (
	"errors"
	"fmt"

	"github.com/stammkunde/crm/money"
)

func Example() {
	price, err := money.Parse("1500.00", "EUR")
	if err != nil {
		panic(err)
	}
	discount, _ := price.BasisPoints(1000) // 10 %
	rest, _ := price.Sub(discount)
	fmt.Println(price, "less", discount, "is", rest)
	fmt.Println(rest.Amount, rest.Currency)
	// Output:
	// 1500.00 EUR less 150.00 EUR is 1350.00 EUR
	// 135000 EUR
}

func ExampleParse() {
	for _, s := range []string{"-12.5", "12.345", "12,50"} {
		m, err := money.Parse(s, "EUR")
		fmt.Println(m, err)
	}
	// Output:
	// -12.50 EUR <nil>
	// 0 money: malformed decimal: more than 2 digits after the point
	// 0 money: malformed decimal
}

func ExampleParseRounded() {
	m, _ := money.ParseRounded("261.9650", "EUR")
	fmt.Println(m)
	m, _ = money.ParseRounded("-0.005", "EUR")
	fmt.Println(m)
	// Output:
	// 261.97 EUR
	// -0.01 EUR
}

func ExampleMoney_Add() {
	var sum money.Money // no money, no currency yet
	for _, m := range []money.Money{money.New(1999, "EUR"), money.New(501, "EUR")} {
		sum, _ = sum.Add(m)
	}
	fmt.Println(sum)

	_, err := sum.Add(money.New(100, "USD"))
	fmt.Println(errors.Is(err, money.ErrCurrency))
	// Output:
	// 25.00 EUR
	// true
}

func ExampleExponent() {
	for _, code := range []string{"EUR", "JPY", "KWD", "XXX"} {
		digits, known := money.Exponent(code)
		fmt.Println(code, digits, known)
	}
	// Output:
	// EUR 2 true
	// JPY 0 true
	// KWD 3 true
	// XXX 0 false
}
