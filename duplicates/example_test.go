package duplicates_test

import (
	"context"
	"fmt"
	"log"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage/memory"
)

// A nightly job scans; somebody looks at the list, merges what is one and dismisses what
// is not.
func Example() {
	ctx := context.Background()
	c, err := crm.New(memory.New(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range []contact.Contact{
		{Name: contact.Name{Given: "Jürgen", Family: "Mühlbacher"}, Born: contact.Date{Year: 1971, Month: 3, Day: 9}, Emails: []contact.Email{{Address: "jm@example.com"}}},
		{Name: contact.Name{Given: "Juergen", Family: "Muehlbacher"}, Born: contact.Date{Year: 1971, Month: 3, Day: 9}, Phones: []contact.Phone{{Number: "+49 30 1234567"}}},
		{Name: contact.Name{Given: "Helga", Family: "Mühlbacher"}, Emails: []contact.Email{{Address: "jm@example.com"}}},
	} {
		if _, err := c.Contacts.Create(ctx, p); err != nil {
			log.Fatal(err)
		}
	}
	if _, err := c.Duplicates.Scan(ctx, nil); err != nil {
		log.Fatal(err)
	}
	page, err := c.Duplicates.Pairs(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range page.Pairs {
		fmt.Printf("%.2f\n", p.P)
		for _, r := range p.Reasons {
			fmt.Println("-", r.English)
		}
		if err := c.Duplicates.Dismiss(ctx, p.A, p.B); err != nil {
			log.Fatal(err)
		}
	}
	page, err = c.Duplicates.Pairs(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(page.Pairs), "left")
	// Output:
	// 1.00
	// - same date of birth
	// - same given name
	// - same family name
	// 0 left
}
