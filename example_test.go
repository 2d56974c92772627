package crm_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/memory"
)

// today is the day on which all examples run.
var today = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// newCRM returns a CRM in memory whose clock stands still.
func newCRM(senders map[contact.Channel]channel.Sender) *crm.CRM {
	c, err := crm.New(memory.New(), &crm.Config{
		Now:     func() time.Time { return today },
		Senders: senders,
		Fields:  []contact.Field{{Name: "loyalty_points", Type: contact.TypeNumber}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return c
}

// customer creates a customer of the shop who agreed to e-mails.
func customer(c *crm.CRM, key, given, family string) contact.Contact {
	ctx := context.Background()
	who, err := c.Contacts.Create(ctx, contact.Contact{
		Name:       contact.Name{Given: given, Family: family},
		Emails:     []contact.Email{{Address: key + "@example.com"}},
		Identities: []contact.Identity{{Source: "shop", Key: key}},
	})
	if err != nil {
		log.Fatal(err)
	}
	err = c.Consents.Grant(ctx, consent.Declaration{
		Contact: who.ID, Channels: []contact.Channel{contact.ChannelEmail},
		Wording: "Yes, write to me about offers.", Source: "checkout",
	})
	if err != nil {
		log.Fatal(err)
	}
	return who
}

// order is a purchase of one item.
func order(of contact.ID, key string, at time.Time, category string, cents int64) activity.Activity {
	return activity.Activity{
		Contact: of, Kind: activity.Purchase, Ref: activity.Ref{Source: "shop", Key: key}, At: at,
		Items: []activity.Item{{Name: "Item", Category: category, Quantity: 1, Amount: money.New(cents, "EUR")}},
	}
}

// printer is a Sender that prints.
type printer struct{}

func (printer) Caps() channel.Caps { return channel.Caps{Idempotent: true} }

func (printer) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	fmt.Printf("to %s by %s: %s\n", m.To.Name, m.Channel, m.Subject)
	return channel.Receipt{}, nil
}

// The main job in small: who bought furniture in the past year, but not in the
// last quarter, gets a voucher, and the report counts the answers.
func Example() {
	ctx := context.Background()
	c := newCRM(map[contact.Channel]channel.Sender{contact.ChannelEmail: printer{}})

	anna := customer(c, "4711", "Anna", "Müller")
	ben := customer(c, "4712", "Ben", "Schulz")
	_, err := c.Activities.RecordMany(ctx, []activity.Activity{
		order(anna.ID, "O-1", today.AddDate(0, -6, 0), "Furniture", 180000),
		order(ben.ID, "O-2", today.AddDate(0, -1, 0), "Furniture", 250000),
	})
	if err != nil {
		log.Fatal(err)
	}

	lapsed, err := c.Segments.Save(ctx, "furniture-lapsed", segment.All(
		segment.Purchases().In("Furniture").InLast(12, segment.Months).AtLeast(1),
		segment.Purchases().In("Furniture").InLast(3, segment.Months).None(),
		segment.Purchases().AtMost(3),
		segment.Purchases().Sum(segment.AtLeast, money.New(150000, "EUR")),
	))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lapsed.Rule)

	spring, err := c.Campaigns.Create(ctx, campaign.Definition{
		Name: "spring", Segment: lapsed.ID, Currency: "EUR",
		Offer:    &campaign.Offer{Percent: 10},
		Channels: []contact.Channel{contact.ChannelEmail},
		Templates: map[contact.Channel]campaign.Template{contact.ChannelEmail: {
			Subject: "{{.Voucher.Percent}} % for {{.Contact.Given}}",
			Text:    "Your code: {{.Voucher.Code}}",
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.Campaigns.Run(ctx, spring.ID, nil); err != nil {
		log.Fatal(err)
	}

	vouchers, err := c.Campaigns.Vouchers(ctx, spring.ID, []contact.ID{anna.ID})
	if err != nil {
		log.Fatal(err)
	}
	redeemed, err := c.Campaigns.Redeem(ctx, campaign.RedeemInput{
		Code: vouchers[0].Code, Contact: anna.ID,
		Order: activity.Ref{Source: "shop", Key: "O-3"}, Amount: money.New(50000, "EUR"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("discount", redeemed.Discount)

	report, err := c.Campaigns.Report(ctx, spring.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sent %d, redeemed %d, revenue %s\n", report.Total.Sent, report.Total.Redeemed, report.Total.Revenue)
	// Output:
	// at least 1 purchase with an item in Furniture in the last 12 months and no purchases with an item in Furniture in the last 3 months and at most 3 purchases and the total of the purchases is at least 1500.00 EUR
	// to Anna Müller by email: 10 % for Anna
	// discount 50.00 EUR
	// sent 1, redeemed 1, revenue 450.00 EUR
}
