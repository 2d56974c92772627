package crm_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"

	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/storage/sqlite"
)

// The shop's order, the voucher that it redeems and the purchase in the history
// are kept together or not at all, in the shop's own *sql.Tx.
func ExampleCRM_In() {
	ctx := context.Background()
	db, store := openShop(ctx)
	defer db.Close()
	c, err := crm.New(store, &crm.Config{
		Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: printer{}},
	})
	if err != nil {
		log.Fatal(err)
	}
	anna := customer(c, "4711", "Anna", "Müller")
	spring := spring(c)
	if _, err := c.Campaigns.Run(ctx, spring.ID, nil); err != nil {
		log.Fatal(err)
	}
	vouchers, err := c.Campaigns.Vouchers(ctx, spring.ID, []contact.ID{anna.ID})
	if err != nil {
		log.Fatal(err)
	}

	checkout := func(code string) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // has no effect behind the commit
		if _, err := tx.ExecContext(ctx, `INSERT INTO orders VALUES ('O-1')`); err != nil {
			return err
		}
		if err := buy(ctx, c.In(store.WithTx(tx)), anna.ID, "O-1", code); err != nil {
			return err
		}
		return tx.Commit()
	}
	err = checkout("wrong")
	fmt.Println("mistyped:", errs.Has(err, "mistyped"), errors.Is(err, crm.ErrInvalid))
	fmt.Println("right:", checkout(vouchers[0].Code)) // the order was not kept, so it is new

	report, err := c.Campaigns.Report(ctx, spring.ID)
	fmt.Println("redeemed", report.Total.Redeemed, "bought for", report.Effect.Addressed.Revenue, err)
	// Output:
	// to Anna Müller by email: Spring
	// mistyped: true true
	// right: <nil>
	// redeemed 1 bought for 450.00 EUR <nil>
}

// buy redeems a voucher for a sofa and records the purchase, with the discount
// as an item of its own.
func buy(ctx context.Context, c *crm.CRM, who contact.ID, number, code string) error {
	price, ref := money.New(50000, "EUR"), activity.Ref{Source: "shop", Key: number}
	redeemed, err := c.Campaigns.Redeem(ctx, campaign.RedeemInput{Code: code, Contact: who, Order: ref, Amount: price})
	if err != nil {
		return err
	}
	_, err = c.Activities.Record(ctx, activity.Activity{
		Contact: who, Kind: activity.Purchase, Ref: ref,
		Items: []activity.Item{
			{Name: "Sofa", Category: "Furniture", Quantity: 1, Amount: price},
			{Name: "Voucher", Quantity: 1, Amount: money.New(-redeemed.Discount.Amount, "EUR")},
		},
	})
	return err
}

// openShop makes the shop's database, with the tables of the CRM beside its own.
func openShop(ctx context.Context) (*sql.DB, *sqlite.Store) {
	db, err := sql.Open("sqlite", "file:/example-in?vfs=memdb&_txlock=immediate&_pragma=foreign_keys(on)")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, `CREATE TABLE orders (number TEXT PRIMARY KEY)`); err != nil {
		log.Fatal(err)
	}
	if err := sqlite.Migrate(ctx, db, nil); err != nil {
		log.Fatal(err)
	}
	store, err := sqlite.New(db, nil)
	if err != nil {
		log.Fatal(err)
	}
	return db, store
}
