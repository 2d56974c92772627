package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/sqlite"
)

// A rule can be asked what it will cost before it runs over a million contacts.
func Example_plan() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file::memory:?_txlock=immediate")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // the database in memory belongs to its connection
	if err := sqlite.Migrate(ctx, db, nil); err != nil {
		log.Fatal(err)
	}
	store, err := sqlite.New(db, nil)
	if err != nil {
		log.Fatal(err)
	}
	c, err := crm.New(store, nil)
	if err != nil {
		log.Fatal(err)
	}

	furniture := segment.Purchases().In("Furniture")
	plan, err := c.Segments.Plan(ctx, segment.All(
		furniture.InLast(12, segment.Months).None(),
		furniture.InLast(3, segment.Years).Average(segment.AtLeast, money.New(50000, "EUR")),
	))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(plan)
	// Output:
	// population: sets of contacts are made and intersected
	//   reads activity_item by activity_item_category (kind, category, at), index only
	//   reads activity_item by the primary key (contact_id)
	//   reads rollup by the primary key (kind, category)
	//   warning: must look at the items in Furniture of activities of kind purchase themselves, because no rollup answers an average in a window
	// handful: each contact's own rows are looked up
	//   reads activity_item by the primary key (contact_id)
	//   reads contact by the primary key (id), index only
	//   reads rollup by the primary key (kind, category, contact_id)
	// from the rollup: none of the items in Furniture of activities of kind purchase in a window
}
