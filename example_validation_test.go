package crm_test

import (
	"context"
	"fmt"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/phone"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage/memory"
)

// Records are checked strictly. What a shop cannot ask of its customers it
// switches off, and what it can it declares.
func ExampleConfig_validation() {
	c, err := crm.New(memory.New(), &crm.Config{
		Fields: []contact.Field{
			{Name: "shirt", Type: contact.TypeText, OneOf: []string{"S", "M", "L"}},
			{Name: "children", Type: contact.TypeNumber, Min: contact.Int(0)},
		},
		Validation: contact.Validation{
			Phones: phone.Parser{Country: "DE"},
			Off:    []contact.Check{contact.CheckAddressLines},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = c.Contacts.Create(ctx, contact.Contact{
		Name:      contact.Name{Given: "asdf", Family: "xxx"},
		Emails:    []contact.Email{{Address: "anna@example"}},
		Phones:    []contact.Phone{{Number: "030 12"}},
		Addresses: []contact.Address{{PostalCode: "1234", City: "Berlin", Country: "DE"}},
		Custom:    map[string]contact.Value{"shirt": contact.Text("XXL"), "children": contact.Int(-1)},
	})
	for _, f := range errs.FieldsOf(err) {
		fmt.Printf("%s: %s\n", f.Path, f.Message)
	}
	anna, err := c.Contacts.Create(ctx, contact.Contact{
		Emails:  []contact.Email{{Address: "anna@bücher.example"}},
		Phones:  []contact.Phone{{Number: "030 / 901 820"}},
		Origins: []contact.Origin{{Source: "webshop", Notice: "privacy-7"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(anna.Emails[0].Address, "is", anna.Emails[0].Normal)
	fmt.Println(anna.Phones[0].Number, "is", anna.Phones[0].Normal)
	// Output:
	// name.given: must be a name, not what stands for none
	// emails[0].address: must have a domain such as example.com behind the @
	// phones[0].number: must lie in a range of numbers that its country hands out
	// addresses[0].postal_code: must be a postal code such as 12345
	// custom[children]: must lie within the bounds of the field
	// custom[shirt]: must be one of the permitted texts
	// anna@bücher.example is anna@xn--bcher-kva.example
	// 030 / 901 820 is +4930901820
}
