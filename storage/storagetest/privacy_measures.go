package storagetest

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
)

// privacyHolds erases a person of whom something must be kept, and lets time go by.
func privacyHolds(k *kit) {
	p := k.person()
	hold := func(h privacy.Hold) privacy.Hold {
		k.Helper()
		h, err := k.crm.Privacy.Hold(k.ctx, p.Contact, h)
		k.ok(err, "holding")
		return h
	}
	books := hold(privacy.Hold{Class: privacy.Purchases, Reason: "section 147 AO", Until: k.ending(80), Reference: "books"})
	trial := hold(privacy.Hold{Class: privacy.Purchases, Reason: "a trial", Reference: "file 12"})
	ended := hold(privacy.Hold{Class: privacy.Consents, Reason: "over by then", Until: k.ending(1)})
	list, err := k.crm.Privacy.Holds(k.ctx, p.Merged)
	k.ok(err, "listing holds")
	byID := func(list []privacy.Hold) []privacy.Hold {
		return sortedBy(list, func(h privacy.Hold) string { return h.ID.String() })
	}
	k.equal(byID(list), byID([]privacy.Hold{books, trial, ended}), "the holds of a person")
	bought := slices.DeleteFunc(k.history(p.Contact), func(a activity.Activity) bool { return a.Kind != activity.Purchase })
	k.clock.add(48 * time.Hour)
	done := k.erase(p.Contact, nil)
	var kept []any
	for _, s := range done.Steps {
		if s.Action == privacy.Keep {
			kept = append(kept, s.Class, s.Rows, len(s.Holds))
		}
	}
	k.equal(kept, []any{privacy.Purchases, 2, 2}, "what is held: the class, its rows, and by how many holds")
	k.holdsOnly(p, bought, "after the erasure")
	k.sweep(k.crm)
	k.holdsOnly(p, bought, "after a sweep in time")
	k.ok(k.crm.Privacy.ReleaseHold(k.ctx, p.Merged, trial.ID), "releasing a hold of the erased")
	k.fails(k.crm.Privacy.ReleaseHold(k.ctx, p.Contact, trial.ID), errs.ErrNotFound, "releasing a hold twice")
	k.sweep(k.crm)
	k.holdsOnly(p, bought, "as long as one of two holds goes on")
	k.clock.set(books.Until)
	report := k.sweep(k.crm)
	k.equal(report.Done, []privacy.Swept{{Class: privacy.Measures, Action: privacy.End, Rows: 1}, {Class: privacy.Purchases, Action: privacy.Delete, Rows: 2}}, "what a sweep does at the end of a hold")
	k.holdsOnly(p, nil, "after all holds have ended")
	stored, err := k.crm.Privacy.Certificate(k.ctx, p.Contact)
	k.ok(err, "reading a certificate")
	k.equal(stored.Released, []privacy.Release{{Class: privacy.Purchases, Rows: 2, At: books.Until}}, "what a certificate says of released rows")
	k.equal(k.sweep(k.crm).Done, []privacy.Swept(nil), "what is left for another sweep")
}

// holdsOnly checks what is held of an erased person, and that nothing else shows it.
func (k *kit) holdsOnly(p Planted, want []activity.Activity, when string) {
	k.Helper()
	list, err := k.crm.Privacy.Held(k.ctx, p.Merged)
	k.ok(err, "reading what is held")
	var got []activity.Activity
	for i, h := range list {
		k.equal([]any{h.Contact, h.Class, h.Position, h.Kind}, []any{p.Contact, privacy.Purchases, i + 1, "activity"}, "a row that is held, "+when)
		var a activity.Activity
		k.ok(json.Unmarshal(h.Record, &a), "reading a row that is held")
		got = append(got, a)
	}
	byTime := func(list []activity.Activity) []activity.Activity {
		return sortedBy(list, func(a activity.Activity) string { return a.ID.String() })
	}
	k.equal(byTime(got), byTime(want), "what is held, "+when)
	k.equal(has(k.text(p), p.Words), []string(nil), "what is shown of an erased person, "+when)
}

// privacyHoldAll holds everything of a person, so that an erasure puts all of it aside.
func privacyHoldAll(k *kit) {
	p := k.person()
	report := k.report(p.campaign)
	h, err := k.crm.Privacy.Hold(k.ctx, p.Contact, privacy.Hold{Reason: "all of it"})
	k.ok(err, "holding everything")
	k.erase(p.Contact, nil)
	list, err := k.crm.Privacy.Held(k.ctx, p.Contact)
	k.ok(err, "reading what is held")
	text, err := json.Marshal(list)
	k.ok(err, "writing what is held")
	k.equal(has(string(text), p.Words), p.Words, "what is held of a person of whom everything is")
	k.equal(has(k.text(p), p.Words), []string(nil), "what is shown of a person of whom everything is held")
	k.equal(k.report(p.campaign), report, "the report on a campaign of which rows are held")
	rows := 0
	for _, d := range k.sweep(k.crm).Done {
		rows += int(d.Rows)
	}
	k.equal(rows, 0, "what a sweep does while everything is held")
	k.ok(k.crm.Privacy.ReleaseHold(k.ctx, p.Contact, h.ID), "releasing")
	for _, d := range k.sweep(k.crm).Done {
		rows += int(d.Rows)
	}
	k.equal(rows, len(list), "what a sweep erases once nothing is held")
}

// privacyRestrict restricts one of several people, and tries to use and edit it.
func privacyRestrict(k *kit) {
	c, people := k.audience(4, nil)
	k.follow("all", segment.Everyone())
	k.refresh()
	one := people[1]
	rest := []contact.ID{people[0].ID, people[2].ID, people[3].ID}
	slices.SortFunc(rest, contact.ID.Compare)
	late := k.campaign("late", segment.Everyone(), nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, late.ID), "planning before a restriction")
	k.ok(k.crm.Campaigns.Start(k.ctx, late.ID), "starting before a restriction")
	k.clock.add(time.Minute)
	at := k.clock.Now()
	k.ok(k.crm.Privacy.Restrict(k.ctx, one.ID, "the data are disputed"), "restricting")
	r, err := k.crm.Privacy.Restriction(k.ctx, one.ID)
	k.ok(err, "reading a restriction")
	k.equal(r, privacy.Restriction{Contact: one.ID, Reason: "the data are disputed", At: at}, "a restriction")
	k.onlyFor(rest, one.ID)
	k.clock.add(time.Minute)
	k.refresh()
	k.equal(k.live(k.crm, "all"), rest, "the members of a live segment while one is restricted")
	k.equal(k.turned(one.ID, 1), []string{turn("all", false, at, segment.CauseData)}, "what a live segment tells of a restriction")
	k.verified("all")
	k.run(k.crm, c.ID)
	k.run(k.crm, late.ID)
	k.equal(k.post.letters()[one.Name.Family], 0, "messages to a contact that is restricted")
	k.state(k.deliveries(late.ID), one, campaign.Skipped, campaign.IsRestricted, "the recipient is restricted")
	if _, there := k.deliveries(c.ID)[one.ID]; there {
		k.Error("a contact that is restricted is in the audience of a campaign")
	}
	k.noEdits(one, people[0])
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(one.ID, contact.ChannelEmail)), "withdrawing while restricted")
	k.ok(last(k.crm.Privacy.Export(k.ctx, one.ID)), "exporting while restricted")
	k.equal(k.get(one.ID), one, "reading while restricted")
	k.ok(k.crm.Privacy.Unrestrict(k.ctx, one.ID), "ending a restriction")
	k.ok(k.crm.Privacy.Unrestrict(k.ctx, one.ID), "ending a restriction twice")
	k.fails(last(k.crm.Privacy.Restriction(k.ctx, one.ID)), errs.ErrNotFound, "a restriction that has ended")
	n, err := k.crm.Segments.Count(k.ctx, segment.Everyone())
	k.ok(err, "counting")
	k.equal(n, 4, "how many there are after a restriction has ended")
	k.clock.add(time.Minute)
	k.refresh()
	k.verified("all")
	k.record(order(one.ID, 50, noon))
	k.ok(k.crm.Privacy.Restrict(k.ctx, one.ID, "again"), "restricting again")
	k.erase(one.ID, nil)
	k.fails(last(k.crm.Privacy.Restriction(k.ctx, one.ID)), errs.ErrNotFound, "the restriction of the erased")
}

// onlyFor asks rules in every way while one contact is restricted.
func (k *kit) onlyFor(rest []contact.ID, one contact.ID) {
	k.Helper()
	for what, rule := range map[string]segment.Rule{
		"everyone": segment.Everyone(), "a negation": segment.Not(segment.Purchases().AtLeast(1)), "a disjunction": segment.Any(segment.Purchases().AtMost(3), segment.Purchases().AtLeast(9)),
	} {
		n, err := k.crm.Segments.Count(k.ctx, rule)
		k.ok(err, "counting")
		k.equal(n, 3, "how many a rule selects while one contact is restricted: "+what)
		page, err := k.crm.Segments.Members(k.ctx, rule, "", 10)
		k.ok(err, "listing members")
		k.equal(page.Contacts, rest, "whom a rule selects while one contact is restricted: "+what)
		among, err := k.crm.Segments.Among(k.ctx, rule, append([]contact.ID{one}, rest...))
		k.ok(err, "asking for members among some")
		k.equal(among, rest, "whom a rule selects among some while one is restricted: "+what)
	}
	snap := k.freeze("restricted", segment.Everyone())
	frozen, err := k.crm.Segments.SnapshotMembers(k.ctx, snap.ID, "", 10)
	k.ok(err, "listing the members of a snapshot")
	k.equal(frozen.Contacts, rest, "who is frozen while one contact is restricted")
}

// noEdits tries everything that writes about a contact that is restricted.
func (k *kit) noEdits(one, other contact.Contact) {
	k.Helper()
	before := k.read(k.store)
	changed := one
	changed.Name.Given = "Changed"
	_, winner := k.crm.Merges.Merge(k.ctx, one.ID, other.ID, nil)
	_, loser := k.crm.Merges.Merge(k.ctx, other.ID, one.ID, nil)
	_, _, upsert := k.crm.Contacts.Upsert(k.ctx, changed)
	for what, err := range map[string]error{
		"Update": last(k.crm.Contacts.Update(k.ctx, changed)), "Upsert": upsert, "Merge of the winner": winner, "Merge of the loser": loser,
		"UpsertMany":   last(k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{changed})),
		"Record":       last(k.crm.Activities.Record(k.ctx, order(one.ID, 70, noon))),
		"RecordMany":   last(k.crm.Activities.RecordMany(k.ctx, []activity.Activity{order(other.ID, 71, noon), order(one.ID, 72, noon)})),
		"Grant":        k.crm.Consents.Grant(k.ctx, declaration(one.ID, contact.ChannelEmail, "fax")),
		"SetSensitive": last(k.crm.Contacts.SetSensitive(k.ctx, one.ID, one.Version, map[string]contact.Value{"diet": contact.Many("nuts")}, "")),
	} {
		k.fails(err, errs.ErrConflict, what+" of a contact that is restricted")
		k.equal(errs.Has(err, "restricted"), true, "whether the error of "+what+" says that the contact is restricted")
	}
	k.equal(k.read(k.store), before, "what was refused for a contact that is restricted has left something")
	done := k.bring("restricted", &exchange.Options{Known: exchange.Replace}, entryOf(changed))
	k.equal(done.Refused, 1, "how many entries are refused that edit a contact that is restricted")
	k.equal(told(k.problems("restricted")), []string{"1  restricted"}, "what is said of an entry that edits a contact that is restricted")
	k.equal(k.get(one.ID), one, "a contact that is restricted, after an import")
}

// privacyRetention lets ten years go by, with rules for everything.
func privacyRetention(k *kit) {
	k.within(long)
	rules := []privacy.Rule{
		{Class: privacy.Campaigns, Keep: privacy.Period{Months: 13}, Action: privacy.Anonymise},
		{Class: privacy.Segments, Keep: privacy.Period{Months: 13}, Action: privacy.Delete},
		{Class: privacy.Imports, Keep: privacy.Period{Days: 90}, Action: privacy.Delete},
		{Class: privacy.Duplicates, Keep: privacy.Period{Days: 90}, Action: privacy.Delete},
		{Class: privacy.Activities, Keep: privacy.Period{Years: 2}, Action: privacy.Delete},
		{Class: privacy.Purchases, Keep: privacy.Period{Years: 6}, Action: privacy.Delete},
		{Class: privacy.Record, Keep: privacy.Period{Years: 7}, Action: privacy.Erase},
	}
	p := k.person()
	c := k.with(k.store, func(c *crm.Config) { c.Retention = rules })
	k.run(c, p.campaign)
	k.stateIs(p.campaign, campaign.Finished, "when everything was sent")
	report := k.report(p.campaign)
	k.ok(last(c.Privacy.Hold(k.ctx, p.Contact, privacy.Hold{Class: privacy.Purchases, Reason: "section 147 AO", Until: noon.AddDate(8, 0, 0)})), "holding")
	other, err := c.Contacts.Find(k.ctx, shop(1))
	k.ok(err, "finding another contact")
	k.ok(last(c.Privacy.Hold(k.ctx, other.ID, privacy.Hold{Reason: "for good"})), "holding")
	seen := map[string]time.Time{} // when what was swept first
	for month := 1; month <= 120; month++ {
		k.clock.set(noon.AddDate(0, month, 1))
		k.refresh()
		var changes []segment.Change
		k.deliveredTo(c, &changes)
		done, err := c.Privacy.Sweep(k.ctx, nil)
		k.ok(err, "sweeping")
		for _, d := range done.Done {
			name := string(d.Class) + " " + string(d.Action)
			if _, known := seen[name]; !known {
				seen[name] = k.clock.Now()
			}
		}
		switch month {
		case 14:
			k.equal(has(k.text(p), []string{p.voucher.Code, "Heidelbeere", "Kornelkirsche-2"}), []string(nil), "what is left of a campaign of the year before last")
			k.equal(k.report(p.campaign), report, "the report on a campaign whose rows were made nobody's")
		case 26:
			k.equal(len(k.history(p.Contact)), 2, "what is left of a history after two years")
		case 95:
			k.equal(len(must(k, c.Privacy.Held, p.Contact)), 2, "what is held after seven years")
		}
	}
	months := map[string]int{
		"imports delete": 3, "campaigns anonymise": 13, "segments delete": 13, "activities delete": 24, "record erase": 84, "purchases delete": 96, "measures end": 96,
	}
	for name, month := range months {
		if want := noon.AddDate(0, month, 1); seen[name].IsZero() || seen[name].Before(want.AddDate(0, 0, -2)) || seen[name].After(want.AddDate(0, 1, 2)) {
			k.Errorf("%s must happen after %d months, but it happens on %s", name, month, seen[name])
		}
	}
	left := k.read(k.store)
	k.equal(idsOf(left.Contacts), []contact.ID{p.Other}, "whom ten years leave: one whose record was written when a link to the erased went")
	k.equal([]int{len(left.Activities), len(left.Events), len(left.Changes), len(left.Merges), len(left.Found)}, []int{0, 0, 0, 0, 0},
		"what ten years leave: activities, declarations, changes of imports, merges, pairs")
	k.equal(len(must(k, c.Privacy.Held, p.Contact)), 0, "what is held of a person after ten years")
	kinds := map[string]int{}
	for _, h := range must(k, c.Privacy.Held, other.ID) {
		kinds[h.Kind]++
	}
	k.equal(kinds, map[string]int{"contact": 1, "audience": 1}, "what a hold on everything keeps for good")
	k.equal(k.report(p.campaign), report, "the report on a campaign after ten years")
}

// privacySweep sweeps one contact at a time, with some of whom everything is held.
func privacySweep(k *kit) {
	c, people := k.audience(6, nil)
	k.run(k.crm, c.ID)
	for i, p := range people {
		k.record(order(p.ID, 800+i, noon))
	}
	k.bring("file", nil, entryOf(person(3)), entryOf(person(20)), entryOf(person(21)))
	swept := k.with(k.store, func(c *crm.Config) {
		c.Retention = append(privacy.DefaultRetention(), privacy.Rule{Class: privacy.Purchases, Keep: privacy.Period{Years: 1}, Action: privacy.Delete})
	})
	var holds []privacy.Hold
	for _, p := range people[:3] {
		h, err := swept.Privacy.Hold(k.ctx, p.ID, privacy.Hold{Reason: "held"})
		k.ok(err, "holding")
		holds = append(holds, h)
	}
	twin := k.customer(40)
	h, err := swept.Privacy.Hold(k.ctx, twin.ID, privacy.Hold{Reason: "held before a merge"})
	k.ok(err, "holding")
	holds = append(holds, h)
	k.merge(people[3].ID, twin.ID)
	k.clock.set(noon.AddDate(2, 0, 0))
	total := func() map[privacy.Class]int64 {
		k.Helper()
		dry, err := swept.Privacy.Sweep(k.ctx, &privacy.SweepOptions{DryRun: true})
		k.ok(err, "a dry run")
		whole, sum := map[privacy.Class]int64{}, map[privacy.Class]int64{}
		for _, d := range dry.Done {
			whole[d.Class] += d.Rows
		}
		for n := 0; ; n++ {
			report, err := swept.Privacy.Sweep(k.ctx, &privacy.SweepOptions{Limit: 1})
			k.ok(err, "sweeping one at a time")
			for _, d := range report.Done {
				sum[d.Class] += d.Rows
			}
			if !report.More {
				break
			}
			if n == 50 {
				k.Fatal("a sweep of one at a time does not end")
			}
		}
		k.equal(sum, whole, "what small steps do, and what a dry run says of all at once")
		return sum
	}
	k.equal(total(), map[privacy.Class]int64{privacy.Campaigns: 6, privacy.Purchases: 2, privacy.Imports: 2}, "rows that are swept while others are held")
	for i, h := range holds {
		k.equal(len(k.history(people[i].ID)), 2, "the history of one of whom everything is held")
		k.ok(swept.Privacy.ReleaseHold(k.ctx, people[i].ID, h.ID), "releasing")
	}
	k.equal(total(), map[privacy.Class]int64{privacy.Campaigns: 12, privacy.Purchases: 4}, "rows that are swept once nothing is held")
	k.equal(total(), map[privacy.Class]int64{}, "what is left to be swept")
}

// must calls a method with an id, which must work.
func must[T any](k *kit, call func(context.Context, contact.ID) (T, error), id contact.ID) T {
	k.Helper()
	got, err := call(k.ctx, id)
	k.ok(err, "reading")
	return got
}
