package crm_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// spring creates a campaign to everyone.
func spring(c *crm.CRM) campaign.Campaign {
	ctx := context.Background()
	everyone, err := c.Segments.Save(ctx, "everyone", segment.Everyone())
	if err != nil {
		log.Fatal(err)
	}
	created, err := c.Campaigns.Create(ctx, campaign.Definition{
		Name: "spring", Segment: everyone.ID, Currency: "EUR", Offer: &campaign.Offer{Percent: 10},
		Channels: []contact.Channel{contact.ChannelEmail},
		Templates: map[contact.Channel]campaign.Template{
			contact.ChannelEmail: {Subject: "Spring", Text: "Your code: {{.Voucher.Code}}"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	return created
}

// Simulate tells what would happen; Run does it; a second Run does nothing. A
// withdrawal in between counts.
func ExampleCRM_campaigns() {
	ctx := context.Background()
	c := newCRM(map[contact.Channel]channel.Sender{contact.ChannelEmail: printer{}})
	customer(c, "4711", "Anna", "Müller")
	ben := customer(c, "4712", "Ben", "Schulz")
	if _, err := c.Contacts.Create(ctx, contact.Contact{Name: contact.Name{Given: "Carla"}}); err != nil {
		log.Fatal(err)
	}
	spring := spring(c)

	forecast, err := c.Campaigns.Simulate(ctx, spring.ID)
	fmt.Println("would send", forecast.Deliveries, "and leave out", forecast.Excluded, err)

	if err := c.Campaigns.Plan(ctx, spring.ID); err != nil {
		log.Fatal(err)
	}
	err = c.Consents.Withdraw(ctx, consent.Declaration{
		Contact: ben.ID, Channels: []contact.Channel{contact.ChannelEmail}, Source: "phone call",
	})
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		progress, err := c.Campaigns.Run(ctx, spring.ID, nil)
		fmt.Println(progress.States, "done:", progress.Done, err)
	}
	// Output:
	// would send map[email:2] and leave out map[no_consent:1] <nil>
	// to Anna Müller by email: Spring
	// map[sent:1 skipped:1] done: true <nil>
	// map[sent:1 skipped:1] done: true <nil>
}

// Atomic joins several calls into one transaction of the CRM's own.
func ExampleCRM_Atomic() {
	ctx := context.Background()
	c := newCRM(nil)
	err := c.Atomic(ctx, func(ctx context.Context, c *crm.CRM) error {
		customer(c, "4711", "Anna", "Müller")
		return errors.New("the shop changed its mind")
	})
	fmt.Println(err)
	_, err = c.Contacts.Find(ctx, contact.Identity{Source: "shop", Key: "4711"})
	fmt.Println(errors.Is(err, crm.ErrNotFound))
	// Output:
	// the shop changed its mind
	// true
}
