package postal_test

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/contact/postal"
	"github.com/stammkunde/crm/errs"
)

func ExampleCheck() {
	var f errs.Fields
	postal.Check(&f, postal.Address{Street: "Hauptstr. 5", PostalCode: "1067", Country: "DE"})
	fmt.Println(f.Err("import"))
	// Output: import: invalid: city: must not be empty in an address of this country [required]; postal_code: must be a postal code such as 12345 [syntax]
}

func ExampleNormalPostalCode() {
	fmt.Println(postal.NormalPostalCode("GB", "sw1a1aa"))
	fmt.Println(postal.NormalPostalCode("DE", "D-10115"))
	fmt.Println(postal.NormalPostalCode("DE", "1067")) // Dresden's 01067, after a spreadsheet
	// Output:
	// SW1A 1AA <nil>
	// 10115 <nil>
	//  must be a postal code such as 12345 [syntax]
}

func ExampleLines() {
	a := postal.Address{Street: "10 Downing Street", PostalCode: "SW1A 2AA", City: "London", Country: "GB"}
	fmt.Println(strings.Join(postal.Lines([]string{"The Prime Minister"}, a, "DE"), "\n"))
	// Output:
	// The Prime Minister
	// 10 Downing Street
	// LONDON
	// SW1A 2AA
	// VEREINIGTES KÖNIGREICH
}

func ExampleParseCountry() {
	fmt.Println(postal.ParseCountry("Oesterreich"))
	fmt.Println(postal.ParseCountry("U.S.A."))
	// Output:
	// AT true
	// US true
}
