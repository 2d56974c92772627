package storagetest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

// queue inserts a running campaign with n queued deliveries by e-mail, due one
// second after the other, and returns them in that order.
func (k *kit) queue(name string, n int) (campaign.ID, []campaign.Delivery) {
	k.Helper()
	rule := segment.Everyone()
	c := campaign.Campaign{
		ID: id.New(), Definition: k.definition(name, id.New()), State: campaign.Running, Rule: &rule, AsOf: noon, CreatedAt: noon, StartedAt: noon,
	}
	seg, err := k.crm.Segments.Save(k.ctx, "everyone", rule)
	k.ok(err, "saving a segment")
	c.Segment = seg.ID
	k.ok(k.store.InsertCampaign(k.ctx, c), "inserting a campaign")
	list := make([]campaign.Delivery, n)
	for i := range list {
		p, _, err := k.crm.Contacts.Upsert(k.ctx, person(i))
		k.ok(err, "creating a contact")
		list[i] = campaign.Delivery{
			ID: id.New(), Campaign: c.ID, Channel: contact.ChannelEmail, Contact: p.ID, State: campaign.Queued,
			NotBefore: noon.Add(time.Duration(i) * time.Second), UpdatedAt: noon,
		}
	}
	shuffled := slices.Clone(list)
	slices.Reverse(shuffled)
	k.ok(k.store.InsertDeliveries(k.ctx, shuffled), "inserting deliveries")
	return c.ID, list
}

// claim claims deliveries.
func (k *kit) claim(of campaign.ID, token campaign.Token, now time.Time, lease time.Duration, limit int) []campaign.Delivery {
	k.Helper()
	list, err := k.store.ClaimDeliveries(k.ctx, campaign.ClaimQuery{Campaign: of, Token: token, Now: now, Lease: lease, Limit: limit})
	k.ok(err, "claiming deliveries")
	for _, d := range list {
		k.equal(d.State, campaign.Claimed, "the state of a claimed delivery")
	}
	return list
}

// move makes one kind of move for some deliveries and returns how many were
// made.
func (k *kit) move(token campaign.Token, now time.Time, m campaign.Move, list ...campaign.Delivery) int {
	k.Helper()
	moves := make([]campaign.Move, len(list))
	for i, d := range list {
		moves[i] = m
		moves[i].Delivery, moves[i].Contact = d.ID, d.Contact
	}
	moved, err := k.store.MoveDeliveries(k.ctx, token, now, moves)
	k.ok(err, "moving deliveries")
	return len(moved)
}

func deliveryIDs(list []campaign.Delivery) []campaign.DeliveryID {
	ids := make([]campaign.DeliveryID, len(list))
	for i, d := range list {
		ids[i] = d.ID
	}
	slices.SortFunc(ids, campaign.DeliveryID.Compare)
	return ids
}

// locked reads what is claimed under a token.
func (k *kit) locked(token campaign.Token) []campaign.Delivery {
	k.Helper()
	list, err := k.store.LockClaimed(k.ctx, token)
	k.ok(err, "locking what was claimed")
	if !slices.IsSortedFunc(list, func(a, b campaign.Delivery) int { return a.Contact.Compare(b.Contact) }) {
		k.Error("LockClaimed must list deliveries by contact")
	}
	return list
}

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

func deliveryMove(k *kit) {
	of, list := k.queue("one", 6)
	now := noon.Add(time.Minute)
	claimed := k.claim(of, 1, now, time.Minute, 4)
	k.claim(of, 2, now, time.Minute, 1)
	send := campaign.Move{From: campaign.Claimed, To: campaign.Sending, Attempts: 1}
	k.equal(k.move(2, now, send, claimed...), 0, "how many moves are made under somebody else's token")
	k.equal(k.move(1, now, campaign.Move{From: campaign.Sending, To: campaign.Sent}, claimed...), 0, "how many moves are made from a state in which the delivery is not")
	k.equal(k.move(1, now, send, list...), 4, "how many moves are made for what is claimed under the token")
	k.equal(len(k.locked(1)), 0, "how much a token still has claimed behind the gate")

	later := now.Add(time.Second)
	d := claimed
	k.equal(k.move(1, later, campaign.Move{From: campaign.Sending, To: campaign.Sent, ProviderID: "p-1"}, d[0]), 1, "sent")
	k.equal(k.move(1, later, campaign.Move{From: campaign.Sending, To: campaign.Queued, Reason: campaign.NotSent, NotBefore: later.Add(time.Hour)}, d[1]), 1, "queued again")
	k.equal(k.move(1, later, campaign.Move{From: campaign.Sending, To: campaign.InDoubt, Reason: campaign.Unknown}, d[2]), 1, "in doubt")
	k.equal(k.move(1, later, campaign.Move{From: campaign.InDoubt, To: campaign.Sent}, d[2]), 0, "how many moves are made under a token that ended")
	k.equal(k.move(0, later, campaign.Move{From: campaign.InDoubt, To: campaign.Unresolved, Reason: campaign.ByPerson}, d[2]), 1, "without a token")
	all := k.deliveries(of)
	want := func(i int, change func(*campaign.Delivery)) {
		k.Helper()
		w := d[i]
		w.Attempts, w.FirstAttemptAt, w.GatedAt, w.UpdatedAt = 1, now, now, later
		change(&w)
		k.equal(all[w.Contact], w, "a delivery after its moves")
	}
	want(0, func(w *campaign.Delivery) { w.State, w.SentAt, w.ProviderID = campaign.Sent, later, "p-1" })
	want(1, func(w *campaign.Delivery) {
		w.State, w.Reason, w.NotBefore = campaign.Queued, campaign.NotSent, later.Add(time.Hour)
	})
	want(2, func(w *campaign.Delivery) { w.State, w.Reason = campaign.Unresolved, campaign.ByPerson })
	want(3, func(w *campaign.Delivery) { w.State, w.UpdatedAt = campaign.Sending, now })
	k.movedAgain(of, d[1], now)
}

// movedAgain takes a delivery through the gate a second time.
func (k *kit) movedAgain(of campaign.ID, d campaign.Delivery, first time.Time) {
	k.Helper()
	again := first.Add(2 * time.Hour)
	for _, c := range k.claim(of, 3, again, time.Minute, 10) {
		if c.ID != d.ID {
			continue
		}
		k.equal(k.move(3, again, campaign.Move{From: campaign.Claimed, To: campaign.Sending, Attempts: 1}, c), 1, "through the gate again")
		k.equal(k.move(3, again, campaign.Move{From: campaign.Sending, To: campaign.Queued, Attempts: -1}, c), 1, "queued again")
		got := k.deliveries(of)[d.Contact]
		k.equal([]any{got.FirstAttemptAt, got.GatedAt, got.Attempts, got.NotBefore}, []any{first, again, 1, first.Add(time.Second + time.Hour)},
			"first and last passing of the gate, attempts, and the earliest instant, which a zero time keeps")
		return
	}
	k.Error("a delivery that is due again was not claimed")
}

func deliveryReap(k *kit) {
	of, list := k.queue("one", 6)
	other, _ := k.queue("two", 1)
	now := noon.Add(time.Minute)
	reap := func(grace time.Duration, crashes int) campaign.Reaped {
		n, err := k.store.ReapDeliveries(k.ctx, campaign.ReapQuery{Campaign: of, Now: now, Grace: grace, MaxCrashes: crashes})
		k.ok(err, "reaping")
		return n
	}
	k.claim(of, 1, now, time.Hour, 1)
	gated := k.claim(of, 2, now, 20*time.Millisecond, 2)
	k.move(2, now, campaign.Move{From: campaign.Claimed, To: campaign.Sending, Attempts: 1}, gated...)
	k.claim(of, 3, now, 20*time.Millisecond, 3)
	k.claim(other, 4, now, 20*time.Millisecond, 1)
	time.Sleep(40 * time.Millisecond)
	k.equal(reap(time.Hour, 2), campaign.Reaped{Requeued: 3}, "what is reaped while messages may still be on the wire")
	k.equal(reap(0, 2), campaign.Reaped{InDoubt: 2}, "what is reaped when no message can be on the wire any more")
	k.equal(reap(0, 2), campaign.Reaped{}, "what is reaped when nobody is dead")
	k.equal(len(k.deliveries(other, campaign.Claimed)), 1, "how much of another campaign stays claimed")
	k.claim(of, 5, now, 20*time.Millisecond, 10)
	time.Sleep(40 * time.Millisecond)
	k.equal(reap(0, 2), campaign.Reaped{Dead: 3}, "what is reaped when a delivery has killed its workers often enough")
	all := k.deliveries(of)
	for i, d := range list {
		got := all[d.Contact]
		want := []any{[]campaign.DeliveryState{campaign.Claimed, campaign.InDoubt, campaign.InDoubt, campaign.Dead, campaign.Dead, campaign.Dead}[i], []int{0, 0, 0, 2, 2, 2}[i]}
		k.equal([]any{got.State, got.Crashes}, want, fmt.Sprintf("state and crashes of delivery %d after reaping", i))
	}
}

func deliveryRequeue(k *kit) {
	of, list := k.queue("one", 4)
	now := noon.Add(time.Minute)
	for i, d := range k.claim(of, 1, now, time.Minute, 4) {
		at := now.Add(time.Duration(i) * time.Second)
		k.move(1, at, campaign.Move{From: campaign.Claimed, To: campaign.Sending, Attempts: 1}, d)
		if i < 3 {
			k.move(1, at, campaign.Move{From: campaign.Sending, To: campaign.InDoubt}, d)
		}
	}
	requeue := func(ch contact.Channel, since time.Time) int64 {
		n, err := k.store.RequeueInDoubt(k.ctx, campaign.RequeueQuery{Campaign: of, Channel: ch, Since: since, NotBefore: now.Add(time.Hour), Now: now})
		k.ok(err, "queueing what is in doubt again")
		return n
	}
	k.equal(requeue(contact.ChannelLetter, time.Time{}), 0, "how much in doubt is queued again on a channel on which nothing is")
	k.equal(requeue(contact.ChannelEmail, now.Add(time.Second)), 2, "how much is queued again that first passed the gate since an instant, that included")
	k.equal(requeue(contact.ChannelEmail, time.Time{}), 1, "how much is queued again without a limit in time")
	all := k.deliveries(of)
	for i, d := range list {
		want := campaign.Queued
		if i == 3 {
			want = campaign.Sending
		}
		k.equal(all[d.Contact].State, want, "the state of a delivery after RequeueInDoubt")
	}
}

func deliveryEnd(k *kit) {
	of, _ := k.queue("one", 6)
	other, _ := k.queue("two", 2)
	now := noon.Add(time.Minute)
	k.move(1, now, campaign.Move{From: campaign.Claimed, To: campaign.Sending}, k.claim(of, 1, now, time.Minute, 1)...)
	k.claim(of, 2, now, time.Minute, 2)
	end := func(claimed bool) int64 {
		n, err := k.store.EndQueued(k.ctx, campaign.EndQuery{Campaign: of, To: campaign.Stopped, Reason: campaign.CampaignEnded, Claimed: claimed, Now: now})
		k.ok(err, "ending what is queued")
		return n
	}
	k.equal([]int64{end(false), end(true), end(true)}, []int64{3, 2, 0}, "how much is ended: first what is queued, then what is claimed too")
	k.equal(len(k.locked(2)), 0, "how much a token holds after its deliveries were ended")
	counts, err := k.store.DeliveryCounts(k.ctx, of)
	k.ok(err, "counting deliveries")
	slices.SortFunc(counts, func(a, b campaign.DeliveryCount) int { return cmp.Compare(a.State, b.State) })
	k.equal(counts, []campaign.DeliveryCount{
		{Channel: contact.ChannelEmail, State: campaign.Stopped, Reason: campaign.CampaignEnded, Count: 5},
		{Channel: contact.ChannelEmail, State: campaign.Sending, Count: 1},
	}, "the counts by channel, state and reason")
	k.equal(len(k.deliveries(other, campaign.Queued)), 2, "how many deliveries of another campaign are still queued")
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

// campaignContract holds campaigns themselves to the contract.
func campaignContract(k *kit) {
	of, _ := k.queue("one", 0)
	c, err := k.store.Campaign(k.ctx, of)
	k.ok(err, "reading a campaign")
	for what, read := range map[string]func() (campaign.Campaign, error){
		"LockCampaign": func() (campaign.Campaign, error) { return k.store.LockCampaign(k.ctx, of) },
		"HoldCampaign": func() (campaign.Campaign, error) { return k.store.HoldCampaign(k.ctx, of) },
	} {
		got, err := read()
		k.ok(err, what)
		k.equal(got, c, what+" must give what Campaign gives")
	}
	sameName, sameID, missing := c, c, c
	sameName.ID, sameID.Name, missing.ID, missing.Name = id.New(), "two", id.New(), "three"
	k.fails(k.store.InsertCampaign(k.ctx, sameName), errs.ErrConflict, "inserting a campaign whose name exists")
	k.fails(k.store.InsertCampaign(k.ctx, sameID), errs.ErrConflict, "inserting a campaign whose id exists")
	k.fails(k.store.UpdateCampaign(k.ctx, missing), errs.ErrNotFound, "updating a campaign that does not exist")
	two, _ := k.queue("two", 0)
	stolen, err := k.store.Campaign(k.ctx, two)
	k.ok(err, "reading a campaign")
	stolen.Name = "one"
	k.fails(k.store.UpdateCampaign(k.ctx, stolen), errs.ErrConflict, "giving a campaign the name of another")
	_, err = k.store.LockCampaign(k.ctx, missing.ID)
	k.fails(err, errs.ErrNotFound, "locking a campaign that does not exist")
	_, err = k.store.HoldCampaign(k.ctx, missing.ID)
	k.fails(err, errs.ErrNotFound, "holding a campaign that does not exist")
	rule := lapsed()
	c.State, c.Rule, c.AsOf, c.PlannedTo, c.FinishedAt = campaign.Cancelled, &rule, noon.Add(time.Hour), spread(7), noon.Add(2*time.Hour)
	k.ok(k.store.UpdateCampaign(k.ctx, c), "updating a campaign")
	got, err := k.store.CampaignByName(k.ctx, "one")
	k.ok(err, "finding a campaign")
	k.equal(got, c, "an updated campaign did not come back as it was stored")
	k.responses()
}

// responses counts what an audience bought, at the edges of the time asked
// for.
func (k *kit) responses() {
	k.Helper()
	of, _ := k.queue("responses", 0)
	people := k.customers(5, nil)
	outcomes := []campaign.Outcome{campaign.Addressed, campaign.Addressed, campaign.HeldOut, campaign.Excluded, campaign.Addressed}
	var members []campaign.Member
	for i, p := range people {
		members = append(members, campaign.Member{Campaign: of, Contact: p.ID, Outcome: outcomes[i], Channel: contact.ChannelEmail})
	}
	members[3].Channel, members[3].Reason, members[4].Channel = "", campaign.NoConsent, contact.ChannelLetter
	k.ok(k.store.InsertAudience(k.ctx, members), "inserting a plan")
	from, to := noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	n := 0
	buy := func(who int, at time.Time) {
		k.record(order(people[who].ID, n, at))
		n++
	}
	for _, at := range []time.Time{from.Add(-time.Microsecond), from, to.Add(-time.Microsecond), to} {
		buy(0, at)
		buy(2, at)
	}
	buy(3, from)
	foreign := activity.Activity{Contact: people[0].ID, Kind: activity.Purchase, At: from, Amount: euro(7)}
	foreign.Amount.Currency = "USD"
	k.record(foreign)
	k.record(activity.Activity{Contact: people[1].ID, Kind: activity.Return, At: from, Amount: euro(7)})
	got, err := k.store.Responses(k.ctx, campaign.ResponseQuery{Campaign: of, From: from, To: to, Currency: "EUR"})
	k.ok(err, "counting responses")
	got = slices.DeleteFunc(got, func(r campaign.Response) bool { return r.Outcome == campaign.Excluded })
	got = sortedBy(got, func(r campaign.Response) string { return string(r.Outcome) + string(r.Channel) })
	k.equal(got, []campaign.Response{
		{Outcome: campaign.Addressed, Channel: contact.ChannelEmail, Contacts: 2, Buyers: 1, Orders: 3, Revenue: 2 * 19_998},
		{Outcome: campaign.Addressed, Channel: contact.ChannelLetter, Contacts: 1},
		{Outcome: campaign.HeldOut, Channel: contact.ChannelEmail, Contacts: 1, Buyers: 1, Orders: 2, Revenue: 2 * 19_998},
	}, "who bought within From <= at < To, by outcome and channel; a foreign currency counts as an order without revenue")
}
