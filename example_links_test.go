package crm_test

import (
	"context"
	"fmt"

	"github.com/stammkunde/crm/contact"
)

// Customers are linked to the company that they work for, and to their
// household. A link stands in one record and is found from both sides.
func ExampleCRM_links() {
	ctx := context.Background()
	c := newCRM(nil)
	company, err := c.Contacts.Create(ctx, contact.Contact{Kind: contact.Company, Name: contact.Name{Company: "Holz GmbH"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	anna := customer(c, "4711", "Anna", "Müller")
	otto := customer(c, "4712", "Otto", "Müller")
	otto.Links = []contact.Link{{Kind: contact.WorksFor, To: company.ID}, {Kind: contact.SameHousehold, To: anna.ID}}
	if otto, err = c.Contacts.Update(ctx, otto); err != nil {
		fmt.Println(err)
		return
	}

	staff, err := c.Contacts.Linked(ctx, company.ID, &contact.LinkedOptions{Kind: contact.WorksFor})
	for _, who := range staff.Contacts {
		fmt.Println(who.Name, "works for", company.Name, err)
	}
	// The household of Anna: whom she names, and who names her.
	household, err := c.Contacts.Linked(ctx, anna.ID, &contact.LinkedOptions{Kind: contact.SameHousehold})
	for _, who := range household.Contacts {
		fmt.Println(who.Name, "lives with", anna.Name, err)
	}
	otto.Links[0].To = otto.ID
	_, err = c.Contacts.Update(ctx, otto)
	fmt.Println(err)
	// Output:
	// Otto Müller works for Holz GmbH <nil>
	// Otto Müller lives with Anna Müller <nil>
	// contact.Update: invalid: links[0].to: must not lead to the contact itself [cycle]
}
