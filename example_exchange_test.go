package crm_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// customerFile is what a spreadsheet has written, with a mistake in it.
const customerFile = "Kundennummer;Vorname;Nachname;E-Mail\n" +
	"4711;Erika;Muster;erika@example.com\n" +
	"4712;Hans;Beispiel;hans(at)example.com\n" +
	"4713;Eva;Vorlage;eva@example.com\n"

// entries reads the file. The columns are guessed; a mapping can be declared, too.
func entries() (list iter.Seq2[exchange.Entry, error], unplaced []string, err error) {
	t, err := table.NewReader(strings.NewReader(customerFile), nil)
	if err != nil {
		return nil, nil, err
	}
	mapping, unplaced := people.Guess(t.Columns(), nil)
	d, err := people.NewDecoder(t, mapping, &people.Options{Source: "shop"})
	if err != nil {
		return nil, nil, err
	}
	return exchange.People(d.Contacts()), unplaced, nil
}

// A file is tried, imported, and taken back. A row that cannot be imported costs that
// row, and the report names it. Importing again under the same name would go on where
// it was cut off; here there is nothing left to do.
func ExampleCRM_exchange() {
	ctx := context.Background()
	c := newCRM(nil)
	customer(c, "4711", "Erika", "Muster") // is known already
	report := func(p exchange.Problem) error {
		_, err := fmt.Printf("line %d: %s %s\n", p.Line, p.Path, p.Message)
		return err
	}
	for _, dry := range []bool{true, false, false} {
		file, _, err := entries()
		if err != nil {
			fmt.Println(err)
			return
		}
		done, err := c.Exchange.Import(ctx, "spring fair", file, &exchange.Options{
			DryRun: dry, Problem: report, Origin: contact.Origin{Source: "fair", Notice: "privacy-2026"},
		})
		fmt.Printf("dry run %v: %s, %d created, %d updated, %d refused %v\n", dry, done.State, done.Created, done.Updated, done.Refused, err)
	}
	erika, err := c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4711"})
	fmt.Println(erika.Email(), erika.Origins[0].Notice, err)

	done, err := c.Exchange.Undo(ctx, "spring fair")
	fmt.Println(done.State, "kept:", done.Kept, err)
	erika, err = c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4711"})
	fmt.Println(len(erika.Emails), len(erika.Origins), err)
	_, err = c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4713"})
	fmt.Println(err)
	// Output:
	// line 3: emails[0].address must be an e-mail address such as name@example.com
	// dry run true: finished, 1 created, 1 updated, 1 refused <nil>
	// line 3: emails[0].address must be an e-mail address such as name@example.com
	// dry run false: finished, 1 created, 1 updated, 1 refused <nil>
	// dry run false: finished, 1 created, 1 updated, 1 refused <nil>
	// erika@example.com privacy-2026 <nil>
	// undone kept: 0 <nil>
	// 1 0 <nil>
	// contact.Find: not found: identity: does not exist [not_found]
}

// Everything is exported as JSON Lines and imported into another CRM, where it is the
// same.
func ExampleCRM_exchange_everything() {
	ctx := context.Background()
	c, other := newCRM(nil), newCRM(nil)
	customer(c, "4711", "Erika", "Muster")
	var file bytes.Buffer
	out, err := c.Exchange.Export(ctx, &file, nil)
	fmt.Println(out.Contacts, "exported", err)
	done, err := other.Exchange.Import(ctx, "from the old shop", exchange.Lines(&file), nil)
	fmt.Println(done.Created, "created", err)
	erika, err := other.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4711"})
	fmt.Println(erika.Name, err)
	// Output:
	// 1 exported <nil>
	// 1 created <nil>
	// Erika Muster <nil>
}
