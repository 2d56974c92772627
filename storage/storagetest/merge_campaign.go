package storagetest

import (
	"context"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/segment"
)

// mergeCampaign: whoever is two in a campaign gets one message, and nobody none.
func mergeCampaign(k *kit) {
	people := k.customers(4, nil)
	k.agree(people, channels...)
	rule := segment.Everyone()
	c := k.campaign("summer", rule, nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	late := k.create(person(9))
	before := k.read(k.store)
	k.merge(people[0].ID, people[1].ID) // both are in the plan
	k.merge(late.ID, people[2].ID)      // only the loser is
	k.unmerge(people[1].ID)
	k.unmerge(people[2].ID)
	after := k.read(k.store)
	before.Contacts, after.Contacts = alone(before.Contacts...), alone(after.Contacts...)
	k.equal(after, before, "everything after merges in a campaign were taken back")

	k.merge(people[0].ID, people[1].ID)
	k.merge(late.ID, people[2].ID)
	vouchers := k.vouchers(c.ID, []contact.Contact{late})
	k.equal(vouchers[late.ID].Origin, people[2].ID, "for whom the voucher of a winner was made")
	k.ok(k.crm.Campaigns.Start(k.ctx, c.ID), "starting")
	k.run(k.crm, c.ID)
	all := k.deliveries(c.ID)
	k.equal(len(all), 4, "the deliveries of a campaign")
	k.state(all, people[0], campaign.Sent, "", "a winner in the plan")
	k.state(all, people[1], campaign.Skipped, campaign.ContactGone, "a loser whose winner is in the plan")
	k.state(all, late, campaign.Sent, "", "a winner who was not in the plan")
	k.equal(k.post.letters(), map[string]int{people[0].Name.Family: 1, late.Name.Family: 1, people[3].Name.Family: 1}, "who got how many messages")
	r, err := k.crm.Campaigns.Redeem(k.ctx, campaign.RedeemInput{Code: vouchers[late.ID].Code, Contact: people[2].ID, Order: ref(1), Amount: euro(10_000)})
	k.ok(err, "redeeming the voucher of a loser")
	k.equal(r.Contact, late.ID, "who redeemed it")
}

// mergePlanning: a campaign that is being planned takes a winner once.
func mergePlanning(k *kit) {
	people := k.customers(3, nil)
	k.agree(people, channels...)
	c := k.campaign("summer", segment.Everyone(), nil)
	full, err := k.store.Campaign(k.ctx, c.ID)
	k.ok(err, "reading a campaign")
	full.State, full.AsOf, full.PlannedTo = campaign.Planning, noon, people[0].ID
	rule := segment.Everyone()
	full.Rule = &rule
	k.ok(k.store.UpdateCampaign(k.ctx, full), "planning the first contact")
	k.ok(k.store.InsertAudience(k.ctx, []campaign.Member{{Campaign: c.ID, Contact: people[0].ID, Outcome: campaign.Addressed, Channel: contact.ChannelEmail}}), "planning the first contact")
	k.merge(people[2].ID, people[0].ID)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "going on with planning after a merge")
	members, err := k.store.Audience(k.ctx, campaign.AudienceQuery{Campaign: c.ID, Limit: 10})
	k.ok(err, "reading the plan")
	k.equal(len(members), 3, "the rows of the plan")
}

// mergeSending: a message that is on its way while its contact is merged is accounted
// for.
func mergeSending(k *kit) {
	c, people := k.audience(2, nil)
	winner := k.create(person(9))
	merged := false
	k.post.answer = func(ctx context.Context, m channel.Message) error {
		if m.To.Name.Family != people[0].Name.Family || merged {
			return nil
		}
		merged = true
		return last(k.reopened().Merges.Merge(ctx, winner.ID, people[0].ID, nil))
	}
	k.run(k.crm, c.ID)
	counts, err := k.store.DeliveryCounts(k.ctx, c.ID)
	k.ok(err, "counting deliveries")
	for _, n := range counts {
		if n.State != campaign.Sent {
			k.Errorf("%d deliveries are %q (%q)", n.Count, n.State, n.Reason)
		}
	}
	k.equal(merged, true, "whether it was merged")
	k.equal(len(k.post.letters()), 2, "how many got a message")
}

// mergeLive: live segments follow merges, and no change is dated before them.
func mergeLive(k *kit) {
	a, b := k.customer(1), k.customer(2)
	k.record(order(b.ID, 1, noon.Add(-time.Hour)))
	k.follow("buyers", bought())
	k.refresh()
	k.equal(k.live(k.crm, "buyers"), []contact.ID{b.ID}, "who bought")
	skip := len(k.turned(b.ID, 0))
	k.merge(a.ID, b.ID)
	at := k.clock.Now()
	k.clock.add(time.Minute)
	k.refresh()
	k.equal(k.live(k.crm, "buyers"), []contact.ID{a.ID}, "who bought, after a merge")
	k.equal(k.turned(a.ID, 0), []string{turn("buyers", true, at, segment.CauseData)}, "the changes of the winner")
	k.equal(k.turned(b.ID, skip), []string{turn("buyers", false, at, segment.CauseData)}, "the changes of the loser")
	k.record(activity.Activity{Contact: a.ID, Kind: activity.Call, At: at})
	k.unmerge(b.ID)
	at = k.clock.Now()
	k.clock.add(time.Minute)
	k.refresh()
	k.equal(k.turned(a.ID, 1), []string{turn("buyers", false, at, segment.CauseData)}, "the changes of the winner after the way back")
	k.equal(k.live(k.crm, "buyers"), []contact.ID{b.ID}, "who bought, after the way back")
	k.equal(k.turned(b.ID, skip+1), []string{turn("buyers", true, at, segment.CauseData)}, "the changes of the loser after the way back")
	k.verified("buyers")
}

// mergeImport: imports know merged contacts, and say what they cannot take back.
func mergeImport(k *kit) {
	k.bring("first", nil, buying(1, 1, noon), buying(2, 2, noon))
	a, err := k.crm.Contacts.Find(k.ctx, shop(1))
	k.ok(err, "finding a contact")
	b, err := k.crm.Contacts.Find(k.ctx, shop(2))
	k.ok(err, "finding a contact")
	k.merge(a.ID, b.ID)
	again := k.bring("again", nil, buying(1, 1, noon), buying(2, 2, noon),
		exchange.Entry{Of: b.ID, Activities: []activity.Activity{{Kind: activity.Call, At: noon, Ref: ref(3)}}})
	k.equal(counts(again)[1:], []int{0, 1, 2, 0, 1, 0}, "what an import makes of merged contacts")
	k.equal(len(k.history(a.ID)), 3, "the activities of both")
	undone, err := k.crm.Exchange.Undo(k.ctx, "first")
	k.ok(err, "taking an import back")
	k.equal(undone.State, exchange.Undone, "the state of an import that was taken back")
	k.equal(told(k.problems("first")), []string{"2  merged partly", "2  merged partly", "1  in_use partly"}, "what stays of it")
}

// mergeContract: merges keep to the words of merge.Store.
func mergeContract(k *kit) {
	a, b, c := k.customer(1), k.customer(2), k.customer(3)
	m := merge.Merge{ID: merge.ID{1}, Winner: a.ID, Loser: b.ID, Number: 1, At: noon, Reason: "same person", Before: a, Lost: b, After: a}
	n := merge.Merge{ID: merge.ID{2}, Winner: a.ID, Loser: c.ID, Number: 2, At: noon, Before: a, Lost: c, After: b}
	k.ok(k.store.InsertMerge(k.ctx, n), "storing a merge")
	k.ok(k.store.InsertMerge(k.ctx, m), "storing a merge")
	k.failsAt(k.store.InsertMerge(k.ctx, m), errs.ErrConflict, what("loser", "exists"))
	list, err := k.store.MergesInto(k.ctx, []contact.ID{b.ID, a.ID})
	k.ok(err, "listing merges")
	k.equal(list, []merge.Merge{m, n}, "the merges into a contact")
	into, err := k.store.MergedInto(k.ctx, []contact.ID{a.ID, c.ID, b.ID, c.ID})
	k.ok(err, "asking for winners")
	k.equal(into, []contact.ID{{}, a.ID, a.ID, a.ID}, "the winners")
	from, err := k.store.MergedFrom(k.ctx, []contact.ID{c.ID, a.ID})
	k.ok(err, "asking for losers")
	k.equal(from, []contact.ID{b.ID, c.ID}, "the losers")
	n.Reason, n.Before = "other", c
	k.ok(k.store.UpdateMerges(k.ctx, []merge.Merge{n, {Loser: a.ID}}), "replacing a merge")
	got, err := k.store.MergeOf(k.ctx, c.ID)
	k.ok(err, "reading a merge")
	k.equal(got, n, "a merge that was replaced")
	k.ok(k.store.DeleteMerge(k.ctx, c.ID), "forgetting a merge")
	k.ok(k.store.DeleteMerge(k.ctx, c.ID), "forgetting a merge twice")
	_, err = k.store.MergeOf(k.ctx, c.ID)
	k.failsAt(err, errs.ErrNotFound, what("id", "not_found"))
}
