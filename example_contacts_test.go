package crm_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// Hosts find their customer by identity. Upsert makes an import that can be
// repeated.
func ExampleCRM_contacts() {
	ctx := context.Background()
	c := newCRM(nil)
	record := contact.Contact{
		Name:       contact.Name{Given: "Anna", Family: "Müller"},
		Addresses:  []contact.Address{{Street: "Hauptstr. 1", PostalCode: "10115", City: "Berlin", Country: "DE"}},
		Identities: []contact.Identity{{Source: "shop", Key: "4711"}},
		Custom:     map[string]contact.Value{"loyalty_points": contact.Int(120)},
	}
	_, created, err := c.Contacts.Upsert(ctx, record)
	fmt.Println("created:", created, err)

	record.Addresses[0].City = "Potsdam"
	_, created, err = c.Contacts.Upsert(ctx, record)
	fmt.Println("created:", created, err)

	anna, err := c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4711"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(anna.Name, "lives in", anna.Address().City)

	_, err = c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4712"})
	fmt.Println("not found:", errors.Is(err, crm.ErrNotFound))
	// Output:
	// created: true <nil>
	// created: false <nil>
	// Anna Müller lives in Potsdam
	// not found: true
}

// An invalid record is refused as a whole, with every broken field and never
// with a value.
func ExampleError() {
	c := newCRM(nil)
	_, err := c.Contacts.Create(context.Background(), contact.Contact{
		Name:   contact.Name{Given: "Anna\x00", Family: "my card is 4111 1111 1111 1111"},
		Emails: []contact.Email{{Address: "anna"}},
		Custom: map[string]contact.Value{"shoe_size": contact.Int(39)},
	})
	fmt.Println("invalid:", errors.Is(err, crm.ErrInvalid))
	for _, f := range errs.FieldsOf(err) {
		fmt.Printf("%s: %s\n", f.Path, f.Code)
	}
	// Output:
	// invalid: true
	// name.given: control_character
	// name.family: card_number
	// emails[0].address: syntax
	// custom[shoe_size]: unknown_field
}

// Update refuses a record that changed since it was read.
func ExampleCRM_contacts_update() {
	ctx := context.Background()
	c := newCRM(nil)
	first := customer(c, "4711", "Anna", "Müller")
	second := first

	first.Name.Family = "Müller-Schulz"
	_, err := c.Contacts.Update(ctx, first)
	fmt.Println(err)

	second.Language = "de"
	_, err = c.Contacts.Update(ctx, second)
	fmt.Println(errors.Is(err, crm.ErrConflict))
	// Output:
	// <nil>
	// true
}
