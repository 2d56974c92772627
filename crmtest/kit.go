package crmtest

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage/memory"
)

// Kit is a CRM for one test, and its surroundings.
type Kit struct {
	*crm.CRM
	// Store holds the data. Its Begin starts a transaction of the host's own.
	Store *memory.Store
	// Clock is the CRM's. It stands at Start.
	Clock *Clock
	// Email, Letter, Phone and SMS are the senders of these channels. They
	// are idempotent, as Caps tells.
	Email, Letter, Phone, SMS *Recorder
	// Provider is the payment provider behind CRM.Payments.
	Provider *Payments

	tb testing.TB
	// own is the CRM through which the kit stores what the test begins with; no
	// Config.Authorizer is asked there.
	own *crm.CRM
}

// New returns a kit of its own for the test. Where the config is nil or leaves
// something open, the kit brings it; Now must stay open, because the kit has a
// Clock, and so must Payments, because it has a Provider.
//
// What goes wrong in the kit ends the test. Where there is no test, as in an
// Example, tb may be nil; then it panics.
func New(tb testing.TB, config *crm.Config) *Kit {
	k := &Kit{
		Store: memory.New(), Clock: NewClock(Start), Provider: &Payments{}, tb: tb,
		Email: NewRecorder(), Letter: NewRecorder(), Phone: NewRecorder(), SMS: NewRecorder(),
	}
	k.helper()
	full := crm.Config{NewID: IDs(), Random: Random()}
	if config != nil {
		full = k.merge(*config, full)
	}
	full.Now, full.Payments = k.Clock.Now, k.Provider
	full.Senders = k.senders(full.Senders)
	var err error
	k.CRM, err = crm.New(k.Store, &full)
	k.must("crm.New", err)
	full.Authorizer = nil
	k.own, err = crm.New(k.Store, &full)
	k.must("crm.New", err)
	return k
}

// merge fills what the config leaves open.
func (k *Kit) merge(config, defaults crm.Config) crm.Config {
	k.helper()
	if config.Now != nil || config.Payments != nil {
		k.must("crmtest.New", fmt.Errorf("crm.Config.Now and Payments must be nil: use Kit.Clock and Kit.Provider"))
	}
	if config.NewID == nil {
		config.NewID = defaults.NewID
	}
	if config.Random == nil {
		config.Random = defaults.Random
	}
	return config
}

// senders adds the kit's recorders to the host's own senders, which win.
func (k *Kit) senders(own map[contact.Channel]channel.Sender) map[contact.Channel]channel.Sender {
	all := map[contact.Channel]channel.Sender{
		contact.ChannelEmail: k.Email, contact.ChannelLetter: k.Letter,
		contact.ChannelPhone: k.Phone, contact.ChannelSMS: k.SMS,
	}
	maps.Copy(all, own)
	return all
}

// AddContact stores a contact with what it agrees to, and returns it as stored.
func (k *Kit) AddContact(b ContactBuilder) contact.Contact {
	k.helper()
	c, err := b.Save(context.Background(), k.own)
	k.must("AddContact", err)
	return c
}

// AddPurchase records a purchase and returns it as stored.
func (k *Kit) AddPurchase(b PurchaseBuilder) activity.Activity {
	k.helper()
	a, err := b.Save(context.Background(), k.own, k.Clock.Now())
	k.must("AddPurchase", err)
	return a
}

func (k *Kit) helper() {
	if k.tb != nil {
		k.tb.Helper()
	}
}

// must ends the test where there is an error.
func (k *Kit) must(what string, err error) {
	k.helper()
	switch {
	case err == nil:
	case k.tb == nil:
		panic(fmt.Sprintf("crmtest: %s: %v", what, err))
	default:
		k.tb.Fatalf("crmtest: %s: %v", what, err)
	}
}
