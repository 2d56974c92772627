package crmtest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/crmtest"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// What becomes of a message whose answer is lost depends on the sender: one
// that forgets keys must not be asked again, so a person has to decide.
func ExampleRecorder() {
	ctx := context.Background()
	post := crmtest.NewForgetfulRecorder()
	post.LoseNth(1)                     // goes out, but nobody learns of it
	post.FailNth(2, channel.ErrNotSent) // is tried again later
	k := crmtest.New(nil, &crm.Config{Senders: map[contact.Channel]channel.Sender{contact.ChannelLetter: post}})
	for _, key := range []string{"1", "2", "3"} {
		k.AddContact(crmtest.Contact(key).Address("Lange Straße 1", "10115", "Berlin").AgreesTo(contact.ChannelLetter))
	}
	everyone, err := k.Segments.Save(ctx, "everyone", segment.Everyone())
	if err != nil {
		fmt.Println(err)
	}
	c, err := k.Campaigns.Create(ctx, campaign.Definition{
		Name: "letter", Segment: everyone.ID, Currency: "EUR", Channels: []contact.Channel{contact.ChannelLetter},
		Templates: map[contact.Channel]campaign.Template{contact.ChannelLetter: {Text: "Hello!"}},
	})
	if err != nil {
		fmt.Println(err)
	}
	progress, err := k.Campaigns.Run(ctx, c.ID, nil)
	fmt.Println(progress.States, err)
	fmt.Println(len(post.Attempts()), "attempts,", len(post.Messages()), "letters")
	// Output:
	// map[in_doubt:1 queued:1 sent:1] <nil>
	// 3 attempts, 2 letters
}

// The provider is asked once, however often the host repeats a call that was
// cut off.
func ExamplePayments() {
	ctx := context.Background()
	k := crmtest.New(nil, nil)
	erika := k.AddContact(crmtest.Contact("4711"))
	order := k.AddPurchase(crmtest.Purchase("order-1").By(erika).Item("Lamp", "Lighting", "49.00"))

	k.Provider.LoseNext(errors.New("connection reset"))
	_, err := k.Payments.Charge(ctx, order.Ref, "erikas-method")
	fmt.Println("first:", err)
	charge, err := k.Payments.Charge(ctx, order.Ref, "erikas-method")
	fmt.Println("again:", charge.Amount, charge.Payment.Status, err)
	refund, err := k.Payments.Refund(ctx, order.Ref, "1", money.New(1000, "EUR"))
	fmt.Println("refund:", refund.Amount, refund.Payment.Token, err)

	k.Provider.Answer("empty-account", activity.PaymentFailed)
	other := k.AddPurchase(crmtest.Purchase("order-2").By(erika).Item("Sofa", "Furniture", "899.00"))
	charge, err = k.Payments.Charge(ctx, other.Ref, "empty-account")
	fmt.Println("declined:", charge.Payment.Status, err)
	fmt.Println(len(k.Provider.Bookings()), "bookings")
	// Output:
	// first: payment.Charge: payment provider failed
	// again: 49.00 EUR succeeded <nil>
	// refund: 10.00 EUR refund-2 <nil>
	// declined: failed <nil>
	// 3 bookings
}
