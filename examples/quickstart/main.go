// Quickstart embeds the CRM in a program that has a database of its own: it
// stores a customer, records a purchase in the same transaction in which the
// program stores the order, and counts a segment.
//
//	go run ./examples/quickstart
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	_ "modernc.org/sqlite" // the driver; any other SQLite driver does too

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/sqlite"
)

func main() {
	ctx := context.Background()
	// The shop's own database, here one in memory.
	db := must(sql.Open("sqlite", "file:/shop?vfs=memdb&_txlock=immediate&_pragma=foreign_keys(on)"))
	defer db.Close()
	must(db.ExecContext(ctx, `CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT)`))

	check(sqlite.Migrate(ctx, db, nil)) // the CRM's tables, beside the shop's
	store := must(sqlite.New(db, nil))
	c := must(crm.New(store, nil))

	erika, _, err := c.Contacts.Upsert(ctx, contact.Contact{
		Identities: []contact.Identity{{Source: "shop", Key: "4711"}}, // the shop's own key
		Name:       contact.Name{Given: "Erika", Family: "Muster"},
	})
	check(err)

	tx := must(db.BeginTx(ctx, nil))
	defer tx.Rollback() // has no effect behind the commit
	must(tx.ExecContext(ctx, `INSERT INTO orders VALUES ('A-1', '4711')`))
	must(c.In(store.WithTx(tx)).Activities.Record(ctx, activity.Activity{
		Contact: erika.ID, Kind: activity.Purchase, Ref: activity.Ref{Source: "shop", Key: "A-1"},
		Items: []activity.Item{{Name: "Sofa", Category: "Furniture", Quantity: 1, Amount: money.New(89900, "EUR")}},
	}))
	check(tx.Commit()) // the order and its place in the history: both or neither

	bought := segment.Purchases().In("Furniture").InLast(12, segment.Months).AtLeast(1)
	fmt.Println(must(c.Segments.Count(ctx, bought)), "customer with", bought)
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
