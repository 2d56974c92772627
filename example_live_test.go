package crm_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/memory"
)

// A live segment tells who enters and leaves, and when, also when time alone
// does it. Here the work that crm.Run does in the background is done by hand.
func ExampleCRM_segments_live() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c, err := crm.New(memory.New(), &crm.Config{Now: func() time.Time { return now }})
	if err != nil {
		log.Fatal(err)
	}
	anna, err := c.Contacts.Create(ctx, contact.Contact{Kind: contact.Person, Name: contact.Name{Given: "Anna"}})
	if err != nil {
		log.Fatal(err)
	}
	recent := segment.Purchases().InLast(30, segment.Days).AtLeast(1)
	if _, err := c.Segments.Save(ctx, "recent-buyers", recent); err != nil {
		log.Fatal(err)
	}
	if err := c.Segments.Follow(ctx, "recent-buyers"); err != nil {
		log.Fatal(err)
	}

	now = now.Add(time.Hour)
	purchase := activity.Activity{Contact: anna.ID, Kind: activity.Purchase, Amount: money.New(4900, "EUR")}
	if _, err := c.Activities.Record(ctx, purchase); err != nil {
		log.Fatal(err)
	}
	now = now.AddDate(0, 2, 0) // nobody works for two months
	if err := c.Segments.Refresh(ctx); err != nil {
		log.Fatal(err)
	}
	n, err := c.Segments.Deliver(ctx, func(_ context.Context, changes []segment.Change) error {
		for _, change := range changes {
			fmt.Println(change.Name, change.Entered, change.At.Format(time.DateTime), change.Cause)
		}
		return nil
	})
	fmt.Println(n, "delivered", err)
	// Output:
	// recent-buyers true 2026-03-02 10:00:00 data
	// recent-buyers false 2026-04-01 10:00:00 time
	// 2 delivered <nil>
}
