package storagetest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

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
	k.movedStrictly()
}

// movedStrictly holds moves to what the worker does not need, but others rely
// on.
func (k *kit) movedStrictly() {
	k.Helper()
	of, list := k.queue("two", 2)
	now := noon.Add(time.Minute)
	claimed := k.claim(of, 21, now, 20*time.Millisecond, 2)
	stranger := claimed[0]
	stranger.Contact = list[1].Contact
	send := campaign.Move{From: campaign.Claimed, To: campaign.Sending, Reason: campaign.NotSent, ProviderID: "p-2"}
	k.equal(k.move(21, now, send, stranger), 0, "how many moves are made that name another contact than that of the delivery")
	time.Sleep(30 * time.Millisecond)
	k.equal(k.move(21, now, send, claimed[0]), 1, "how many moves are made when the lease has run out, but nobody has taken the delivery back")
	k.equal(k.move(21, now, campaign.Move{From: campaign.Sending, To: campaign.Queued}, claimed[0]), 1, "queued again")
	got := k.deliveries(of)[claimed[0].Contact]
	k.equal([]any{got.Reason, got.ProviderID}, []any{"", "p-2"}, "after a move without reason and without the provider's id: the reason is replaced, the id is kept")
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
	later := now.Add(time.Second)
	reap := func(grace time.Duration, crashes int) campaign.Reaped {
		n, err := k.store.ReapDeliveries(k.ctx, campaign.ReapQuery{Campaign: of, Now: later, Grace: grace, MaxCrashes: crashes})
		k.ok(err, "reaping")
		return n
	}
	k.claim(of, 1, now, time.Hour, 1)
	gated := k.claim(of, 2, now, 20*time.Millisecond, 2)
	k.move(2, now, campaign.Move{From: campaign.Claimed, To: campaign.Sending, Attempts: 1}, gated...)
	held := k.claim(of, 3, now, 20*time.Millisecond, 3)
	k.claim(other, 4, now, 20*time.Millisecond, 1)
	time.Sleep(40 * time.Millisecond)
	k.equal(reap(time.Hour, 2), campaign.Reaped{Requeued: 3}, "what is reaped while messages may still be on the wire")
	k.equal(reap(0, 2), campaign.Reaped{InDoubt: 2}, "what is reaped when no message can be on the wire any more")
	k.equal(reap(0, 2), campaign.Reaped{}, "what is reaped when nobody is dead")
	k.equal(k.move(3, now, campaign.Move{From: campaign.Queued, To: campaign.Sending}, held...), 0, "how many moves are made under the token of what was queued again")
	k.equal(k.move(2, now, campaign.Move{From: campaign.InDoubt, To: campaign.Sent}, gated...), 0, "how many moves are made under the token of what is in doubt now")
	k.equal(len(k.deliveries(other, campaign.Claimed)), 1, "how much of another campaign stays claimed")
	k.claim(of, 5, now, 20*time.Millisecond, 10)
	time.Sleep(40 * time.Millisecond)
	k.equal(reap(0, 2), campaign.Reaped{Dead: 3}, "what is reaped when a delivery has killed its workers often enough")
	all := k.deliveries(of)
	for i, d := range list {
		got := all[d.Contact]
		want := []any{campaign.Dead, 2, campaign.TooManyDeaths, later}
		switch i {
		case 0:
			want = []any{campaign.Claimed, 0, "", now}
		case 1, 2:
			want = []any{campaign.InDoubt, 0, campaign.LeaseLost, later}
		}
		k.equal([]any{got.State, got.Crashes, got.Reason, got.UpdatedAt}, want, fmt.Sprintf("state, crashes, reason and last change of delivery %d after reaping", i))
	}
}

func deliveryRequeue(k *kit) {
	of, list := k.queue("one", 4)
	now := noon.Add(time.Minute)
	for i, d := range k.claim(of, 1, now, time.Minute, 4) {
		at := now.Add(time.Duration(i) * time.Second)
		k.move(1, at, campaign.Move{From: campaign.Claimed, To: campaign.Sending, Attempts: 1}, d)
		if i < 3 {
			k.move(1, at, campaign.Move{From: campaign.Sending, To: campaign.InDoubt, Reason: campaign.Unknown}, d)
		}
	}
	later := now.Add(time.Minute)
	requeue := func(ch contact.Channel, since time.Time) int64 {
		n, err := k.store.RequeueInDoubt(k.ctx, campaign.RequeueQuery{Campaign: of, Channel: ch, Since: since, NotBefore: now.Add(time.Hour), Now: later})
		k.ok(err, "queueing what is in doubt again")
		return n
	}
	k.equal(requeue(contact.ChannelLetter, time.Time{}), 0, "how much in doubt is queued again on a channel on which nothing is")
	k.equal(requeue(contact.ChannelEmail, now.Add(time.Second)), 2, "how much is queued again that first passed the gate since an instant, that included")
	k.equal(requeue(contact.ChannelEmail, time.Time{}), 1, "how much is queued again without a limit in time")
	all := k.deliveries(of)
	for i, d := range list {
		got, want := all[d.Contact], []any{campaign.Queued, campaign.Unknown, now.Add(time.Hour), later}
		if i == 3 {
			want = []any{campaign.Sending, "", d.NotBefore, now.Add(3 * time.Second)}
		}
		k.equal([]any{got.State, got.Reason, got.NotBefore, got.UpdatedAt}, want, "state, reason, earliest instant and last change of a delivery after RequeueInDoubt")
	}
	// They go through the gate again: it is the first time that counts.
	again := now.Add(2 * time.Hour)
	second := k.claim(of, 2, again, time.Minute, 10)
	k.move(2, again, campaign.Move{From: campaign.Claimed, To: campaign.Sending, Attempts: 1}, second...)
	k.equal(k.move(2, again, campaign.Move{From: campaign.Sending, To: campaign.InDoubt}, second...), 3, "in doubt again")
	k.equal(requeue(contact.ChannelEmail, now.Add(time.Minute)), 0, "how much is queued again that first passed the gate before an instant, and once more behind it")
}

func deliveryEnd(k *kit) {
	of, list := k.queue("one", 6)
	other, _ := k.queue("two", 2)
	now := noon.Add(time.Minute)
	later := now.Add(time.Second)
	k.move(1, now, campaign.Move{From: campaign.Claimed, To: campaign.Sending}, k.claim(of, 1, now, time.Minute, 1)...)
	held := k.claim(of, 2, now, time.Minute, 2)
	end := func(claimed bool) int64 {
		n, err := k.store.EndQueued(k.ctx, campaign.EndQuery{Campaign: of, To: campaign.Stopped, Reason: campaign.CampaignEnded, Claimed: claimed, Now: later})
		k.ok(err, "ending what is queued")
		return n
	}
	k.equal([]int64{end(false), end(true), end(true)}, []int64{3, 2, 0}, "how much is ended: first what is queued, then what is claimed too")
	k.equal(len(k.locked(2)), 0, "how much a token holds after its deliveries were ended")
	k.equal(k.move(2, now, campaign.Move{From: campaign.Stopped, To: campaign.Queued}, held...), 0, "how many moves are made under the token of what was ended")
	all := k.deliveries(of)
	for i, d := range list[1:] {
		k.equal(all[d.Contact].UpdatedAt, later, fmt.Sprintf("the last change of delivery %d, which was ended", i+1))
	}
	counts, err := k.store.DeliveryCounts(k.ctx, of)
	k.ok(err, "counting deliveries")
	slices.SortFunc(counts, func(a, b campaign.DeliveryCount) int { return cmp.Compare(a.State, b.State) })
	k.equal(counts, []campaign.DeliveryCount{
		{Channel: contact.ChannelEmail, State: campaign.Stopped, Reason: campaign.CampaignEnded, Count: 5},
		{Channel: contact.ChannelEmail, State: campaign.Sending, Count: 1},
	}, "the counts by channel, state and reason")
	k.equal(len(k.deliveries(other, campaign.Queued)), 2, "how many deliveries of another campaign are still queued")
}
