package storagetest

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// bought is true for a purchase within two days.
func bought() segment.Rule { return segment.Purchases().InLast(48, segment.Hours).AtLeast(1) }

func liveFollow(k *kit) {
	people := k.customers(12, nil)
	var want []contact.ID
	for i, p := range people[:8] {
		k.record(order(p.ID, i, noon.Add(-time.Hour)))
		want = append(want, p.ID)
	}
	slices.SortFunc(want, contact.ID.Compare)
	k.clock.add(time.Minute)
	k.follow("buyers", bought())
	k.equal(len(k.live(k.crm, "buyers")), 0, "how many members a segment has before anybody worked")
	k.clock.add(time.Minute)
	k.refresh()
	k.equal(k.live(k.crm, "buyers"), want, "the members of a segment that was made live")
	k.equal(k.live(k.reopened(), "buyers"), want, "and on another handle")
	for _, p := range people[:8] {
		k.equal(k.turned(p.ID, 0), []string{turn("buyers", true, noon.Add(time.Minute), segment.CauseRule)}, "the change of a first member")
	}
	k.verified("buyers")
	live, err := k.crm.Segments.Live(k.ctx)
	k.ok(err, "listing live segments")
	if len(live) != 1 || !live[0].Built || live[0].Generation != 1 {
		k.Errorf("a live segment must be built after Refresh: %+v", live)
	}
	k.refresh()
	k.equal(len(k.feed(segment.ChangeOptions{})), 8, "how many changes there are when nothing happened since")
}

// liveRefused asks for what cannot be live.
func liveRefused(k *kit) {
	top := segment.Rule{Rank: &segment.RankCondition{Measure: segment.Measure{
		Selection: segment.Selection{Kind: activity.Purchase}, Aggregate: segment.Count}, Number: 3}}
	save := func(name string, rule segment.Rule) error { return last(k.crm.Segments.Save(k.ctx, name, rule)) }
	k.ok(save("top", top), "saving a rank")
	k.ok(save("inner", segment.All(segment.Rule{Segment: "top"})), "saving a segment that names a rank")
	k.fails(k.crm.Segments.Follow(k.ctx, "top"), errs.ErrInvalid, "making a rank live")
	k.fails(k.crm.Segments.Follow(k.ctx, "inner"), errs.ErrInvalid, "making a segment live that names a rank")
	k.fails(k.crm.Segments.Follow(k.ctx, "unheard-of"), errs.ErrNotFound, "making a segment live that does not exist")
	k.fails(k.crm.Segments.Unfollow(k.ctx, "top"), errs.ErrNotFound, "ending a live segment that is none")
	_, err := k.crm.Segments.LiveMembers(k.ctx, "top", "", 5)
	k.fails(err, errs.ErrNotFound, "listing the members of a live segment that is none")
	_, err = k.crm.Segments.VerifyLive(k.ctx, "top")
	k.fails(err, errs.ErrNotFound, "verifying a live segment that is none")

	k.ok(save("plain", bought()), "saving a segment")
	k.follow("outer", segment.Not(segment.Rule{Segment: "plain"}))
	k.fails(k.crm.Segments.Follow(k.ctx, "outer"), errs.ErrConflict, "making a segment live twice")
	k.fails(save("plain", top), errs.ErrInvalid, "saving a rank into a segment that a live one names")
	k.fails(save("outer", segment.All(top)), errs.ErrInvalid, "saving a rank into a live segment")
	k.fails(save("plain", segment.Rule{Segment: "outer"}), errs.ErrInvalid, "saving a circle into a live segment")
	_, err = k.crm.Segments.Changes(k.ctx, &segment.ChangeOptions{Cursor: "?", Limit: 2000})
	k.fails(err, errs.ErrInvalid, "listing changes with a broken cursor")
	k.customer(1)
	k.verified("outer")
}

// liveData lets several writes wait for one look.
func liveData(k *kit) {
	k.follow("twice", segment.Purchases().AtLeast(2))
	k.follow("berlin", segment.Field("address.city").Equals("Berlin"))
	k.follow("no-complaint", segment.Not(segment.Activities(activity.Complaint).AtLeast(1)))
	k.refresh()
	k.clock.set(noon.Add(time.Hour))
	p := k.customer(1)
	for i := range 3 {
		k.clock.set(noon.Add(time.Duration(2+i) * time.Hour))
		k.record(order(p.ID, i, noon.AddDate(0, -1, 0)))
	}
	k.clock.set(noon.Add(5 * time.Hour))
	k.record(activity.Activity{Contact: p.ID, Kind: activity.Complaint, Channel: contact.ChannelPhone, Subject: "Late"})
	k.clock.set(noon.Add(9 * time.Hour))
	k.refresh()
	first := k.turned(p.ID, 0)
	k.equal(len(first), 4, "how many changes a new customer makes")
	for _, want := range []string{
		turn("berlin", true, noon.Add(time.Hour), segment.CauseData),
		turn("no-complaint", true, noon.Add(time.Hour), segment.CauseData),
		turn("twice", true, noon.Add(3*time.Hour), segment.CauseData),
		turn("no-complaint", false, noon.Add(5*time.Hour), segment.CauseData),
	} {
		if !slices.Contains(first, want) {
			k.Errorf("the changes of a new customer must hold %q, but are %q", want, first)
		}
	}
	k.clock.set(noon.Add(10 * time.Hour))
	moved := k.get(p.ID)
	moved.Addresses[0].City = "Bonn"
	k.ok(last(k.crm.Contacts.Update(k.ctx, moved)), "updating a contact")
	k.clock.set(noon.Add(20 * time.Hour))
	k.refresh()
	k.equal(k.turned(p.ID, 4), []string{turn("berlin", false, noon.Add(10*time.Hour), segment.CauseData)}, "the change by an update of the record")
	for _, name := range []string{"twice", "berlin", "no-complaint"} {
		k.verified(name)
	}
}

// liveTime lets nobody work for days, in which time alone changes something
// several times.
func liveTime(k *kit) {
	p, late := k.customer(1), k.customer(2)
	k.follow("recent", segment.Purchases().InLast(6, segment.Hours).AtLeast(1))
	k.follow("silent", segment.Not(segment.Purchases().InLast(3, segment.Hours).AtLeast(1)))
	k.refresh()
	start := len(k.turned(p.ID, 0))
	at := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	k.clock.set(at(2))
	k.record(order(p.ID, 1, at(1)))
	k.record(order(p.ID, 2, at(20))) // lies in the future
	k.refresh()
	k.clock.set(noon.AddDate(0, 0, 30))
	k.record(order(late.ID, 3, noon.AddDate(0, 0, 30).Add(-time.Hour)))
	k.refresh()
	got := k.turned(p.ID, start)
	want := []string{
		turn("recent", true, at(2), segment.CauseData), turn("silent", false, at(2), segment.CauseData),
		turn("silent", true, at(4), segment.CauseTime), turn("recent", false, at(7), segment.CauseTime),
		turn("recent", true, at(20), segment.CauseTime), turn("silent", false, at(20), segment.CauseTime),
		turn("silent", true, at(23), segment.CauseTime), turn("recent", false, at(26), segment.CauseTime),
	}
	slices.Sort(got)
	slices.Sort(want)
	k.equal(got, want, "the changes of a customer while nobody worked for a month")
	k.verified("recent")
	k.verified("silent")
	k.clock.set(noon.AddDate(0, 0, 30).Add(5*time.Hour - time.Microsecond))
	k.refresh()
	k.equal(k.live(k.crm, "recent"), []contact.ID{late.ID}, "members a microsecond before the window has passed")
	k.clock.add(time.Microsecond)
	k.refresh()
	k.equal(k.live(k.crm, "recent"), []contact.ID{}, "members when the window has passed")
}

func liveConsent(k *kit) {
	p := k.customer(1)
	k.follow("reachable", segment.Rule{Consent: &segment.ConsentCondition{Purpose: "marketing", Channel: contact.ChannelEmail, Is: segment.ConsentGranted}})
	k.refresh()
	k.agree([]contact.Contact{p}, contact.ChannelEmail)
	k.clock.add(time.Hour)
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(p.ID, contact.ChannelEmail)), "withdrawing")
	k.clock.add(time.Hour)
	k.agree([]contact.Contact{p}, contact.ChannelEmail)
	k.clock.add(time.Hour)
	k.refresh()
	k.ok(k.crm.Consents.Suppress(k.ctx, declaration(p.ID, contact.ChannelEmail)), "suppressing")
	k.refresh()
	k.equal(k.turned(p.ID, 0), []string{
		turn("reachable", true, noon, segment.CauseData),
		turn("reachable", false, noon.Add(time.Hour), segment.CauseData),
		turn("reachable", true, noon.Add(2*time.Hour), segment.CauseData),
		turn("reachable", false, noon.Add(3*time.Hour), segment.CauseData),
	}, "the changes by consent and withdrawal")
	k.verified("reachable")
}

func liveRule(k *kit) {
	people := k.customers(6, nil)
	for i, p := range people {
		for n := range i {
			k.record(order(p.ID, 10*i+n, noon.Add(-time.Hour)))
		}
	}
	k.ok(last(k.crm.Segments.Save(k.ctx, "inner", segment.Purchases().AtLeast(2))), "saving a segment")
	k.follow("outer", segment.All(segment.Rule{Segment: "inner"}))
	k.refresh()
	k.equal(len(k.live(k.crm, "outer")), 4, "members by the first rule")
	k.clock.add(time.Hour)
	k.ok(last(k.crm.Segments.Save(k.ctx, "inner", segment.Purchases().AtMost(2))), "saving another rule")
	k.refresh()
	k.equal(len(k.live(k.crm, "outer")), 3, "members by the second rule")
	first := turn("outer", true, noon, segment.CauseRule)
	enters, leaves := turn("outer", true, noon.Add(time.Hour), segment.CauseRule), turn("outer", false, noon.Add(time.Hour), segment.CauseRule)
	k.equal(k.turned(people[0].ID, 0), []string{enters}, "the changes of a contact that only the second rule selects")
	k.equal(k.turned(people[2].ID, 0), []string{first}, "the changes of a contact that both rules select")
	k.equal(k.turned(people[3].ID, 0), []string{first, leaves}, "the changes of a contact that only the first rule selects")
	k.verified("outer")
	k.clock.add(time.Hour)
	k.ok(last(k.crm.Segments.Save(k.ctx, "outer", segment.Everyone())), "saving another rule")
	k.refresh()
	k.equal(len(k.live(k.crm, "outer")), 6, "members by the third rule")
	k.verified("outer")
}

func liveUnfollow(k *kit) {
	p := k.customer(1)
	k.record(order(p.ID, 1, noon.Add(-time.Hour)))
	k.follow("buyers", bought())
	k.follow("others", segment.Not(segment.Rule{Segment: "buyers"}))
	k.refresh()
	before := k.feed(segment.ChangeOptions{})
	k.ok(k.crm.Segments.Unfollow(k.ctx, "buyers"), "ending a live segment")
	k.fails(last(k.crm.Segments.LiveCount(k.ctx, "buyers")), errs.ErrNotFound, "counting a segment that is not live any more")
	k.clock.add(72 * time.Hour)
	k.refresh()
	k.equal(k.live(k.crm, "others"), []contact.ID{p.ID}, "the members of the other live segment")
	k.equal(len(k.feed(segment.ChangeOptions{Segment: "buyers"})), len(before), "how many changes there are of a segment that is not live any more")
	k.ok(k.crm.Segments.Follow(k.ctx, "buyers"), "making it live again")
	k.refresh()
	k.equal(k.live(k.crm, "buyers"), []contact.ID{}, "members of a segment that was made live again")
	k.clock.add(time.Hour)
	k.record(order(p.ID, 2, k.clock.Now()))
	k.refresh()
	k.equal(k.live(k.crm, "buyers"), []contact.ID{p.ID}, "members of a segment that was made live again")
	d, err := k.crm.Segments.VerifyLive(k.ctx, "buyers")
	k.ok(err, "verifying")
	k.equal(d.IsEmpty(), true, "whether a segment that was made live again is right")
}

// liveHostTx writes in a transaction of the host's.
func liveHostTx(k *kit) {
	p := k.customer(1)
	k.follow("buyers", bought())
	k.refresh()
	changed := func(what string, want int) {
		k.Helper()
		ids, err := k.store.ChangedContacts(k.ctx, 10)
		k.ok(err, "listing contacts to look at")
		k.equal(len(ids), want, what)
	}
	changed("how many contacts are to be looked at after Refresh", 0)
	for _, kept := range []bool{false, true} {
		tx, commit, rollback := k.hostTx()
		c := k.on(tx)
		_, err := c.Activities.Record(k.ctx, order(p.ID, 1, noon))
		k.ok(err, "recording in the host's transaction")
		if !kept {
			k.ok(rollback(), "rolling back")
			changed("how many contacts are to be looked at after a rollback", 0)
			continue
		}
		k.ok(commit(), "committing")
		changed("how many contacts are to be looked at after a commit", 1)
	}
	k.refresh()
	k.equal(k.live(k.crm, "buyers"), []contact.ID{p.ID}, "members after a purchase in the host's transaction")
}

// liveMarks checks that every kind of write about a contact is looked at.
func liveMarks(k *kit) {
	s := k.stage()
	k.follow("all", segment.Everyone())
	k.refresh()
	marks := map[string]bool{
		"Contacts.Create": true, "Contacts.Upsert": true, "Contacts.UpsertMany": true, "Contacts.Update": true,
		"Activities.Record": true, "Activities.RecordMany": true, "Consents.Grant": true, "Consents.GrantMany": true,
		"Consents.Withdraw": true, "Consents.Suppress": true, "Consents.Release": true,
		"Campaigns.Resolve": true, "Campaigns.Redeem": true,
		"DeleteActivities": true, "DeleteContacts": true, "Merges.Merge": true, "Merges.Unmerge": true, "MoveContact": true, "DeleteConsent": true,
		"PutRestriction": true, "DeleteRestriction": true, "EraseContacts": true,
	}
	for _, d := range s.deeds(k) {
		k.ok(d.do(k.ctx, k.crm, k.store), d.name)
		ids, err := k.store.ChangedContacts(k.ctx, 10)
		k.ok(err, "listing contacts to look at")
		if marks[d.name] && len(ids) == 0 {
			k.Errorf("%s must mark its contact as to be looked at", d.name)
		}
		k.refresh()
	}
	c := k.campaign("spring", segment.Everyone(), nil)
	k.run(k.crm, c.ID)
	sent := k.deliveries(c.ID, campaign.Sent)
	ids, err := k.store.ChangedContacts(k.ctx, 100)
	k.ok(err, "listing contacts to look at")
	for of := range sent {
		if !slices.Contains(ids, of) {
			k.Errorf("a message that was sent must mark its contact as to be looked at")
		}
	}
	k.refresh()
	k.verified("all")
}

// liveAtomic refreshes within a transaction, which is undone.
func liveAtomic(k *kit) {
	k.customers(3, nil)
	k.follow("all", segment.Everyone())
	err := k.store.Atomic(k.ctx, func(ctx context.Context, tx storage.Store) error {
		c := k.on(tx)
		k.ok(c.Segments.Refresh(ctx), "refreshing in a transaction")
		k.equal(len(k.live(c, "all")), 3, "members within the transaction")
		return errOwn
	})
	k.fails(err, errOwn, "Atomic whose function fails")
	k.equal(len(k.live(k.crm, "all")), 0, "members after the transaction was undone")
	k.equal(len(k.feed(segment.ChangeOptions{})), 0, "changes after the transaction was undone")
	k.refresh()
	k.verified("all")
}
