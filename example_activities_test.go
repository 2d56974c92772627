package crm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// Recording under the host's reference is idempotent, and the history is read
// newest first, page by page.
func ExampleCRM_activities() {
	ctx := context.Background()
	c := newCRM(nil)
	anna := customer(c, "4711", "Anna", "Müller")

	purchase := order(anna.ID, "O-1", today.AddDate(0, 0, -9), "Furniture", 180000)
	for range 2 {
		result, err := c.Activities.Record(ctx, purchase)
		fmt.Println("created:", result.Created, err)
	}
	_, err := c.Activities.RecordMany(ctx, []activity.Activity{
		{Contact: anna.ID, Kind: activity.Complaint, At: today.AddDate(0, 0, -5), Channel: contact.ChannelPhone, Subject: "A leg is loose"},
		{Contact: anna.ID, Kind: activity.Letter, At: today.AddDate(0, 0, -4), Direction: activity.Outbound, Subject: "We are sorry"},
	})
	if err != nil {
		log.Fatal(err)
	}

	options := &activity.HistoryOptions{Limit: 2}
	for {
		page, err := c.Activities.History(ctx, anna.ID, options)
		if err != nil {
			log.Fatal(err)
		}
		for _, a := range page.Activities {
			fmt.Println(a.At.Format("2006-01-02"), a.Kind, a.Subject)
		}
		if options.Cursor = page.Next; options.Cursor == "" {
			break
		}
		fmt.Println("--")
	}
	// Output:
	// created: true <nil>
	// created: false <nil>
	// 2026-02-26 letter We are sorry
	// 2026-02-25 complaint A leg is loose
	// --
	// 2026-02-21 purchase
}
