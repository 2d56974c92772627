package storagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
)

// privacyExport looks for every word of a person in what is exported, and for those of
// another one.
func privacyExport(k *kit) {
	p := k.person()
	k.ok(last(k.crm.Privacy.Hold(k.ctx, p.Contact, privacy.Hold{Class: privacy.Purchases, Reason: "books", Reference: "file 1"})), "holding")
	before := k.read(k.store)
	doc, err := k.crm.Privacy.Export(k.ctx, p.Merged) // leads to the contact
	k.ok(err, "exporting")
	text, err := json.Marshal(doc)
	k.ok(err, "writing an export as JSON")
	again, err := k.crm.Privacy.Export(k.ctx, p.Contact)
	k.ok(err, "exporting again")
	second, err := json.Marshal(again)
	k.ok(err, "writing an export as JSON")
	k.equal(string(second), string(text), "an export that is made again")
	others := []string{"person1@example.com", "Person 0001", "Neighbour", shop(1).Key}
	k.equal(has(string(text), others), []string(nil), "what an export says of others")
	var page bytes.Buffer
	k.ok(doc.WriteHTML(&page, "de"), "writing a page")
	k.equal(has(page.String(), others), []string(nil), "what a page says of others")
	k.equal(has(string(text), p.Words), p.Words, "what an export says of the person")
	k.equal(has(page.String(), p.Words), p.Words, "what a page says of the person")
	k.equal([]int{len(doc.Merged), len(doc.Merges), len(doc.Imports), len(doc.Campaigns), len(doc.Segments.Live), len(doc.Segments.Snapshots), len(doc.LinkedBy), len(doc.Duplicates), len(doc.Holds)},
		[]int{1, 1, 2, 1, 1, 1, 1, 2, 1}, "how much an export has: merged, merges, imports, campaigns, live segments, snapshots, links, duplicates, holds")
	k.equal(k.read(k.store), before, "an export has changed something")
	k.fails(last(k.crm.Privacy.Export(k.ctx, spread(1))), errs.ErrNotFound, "exporting nobody")
}

// privacyPlan checks that a plan says what is then done, and nothing before.
func privacyPlan(k *kit) {
	p := k.person()
	before := k.read(k.store)
	plan, err := k.crm.Privacy.PlanErasure(k.ctx, p.Contact, nil)
	k.ok(err, "planning an erasure")
	k.equal(k.read(k.store), before, "a plan of an erasure has changed something")
	rows := map[privacy.Class]int{}
	for _, s := range plan.Steps {
		rows[s.Class] = s.Rows
	}
	k.equal(rows, map[privacy.Class]int{
		privacy.Record: 1, privacy.Purchases: 2, privacy.Activities: 2, privacy.Consents: 2, privacy.Campaigns: 4, privacy.Segments: 3,
		privacy.Links: 1, privacy.Merges: 1, privacy.Imports: 2, privacy.Duplicates: 2,
	}, "the rows of a plan by class")
	k.equal([]any{plan.Contact, plan.Merged}, []any{p.Contact, []contact.ID{p.Merged}}, "whom a plan erases")
	again, err := k.crm.Privacy.PlanErasure(k.ctx, p.Merged, nil)
	k.ok(err, "planning an erasure by the id of a merged contact")
	k.equal(again, plan, "a plan that is made again")
	k.record(activity.Activity{Contact: p.Contact, Kind: "visit", At: noon})
	changed := k.read(k.store)
	err = last(k.crm.Privacy.Erase(k.ctx, p.Contact, &privacy.ErasureOptions{Digest: plan.Digest}))
	k.fails(err, errs.ErrConflict, "erasing by a plan that is out of date")
	k.equal(errs.Has(err, "changed"), true, "whether the error says what is wrong with the plan")
	k.equal(k.read(k.store), changed, "a refused erasure has changed something")
	plan, err = k.crm.Privacy.PlanErasure(k.ctx, p.Contact, nil)
	k.ok(err, "planning anew")
	done := k.erase(p.Contact, &privacy.ErasureOptions{Digest: plan.Digest, Reason: "on request"})
	k.equal([]any{done.Contact, done.Merged, done.Steps, done.Digest, done.Reason}, []any{plan.Contact, plan.Merged, plan.Steps, plan.Digest, "on request"}, "what was done by the plan")
	k.fails(last(k.crm.Privacy.PlanErasure(k.ctx, p.Contact, nil)), errs.ErrNotFound, "planning to erase the erased")
}

// privacyErase looks for what is left of an erased person.
func privacyErase(k *kit) {
	p := k.person()
	k.ok(k.store.PutKeys(k.ctx, []contact.ContactKey{{Key: 77, Contact: p.Contact}, {Key: 77, Contact: p.Other}}), "putting keys")
	before, report := k.read(k.store), k.report(p.campaign)
	k.equal(len(has(k.text(p), p.Words)), len(p.Words), "how many of the words are stored before an erasure")
	done := k.erase(p.Merged, nil)
	k.equal(has(k.text(p), p.Words), []string(nil), "what is left of an erased person")
	k.equal(k.report(p.campaign), report, "the report on a campaign, whose recipient was erased")
	rows, err := k.store.PersonalRows(k.ctx, []contact.ID{p.Contact, p.Merged})
	k.ok(err, "reading the rows of an erased person")
	k.equal(rows, privacy.Rows{}, "the rows that name an erased person")
	keys, err := k.store.FindKeys(k.ctx, []duplicate.Key{77}, 9)
	k.ok(err, "finding keys")
	k.equal(keys, []contact.ContactKey{{Key: 77, Contact: p.Other}}, "the keys for duplicates after one who has one was erased")
	k.othersStay(p, before)
	again, err := k.crm.Privacy.Erase(k.ctx, p.Contact, &privacy.ErasureOptions{Digest: "another"})
	k.ok(err, "erasing the erased")
	stored, err := k.crm.Privacy.Certificate(k.ctx, p.Merged)
	k.ok(err, "reading a certificate")
	k.equal([]privacy.Certificate{again, stored}, []privacy.Certificate{done, done}, "the certificate of an erasure, given again")
	k.gone(p)
	k.ok(last(k.crm.Contacts.Create(k.ctx, plantedRecord())), "creating the same person anew, under another id")
	k.fails(last(k.crm.Campaigns.Redeem(k.ctx, redeem(p.voucher, 9))), errs.ErrInvalid, "redeeming the voucher of an erased person")
}

// othersStay checks that only links to the erased have gone from others.
func (k *kit) othersStay(p Planted, before everything) {
	k.Helper()
	after := k.read(k.store)
	want := slices.DeleteFunc(slices.Clone(before.Contacts), func(c contact.Contact) bool { return c.ID == p.Contact })
	for i := range want {
		if want[i].ID == p.Other {
			want[i].Links = nil
		}
	}
	k.equal(alone(after.Contacts...), alone(want...), "the other contacts, after one was erased")
	list := slices.DeleteFunc(slices.Clone(before.Activities), func(a activity.Activity) bool { return a.Contact == p.Contact })
	k.equal(after.Activities, list, "the histories of others, after one was erased")
}

// gone calls what must not find an erased person.
func (k *kit) gone(p Planted) {
	k.Helper()
	before := k.read(k.store)
	for what, err := range map[string]error{
		"Get": last(k.crm.Contacts.Get(k.ctx, p.Contact)), "Get of a merged id": last(k.crm.Contacts.Get(k.ctx, p.Merged)),
		"Find":    last(k.crm.Contacts.Find(k.ctx, contact.Identity{Source: "shop", Key: "4711-Schlehe"})),
		"Update":  last(k.crm.Contacts.Update(k.ctx, contact.Contact{ID: p.Contact, Name: contact.Name{Family: "X"}, Version: 1})),
		"Record":  last(k.crm.Activities.Record(k.ctx, order(p.Contact, 900, noon))),
		"Grant":   k.crm.Consents.Grant(k.ctx, declaration(p.Contact, contact.ChannelEmail)),
		"Unmerge": last(k.crm.Merges.Unmerge(k.ctx, p.Merged)), "Restrict": k.crm.Privacy.Restrict(k.ctx, p.Contact, "reason"),
		"Hold": last(k.crm.Privacy.Hold(k.ctx, p.Contact, privacy.Hold{Reason: "reason"})), "Export": last(k.crm.Privacy.Export(k.ctx, p.Contact)),
	} {
		k.fails(err, errs.ErrNotFound, what+" of the erased")
	}
	_, err := k.crm.Merges.Merge(k.ctx, p.Other, p.Contact, nil)
	k.fails(err, errs.ErrNotFound, "merging with the erased")
	k.equal(errs.Has(err, "erased"), true, "whether the error says that the other one was erased")
	again := plantedRecord()
	again.ID = p.Contact
	for what, err := range map[string]error{
		"Create": last(k.crm.Contacts.Create(k.ctx, again)), "UpsertMany": last(k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{again})),
	} {
		k.fails(err, errs.ErrConflict, what+" under the id of the erased")
		k.equal(errs.Has(err, "erased"), true, "whether the error of "+what+" says that the id was erased")
	}
	k.equal(k.read(k.store), before, "what was refused for the erased has left something")
}

// privacySending erases while messages are on their way.
func privacySending(k *kit) {
	c, people := k.audience(3, nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	k.ok(k.crm.Campaigns.Start(k.ctx, c.ID), "starting")
	k.clock.add(time.Minute)
	now := k.clock.Now()
	mine := k.claim(c.ID, 5, now, time.Minute, 2)
	to := campaign.Move{Delivery: mine[0].ID, Contact: mine[0].Contact, From: campaign.Claimed, To: campaign.Sending, Attempts: 1}
	k.ok(last(k.store.MoveDeliveries(k.ctx, 5, now, []campaign.Move{to})), "passing the gate")
	before := k.read(k.store)
	_, err := k.crm.Privacy.Erase(k.ctx, mine[0].Contact, nil)
	k.fails(err, errs.ErrConflict, "erasing while a message is being sent")
	k.equal(errs.Has(err, "state"), true, "whether the error says why nobody is erased")
	k.fails(k.store.ReplaceCampaignRows(k.ctx, []contact.ID{mine[0].Contact}, c.ID, privacy.CampaignRows{}), errs.ErrConflict, "replacing a delivery that is being sent")
	k.equal(k.read(k.store), before, "a refused erasure has changed something")
	to.From, to.To = campaign.Sending, campaign.InDoubt
	k.ok(last(k.store.MoveDeliveries(k.ctx, 5, now, []campaign.Move{to})), "losing sight of a message")
	for _, p := range people {
		k.erase(p.ID, nil)
	}
	states := map[campaign.DeliveryState]int{}
	for _, d := range k.deliveries(c.ID) {
		states[d.State]++
	}
	k.equal(states, map[campaign.DeliveryState]int{campaign.Unresolved: 1, campaign.Stopped: 2}, "what becomes of open deliveries of the erased: in doubt, claimed and waiting ones")
	k.run(k.crm, c.ID)
	k.equal(len(k.post.messages()), 0, "messages to the erased")
	k.stateIs(c.ID, campaign.Finished, "after all recipients were erased")
}

// privacyUndone fails at the end of an erasure, and within a transaction.
func privacyUndone(k *kit) {
	p := k.person()
	before := k.read(k.store)
	own := errors.New("own")
	hooked := k.with(k.store, func(c *crm.Config) {
		c.Duplicates = &crm.Duplicates{Secret: []byte("a secret of sixteen bytes")}
		c.Privacy.Suppressor = suppressing(func(list []contact.Contact) error {
			var mails []string
			for _, v := range list {
				mails = append(mails, v.Name.Family)
			}
			k.equal(has(strings.Join(mails, " "), []string{"Zwetschgenbaum", "Moosbeere", "Brombeere"}), []string{"Zwetschgenbaum", "Moosbeere", "Brombeere"},
				"what a suppressor learns: the contact as it is and as it was")
			return own
		})
	})
	k.fails(last(hooked.Privacy.Erase(k.ctx, p.Contact, nil)), own, "an erasure whose suppressor fails")
	k.equal(k.read(k.store), before, "an erasure that failed has changed something")
	parted := k.with(k.store, func(c *crm.Config) {
		c.Privacy.Parts = []privacy.Part{{
			Name: "keys", Class: privacy.Record,
			Export: func(_ context.Context, _ privacy.Stores, ids []contact.ID) (any, int, error) {
				return []string{"exported part"}, len(ids), nil
			},
			Erase: func(ctx context.Context, tx privacy.Stores, ids []contact.ID) error {
				return errors.Join(last(tx.DeleteHold(ctx, ids[0], privacy.HoldID{1})), own)
			},
		}}
	})
	doc, err := parted.Privacy.Export(k.ctx, p.Contact)
	k.ok(err, "exporting with a part")
	k.equal(doc.Parts, map[string]any{"keys": []string{"exported part"}}, "the parts of an export")
	k.fails(last(parted.Privacy.Erase(k.ctx, p.Contact, nil)), own, "an erasure of which a part fails")
	k.equal(k.read(k.store), before, "an erasure of which a part failed has changed something")
	tx, _, rollback := k.hostTx()
	k.ok(last(k.on(tx).Privacy.Erase(k.ctx, p.Contact, nil)), "erasing in the host's transaction")
	k.fails(last(k.on(tx).Contacts.Get(k.ctx, p.Contact)), errs.ErrNotFound, "the erased, in the host's transaction")
	k.ok(rollback(), "rolling back")
	k.equal(k.read(k.store), before, "an erasure that was rolled back has changed something")
	k.fails(last(k.crm.Privacy.Certificate(k.ctx, p.Contact)), errs.ErrNotFound, "the certificate of an erasure that was rolled back")
}

type suppressing func([]contact.Contact) error

// SuppressErased implements privacy.Suppressor.
func (f suppressing) SuppressErased(_ context.Context, _ privacy.Stores, erased []contact.Contact) error {
	return f(erased)
}

// privacyLive checks that live segments tell of the erased, and are rid of them then.
func privacyLive(k *kit) {
	p := k.person()
	members := k.live(k.crm, "all")
	var changes []segment.Change
	k.deliveredTo(k.crm, &changes)
	done := k.erase(p.Contact, nil)
	k.equal(done.Pending, true, "whether something is left to be told of the erased")
	k.sweep(k.crm)
	stored, err := k.crm.Privacy.Certificate(k.ctx, p.Contact)
	k.ok(err, "reading a certificate")
	k.equal(stored.Pending, true, "whether something is left to be told after a sweep before a refresh")
	k.clock.add(time.Minute)
	k.refresh()
	k.equal(k.live(k.crm, "all"), slices.DeleteFunc(slices.Clone(members), func(id contact.ID) bool { return id == p.Contact }), "members after one was erased")
	changes = nil
	k.deliveredTo(k.crm, &changes)
	var heard []any
	for _, c := range changes {
		heard = append(heard, c.Contact, c.Entered, c.At)
	}
	k.equal(heard, []any{p.Contact, false, done.At}, "what is told of the erased")
	k.sweep(k.crm)
	stored, err = k.crm.Privacy.Certificate(k.ctx, p.Contact)
	k.ok(err, "reading a certificate")
	k.equal(stored.Pending, false, "whether something is left to be told after all was told")
	left, err := k.store.Watches(k.ctx, []contact.ID{p.Contact, p.Merged})
	k.ok(err, "reading watches")
	for _, w := range left {
		k.equal(w, segment.Watch{Contact: w.Contact}, "what live segments keep of the erased in the end")
	}
	k.equal(len(k.feed(segment.ChangeOptions{Contact: p.Contact})), 0, "changes of the erased in the end")
	k.verified("all")
}

// privacyRace erases one contact while others write about it.
func privacyRace(k *kit) {
	people := k.customers(4, nil)
	for i, p := range people {
		errsOf := k.together(4, func(n int) error {
			switch n {
			case 0:
				return last(k.crm.Privacy.Erase(k.ctx, p.ID, nil))
			case 1:
				return last(k.crm.Activities.Record(k.ctx, order(p.ID, 10*i, noon)))
			case 2:
				return k.crm.Consents.Grant(k.ctx, declaration(p.ID, contact.ChannelEmail))
			}
			return last(k.crm.Privacy.Erase(k.ctx, p.ID, nil))
		})
		for _, err := range errsOf {
			if err != nil && !errors.Is(err, errs.ErrNotFound) {
				k.Errorf("what happens beside an erasure must work or find nobody, but it gives %v", err)
			}
		}
		list, err := k.store.ActivitiesOf(k.ctx, []contact.ID{p.ID})
		k.ok(err, "reading a history")
		events, err := k.store.ConsentEvents(k.ctx, []contact.ID{p.ID})
		k.ok(err, "reading a ledger")
		found, err := k.store.FindRefs(k.ctx, []activity.Ref{ref(10 * i)})
		k.ok(err, "finding a reference")
		k.equal([]int{len(list), len(events)}, []int{0, 0}, "what was recorded beside an erasure, and is left")
		k.equal(found[0], activity.RefEntry{}, "a reference that was recorded beside an erasure")
	}
}

// privacyCampaign erases everybody while two workers send to them.
func privacyCampaign(k *kit) {
	k.within(long)
	c, people := k.audience(12, nil)
	k.post.answer = func(context.Context, channel.Message) error { time.Sleep(time.Millisecond); return nil }
	tries := 0
	k.allOK(k.together(3, func(n int) error {
		if n < 2 {
			return last(k.crm.Campaigns.Run(k.ctx, c.ID, nil))
		}
		for _, p := range people {
			for {
				err := last(k.crm.Privacy.Erase(k.ctx, p.ID, nil))
				if err == nil {
					break
				}
				if tries++; !errs.Has(err, "state") || tries > 5000 { // its message is being sent
					return err
				}
				time.Sleep(time.Millisecond)
			}
		}
		return nil
	}), "erasing everybody while a campaign runs")
	k.run(k.crm, c.ID)
	k.stateIs(c.ID, campaign.Finished, "after everybody was erased")
	for name, n := range k.post.letters() {
		k.equal(n, 1, "how many messages one person got: "+name)
	}
	r := k.report(c.ID)
	k.equal(r.Total.Sent, len(k.post.messages()), "messages that a report counts, and messages that went out")
	k.equal(r.Audience, r.Total.Deliveries+r.HeldOut+sum(r.Excluded), "the audience of a campaign, and its parts")
	left, err := k.store.PersonalRows(k.ctx, idsOf(people))
	k.ok(err, "reading the rows of the erased")
	k.equal(left, privacy.Rows{}, "rows that name people who were erased while a campaign ran")
}

func sum(of map[campaign.Reason]int64) (n int64) {
	for _, v := range of {
		n += v
	}
	return n
}
