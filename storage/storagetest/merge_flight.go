package storagetest

import (
	"context"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// whileSending does something once, while the message to somebody is on its way, and lets
// that end as the sender then says.
func (k *kit) whileSending(to contact.Contact, do func(ctx context.Context) error, answer error) {
	done := false
	k.post.answer = func(ctx context.Context, m channel.Message) error {
		if m.To.Name.Family != to.Name.Family || done {
			return nil
		}
		done = true
		if err := do(ctx); err != nil {
			return err
		}
		return answer
	}
}

// flight plans and starts a campaign for two, and adds a third who has agreed.
func (k *kit) flight(name string, n int) (c campaign.Campaign, of []contact.Contact, third contact.Contact) {
	k.Helper()
	of = []contact.Contact{k.customer(n), k.customer(n + 1)}
	k.agree(of, channels...)
	c = k.campaign(name, segment.Everyone(), nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	k.ok(k.crm.Campaigns.Start(k.ctx, c.ID), "starting")
	third = k.customer(n + 2)
	k.agree([]contact.Contact{third}, channels...)
	return c, of, third
}

// rerun runs a campaign until nothing is left to try.
func (k *kit) rerun(c campaign.Campaign) {
	k.Helper()
	for range 6 {
		k.run(k.crm, c.ID)
		k.clock.add(time.Hour)
	}
}

// mergeFlight: what comes back unsent goes to whom it belongs then, and counts for whom it
// went to.
func mergeFlight(k *kit) {
	throttled := &channel.ThrottledError{After: time.Second}
	c, of, winner := k.flight("unsent", 1)
	merging := func(ctx context.Context) error { return last(k.reopened().Merges.Merge(ctx, winner.ID, of[0].ID, nil)) }
	k.whileSending(of[0], merging, throttled)
	k.rerun(c)
	k.equal(k.post.letters("unsent")[winner.Name.Family], 1, "the messages to a winner of what came back unsent")
	k.whileSending(winner, func(ctx context.Context) error { return last(k.reopened().Merges.Unmerge(ctx, of[0].ID)) }, throttled)
	capped := k.campaign("capped", segment.Everyone(), func(d *campaign.Definition) { d.Cap = &campaign.Cap{Max: 1, Days: 7} })
	k.run(k.crm, capped.ID)
	k.equal(k.post.letters("capped"), map[string]int{}, "the messages to those who have had theirs this week")

	k.clock.add(30 * 24 * time.Hour)
	c, of, winner = k.flight("taken-back", 11)
	k.record(order(winner.ID, 11, noon))
	k.merge(winner.ID, of[0].ID)
	k.whileSending(winner, func(ctx context.Context) error { return last(k.reopened().Merges.Unmerge(ctx, of[0].ID)) }, throttled)
	k.rerun(c)
	k.equal(k.post.letters("taken-back")[of[0].Name.Family], 1, "the messages to a loser who is there again")
	bought, err := k.crm.Activities.ByRef(k.ctx, ref(11))
	k.ok(err, "finding a purchase")
	k.equal(bought.Contact, winner.ID, "who bought what the winner bought, when a delivery has gone back to the loser")

	c, of, winner = k.flight("in-doubt", 21)
	k.whileSending(of[0], merging, channel.ErrUnknown)
	k.run(k.crm, c.ID)
	for _, d := range k.deliveries(c.ID, campaign.InDoubt) {
		k.ok(k.crm.Campaigns.Resolve(k.ctx, d, campaign.WasSent), "resolving what was in doubt when its contact was merged")
	}
	k.equal(len(k.deliveries(c.ID, campaign.InDoubt)), 0, "how much is in doubt")

	c, of, winner = k.flight("arrived", 31)
	k.whileSending(of[0], merging, nil)
	k.run(k.crm, c.ID)
	k.equal(k.deliveries(c.ID, campaign.Sent)[winner.ID].Origin, of[0].ID, "whose message the winner of a merge has that was sent meanwhile")
	k.unmerge(of[0].ID)
	k.equal([]int{k.letters(of[0].ID), k.letters(winner.ID)}, []int{1, 0}, "the messages in the histories of two who were merged while one was sent")

	c, of, winner = k.flight("refused", 41)
	k.whileSending(of[0], merging, channel.ErrBadAddress)
	k.run(k.crm, c.ID)
	k.unmerge(of[0].ID)
	k.permits(winner.ID, consent.Marketing, c.Channels[0], consent.Granted, "of a winner whose own address did not bounce")
}

// letters counts the messages in a history.
func (k *kit) letters(of contact.ID) (n int) {
	k.Helper()
	for _, a := range k.history(of) {
		if a.Ref.Source == "crm.delivery" {
			n++
		}
	}
	return n
}

// mergeExcluded: who was left out of a plan does not keep whom it is merged with from it.
func mergeExcluded(k *kit) {
	a, b := k.customer(1), k.customer(2)
	k.agree([]contact.Contact{b}, channels...)
	c := k.campaign("summer", segment.Everyone(), nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	before := k.read(k.store)
	k.merge(a.ID, b.ID)
	k.unmerge(b.ID)
	after := k.read(k.store)
	before.Contacts, after.Contacts = alone(before.Contacts...), alone(after.Contacts...)
	k.equal(after, before, "everything after a merge was taken back of one who was left out of a plan")
	k.merge(a.ID, b.ID)
	k.ok(k.crm.Campaigns.Start(k.ctx, c.ID), "starting")
	k.run(k.crm, c.ID)
	k.equal(k.post.letters(), map[string]int{a.Name.Family: 1}, "who got how many messages")
}

// mergeMoney: nothing is paid back twice, and nothing that was paid is lost.
func mergeMoney(k *kit) {
	a, b := k.customer(1), k.customer(2)
	k.record(order(b.ID, 1, noon))
	_, err := k.crm.Payments.Charge(k.ctx, ref(1), "pm_1")
	k.ok(err, "charging")
	k.merge(a.ID, b.ID)
	_, err = k.crm.Payments.Refund(k.ctx, ref(1), "1", euro(19_998))
	k.ok(err, "refunding all")
	k.unmerge(b.ID)
	_, err = k.crm.Payments.Refund(k.ctx, ref(1), "2", euro(1))
	k.fails(err, errs.ErrInvalid, "refunding more than was charged, after a merge was taken back")

	k.bring("orders", nil, buying(3, 3, noon.Add(-time.Hour)))
	bought, err := k.crm.Contacts.Find(k.ctx, shop(3))
	k.ok(err, "finding a contact")
	k.merge(a.ID, bought.ID)
	_, err = k.crm.Payments.Charge(k.ctx, ref(3), "pm_2")
	k.ok(err, "charging")
	k.unmerge(bought.ID)
	_, err = k.crm.Exchange.Undo(k.ctx, "orders")
	k.ok(err, "taking an import back")
	_, err = k.crm.Activities.ByRef(k.ctx, ref(3))
	k.ok(err, "finding a purchase that was charged while its customer was merged")

	c, of, late := k.flight("vouchers", 11)
	v := k.vouchers(c.ID, of)[of[0].ID]
	k.merge(late.ID, of[0].ID)
	in := campaign.RedeemInput{Code: v.Code, Contact: late.ID, Order: ref(5), Amount: euro(10_000)}
	first, err := k.crm.Campaigns.Redeem(k.ctx, in)
	k.ok(err, "redeeming the voucher of a loser")
	k.unmerge(of[0].ID)
	again, err := k.crm.Campaigns.Redeem(k.ctx, in)
	k.ok(err, "redeeming for the same order again, after the merge was taken back")
	k.equal(again.Discount, first.Discount, "the discount")
	k.equal(again.Contact, of[0].ID, "who redeemed it")
}
