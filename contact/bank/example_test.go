package bank_test

import (
	"fmt"

	"github.com/stammkunde/crm/contact/bank"
)

func ExampleParseIBAN() {
	n, err := bank.ParseIBAN("IBAN: de89 3704 0044 0532 0130 00")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Country())
	fmt.Println(n) // masked
	fmt.Println(n.Grouped())
	fmt.Println(n.Compact())

	_, err = bank.ParseIBAN("DE89 3704 0044 0532 0130 01")
	fmt.Println(err)
	// Output:
	// DE
	// DE89**************3000
	// DE89 3704 0044 0532 0130 00
	// DE89370400440532013000
	// has wrong check digits: a character is mistyped [check_digits]
}

func ExampleParseBIC() {
	n, err := bank.ParseBIC("deut de ff")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n, n.Country(), n.Office())
	// Output:
	// DEUTDEFF DE DEUTDEFFXXX
}
