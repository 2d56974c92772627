package storagetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

func deliveryClaim(k *kit) {
	of, list := k.queue("one", 8)
	other, _ := k.queue("two", 3)
	k.equal(deliveryIDs(k.claim(of, 1, noon.Add(4*time.Second), time.Minute, 3)), deliveryIDs(list[:3]), "a claim must take the earliest first, up to its limit")
	k.equal(deliveryIDs(k.claim(of, 2, noon.Add(4*time.Second), time.Minute, 10)), deliveryIDs(list[3:5]), "a claim must take what is due and queued, and nothing else")
	k.equal(len(k.claim(of, 3, noon.Add(4*time.Second), time.Minute, 10)), 0, "how much can be claimed when all that is due is claimed")
	k.equal(deliveryIDs(k.locked(1)), deliveryIDs(list[:3]), "what is claimed under a token")
	k.equal(len(k.locked(99)), 0, "how much is claimed under a token that nobody used")
	k.claim(other, 4, noon.Add(time.Hour), 50*time.Millisecond, 10)
	time.Sleep(60 * time.Millisecond)
	k.equal(len(k.locked(4)), 0, "how much a token holds when its lease has run out")
	k.equal(len(k.claim(other, 5, noon.Add(time.Hour), time.Minute, 10)), 0, "what can be claimed while it is claimed, lease or not: only ReapDeliveries takes it back")
	k.claimTied()
}

// claimTied claims what is due at one instant.
func (k *kit) claimTied() {
	k.Helper()
	of, list := k.queue("tied", 6)
	due := noon.Add(time.Hour)
	k.move(6, noon, campaign.Move{From: campaign.Claimed, To: campaign.Queued, NotBefore: due}, k.claim(of, 6, due, time.Minute, 6)...)
	first := k.claim(of, 7, due, time.Minute, 2)
	k.equal(deliveryIDs(first), deliveryIDs(list)[:2], "what a claim takes of deliveries with one NotBefore: those with the least ids")
	k.claim(of, 8, due, time.Minute, 4)
}

// deliveryRace lets many claim at once: nobody gets what another has.
func deliveryRace(k *kit) {
	const n, claimers = 120, 6
	of, list := k.queue("one", n)
	second := k.reopen()
	got := make([][]campaign.Delivery, claimers)
	k.allOK(k.together(claimers, func(i int) error {
		store := k.store
		if i%2 == 1 {
			store = second
		}
		for round := 0; ; round++ {
			q := campaign.ClaimQuery{Campaign: of, Token: campaign.Token(1 + i + round*claimers), Now: noon.Add(time.Hour), Lease: time.Minute, Limit: 7}
			batch, err := store.ClaimDeliveries(k.ctx, q)
			if err != nil || len(batch) == 0 {
				return err
			}
			got[i] = append(got[i], batch...)
		}
	}), "claiming from several goroutines")
	all := deliveryIDs(slices.Concat(got...))
	k.equal(len(all), n, "how many deliveries all claims together took: each exactly once")
	k.equal(slices.Compact(all), deliveryIDs(list), "which deliveries all claims together took")
}

// deliveryUnique tries to plan somebody twice.
func deliveryUnique(k *kit) {
	of, list := k.queue("one", 2)
	p, err := k.crm.Contacts.Create(k.ctx, person(99))
	k.ok(err, "creating a contact")
	voucher := func(code string) campaign.Voucher {
		return campaign.Voucher{Code: code, Campaign: of, Contact: p.ID, Channel: contact.ChannelEmail, BasisPoints: 1, MaxUses: 1}
	}
	member := func(who contact.ID) campaign.Member {
		return campaign.Member{Campaign: of, Contact: who, Outcome: campaign.Addressed, Channel: contact.ChannelEmail}
	}
	k.ok(k.store.InsertVouchers(k.ctx, []campaign.Voucher{voucher("22222222222")}), "inserting a voucher")
	k.ok(k.store.InsertAudience(k.ctx, []campaign.Member{member(list[0].Contact)}), "inserting a row of a plan")
	before := k.read(k.store)
	again, fresh := list[0], list[1]
	again.ID, fresh.ID, fresh.Contact = id.New(), id.New(), p.ID
	k.fails(k.store.InsertDeliveries(k.ctx, []campaign.Delivery{fresh, again}), errs.ErrConflict, "inserting a second delivery for one campaign, step, channel and contact")
	k.fails(k.store.InsertAudience(k.ctx, []campaign.Member{member(p.ID), member(list[0].Contact)}), errs.ErrConflict, "inserting a contact into a plan twice")
	k.fails(k.store.InsertVouchers(k.ctx, []campaign.Voucher{voucher("33333333333"), voucher("22222222222")}), errs.ErrConflict, "inserting a voucher whose code exists")
	k.equal(k.read(k.store), before, "a refused insertion has left a part of itself")
	step, letter := list[0], list[0]
	step.ID, step.Step, letter.ID, letter.Channel = id.New(), 1, id.New(), contact.ChannelLetter
	k.ok(k.store.InsertDeliveries(k.ctx, []campaign.Delivery{step, letter}), "inserting deliveries of another step and another channel")
}

func deliveryTouches(k *kit) {
	of, list := k.queue("one", 6)
	other, more := k.queue("two", 1)
	now := noon.Add(time.Minute)
	claimed := k.claim(of, 1, now, time.Minute, 5)
	k.move(1, now, campaign.Move{From: campaign.Claimed, To: campaign.Sending}, claimed...)
	for i, to := range []campaign.DeliveryState{campaign.Sent, campaign.InDoubt, campaign.Failed} {
		k.move(1, now, campaign.Move{From: campaign.Sending, To: to}, claimed[i])
	}
	k.move(2, now.Add(time.Second), campaign.Move{From: campaign.Claimed, To: campaign.Sending}, k.claim(other, 2, now, time.Minute, 1)...)
	k.equal(more[0].Contact, list[0].Contact, "the recipient of the other campaign")
	ids := make([]contact.ID, len(list))
	for i, d := range list {
		ids[i] = d.Contact
	}
	for _, c := range []struct {
		since time.Time
		want  []int64
	}{
		{now.Add(-time.Microsecond), []int64{2, 1, 0, 1, 1, 0}}, {now, []int64{1, 0, 0, 0, 0, 0}}, {now.Add(time.Second), []int64{0, 0, 0, 0, 0, 0}},
	} {
		got, err := k.store.Touches(k.ctx, ids, c.since)
		k.ok(err, "counting touches")
		var list []int64
		for _, id := range ids {
			list = append(list, got[id])
		}
		k.equal(list, c.want, "messages of all campaigns that passed the gate after an instant and may have arrived")
	}
}

func deliveryList(k *kit) {
	of, list := k.queue("one", 23)
	k.queue("two", 3)
	k.claim(of, 1, noon.Add(9*time.Second), time.Minute, 100)
	want := deliveryIDs(list)
	for _, c := range []struct {
		states []campaign.DeliveryState
		want   []campaign.DeliveryID
	}{
		{nil, want},
		{[]campaign.DeliveryState{campaign.Claimed}, deliveryIDs(list[:10])},
		{[]campaign.DeliveryState{campaign.Sent, campaign.Queued}, deliveryIDs(list[10:])},
	} {
		var got []campaign.DeliveryID
		for cursor := ""; ; {
			page, err := k.crm.Campaigns.Deliveries(k.ctx, of, cursor, 4, c.states...)
			k.ok(err, "listing deliveries")
			for _, d := range page.Deliveries {
				got = append(got, d.ID)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		k.equal(got, c.want, fmt.Sprintf("deliveries in the states %v, page by page, ascending by id", c.states))
	}
}
