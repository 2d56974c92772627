package crm_test

import (
	"context"
	"fmt"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/money"
)

// Two records of one customer become one, with all that was kept of them. Taken back,
// both are as they were.
func ExampleCRM_merges() {
	ctx := context.Background()
	c := newCRM(nil)
	anna := customer(c, "4711", "Anna", "Müller")
	again := customer(c, "4712", "A.", "Müller")
	again.Occupation = "carpenter"
	again, err := c.Contacts.Update(ctx, again)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Activities.Record(ctx, activity.Activity{Contact: again.ID, Kind: activity.Purchase, Amount: money.New(9900, "EUR")})
	if err != nil {
		fmt.Println(err)
		return
	}

	one, err := c.Merges.Merge(ctx, anna.ID, again.ID, &merge.Options{Reason: "same e-mail address"})
	fmt.Println(one.Name, one.Occupation, one.Identities, err)
	found, err := c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4712"})
	fmt.Println("4712 is", found.Name, err)
	history, err := c.Activities.History(ctx, anna.ID, nil)
	fmt.Println(len(history.Activities), "purchase, of the other record:", history.Activities[0].Origin == again.ID, err)
	_, err = c.Merges.Merge(ctx, again.ID, anna.ID, nil)
	fmt.Println(err)

	apart, err := c.Merges.Unmerge(ctx, again.ID)
	fmt.Println(apart.Winner.Name, apart.Winner.Identities, err)
	fmt.Println(apart.Loser.Name, apart.Loser.Occupation, apart.Loser.Identities)
	// Output:
	// Anna Müller carpenter [{shop 4711} {shop 4712}] <nil>
	// 4712 is Anna Müller <nil>
	// 1 purchase, of the other record: true <nil>
	// merge.Merge: conflict: winner: was merged into another contact [merged]
	// Anna Müller [{shop 4711}] <nil>
	// A. Müller carpenter [{shop 4712}]
}
