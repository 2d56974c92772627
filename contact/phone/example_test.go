package phone_test

import (
	"fmt"

	"github.com/stammkunde/crm/contact/phone"
)

func ExampleParse() {
	n, err := phone.Parse("0151/23 45 67-89", "DE")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.E164())
	fmt.Println(n.International())
	fmt.Println(n.Country(), n.Kind())

	_, err = phone.Parse("0151/23", "DE")
	fmt.Println(err)
	// Output:
	// +4915123456789
	// +49 1512 3456789
	// DE mobile
	// must lie in a range of numbers that its country hands out [not_assigned]
}

// A service that must not know the package can take any value with this method.
func ExampleParser() {
	var normalizer interface {
		Normalize(number, country string) (e164 string, err error)
	} = phone.Parser{Country: "DE"}

	fmt.Println(normalizer.Normalize("030 123456", ""))
	fmt.Println(normalizer.Normalize("01 2345678", "AT"))
	fmt.Println(normalizer.Normalize("+1 (212) 555-0123 ext. 45", "AT"))
	// Output:
	// +4930123456 <nil>
	// +4312345678 <nil>
	// +12125550123;ext=45 <nil>
}
