package crmtest

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// PurchaseBuilder describes a purchase. Each method returns a changed copy, so
// a beginning can be shared.
type PurchaseBuilder struct {
	a        activity.Activity
	ago      time.Duration
	currency string
	err      error // the first amount that was none
}

// Purchase begins a purchase with the reference (Source, key), now, in EUR.
func Purchase(key string) PurchaseBuilder {
	a := activity.Activity{Kind: activity.Purchase, Ref: activity.Ref{Source: Source, Key: key}}
	return PurchaseBuilder{a: a, currency: "EUR"}
}

// By says who bought.
func (b PurchaseBuilder) By(c contact.Contact) PurchaseBuilder {
	b.a.Contact = c.ID
	return b
}

// On sets the instant.
func (b PurchaseBuilder) On(t time.Time) PurchaseBuilder {
	b.a.At, b.ago = t, 0
	return b
}

// Ago sets the instant to d before the clock of the kit.
func (b PurchaseBuilder) Ago(d time.Duration) PurchaseBuilder {
	b.a.At, b.ago = time.Time{}, d
	return b
}

// DaysAgo is Ago for days of 24 hours.
func (b PurchaseBuilder) DaysAgo(n int) PurchaseBuilder {
	return b.Ago(time.Duration(n) * 24 * time.Hour)
}

// Via sets the channel on which the order came.
func (b PurchaseBuilder) Via(ch contact.Channel) PurchaseBuilder {
	b.a.Channel = ch
	return b
}

// In sets the currency of the items that follow.
func (b PurchaseBuilder) In(currency string) PurchaseBuilder {
	b.currency = currency
	return b
}

// Item adds one piece at a price such as "999.00".
func (b PurchaseBuilder) Item(name, category, price string) PurchaseBuilder {
	return b.Items(1, name, category, price)
}

// Items adds a line of n pieces that cost the price together.
func (b PurchaseBuilder) Items(n int64, name, category, price string) PurchaseBuilder {
	amount, err := money.Parse(price, b.currency)
	if b.err == nil {
		b.err = err
	}
	item := activity.Item{Name: name, Category: category, Quantity: n, Amount: amount}
	b.a.Items = append(slices.Clone(b.a.Items), item)
	return b
}

// Record gives the activity as of now, for calls of one's own. It returns an
// error of package money when a price was none.
func (b PurchaseBuilder) Record(now time.Time) (activity.Activity, error) {
	a := b.a
	a.Items = slices.Clone(a.Items)
	if a.At.IsZero() {
		a.At = now.Add(-b.ago)
	}
	return a, b.err
}

// Save records the purchase as of now and returns it as stored.
func (b PurchaseBuilder) Save(ctx context.Context, c *crm.CRM, now time.Time) (activity.Activity, error) {
	a, err := b.Record(now)
	if err != nil {
		return activity.Activity{}, err
	}
	if _, err := c.Activities.Record(ctx, a); err != nil {
		return activity.Activity{}, err
	}
	return c.Activities.ByRef(ctx, a.Ref)
}
