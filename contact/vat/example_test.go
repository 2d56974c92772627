package vat_test

import (
	"context"
	"fmt"
	"time"

	"github.com/stammkunde/crm/contact/vat"
)

func ExampleParse() {
	for _, s := range []string{"de 136 695 976", "GR 094259216", "DE136695977", "US136695976"} {
		n, err := vat.Parse(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(n, n.Country())
	}
	// Output:
	// DE136695976 DE
	// EL094259216 GR
	// has a wrong check digit or date: a character is mistyped [check_digits]
	// does not begin with the prefix of a known country [unknown_country]
}

func ExampleParseIn() {
	n, err := vat.ParseIn("AT", "U 135 856 27")
	fmt.Println(n, err)
	// Output:
	// ATU13585627 <nil>
}

// books is a registry for tests, which knows the numbers that it was given.
type books map[vat.Number]string

func (b books) Lookup(_ context.Context, n vat.Number) (vat.Entry, error) {
	name, ok := b[n]
	return vat.Entry{Number: n, Valid: ok, Name: name, Asked: time.Now()}, nil
}

func ExampleRegistry() {
	var registry vat.Registry = books{"DE136695976": "Muster GmbH"}
	entry, err := registry.Lookup(context.Background(), "DE136695976")
	fmt.Println(entry.Valid, entry.Name, err)
	// Output:
	// true Muster GmbH <nil>
}
