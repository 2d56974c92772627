package crmtest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/crmtest"
	"github.com/stammkunde/crm/segment"
)

// In a test, pass t in place of nil.
func Example() {
	ctx := context.Background()
	k := crmtest.New(nil, nil)

	erika := k.AddContact(crmtest.Contact("4711").Named("Erika", "Muster"))
	k.AddPurchase(crmtest.Purchase("order-1").By(erika).DaysAgo(200).
		Item("Sofa", "Furniture", "899.00").
		Items(2, "Cushion", "Textiles", "39.80"))

	lapsed := segment.All(
		segment.Purchases().In("Furniture").InLast(12, segment.Months).AtLeast(1),
		segment.Purchases().In("Furniture").InLast(3, segment.Months).None(),
	)
	n, err := k.Segments.Count(ctx, lapsed)
	fmt.Println(n, err)

	why, err := k.Segments.Explain(ctx, lapsed, erika.ID)
	fmt.Println(why, err)
	// Output:
	// 1 <nil>
	// yes  all of (changes 2025-11-14 09:00:00 UTC)
	//   yes  at least 1 purchase with an item in Furniture in the last 12 months: 1, last on 2024-11-14 09:00:00 UTC (changes 2025-11-14 09:00:00 UTC)
	//   yes  no purchases with an item in Furniture in the last 3 months: none <nil>
}

// The senders write down what the campaign sent. Ids and voucher codes are the
// same in every run.
func ExampleKit_campaign() {
	ctx := context.Background()
	k := crmtest.New(nil, nil)
	mail := contact.ChannelEmail
	k.AddContact(crmtest.Contact("1").Named("Erika", "Muster").Email("erika@example.com").AgreesTo(mail))
	k.AddContact(crmtest.Contact("2").Named("Max", "Muster").Email("max@example.com")) // agrees to nothing

	everyone, err := k.Segments.Save(ctx, "everyone", segment.Everyone())
	if err != nil {
		fmt.Println(err)
	}
	c, err := k.Campaigns.Create(ctx, campaign.Definition{
		Name: "welcome", Segment: everyone.ID, Currency: "EUR",
		Offer:    &campaign.Offer{Percent: 10},
		Channels: []contact.Channel{mail},
		Templates: map[contact.Channel]campaign.Template{
			mail: {Subject: "For {{.Contact.Given}}", Text: "{{.Voucher.Percent}} % with {{.Voucher.Code}}"},
		},
	})
	if err != nil {
		fmt.Println(err)
	}
	progress, err := k.Campaigns.Run(ctx, c.ID, nil)
	fmt.Println(progress.States, err)

	for _, m := range k.Email.Messages() {
		fmt.Printf("to %s: %s: %s\n", m.To.Email, m.Subject, m.Text)
	}
	report, err := k.Campaigns.Report(ctx, c.ID)
	fmt.Println(report.Audience, report.Excluded, err)
	// Output:
	// map[sent:1] <nil>
	// to erika@example.com: For Erika: 10 % with JPD5-SWSY-XV4
	// 2 map[no_consent:1] <nil>
}

// Kit.Store begins a transaction as the host's database would.
func ExampleKit_transaction() {
	ctx := context.Background()
	k := crmtest.New(nil, nil)
	erika := k.AddContact(crmtest.Contact("4711"))

	tx, err := k.Store.Begin(ctx)
	if err != nil {
		fmt.Println(err)
	}
	order, err := crmtest.Purchase("order-1").By(erika).Item("Lamp", "Lighting", "49.00").Record(k.Clock.Now())
	if err != nil {
		fmt.Println(err)
	}
	_, err = k.In(tx.Store()).Activities.Record(ctx, order)
	fmt.Println("recorded:", err)
	fmt.Println("rolled back:", tx.Rollback())

	page, err := k.Activities.History(ctx, erika.ID, nil)
	fmt.Println("in the history:", len(page.Activities), err)
	// Output:
	// recorded: <nil>
	// rolled back: <nil>
	// in the history: 0 <nil>
}

// The clock moves when it is told to.
func ExampleClock() {
	ctx := context.Background()
	k := crmtest.New(nil, nil)
	erika := k.AddContact(crmtest.Contact("4711"))
	k.AddPurchase(crmtest.Purchase("order-1").By(erika).Item("Lamp", "Lighting", "49.00"))

	recent := segment.Purchases().InLast(30, segment.Days).AtLeast(1)
	for range 3 {
		n, err := k.Segments.Count(ctx, recent)
		fmt.Println(k.Clock.Now().Format(time.DateOnly), n, err)
		k.Clock.Advance(15 * 24 * time.Hour)
	}
	// Output:
	// 2025-06-02 1 <nil>
	// 2025-06-17 1 <nil>
	// 2025-07-02 0 <nil>
}
