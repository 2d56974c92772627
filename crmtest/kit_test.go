package crmtest_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/crmtest"
)

func TestNew_the_config_of_the_host_counts(t *testing.T) {
	own := crmtest.NewForgetfulRecorder()
	k := crmtest.New(t, &crm.Config{
		Zone:    time.FixedZone("shop", 3600),
		Fields:  []contact.Field{{Name: "points", Type: contact.TypeNumber}},
		Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: own},
	})
	if k.Zone().String() != "shop" {
		t.Errorf("zone %s", k.Zone())
	}
	c := k.AddContact(crmtest.Contact("1").Custom("points", contact.Int(3)))
	if !c.Custom["points"].Equal(contact.Int(3)) {
		t.Errorf("custom fields: %v", c.Custom)
	}
}

func TestNew_a_second_clock_is_refused(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a config with a clock was taken")
		}
	}()
	crmtest.New(nil, &crm.Config{Now: time.Now})
}

func TestNew_ids_and_codes_repeat(t *testing.T) {
	seen := func() string {
		k := crmtest.New(t, nil)
		c := k.AddContact(crmtest.Contact("1"))
		a := k.AddPurchase(crmtest.Purchase("o").By(c).Item("x", "y", "1.00"))
		return c.ID.String() + a.ID.String()
	}
	if a, b := seen(), seen(); a != b {
		t.Errorf("%s, then %s", a, b)
	}
}

func TestContactBuilder(t *testing.T) {
	k := crmtest.New(t, nil)
	shared := crmtest.Contact("1").Email("a@example.com")
	shared.Email("lost@example.com").AgreesTo(contact.ChannelEmail) // copies: changes nothing
	b := shared.Company("Muster GmbH").Named("Erika", "Muster").Email("b@example.com").Phone("030 23125001").
		Address("Lange Straße 1", "10115", "Berlin").Speaks("de").Prefers(contact.ChannelPhone).
		AgreesTo(contact.ChannelPhone, contact.ChannelLetter)
	c := k.AddContact(b)
	again := k.AddContact(b)
	if c.ID != again.ID || again.Version != 2 {
		t.Error("saving twice is an update")
	}
	if c.Kind != contact.Company || len(c.Emails) != 2 || c.Emails[1].Address != "b@example.com" || c.Phone() != "030 23125001" ||
		c.Address().City != "Berlin" || c.Language != "de" || c.PreferredChannel != contact.ChannelPhone || c.Key(crmtest.Source) != "1" {
		t.Errorf("stored as %+v", []any{c.Kind, c.Name, c.Emails, c.Phones, c.Addresses, c.Language, c.PreferredChannel})
	}
	for ch, want := range map[contact.Channel]consent.Permission{
		contact.ChannelPhone: consent.Granted, contact.ChannelLetter: consent.Granted, contact.ChannelEmail: consent.NoConsent,
	} {
		if got, err := k.Consents.Permit(t.Context(), c.ID, consent.Marketing, ch); err != nil || got != want {
			t.Errorf("%s: %s, %v", ch, got, err)
		}
	}
}

func TestPurchaseBuilder(t *testing.T) {
	k := crmtest.New(t, nil)
	c := k.AddContact(crmtest.Contact("1"))
	a := k.AddPurchase(crmtest.Purchase("o").By(c).DaysAgo(2).Via("web").In("USD").
		Item("Sofa", "Furniture", "899.00").Items(3, "Cushion", "Textiles", "30.00"))
	if !a.At.Equal(crmtest.Start.AddDate(0, 0, -2)) || a.Channel != "web" || a.Amount.String() != "929.00 USD" ||
		a.Items[1].Quantity != 3 || a.Kind != activity.Purchase || a.Direction != activity.Inbound {
		t.Errorf("recorded as %+v", []any{a.At, a.Channel, a.Amount, a.Items})
	}
	on := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	if b, err := crmtest.Purchase("p").DaysAgo(1).On(on).Record(time.Now()); err != nil || !b.At.Equal(on) {
		t.Errorf("On gave %v, %v", b.At, err)
	}
	if _, err := crmtest.Purchase("p").Item("a", "b", "1,00").Item("a", "b", "1.00").Record(time.Now()); err == nil {
		t.Error("took a price with a comma")
	}
}

func TestClock(t *testing.T) {
	c := crmtest.NewClock(crmtest.Start)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { c.Advance(time.Minute); c.Now() })
	}
	wg.Wait()
	if got := c.Now(); !got.Equal(crmtest.Start.Add(10 * time.Minute)) {
		t.Errorf("stands at %s", got)
	}
	c.Set(crmtest.Start)
	if got := c.Now(); !got.Equal(crmtest.Start) {
		t.Errorf("stands at %s", got)
	}
}

func TestIDs_ascend(t *testing.T) {
	next := crmtest.IDs()
	last := contact.ID(next())
	for range 1000 {
		id := contact.ID(next())
		if last.Compare(id) >= 0 {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
	if got := last.String(); got != "00000000-0000-7000-8000-0000000003e9" {
		t.Errorf("got %s", got)
	}
}
