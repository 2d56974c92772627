package storagetest

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// privacyContract holds the store to the words of privacy.Store.
func privacyContract(k *kit) {
	people := k.customers(4, nil)
	ids := idsOf(people)
	slices.SortFunc(ids, contact.ID.Compare)
	a, b, c := ids[0], ids[1], ids[2]
	k.restrictionContract(a, b, c)
	k.holdContract(a, b)
	k.heldContract(a, b)
	k.certificateContract(a, b, c)
	k.campaignRowsContract(a, b)
	k.idleContract(ids)
	k.ok(k.store.PutRestriction(k.ctx, privacy.Restriction{Contact: c, Reason: "stays", At: noon}), "putting a restriction")
	kept := k.customer(61)
	k.ok(k.store.PutHold(k.ctx, privacy.Hold{ID: privacy.HoldID{9}, Contact: kept.ID, Reason: "stays", At: noon}), "putting a hold")
	gone, err := k.store.DeleteContacts(k.ctx, []contact.ID{kept.ID, c, ids[3]}, noon)
	k.ok(err, "deleting contacts")
	k.equal(gone, []contact.ID{ids[3]}, "whom DeleteContacts removes: none who is restricted or of whom something is held")
	locked, err := k.store.LockAlone(k.ctx, []contact.ID{c, a, spread(1)})
	k.ok(err, "locking alone")
	k.equal(idsOf(locked), []contact.ID{c, a}, "whom LockAlone returns, in the order of the ids")
}

func (k *kit) restrictionContract(a, b, c contact.ID) {
	k.Helper()
	first, second := privacy.Restriction{Contact: b, Reason: "first", At: noon}, privacy.Restriction{Contact: a, Reason: "second", At: noon.Add(time.Microsecond)}
	k.ok(k.store.PutRestriction(k.ctx, first), "putting a restriction")
	k.ok(k.store.PutRestriction(k.ctx, second), "putting a restriction")
	first.Reason = "replaced"
	k.ok(k.store.PutRestriction(k.ctx, first), "replacing a restriction")
	list, err := k.store.Restrictions(k.ctx, []contact.ID{c, b, a, b})
	k.ok(err, "reading restrictions")
	k.equal(list, []privacy.Restriction{second, first}, "restrictions, by contact and once each")
	found, err := k.store.Restricted(k.ctx, []contact.ID{c, b, a, b})
	k.ok(err, "asking who is restricted")
	k.equal(found, []contact.ID{a, b}, "who is restricted, ascending and once each")
	for range 2 {
		k.ok(k.store.DeleteRestriction(k.ctx, a, noon), "deleting a restriction")
	}
	k.ok(k.store.DeleteRestriction(k.ctx, b, noon), "deleting a restriction")
	found, err = k.store.Restricted(k.ctx, []contact.ID{a, b})
	k.ok(err, "asking who is restricted")
	k.equal(len(found), 0, "how many are restricted after all restrictions have ended")
}

func (k *kit) holdContract(a, b contact.ID) {
	k.Helper()
	hold := func(of contact.ID, n byte, until time.Time) privacy.Hold {
		h := privacy.Hold{ID: privacy.HoldID{n}, Contact: of, Class: privacy.Purchases, Reason: "reason", Until: until, Reference: "file", At: noon}
		k.ok(k.store.PutHold(k.ctx, h), "putting a hold")
		return h
	}
	h2, h1, other, open := hold(a, 2, noon.Add(time.Hour)), hold(a, 1, noon), hold(b, 1, noon.Add(time.Hour)), hold(b, 3, time.Time{})
	list, err := k.store.Holds(k.ctx, []contact.ID{b, a, a, spread(1)})
	k.ok(err, "reading holds")
	k.equal(list, []privacy.Hold{h1, h2, other, open}, "holds, by contact and id")
	ended, err := k.store.EndedHolds(k.ctx, noon.Add(time.Hour), 9)
	k.ok(err, "reading holds that have ended")
	k.equal(ended, []privacy.Hold{h1, h2, other}, "holds that have ended, the last instant included")
	ended, err = k.store.EndedHolds(k.ctx, noon.Add(time.Hour), 2)
	k.ok(err, "reading some holds that have ended")
	k.equal(ended, []privacy.Hold{h1, h2}, "the first two holds that have ended")
	h1.Reason, h1.Class = "another", ""
	k.ok(k.store.PutHold(k.ctx, h1), "replacing a hold")
	for _, want := range []bool{true, false} {
		there, err := k.store.DeleteHold(k.ctx, b, other.ID)
		k.ok(err, "deleting a hold")
		k.equal(there, want, "whether a hold was there")
	}
	list, err = k.store.Holds(k.ctx, []contact.ID{a, b})
	k.ok(err, "reading holds")
	k.equal(list, []privacy.Hold{h1, h2, open}, "holds after one was replaced and one deleted")
}

func (k *kit) heldContract(a, b contact.ID) {
	k.Helper()
	row := func(of contact.ID, c privacy.Class, n int) privacy.Held {
		return privacy.Held{Contact: of, Class: c, Position: n, Kind: "activity", Record: json.RawMessage(`{"b": 1,  "a": "ä\u0000"}`)}
	}
	p1, p2, r1, other := row(a, privacy.Purchases, 1), row(a, privacy.Purchases, 2), row(a, privacy.Record, 1), row(b, privacy.Record, 1)
	k.ok(k.store.InsertHeld(k.ctx, []privacy.Held{p2, other, r1, p1}), "inserting what is held")
	k.fails(k.store.InsertHeld(k.ctx, []privacy.Held{row(b, privacy.Imports, 1), p1}), errs.ErrConflict, "inserting what is held already")
	k.ok(k.store.InsertHeld(k.ctx, nil), "inserting nothing")
	got, err := k.store.HeldOf(k.ctx, a)
	k.ok(err, "reading what is held")
	k.equal(got, []privacy.Held{p1, p2, r1}, "what is held of a contact, by class and position, byte for byte")
	of, err := k.store.HeldContacts(k.ctx, contact.ID{}, 9)
	k.ok(err, "listing of whom something is held")
	k.equal(of, []contact.ID{a, b}, "of whom something is held")
	of, err = k.store.HeldContacts(k.ctx, a, 1)
	k.ok(err, "listing of whom something is held, behind one")
	k.equal(of, []contact.ID{b}, "of whom something is held, behind one")
	for _, want := range []int64{2, 0} {
		n, err := k.store.DeleteHeld(k.ctx, a, privacy.Purchases)
		k.ok(err, "deleting what is held")
		k.equal(n, want, "how many rows that were held are deleted")
	}
	got, err = k.store.HeldOf(k.ctx, a)
	k.ok(err, "reading what is held")
	k.equal(got, []privacy.Held{r1}, "what is held after a class was deleted")
	got, err = k.store.HeldOf(k.ctx, b)
	k.ok(err, "reading what is held of another")
	k.equal(got, []privacy.Held{other}, "what is held of another, after a batch was refused")
}

func (k *kit) certificateContract(a, b, c contact.ID) {
	k.Helper()
	first := privacy.Certificate{
		Contact: b, Merged: []contact.ID{a}, At: noon, Reason: "request", Digest: "abc", Pending: true,
		Steps: []privacy.Step{{Class: privacy.Record, Rows: 3, Action: privacy.Keep, Holds: []privacy.HeldBy{{Reason: "r", Until: noon, Reference: "f"}}}},
	}
	second := privacy.Certificate{Contact: c, At: noon, Pending: true, Steps: []privacy.Step{}}
	k.ok(k.store.PutCertificate(k.ctx, []contact.ID{b, a}, first), "putting a certificate")
	k.ok(k.store.PutCertificate(k.ctx, []contact.ID{c}, second), "putting a certificate")
	for _, id := range []contact.ID{a, b} {
		got, err := k.store.CertificateOf(k.ctx, id)
		k.ok(err, "reading a certificate")
		k.equal(got, first, "a certificate by each of its ids")
	}
	k.fails(last(k.store.CertificateOf(k.ctx, spread(1))), errs.ErrNotFound, "the certificate of nobody")
	erased, err := k.store.Erased(k.ctx, []contact.ID{c, spread(1), a, a})
	k.ok(err, "asking who was erased")
	k.equal(erased, []contact.ID{a, c}, "who was erased, ascending and once each")
	pending, err := k.store.PendingCertificates(k.ctx, contact.ID{}, 9)
	k.ok(err, "listing certificates")
	k.equal(pending, []privacy.Certificate{first, second}, "certificates that are pending, each once")
	pending, err = k.store.PendingCertificates(k.ctx, b, 1)
	k.ok(err, "listing certificates behind one")
	k.equal(pending, []privacy.Certificate{second}, "certificates that are pending, behind one")
	first.Pending, first.Released = false, []privacy.Release{{Class: privacy.Record, Rows: 3, At: noon}}
	k.ok(k.store.PutCertificate(k.ctx, []contact.ID{b, a}, first), "replacing a certificate")
	pending, err = k.store.PendingCertificates(k.ctx, contact.ID{}, 9)
	k.ok(err, "listing certificates")
	k.equal(pending, []privacy.Certificate{second}, "certificates that are pending after one is not")
	got, err := k.store.CertificateOf(k.ctx, a)
	k.ok(err, "reading a certificate")
	k.equal(got, first, "a certificate that was replaced")
}

// campaignRowsContract puts rows of two campaigns in the place of others.
func (k *kit) campaignRowsContract(a, b contact.ID) {
	k.Helper()
	one, two := k.campaign("one", segment.Everyone(), nil).ID, k.campaign("two", segment.Everyone(), nil).ID
	rows := func(of contact.ID, in campaign.ID, n byte) privacy.CampaignRows {
		code := "code-" + string('a'+rune(n))
		return privacy.CampaignRows{
			Audience: []campaign.Member{{Campaign: in, Contact: of, Outcome: campaign.Addressed, Channel: contact.ChannelEmail, Orders: 2, Revenue: int64(n)}},
			Deliveries: []campaign.Delivery{{
				ID: campaign.DeliveryID{n}, Campaign: in, Contact: of, Channel: contact.ChannelEmail, State: campaign.Sent, NotBefore: noon,
				Attempts: 1, SentAt: noon, UpdatedAt: noon,
			}},
			Vouchers: []campaign.Voucher{{Code: code, Campaign: in, Contact: of, Channel: contact.ChannelEmail, BasisPoints: 1000, Uses: 1, MaxUses: 1}},
			Redemptions: []campaign.Redemption{{
				Order: refOf("shop", code), Code: code, Campaign: in, Contact: of, Channel: contact.ChannelEmail,
				Amount: euro(1000), Discount: money.New(100, "EUR"), At: noon,
			}},
		}
	}
	read := func(ids ...contact.ID) privacy.CampaignRows {
		r, err := k.store.PersonalRows(k.ctx, ids)
		k.ok(err, "reading rows")
		return r.CampaignRows
	}
	join := func(x, y privacy.CampaignRows) privacy.CampaignRows {
		return privacy.CampaignRows{
			Audience: slices.Concat(x.Audience, y.Audience), Deliveries: slices.Concat(x.Deliveries, y.Deliveries),
			Vouchers: slices.Concat(x.Vouchers, y.Vouchers), Redemptions: slices.Concat(x.Redemptions, y.Redemptions),
		}
	}
	lower, upper := one, two
	if lower.Compare(upper) > 0 {
		lower, upper = upper, lower
	}
	none := privacy.CampaignRows{}
	k.ok(k.store.ReplaceCampaignRows(k.ctx, nil, campaign.ID{}, join(rows(a, upper, 2), rows(a, lower, 1))), "putting rows")
	k.equal(read(a, b), join(rows(a, lower, 1), rows(a, upper, 2)), "rows of campaigns, in their order")
	k.ok(k.store.ReplaceCampaignRows(k.ctx, []contact.ID{a}, upper, rows(b, upper, 3)), "replacing the rows of one campaign")
	k.equal(read(b, a), join(rows(a, lower, 1), rows(b, upper, 3)), "rows after those of one campaign were replaced")
	responses, err := k.store.Responses(k.ctx, campaign.ResponseQuery{Campaign: upper, From: noon.AddDate(-1, 0, 0), To: noon, Currency: "EUR"})
	k.ok(err, "counting responses")
	k.equal(responses, []campaign.Response{{Outcome: campaign.Addressed, Channel: contact.ChannelEmail, Contacts: 1, Buyers: 1, Orders: 2, Revenue: 3}}, "responses that rows keep")
	k.ok(k.store.ReplaceCampaignRows(k.ctx, []contact.ID{a, b}, campaign.ID{}, none), "removing all rows")
	k.equal(read(a, b), none, "rows after all were removed")
	k.fails(last(k.store.Voucher(k.ctx, "code-b")), errs.ErrNotFound, "a voucher that was removed")
	k.fails(last(k.store.Redemption(k.ctx, refOf("shop", "code-b"))), errs.ErrNotFound, "a redemption that was removed")
}

// idleContract asks who was not heard of, and who has a history.
func (k *kit) idleContract(ids []contact.ID) {
	k.Helper()
	k.ok(k.store.DeleteRestriction(k.ctx, ids[0], noon), "ending a restriction")
	k.record(order(ids[0], 601, noon.Add(-2*time.Hour)))
	k.record(order(ids[1], 602, noon.Add(time.Hour)))
	d := declaration(ids[2], contact.ChannelEmail)
	d.At = noon
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting")
	ask := func(what string, list []contact.ID, err error, want ...contact.ID) {
		k.Helper()
		k.ok(err, what)
		k.equal(slices.Concat(list), slices.Concat(want), what)
	}
	list, err := k.store.IdleContacts(k.ctx, noon.Add(time.Microsecond), contact.ID{}, 9)
	ask("who was not heard of since noon", list, err, ids[0], ids[2], ids[3])
	list, err = k.store.IdleContacts(k.ctx, noon, contact.ID{}, 9)
	ask("who was not heard of before noon", list, err)
	list, err = k.store.IdleContacts(k.ctx, noon.Add(time.Hour), ids[0], 1)
	ask("the next one who was not heard of", list, err, ids[2])
	list, err = k.store.ContactsWithHistory(k.ctx, noon.Add(time.Hour), contact.ID{}, 9)
	ask("who has something old", list, err, ids[0])
	list, err = k.store.ContactsWithHistory(k.ctx, noon.Add(2*time.Hour), ids[0], 1)
	ask("the next one who has something old", list, err, ids[1])
	list, err = k.store.ContactsWithHistory(k.ctx, noon.Add(-2*time.Hour), contact.ID{}, 9)
	ask("who has something that is older than what there is", list, err)
}

// privacyMoment reads twice at one moment, while somebody else writes in between.
func privacyMoment(k *kit) {
	people := k.customers(2, nil)
	k.ok(storage.Read(k.ctx, k.store, func(ctx context.Context, tx storage.Store) error {
		before, err := tx.ListContacts(ctx, contact.ID{}, 9)
		k.ok(err, "reading at one moment")
		k.equal(len(before), 2, "how many there are at one moment")
		if _, able := k.store.(storage.ReadOnly); able { // else nobody else can write meanwhile
			k.record(order(people[0].ID, 1, noon))
			k.customer(700)
		}
		after, err := tx.ListContacts(ctx, contact.ID{}, 9)
		k.ok(err, "reading again at one moment")
		k.equal(after, before, "what is read again at one moment, while somebody writes")
		list, err := tx.ActivitiesOf(ctx, idsOf(people))
		k.ok(err, "reading histories at one moment")
		k.equal(len(list), 0, "what was recorded meanwhile, at that moment")
		return nil
	}), "reading at one moment")
}
