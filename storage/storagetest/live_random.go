package storagetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// liveRandom writes a random population step by step, lets time pass at random
// between, works now and then, and compares.
func liveRandom(k *kit) {
	k.within(long)
	n, seed := ruleCases(k)
	w := newWorld(k.T, seed)
	rules := max(4, min(n/10, 40))
	k.clock.set(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	people := w.liven(k)
	var live []string
	for i := range rules {
		name := fmt.Sprintf("rule-%d", i)
		rule := w.rule(3)
		if hasRank(rule) {
			continue
		}
		k.follow(name, rule)
		live = append(live, name)
	}
	for step := range 25 {
		w.happen(k, people, step)
		k.clock.add(time.Duration(w.r.Int64N(int64(60*24*time.Hour/time.Microsecond)))*time.Microsecond + time.Microsecond)
		if w.r.IntN(3) > 0 {
			k.refresh()
		}
		if step%8 == 7 {
			w.compareLive(k, live)
		}
		if k.Failed() {
			k.Fatalf("CRM_RULE_SEED=%d, step %d", seed, step)
		}
	}
	for _, name := range live {
		k.verified(name)
	}
}

// hasRank reports whether a rule has a rank.
func hasRank(r segment.Rule) bool {
	return r.Rank != nil || r.Not != nil && hasRank(*r.Not) ||
		slices.ContainsFunc(r.All, hasRank) || slices.ContainsFunc(r.Any, hasRank)
}

// liven creates the people of the world.
func (w *world) liven(k *kit) []contact.Contact {
	k.Helper()
	var batch []contact.Contact
	for _, f := range w.facts[:40] {
		batch = append(batch, f.Contact)
	}
	results, err := k.lenient().Contacts.UpsertMany(k.ctx, batch)
	k.ok(err, "creating the population")
	for i, r := range results {
		batch[i] = r.Contact
	}
	return batch
}

// happen writes something about some of the people: what lies in their
// histories, moved close to now.
func (w *world) happen(k *kit, people []contact.Contact, step int) {
	k.Helper()
	now := k.clock.Now()
	for i := range 1 + w.r.IntN(6) {
		f := &w.facts[w.r.IntN(len(people))]
		switch {
		case w.r.IntN(6) == 0:
			c := k.get(f.Contact.ID)
			c.Name, c.Tags = w.facts[w.r.IntN(len(w.facts))].Contact.Name, nil
			k.ok(last(k.lenient().Contacts.Update(k.ctx, c)), "updating a contact")
		case w.r.IntN(5) == 0:
			d := declaration(f.Contact.ID, contact.ChannelEmail)
			d.At = now.Add(-time.Duration(w.r.Int64N(int64(24 * time.Hour))))
			do := []func() error{
				func() error { return k.crm.Consents.Grant(k.ctx, d) },
				func() error { return k.crm.Consents.Withdraw(k.ctx, d) },
				func() error {
					d.ExpiresAt = d.At.Add(time.Duration(25+w.r.Int64N(20*24)) * time.Hour)
					return k.crm.Consents.Grant(k.ctx, d)
				},
				func() error { return k.crm.Consents.Object(k.ctx, d) },
			}
			k.ok(do[w.r.IntN(4)](), "declaring")
		case w.r.IntN(5) == 0:
			if all := k.history(f.Contact.ID); len(all) > 0 {
				k.ok(k.store.DeleteActivities(k.ctx, []activity.Activity{pick(w.r, all)}, now), "deleting an activity")
			}
		case len(f.Activities) > 0:
			a := pick(w.r, f.Activities)
			a.At = now.Add(time.Duration(w.r.Int64N(61*24)-60*24) * time.Hour).Truncate(time.Microsecond)
			a.Ref = activity.Ref{Source: "live", Key: fmt.Sprintf("%d-%d", step, i)}
			k.ok(last(k.crm.Activities.Record(k.ctx, a)), "recording")
		}
		k.clock.add(time.Duration(w.r.IntN(3)) * time.Hour)
	}
}

// compareLive compares the stored memberships with segment.Match on the facts
// as they stand in the store.
func (w *world) compareLive(k *kit, live []string) {
	k.Helper()
	k.refresh()
	var ids []contact.ID
	for _, f := range w.facts[:40] {
		ids = append(ids, f.Contact.ID)
	}
	facts, err := segment.FactsOf(k.ctx, k.store, ids)
	k.ok(err, "reading facts")
	for _, name := range live {
		seg, err := k.crm.Segments.Find(k.ctx, name)
		k.ok(err, "finding a segment")
		resolved := segment.Resolve(seg.Rule, k.clock.Now(), k.zone)
		want := []contact.ID{}
		for i := range facts {
			if segment.Match(resolved, &facts[i]) {
				want = append(want, facts[i].Contact.ID)
			}
		}
		k.equal(k.live(k.crm, name), want, "the members of a live segment, "+seg.Rule.String())
		k.foldsTo(name)
	}
}

// liveVerify plants differences below the library's feet.
func liveVerify(k *kit) {
	people := k.customers(8, nil)
	for i, p := range people[:4] {
		k.record(order(p.ID, i, noon.Add(-time.Hour)))
	}
	id := k.follow("buyers", bought())
	k.refresh()
	k.verified("buyers")
	w, err := k.store.Watches(k.ctx, []contact.ID{people[0].ID, people[7].ID})
	k.ok(err, "reading watches")
	var updates []segment.WatchUpdate
	for _, w := range w {
		u := segment.WatchUpdate{Contact: w.Contact, Version: w.Version, Evaluated: w.Evaluated, Changes: w.Changes}
		if w.Contact == people[0].ID {
			u.Drop = []segment.ID{id}
		} else {
			u.Put = []segment.Membership{{Segment: id, Member: true, Since: noon}}
		}
		updates = append(updates, u)
	}
	saved, err := k.store.SaveWatches(k.ctx, updates)
	k.ok(err, "planting differences")
	k.equal(len(saved), 2, "how many differences were planted")
	d, err := k.crm.Segments.VerifyLive(k.ctx, "buyers")
	k.ok(err, "verifying")
	k.equal(d, segment.Difference{Missing: []contact.ID{people[0].ID}, Extra: []contact.ID{people[7].ID}}, "what VerifyLive finds")
	k.ok(k.crm.Segments.Unfollow(k.ctx, "buyers"), "ending a live segment")
	k.ok(k.crm.Segments.Follow(k.ctx, "buyers"), "making it live again")
	d, err = k.crm.Segments.VerifyLive(k.ctx, "buyers")
	k.ok(err, "verifying")
	k.equal(d, segment.Difference{}, "what VerifyLive finds after the segment was made live again")
}

// liveContract holds the store to the words of segment.LiveStore.
func liveContract(k *kit) {
	people := k.customers(3, nil)
	slices.SortFunc(people, func(a, b contact.Contact) int { return a.ID.Compare(b.ID) })
	ids := idsOf(people)
	first, second := segment.ID(spread(1)), segment.ID(spread(2))
	k.contractFollowings(first)
	watches, err := k.store.Watches(k.ctx, []contact.ID{ids[2], ids[0], spread(9), ids[0]})
	k.ok(err, "reading watches")
	k.equal(len(watches), 3, "how many watches there are, each once, also of an unknown contact")
	w := watches[slices.IndexFunc(watches, func(w segment.Watch) bool { return w.Contact == ids[0] })]
	if !w.Changed.Equal(noon) || w.Version == 0 {
		k.Errorf("a contact that was created must be marked at its instant: %+v", w)
	}
	change := segment.Change{Contact: ids[0], Number: 1, Segment: first, Entered: true, At: noon.Add(time.Microsecond), FoundAt: noon.Add(time.Hour), Cause: segment.CauseTime}
	u := segment.WatchUpdate{
		Contact: ids[0], Version: w.Version, Evaluated: noon.Add(time.Hour), Due: noon.Add(2 * time.Hour), Changes: 1, Add: []segment.Change{change},
		Put: []segment.Membership{{Segment: first, Member: true, Since: noon}, {Segment: second, Next: noon.Add(2 * time.Hour)}},
	}
	stale := segment.WatchUpdate{Contact: ids[1], Version: w.Version + 7, Put: u.Put}
	saved, err := k.store.SaveWatches(k.ctx, []segment.WatchUpdate{stale, u})
	k.ok(err, "saving watches")
	k.equal(saved, ids[:1], "whose updates are applied")
	saved, err = k.store.SaveWatches(k.ctx, []segment.WatchUpdate{u})
	k.ok(err, "saving a watch again")
	k.equal(len(saved), 0, "how many updates of an old version are applied")
	watches, err = k.store.Watches(k.ctx, ids[:2])
	k.ok(err, "reading watches")
	got := watches[0]
	slices.SortFunc(got.Memberships, func(a, b segment.Membership) int { return a.Segment.Compare(b.Segment) })
	k.equal(got, segment.Watch{Contact: ids[0], Version: got.Version, Evaluated: u.Evaluated, Changes: 1, Memberships: u.Put}, "a watch as it was saved")
	k.equal(len(watches[1].Memberships), 0, "memberships by an update of another version")
	k.contractLists(ids, first, second, change)
}

// contractFollowings checks how live segments are kept.
func (k *kit) contractFollowings(of segment.ID) {
	k.Helper()
	f := segment.Following{Segment: of, Rule: lapsed(), Since: noon, Generation: 1}
	k.ok(k.store.InsertFollowing(k.ctx, f), "inserting a live segment")
	k.fails(k.store.InsertFollowing(k.ctx, f), errs.ErrConflict, "inserting a live segment twice")
	next := f
	next.Built, next.BuiltTo, next.Rule = true, spread(3), bought()
	done, err := k.store.UpdateFollowing(k.ctx, next, f)
	k.ok(err, "updating a live segment")
	k.equal(done, false, "whether a live segment was updated that is not as it was")
	done, err = k.store.UpdateFollowing(k.ctx, f, next)
	k.ok(err, "updating a live segment")
	k.equal(done, true, "whether a live segment was updated")
	list, err := k.store.Followings(k.ctx)
	k.ok(err, "listing live segments")
	k.equal(list, []segment.Following{next}, "live segments")
	n, err := k.store.HoldFollowings(k.ctx, []segment.ID{segment.ID(spread(8)), of})
	k.ok(err, "holding live segments")
	k.equal(n, 1, "how many of the segments are live")
	k.fails(k.store.DeleteFollowing(k.ctx, segment.ID(spread(8))), errs.ErrNotFound, "ending a segment that is not live")
	other, err := k.tenant("other").Followings(k.ctx)
	k.ok(err, "listing another tenant's live segments")
	k.equal(len(other), 0, "how many live segments another tenant sees")
	k.ok(k.store.DeleteFollowing(k.ctx, of), "ending a live segment")
}

// contractLists checks what can be listed after one watch was saved.
func (k *kit) contractLists(ids []contact.ID, first, second segment.ID, change segment.Change) {
	k.Helper()
	contacts := func(what string, want []contact.ID, got []contact.ID, err error) {
		k.Helper()
		k.ok(err, what)
		k.equal(got, want, what)
	}
	list, err := k.store.ChangedContacts(k.ctx, 10)
	contacts("contacts that are marked", ids[1:], list, err)
	list, err = k.store.DueContacts(k.ctx, noon.Add(2*time.Hour-time.Microsecond), 10)
	contacts("contacts that are due too early", nil, list, err)
	list, err = k.store.DueContacts(k.ctx, noon.Add(2*time.Hour), 10)
	contacts("contacts that are due", ids[:1], list, err)
	list, err = k.store.LiveMembers(k.ctx, first, contact.ID{}, 10)
	contacts("members", ids[:1], list, err)
	list, err = k.store.LiveMembers(k.ctx, first, ids[0], 10)
	contacts("members behind the last", nil, list, err)
	list, err = k.store.LiveMembers(k.ctx, second, contact.ID{}, 10)
	contacts("members of a segment that one may enter", nil, list, err)
	for _, store := range []storage.Store{k.store, k.tenant("other")} {
		want := []segment.Change{change}
		if store != k.store {
			want = nil
		}
		for _, q := range []segment.ChangeQuery{{}, {Contact: ids[0]}, {Segment: first}, {Undelivered: true}, {Contact: ids[0], Segment: first}} {
			q.Limit = 10
			got, err := store.Changes(k.ctx, q)
			k.ok(err, "listing changes")
			k.equal(got, want, "changes")
			q.After = change
			got, err = store.Changes(k.ctx, q)
			k.ok(err, "listing changes behind the last")
			k.equal(len(got), 0, "how many changes there are behind the last")
		}
	}
	k.ok(k.store.MarkDelivered(k.ctx, []segment.Change{change}), "marking a change as delivered")
	got, err := k.store.Changes(k.ctx, segment.ChangeQuery{Undelivered: true, Limit: 10})
	k.ok(err, "listing changes")
	k.equal(len(got), 0, "how many changes are not delivered")
	n, err := k.store.PurgeMemberships(k.ctx, second, 10)
	k.ok(err, "deleting memberships")
	k.equal(n, 1, "how many memberships were deleted")
	n, err = k.store.CountLiveMembers(k.ctx, first)
	k.ok(err, "counting members")
	k.equal(n, 1, "how many members another segment has")
}
