package crm_test

import (
	"context"
	"fmt"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage/memory"
)

// Before a form creates a customer, it asks whether the customer is there already. The
// answer comes with a probability and with reasons in words.
func ExampleCRM_duplicates() {
	ctx := context.Background()
	c, err := crm.New(memory.New(), &crm.Config{Duplicates: &crm.Duplicates{Secret: []byte("sixteen bytes or more")}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Contacts.Create(ctx, contact.Contact{
		Name:      contact.Name{Given: "Jürgen", Family: "Möller"},
		Born:      contact.Date{Year: 1964, Month: 3, Day: 9},
		Emails:    []contact.Email{{Address: "moeller@example.com"}},
		Addresses: []contact.Address{{Street: "Lange Straße 5", PostalCode: "20095", City: "Hamburg", Country: "DE"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	candidate := contact.Contact{Name: contact.Name{Given: "Juergen", Family: "Moeler"}, Born: contact.Date{Year: 1964, Month: 3, Day: 9}}
	found, err := c.Contacts.FindDuplicates(ctx, candidate)
	for _, d := range found {
		fmt.Printf("%s: %.2f %v\n", d.Contact.Name, d.P, err)
		for _, r := range d.Reasons {
			fmt.Println(" ", r.Code, "-", r.English, "-", r.German)
		}
	}
	added, err := c.Contacts.Add(ctx, candidate, &contact.AddOptions{Duplicates: contact.Refuse})
	fmt.Println(len(added.Duplicates), err)

	// His wife shares name, house and e-mail address, and is somebody else.
	wife := contact.Contact{
		Name:      contact.Name{Given: "Karin", Family: "Möller"},
		Emails:    []contact.Email{{Address: "moeller@example.com"}},
		Addresses: []contact.Address{{Street: "Lange Straße 5", PostalCode: "20095", City: "Hamburg", Country: "DE"}},
	}
	added, err = c.Contacts.Add(ctx, wife, &contact.AddOptions{Duplicates: contact.Refuse})
	fmt.Println(added.Contact.Name, len(added.Duplicates), err)
	// Output:
	// Jürgen Möller: 1.00 <nil>
	//   birth.same - same date of birth - gleiches Geburtsdatum
	//   given.same - same given name - gleicher Vorname
	//   family.near - family name spelled almost the same - Nachname fast gleich geschrieben
	// 1 contact.Add: conflict: is there already, in all likelihood [duplicate]
	// Karin Möller 0 <nil>
}
