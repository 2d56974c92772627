package crm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/crmtest"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/storage/memory"
)

// A charge that was pending is settled when the provider tells, for instance by
// its web hook.
func ExampleCRM_payments_pending() {
	ctx := context.Background()
	k := crmtest.New(nil, nil)
	k.Provider.Answer("her-bank-account", activity.PaymentPending)
	order := k.AddPurchase(crmtest.Purchase("O-1").By(k.AddContact(crmtest.Contact("4711"))).Item("Lamp", "Lighting", "49.00"))

	charge, err := k.Payments.Charge(ctx, order.Ref, "her-bank-account")
	fmt.Println(charge.Payment.Status, err)
	charge, err = k.Payments.Settle(ctx, order.Ref, charge.Payment.Token, activity.PaymentSucceeded)
	fmt.Println(charge.Payment.Status, err)
	charge, err = k.Payments.Charge(ctx, order.Ref, "her-bank-account") // asks nobody any more
	fmt.Println(charge.Payment.Status, err)
	// Output:
	// pending <nil>
	// succeeded <nil>
	// succeeded <nil>
}

// A recorded purchase is charged through the host's provider. The CRM keeps the
// provider's token, status and amount, and nothing else.
func ExampleCRM_payments() {
	ctx := context.Background()
	c, err := crm.New(memory.New(), &crm.Config{Payments: crmtest.New(nil, nil).Provider})
	if err != nil {
		log.Fatal(err)
	}
	anna := customer(c, "4711", "Anna", "Müller")
	if _, err := c.Activities.Record(ctx, order(anna.ID, "O-1", today, "Furniture", 180000)); err != nil {
		log.Fatal(err)
	}

	purchase := activity.Ref{Source: "shop", Key: "O-1"}
	charge, err := c.Payments.Charge(ctx, purchase, "token-of-her-payment-method")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Kind, charge.Payment.Status, charge.Amount)

	refund, err := c.Payments.Refund(ctx, purchase, "return-1", money.New(20000, "EUR"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(refund.Kind, refund.Payment.Status, refund.Amount)

	_, err = c.Payments.Charge(ctx, purchase, "4111 1111 1111 1111")
	fmt.Println(err)
	// Output:
	// charge succeeded 1800.00 EUR
	// refund succeeded 200.00 EUR
	// payment.Charge: invalid: method: must be a provider's token, not a payment card number [card_number]
}
