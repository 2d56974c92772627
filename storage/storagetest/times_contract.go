package storagetest

import (
	"fmt"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

// timeContract writes records straight into the store, each with one hard
// instant in all its fields, and those that may be missing once without.
func timeContract(k *kit) {
	of := k.customer(1).ID
	for i, t := range append(hardTimes(), time.Time{}) {
		t = t.UTC()
		always := t // of what is never missing
		if t.IsZero() {
			always = noon
		}
		k.timesOfPeople(of, i, always)
		k.timesOfCampaign(of, i, t, always)
	}
}

func (k *kit) timesOfPeople(of contact.ID, n int, t time.Time) {
	k.Helper()
	c := contact.Contact{ID: id.New(), Kind: contact.Person, CreatedAt: t, UpdatedAt: t, Version: 1, Custom: map[string]contact.Value{"member_since": contact.Time(t)}}
	k.ok(k.store.InsertContacts(k.ctx, []contact.Contact{c}), "inserting a contact")
	contacts, err := k.store.Contacts(k.ctx, []contact.ID{c.ID})
	k.ok(err, "reading a contact")
	k.equal(contacts, []contact.Contact{c}, "the instants of a contact")

	a := activity.Activity{ID: id.New(), Contact: c.ID, Kind: "visit", At: t, RecordedAt: t, Direction: activity.Inbound, Channel: contact.ChannelPhone}
	k.ok(k.store.InsertActivities(k.ctx, []activity.Activity{a}), "inserting an activity")
	activities, err := k.store.ActivitiesOf(k.ctx, []contact.ID{c.ID})
	k.ok(err, "reading activities")
	k.equal(activities, []activity.Activity{a}, "the instants of an activity")
	use, err := k.store.ChannelUse(k.ctx, []contact.ID{c.ID}, t)
	k.ok(err, "counting the use of channels")
	k.equal(use, []activity.ChannelUse{{Contact: c.ID, Channel: contact.ChannelPhone, Count: 1, Last: t}}, "when a channel was used last")

	e := consent.Event{ID: id.New(), Contact: c.ID, Purpose: consent.Marketing, Channel: contact.ChannelEmail, Action: consent.Grant, At: t, RecordedAt: t}
	k.ok(k.store.AppendConsent(k.ctx, []consent.Event{e}), "appending to the ledger")
	events, err := k.store.ConsentEvents(k.ctx, []contact.ID{c.ID})
	k.ok(err, "reading the ledger")
	k.equal(events, []consent.Event{e}, "the instants of a declaration")
	states, err := k.store.ConsentStates(k.ctx, []contact.ID{c.ID})
	k.ok(err, "reading the states")
	k.equal(states, []consent.State{consent.StateOf(e)}, "the instant of a state of consent")

	i := exchange.Import{ID: id.New(), Name: fmt.Sprintf("i%d", n), State: exchange.Running, StartedAt: t, UpdatedAt: t}
	k.ok(k.store.InsertImport(k.ctx, i), "inserting an import")
	imported, err := k.store.ImportByName(k.ctx, i.Name)
	k.ok(err, "reading an import")
	k.equal(imported, i, "the instants of an import")

	s := segment.Segment{ID: id.New(), Name: fmt.Sprintf("s%d", n), Rule: segment.Everyone(), CreatedAt: t, UpdatedAt: t}
	k.ok(k.store.InsertSegment(k.ctx, s), "inserting a segment")
	got, err := k.store.Segment(k.ctx, s.ID)
	k.ok(err, "reading a segment")
	k.equal(got, s, "the instants of a segment")
}

func (k *kit) timesOfCampaign(who contact.ID, n int, t, always time.Time) {
	k.Helper()
	c := campaign.Campaign{
		ID: id.New(), Definition: k.definition(fmt.Sprintf("c%d", n), id.New()), State: campaign.Running,
		AsOf: t, CreatedAt: always, StartedAt: t, FinishedAt: t,
	}
	c.From, c.Until, c.Offer.ValidFrom, c.Offer.ValidUntil = t, t, t, t
	k.ok(k.store.InsertCampaign(k.ctx, c), "inserting a campaign")
	got, err := k.store.Campaign(k.ctx, c.ID)
	k.ok(err, "reading a campaign")
	k.equal(got, c, "the instants of a campaign")

	d := campaign.Delivery{
		ID: id.New(), Campaign: c.ID, Channel: contact.ChannelEmail, Contact: who, State: campaign.Queued,
		NotBefore: always, FirstAttemptAt: t, GatedAt: t, SentAt: t, UpdatedAt: always,
	}
	k.ok(k.store.InsertDeliveries(k.ctx, []campaign.Delivery{d}), "inserting a delivery")
	deliveries, err := k.store.Deliveries(k.ctx, campaign.DeliveryQuery{Campaign: c.ID, Limit: 9})
	k.ok(err, "reading deliveries")
	k.equal(deliveries, []campaign.Delivery{d}, "the instants of a delivery")

	code := fmt.Sprintf("%011d", n)
	v := campaign.Voucher{Code: code, Campaign: c.ID, Contact: who, Channel: contact.ChannelEmail, BasisPoints: 1, ValidFrom: t, ValidUntil: t, MaxUses: 1}
	k.ok(k.store.InsertVouchers(k.ctx, []campaign.Voucher{v}), "inserting a voucher")
	voucher, err := k.store.Voucher(k.ctx, code)
	k.ok(err, "reading a voucher")
	k.equal(voucher, v, "the instants of a voucher")
	r := campaign.Redemption{Order: ref(n), Code: code, Campaign: c.ID, Contact: who, Channel: contact.ChannelEmail, Amount: euro(0), Discount: euro(0), At: always}
	k.ok(last(k.store.InsertRedemption(k.ctx, r)), "inserting a redemption")
	redemption, err := k.store.Redemption(k.ctx, r.Order)
	k.ok(err, "reading a redemption")
	k.equal(redemption, r, "the instant of a redemption")
}
