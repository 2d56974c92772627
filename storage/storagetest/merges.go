package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/segment"
)

// merge merges two contacts, which must work.
func (k *kit) merge(winner, loser contact.ID) contact.Contact {
	k.Helper()
	k.clock.add(time.Minute)
	c, err := k.crm.Merges.Merge(k.ctx, winner, loser, nil)
	k.ok(err, "merging two contacts")
	return c
}

// unmerge takes a merge back, which must work.
func (k *kit) unmerge(loser contact.ID) merge.Unmerged {
	k.Helper()
	k.clock.add(time.Minute)
	u, err := k.crm.Merges.Unmerge(k.ctx, loser)
	k.ok(err, "taking a merge back")
	return u
}

// alone leaves of a record what does not count how often it was written.
func alone(list ...contact.Contact) []contact.Contact {
	list = slices.Clone(list)
	for i := range list {
		list[i].UpdatedAt, list[i].Version = time.Time{}, 0
	}
	return list
}

func mergeRecord(k *kit) {
	a, b := person(1), person(2)
	a.Name.Title, a.Tags, a.Born = "", []string{"vip"}, contact.Date{Year: 1980}
	b.Name.Title, b.Tags, b.Born, b.Occupation = "Dr.", []string{"press", "vip"}, contact.Date{Year: 1980, Month: 5, Day: 3}, "carpenter"
	b.Emails = append(b.Emails, contact.Email{Address: "PERSON1@example.com", Role: contact.Work})
	a.Custom = map[string]contact.Value{"nickname": contact.Text("Al"), "vip": contact.Bool(false)}
	b.Custom = map[string]contact.Value{"nickname": contact.Text("Bo"), "points": contact.Int(7)}
	a, b = k.create(a), k.create(b)
	k.record(order(a.ID, 1, noon))
	k.record(order(b.ID, 2, noon.Add(-time.Hour)))
	k.agree([]contact.Contact{b}, contact.ChannelLetter)
	before := k.read(k.store)

	got := k.merge(a.ID, b.ID)
	want := a
	want.Name.Title, want.Occupation, want.Tags, want.Born = "Dr.", "carpenter", []string{"press", "vip"}, b.Born
	want.Tags = []string{"vip", "press"}
	want.Emails = []contact.Email{{Address: "person1@example.com", Role: contact.Work, Normal: a.Emails[0].Normal}, b.Emails[0]}
	want.Phones, want.Addresses = append(slices.Clip(a.Phones), b.Phones...), append(slices.Clip(a.Addresses), b.Addresses...)
	want.Custom = map[string]contact.Value{"nickname": contact.Text("Al"), "vip": contact.Bool(false), "points": contact.Int(7)}
	want.Identities = []contact.Identity{shop(1), shop(2)}
	k.equal(alone(got), alone(want), "the record of a winner")
	k.resolves(a.ID, b.ID, got)

	apart := k.unmerge(b.ID)
	k.equal(alone(apart.Winner, apart.Loser), alone(a, b), "the two records after the way back")
	after := k.read(k.store)
	before.Contacts, after.Contacts = alone(before.Contacts...), alone(after.Contacts...)
	k.equal(after, before, "everything after a merge and the way back")
	_, err := k.crm.Merges.Of(k.ctx, b.ID)
	k.fails(err, errs.ErrNotFound, "the merge that was taken back")
}

func (k *kit) create(c contact.Contact) contact.Contact {
	k.Helper()
	c, err := k.crm.Contacts.Create(k.ctx, c)
	k.ok(err, "creating a contact")
	return c
}

// resolves checks that a loser's id and identity lead to the winner everywhere.
func (k *kit) resolves(winner, loser contact.ID, merged contact.Contact) {
	k.Helper()
	k.equal(k.get(loser), merged, "the contact by the id of the loser")
	k.equal(k.get(winner), merged, "the contact by the id of the winner")
	found, err := k.crm.Contacts.Find(k.ctx, shop(2))
	k.ok(err, "finding a contact by an identity of the loser")
	k.equal(found, merged, "the contact by an identity of the loser")
	many, err := k.crm.Contacts.GetMany(k.ctx, []contact.ID{loser, winner})
	k.ok(err, "reading contacts")
	k.equal(many, []contact.Contact{merged, merged}, "the contacts by both ids")
	list, err := k.crm.Contacts.List(k.ctx, "", 10)
	k.ok(err, "listing contacts")
	k.equal(list.Contacts, []contact.Contact{merged}, "all contacts")

	history := k.history(loser)
	k.equal(history, k.history(winner), "the history by the id of the loser")
	k.equal(len(history), 2, "the activities of both")
	k.equal([]contact.ID{history[0].Origin, history[1].Origin}, []contact.ID{{}, loser}, "for whom they were recorded")
	a, err := k.crm.Activities.ByRef(k.ctx, ref(2))
	k.ok(err, "finding an activity by its reference")
	k.equal(a, history[1], "an activity of the loser by its reference")
	for _, of := range []contact.ID{loser, winner} {
		r := k.record(order(of, 2, noon.Add(-time.Hour)))
		k.equal(r, activity.Result{Activity: a.ID, Contact: winner}, "recording again what the loser did")
		answer, err := k.crm.Consents.Permit(k.ctx, of, consent.Marketing, contact.ChannelLetter)
		k.ok(err, "asking for a permission")
		k.equal(answer, consent.Granted, "the permission that the loser gave")
	}
	k.members(segment.Purchases().AtLeast(2), []contact.ID{winner}, "who bought twice")
	m, err := k.crm.Merges.Of(k.ctx, loser)
	k.ok(err, "reading a merge")
	into, err := k.crm.Merges.Into(k.ctx, winner)
	k.ok(err, "listing merges")
	k.equal(into, []merge.Merge{m}, "what was merged into the winner")
	k.equal([]contact.Contact{m.After}, []contact.Contact{merged}, "the record after the merge")
}

// mergeOldID: what is written under the id of a loser goes with it on the way back.
func mergeOldID(k *kit) {
	a, b, c := k.customer(1), k.customer(2), k.customer(3)
	k.merge(a.ID, b.ID)
	k.merge(c.ID, a.ID)
	k.clock.add(time.Minute)
	r := k.record(order(b.ID, 1, noon))
	k.equal(r.Contact, c.ID, "who has what was recorded under an old id")
	k.record(order(c.ID, 2, noon))
	k.agree([]contact.Contact{b}, contact.ChannelEmail)
	ledger, err := k.crm.Consents.Ledger(k.ctx, a.ID)
	k.ok(err, "reading a ledger")
	k.equal(len(ledger) == 1 && ledger[0].Contact == c.ID && ledger[0].Origin == b.ID, true, "whether a declaration under an old id counts for whom it leads to")
	k.fails(last(k.crm.Contacts.Update(k.ctx, a)), errs.ErrConflict, "updating a contact that was merged")
	again := person(9)
	again.ID = b.ID
	k.fails(last(k.crm.Contacts.Create(k.ctx, again)), errs.ErrConflict, "creating a contact with the id of a merged one")
	linked := person(10)
	linked.Links = []contact.Link{{Kind: contact.SameHousehold, To: b.ID}}
	linked = k.create(linked)
	for _, of := range []contact.ID{b.ID, a.ID, c.ID} {
		page, err := k.crm.Contacts.Linked(k.ctx, of, nil)
		k.ok(err, "asking who links to a contact")
		k.equal(page.Contacts, []contact.Contact{linked}, "who links to a contact that was merged")
	}

	u := k.unmerge(b.ID)
	k.equal([]contact.ID{u.Loser.ID, u.Winner.ID}, []contact.ID{b.ID, c.ID}, "who is who after the way back")
	k.equal(k.history(b.ID)[0].ID, r.Activity, "what was recorded under the id of the loser")
	k.equal(len(k.history(b.ID)), 1, "the activities of the loser")
	k.equal(len(k.history(a.ID)), 1, "the activities of the winner")
	states, err := k.crm.Consents.States(k.ctx, b.ID)
	k.ok(err, "reading states")
	k.equal(len(states), 1, "the states of the loser")
	k.equal(alone(k.get(b.ID)), alone(b), "the record of the loser")
	k.equal(k.get(a.ID).ID, c.ID, "whom the other old id leads to")
	k.unmerge(a.ID)
	k.equal(alone(k.get(a.ID), k.get(b.ID), k.get(c.ID)), alone(a, b, c), "all records apart")
}

func mergeErrors(k *kit) {
	a, b, c := k.customer(1), k.customer(2), k.customer(3)
	nobody := contact.ID(id.New())
	try := func(winner, loser contact.ID) error { return last(k.crm.Merges.Merge(k.ctx, winner, loser, nil)) }
	k.fails(try(a.ID, a.ID), errs.ErrInvalid, "merging a contact with itself")
	k.fails(try(a.ID, nobody), errs.ErrNotFound, "merging a contact that does not exist")
	k.fails(try(nobody, a.ID), errs.ErrNotFound, "merging into a contact that does not exist")
	k.fails(last(k.crm.Merges.Merge(k.ctx, a.ID, b.ID, &merge.Options{Reason: "two\nlines"})), errs.ErrInvalid, "merging with a reason of two lines")
	k.fails(last(k.crm.Merges.Unmerge(k.ctx, a.ID)), errs.ErrNotFound, "taking back what was not merged")
	k.fails(last(k.crm.Merges.Unmerge(k.ctx, nobody)), errs.ErrNotFound, "taking back the merge of nobody")
	k.merge(a.ID, b.ID)
	k.fails(try(b.ID, a.ID), errs.ErrConflict, "merging in a circle")
	k.fails(try(c.ID, b.ID), errs.ErrConflict, "merging a contact that was merged")
	k.fails(try(b.ID, c.ID), errs.ErrConflict, "merging into a contact that was merged")
	k.equal(errs.FieldsOf(try(b.ID, c.ID))[0].Path+" "+errs.FieldsOf(try(b.ID, c.ID))[0].Code, "winner merged", "the field of the error")
	full := person(4)
	for n := range 50 {
		full.Phones = append(full.Phones[:n], contact.Phone{Number: person(100 + n).Phones[0].Number})
	}
	d := k.create(full)
	before := k.read(k.store)
	k.fails(try(d.ID, c.ID), errs.ErrInvalid, "merging two whose phones are too many for one")
	k.equal(k.read(k.store), before, "everything after merges that were refused")
}

// mergeConsent: the stricter declaration holds, until there is a new one.
func mergeConsent(k *kit) {
	a, b := k.customer(1), k.customer(2)
	say := func(of contact.ID, do func(of consent.Declaration) error, ch contact.Channel, at time.Time) {
		k.Helper()
		d := declaration(of, ch)
		d.At = at
		k.ok(do(d), "declaring")
	}
	c := k.crm.Consents
	grant := func(d consent.Declaration) error { return c.Grant(k.ctx, d) }
	withdraw := func(d consent.Declaration) error { return c.Withdraw(k.ctx, d) }
	suppress := func(d consent.Declaration) error { return c.Suppress(k.ctx, d) }
	early, late := noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	say(a.ID, grant, contact.ChannelEmail, late)
	say(b.ID, withdraw, contact.ChannelEmail, early)
	say(a.ID, suppress, contact.ChannelSMS, early)
	say(b.ID, func(d consent.Declaration) error { return c.Release(k.ctx, d) }, contact.ChannelSMS, late)
	say(b.ID, grant, contact.ChannelSMS, late)
	say(b.ID, grant, contact.ChannelLetter, early)
	say(a.ID, withdraw, contact.ChannelPhone, late)
	say(b.ID, grant, contact.ChannelPhone, early)
	before := k.read(k.store)
	k.merge(a.ID, b.ID)
	k.allows(a.ID, "after a merge", consent.NoConsent, consent.Suppressed, consent.Granted, consent.NoConsent)
	k.unmerge(b.ID)
	after := k.read(k.store)
	before.Contacts, after.Contacts = nil, nil
	k.equal(after, before, "the ledgers after the way back")

	k.merge(a.ID, b.ID)
	k.clock.add(time.Hour)
	say(a.ID, grant, contact.ChannelEmail, k.clock.Now())
	say(a.ID, withdraw, contact.ChannelLetter, k.clock.Now())
	k.allows(b.ID, "after a new declaration", consent.Granted, consent.Suppressed, consent.NoConsent, consent.NoConsent)
	other := k.customer(3)
	k.merge(other.ID, a.ID)
	k.allows(other.ID, "after a merge of the winner", consent.Granted, consent.Suppressed, consent.NoConsent, consent.NoConsent)
	k.unmerge(b.ID)
	k.allows(b.ID, "of the loser", consent.NoConsent, consent.Granted, consent.NoConsent, consent.Granted)
	k.allows(other.ID, "without the loser", consent.Granted, consent.Suppressed, consent.NoConsent, consent.NoConsent)
}

// allows checks the permissions for e-mail, SMS, letters and phone.
func (k *kit) allows(of contact.ID, when string, want ...consent.Permission) {
	k.Helper()
	for i, ch := range []contact.Channel{contact.ChannelEmail, contact.ChannelSMS, contact.ChannelLetter, contact.ChannelPhone} {
		k.permits(of, consent.Marketing, ch, want[i], when)
	}
}

// mergeEdits: what was edited since a merge stays, and what came by it goes.
func mergeEdits(k *kit) {
	a, b, c := person(1), person(2), person(3)
	b.Name.Title, b.Occupation, c.Occupation = "Dr.", "carpenter", "baker"
	a, b, c = k.create(a), k.create(b), k.create(c)
	now := k.merge(a.ID, b.ID)
	now.Name.Title, now.Tags, now.Language = "Prof.", []string{"vip"}, "de"
	now.Emails = append(now.Emails, contact.Email{Address: "new@example.com"})
	now.Phones = now.Phones[1:] // without the winner's
	k.ok(last(k.crm.Contacts.Update(k.ctx, now)), "editing a winner")
	now = k.merge(a.ID, c.ID)
	k.equal(now.Occupation, "carpenter", "the occupation of all three")
	u := k.unmerge(b.ID)
	k.equal(alone(u.Loser), alone(b), "the record of the loser")
	want := a
	want.Name.Title, want.Tags, want.Language, want.Occupation = "Prof.", []string{"vip"}, "de", "baker"
	want.Emails = []contact.Email{a.Emails[0], {Address: "new@example.com", Normal: "new@example.com"}, c.Emails[0]}
	want.Phones, want.Addresses = c.Phones, append(slices.Clip(a.Addresses), c.Addresses...)
	want.Identities = []contact.Identity{shop(1), shop(3)}
	k.equal(alone(u.Winner), alone(want), "the record of the winner, with what was edited")
}

// mergeSensitive: no sensitive value comes along, or back, without a consent.
func mergeSensitive(k *kit) {
	values := map[string]contact.Value{"diet": contact.Many("nuts")}
	for _, agrees := range []bool{true, false} {
		n := 1
		if !agrees {
			n = 3
		}
		a, b := k.customer(n), k.customer(n+1)
		proof := k.consents(k.crm, b.ID, "diet", noon)
		b = k.setSensitive(k.crm, b, values, proof)
		if !agrees {
			d := declaration(a.ID, "counter")
			d.Purpose, d.At = "diet", noon.Add(-time.Hour)
			k.ok(k.crm.Consents.Withdraw(k.ctx, d), "withdrawing")
		}
		merged := k.merge(a.ID, b.ID)
		_, there := merged.Custom["diet"]
		k.equal(there, agrees, "whether a sensitive value comes along")
		u := k.unmerge(b.ID)
		k.equal(alone(u.Loser, u.Winner), alone(b, a), "the records after the way back")
		k.merge(a.ID, b.ID)
		k.clock.add(time.Minute)
		d := declaration(a.ID, "counter")
		d.Purpose = "diet"
		k.ok(k.crm.Consents.Withdraw(k.ctx, d), "withdrawing")
		k.equal(len(k.unmerge(b.ID).Loser.Custom), 0, "the sensitive values that come back after a withdrawal")
	}
}

// mergeConcurrent: of those that merge the same contacts at once one comes after the
// other.
func mergeConcurrent(k *kit) {
	people := k.customers(6, nil)
	for i, p := range people {
		k.record(order(p.ID, i, noon))
	}
	for range 3 {
		failures := k.together(8, func(i int) error {
			_, err := k.reopened().Merges.Merge(k.ctx, people[i%2*5].ID, people[1+i/2].ID, nil)
			return err
		})
		done := 0
		for _, err := range failures {
			if err == nil {
				done++
			} else {
				k.fails(err, errs.ErrConflict, "merging what somebody else merges")
			}
		}
		k.equal(done, 4, "how many of eight merges of four contacts were done")
		total := 0
		for _, w := range []contact.ID{people[0].ID, people[5].ID} {
			total += len(k.history(w))
		}
		k.equal(total, 6, "the activities of all")
		k.allOK(k.together(4, func(i int) error { return last(k.reopened().Merges.Unmerge(k.ctx, people[1+i].ID)) }), "taking merges back at once")
		for _, p := range people {
			k.equal(len(k.history(p.ID)), 1, "the activities of each")
		}
	}
}

// mergeRecording: what is recorded while two are merged is not lost.
func mergeRecording(k *kit) {
	a, b := k.customer(1), k.customer(2)
	failures := k.together(9, func(i int) error {
		c := k.reopened()
		if i == 0 {
			if _, err := c.Merges.Merge(k.ctx, a.ID, b.ID, nil); err != nil {
				return err
			}
			_, err := c.Merges.Unmerge(k.ctx, b.ID)
			return err
		}
		for n := range 5 {
			if _, err := c.Activities.Record(k.ctx, order(b.ID, 10*i+n, noon)); err != nil {
				return err
			}
			if err := c.Consents.Grant(k.ctx, declaration(b.ID, channels[n%len(channels)])); err != nil {
				return err
			}
		}
		return nil
	})
	k.allOK(failures, "recording and declaring while two are merged")
	k.equal(len(k.history(b.ID)), 40, "the activities of the loser")
	k.members(segment.Purchases().AtLeast(40), []contact.ID{b.ID}, "who bought forty times")
}
