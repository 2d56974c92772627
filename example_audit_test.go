package crm_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage/memory"
)

// The log tells who did what, and about whom. It is sealed into a chain, of which the
// host keeps the end somewhere else.
func Example_audit() {
	ctx := access.With(context.Background(), access.Actor{ID: "user-1"})
	c, err := crm.New(memory.New(), &crm.Config{
		Now:   func() time.Time { return time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC) },
		Audit: &crm.Audit{Key: []byte("16 random bytes!")},
	})
	if err != nil {
		log.Fatal(err)
	}
	ann, err := c.Contacts.Create(ctx, contact.Contact{Name: contact.Name{Given: "Ann", Family: "Smith"}})
	if err != nil {
		log.Fatal(err)
	}
	ann.Name.Family = "Miller"
	if _, err := c.Contacts.Update(ctx, ann); err != nil {
		log.Fatal(err)
	}
	if _, err := c.Audit.Record(ctx, audit.Event{Action: "shop.PrintInvoice", Contacts: []contact.ID{ann.ID}}); err != nil {
		log.Fatal(err)
	}
	if _, err := c.Audit.Seal(ctx); err != nil { // crm.Run does it every second
		log.Fatal(err)
	}
	page, err := c.Audit.Entries(ctx, audit.Query{Contact: ann.ID})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range page.Entries {
		p, _ := e.Contents()
		fmt.Println(e.Seq, e.Actor, strings.TrimSpace(e.Action+" "+strings.Join(p.Fields, " ")))
	}
	anchor, err := c.Audit.Head(ctx)
	if err != nil {
		log.Fatal(err)
	}
	report, err := c.Audit.Verify(ctx, anchor)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("sealed:", report.Sealed, "broken:", report.Broken != nil)

	// Ann is erased: what the entries say goes, and the chain still holds.
	if _, err := c.Audit.ErasePayload(ctx, ann.ID); err != nil {
		log.Fatal(err)
	}
	if report, err = c.Audit.Verify(ctx, anchor); err != nil {
		log.Fatal(err)
	}
	fmt.Println("erased:", report.Erased, "waiting:", report.Unsealed, "broken:", report.Broken != nil)

	// Output:
	// 1 user-1 contact.Create
	// 2 user-1 contact.Update name
	// 3 user-1 shop.PrintInvoice
	// sealed: 3 broken: false
	// erased: 3 waiting: 1 broken: false
}
