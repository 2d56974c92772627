package crm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// Consent is a ledger. The latest declaration counts, in whatever order
// declarations arrive.
func ExampleCRM_consents() {
	ctx := context.Background()
	c := newCRM(nil)
	anna := customer(c, "4711", "Anna", "Müller")
	email := []contact.Channel{contact.ChannelEmail}

	err := c.Consents.Withdraw(ctx, consent.Declaration{Contact: anna.ID, Channels: email, Source: "unsubscribe link"})
	if err != nil {
		log.Fatal(err)
	}
	// An import of an old grant does not undo the withdrawal.
	err = c.Consents.Grant(ctx, consent.Declaration{
		Contact: anna.ID, Channels: email, At: today.AddDate(-1, 0, 0), Wording: "Newsletter, please.", Source: "import",
	})
	if err != nil {
		log.Fatal(err)
	}

	answer, err := c.Consents.Permit(ctx, anna.ID, consent.Marketing, contact.ChannelEmail)
	fmt.Println(answer, err)
	events, err := c.Consents.Ledger(ctx, anna.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range events {
		fmt.Println(e.At.Format("2006-01-02"), e.Action, e.Purpose, e.Channel, "at", e.Source)
	}
	// Output:
	// no_consent <nil>
	// 2025-03-02 grant marketing email at import
	// 2026-03-02 grant marketing email at checkout
	// 2026-03-02 withdraw marketing email at unsubscribe link
}
