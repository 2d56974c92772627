package storagetest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

// undo takes an import back.
func (k *kit) undo(name string) exchange.Import {
	k.Helper()
	done, err := k.crm.Exchange.Undo(k.ctx, name)
	k.ok(err, "taking an import back")
	k.equal(done.State, exchange.Undone, "the state of an import that was taken back")
	return done
}

// importUndo: random imports are taken back, and all is as before.
func importUndo(k *kit) {
	k.within(long)
	r := rand.New(rand.NewPCG(1, 2))
	k.agree(k.customers(8, nil)[:4], contact.ChannelEmail)
	for i := range 10 {
		k.bring(fmt.Sprint("history ", i), nil, buying(i, 1000+i, noon.Add(-time.Hour)))
	}
	for round := range 12 {
		before := k.read(k.store)
		var list []exchange.Entry
		for range 1 + r.IntN(60) {
			list = append(list, randomEntry(r))
		}
		name := fmt.Sprint("round ", round)
		options := &exchange.Options{Batch: 1 + r.IntN(20), Known: []exchange.Known{exchange.Update, exchange.Fill, exchange.Replace}[r.IntN(3)]}
		if round%2 == 0 {
			k.bring(name, options, list...)
		} else {
			_, err := k.crm.Exchange.Import(k.ctx, name, tear(rows(list...), len(list)/2), options)
			k.fails(err, errInjected, "an import of a file that breaks off")
		}
		done := k.undo(name)
		k.equal(done.Kept, 0, "what was kept of an import that nobody has built on")
		k.equal(said(k.read(k.store)), said(before), "everything after an import was taken back")
		k.sameAsMatch(hasBought())
	}
}

// importUndoCut: taking back is cut off anywhere, and goes on.
func importUndoCut(k *kit) {
	k.agree(k.customers(8, nil)[:4], contact.ChannelEmail)
	before := k.read(k.store)
	k.bring("file", nil, append(file(40), agreeing(9, consent.Grant, noon))...)
	for point := int64(1); ; point++ {
		_, err := k.on(newFaulty(k.store, point)).Exchange.Undo(k.ctx, "file")
		if err == nil {
			break
		}
		k.fails(err, errInjected, "taking back with a store that fails")
	}
	k.equal(said(k.read(k.store)), said(before), "everything after an import was taken back in spite of failures")
	k.equal(k.undo("file").Kept, 0, "what was kept")
}

// sameAsMatch compares the members of a rule with what the specification says.
func (k *kit) sameAsMatch(rule segment.Rule) {
	k.Helper()
	n, err := k.crm.Segments.Count(k.ctx, rule)
	k.ok(err, "counting the members of a rule")
	want := 0
	for _, c := range k.list(500) {
		for _, a := range k.history(c.ID) {
			if a.Kind == activity.Purchase {
				want++
				break
			}
		}
	}
	k.equal(n, want, "how many contacts have bought something")
}

// randomEntry speaks of one of a few people, known or not.
func randomEntry(r *rand.Rand) exchange.Entry {
	n := r.IntN(20)
	e := entryOf(person(n))
	switch r.IntN(6) {
	case 0:
		e = buying(n, r.IntN(50), noon)
	case 1:
		e.Contact.Occupation = fmt.Sprint("job ", r.IntN(3))
		e.Contact.Tags = []string{fmt.Sprint("tag ", r.IntN(3))}
	case 2:
		e.Contact.Identities = append(e.Contact.Identities, contact.Identity{Source: "till", Key: fmt.Sprint(r.IntN(8))})
	case 3:
		e.Contact.Custom = map[string]contact.Value{"points": contact.Int(r.Int64N(3))}
		e.Contact.Emails[0].Address = fmt.Sprintf("other%d@example.com", r.IntN(3))
	case 4:
		e.Contact.Identities = nil
	}
	return e
}

// importUndoConsent: what an import said of consent no longer holds.
func importUndoConsent(k *kit) {
	people := k.customers(3, nil)
	k.agree(people[:1], contact.ChannelEmail)
	k.clock.add(time.Hour)
	k.bring("wishes", nil, agreeing(0, consent.Grant, noon.Add(time.Minute)), agreeing(1, consent.Grant, noon), agreeing(2, consent.Withdraw, noon), agreeing(3, consent.Grant, noon))
	k.clock.add(time.Hour)
	done := k.undo("wishes")
	k.equal(done.Kept, 0, "what was kept")
	for i, c := range people {
		p, err := k.crm.Consents.Permit(k.ctx, c.ID, consent.Marketing, contact.ChannelEmail)
		k.ok(err, "asking what is permitted")
		k.equal(p, []consent.Permission{consent.Granted, consent.NoConsent, consent.NoConsent}[i], fmt.Sprintf("what customer %d permits", i))
	}
	_, err := k.crm.Contacts.Find(k.ctx, shop(3))
	k.fails(err, errs.ErrNotFound, "finding a contact that only the import knew")
}

// importUndoKeeps: what others have done since stays.
func importUndoKeeps(k *kit) {
	k.customers(2, func(i int, c *contact.Contact) { c.Occupation = "painter" })
	edited, untouched := person(0), person(1)
	edited.Occupation, edited.Education = "carpenter", "school"
	untouched.Occupation = "carpenter"
	k.bring("file", nil, entryOf(edited), entryOf(untouched), entryOf(person(2)), buying(3, 1, noon), buying(4, 2, noon), entryOf(person(5)), entryOf(person(6)), agreeing(7, consent.Grant, noon))
	find := func(n int) contact.Contact {
		k.Helper()
		c, err := k.crm.Contacts.Find(k.ctx, shop(n))
		k.ok(err, "finding a contact")
		return c
	}
	change := func(n int, f func(*contact.Contact)) {
		c := find(n)
		f(&c)
		_, err := k.crm.Contacts.Update(k.ctx, c)
		k.ok(err, "updating a contact")
	}
	change(0, func(c *contact.Contact) { c.Occupation = "pilot"; c.Language = "de" })
	change(2, func(c *contact.Contact) { c.Language = "de" })
	k.record(order(find(3).ID, 50, noon))
	_, err := k.crm.Payments.Charge(k.ctx, ref(2), "pm_1")
	k.ok(err, "charging an order")
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(find(5).ID, contact.ChannelEmail)), "withdrawing")

	mailed := []campaign.Member{{Campaign: campaign.ID(id.New()), Contact: find(7).ID, Outcome: campaign.Excluded}}
	k.ok(k.store.InsertAudience(k.ctx, mailed), "putting a contact into the audience of a campaign")

	done := k.undo("file")
	k.equal(told(k.problems("file")), []string{
		"1 occupation changed partly", "3  in_use partly", "4  in_use partly", "5 activities in_use partly", "5  in_use partly", "6  in_use partly", "8  in_use partly",
	}, "what was kept of the import")
	k.equal(done.Kept, 7, "how much was kept")
	p, err := k.crm.Consents.Permit(k.ctx, find(7).ID, consent.Marketing, contact.ChannelEmail)
	k.ok(err, "asking what is permitted")
	k.equal(p, consent.NoConsent, "what a contact permits who stays only because a campaign names it")
	c := find(0)
	k.equal([]string{c.Occupation, c.Education, c.Language}, []string{"pilot", "", "de"}, "a contact that was edited since")
	k.equal(find(1).Occupation, "painter", "a contact that nobody edited since")
	k.equal(len(k.history(find(3).ID)), 1, "the history of a contact who bought since")
	_, err = k.crm.Contacts.Find(k.ctx, shop(6))
	k.fails(err, errs.ErrNotFound, "finding a contact that nobody has used since")
}

// importForget: what is forgotten cannot be taken back.
func importForget(k *kit) {
	k.bring("file", &exchange.Options{Batch: 3}, file(20)...)
	before := k.read(k.store)
	k.ok(k.crm.Exchange.Forget(k.ctx, "file"), "forgetting an import")
	_, err := k.crm.Exchange.Undo(k.ctx, "file")
	k.fails(err, errs.ErrConflict, "taking back an import that is forgotten")
	k.equal(said(k.read(k.store)), said(before), "what is left after an import was forgotten")
	status, err := k.crm.Exchange.Status(k.ctx, "file")
	k.ok(err, "reading the state of a forgotten import")
	k.equal([]any{status.State, status.Forgotten, status.Entries}, []any{exchange.Finished, true, 20}, "the state of a forgotten import")
	changes, err := k.store.ImportChanges(k.ctx, status.ID, contact.ID{}, 100)
	k.ok(err, "reading what an import changed")
	k.equal(len(changes), 0, "how many changes are kept of a forgotten import")

	_, err = k.crm.Exchange.Import(k.ctx, "half", tear(rows(file(20)...), 9), &exchange.Options{Batch: 3})
	k.fails(err, errInjected, "importing a file that breaks off")
	k.fails(k.crm.Exchange.Forget(k.ctx, "half"), errs.ErrConflict, "forgetting an import that is not finished")
	k.undo("half")
	k.equal(k.undo("half").State, exchange.Undone, "taking back twice")
	_, err = k.crm.Exchange.Import(k.ctx, "half", rows(file(20)...), nil)
	k.fails(err, errs.ErrConflict, "importing under the name of what was taken back")
	var names []string
	for i, err := range k.crm.Exchange.Imports(k.ctx) {
		k.ok(err, "listing imports")
		names = append(names, i.Name)
	}
	k.equal(names, []string{"half", "file"}, "all imports, the latest first")
	k.ok(k.crm.Exchange.Remove(k.ctx, "half"), "removing an import")
	_, err = k.crm.Exchange.Import(k.ctx, "half", rows(file(20)...), nil)
	k.ok(err, "importing under a name that is free again")
	for _, f := range []func() error{
		func() error { return k.crm.Exchange.Forget(k.ctx, "none") },
		func() error { return k.crm.Exchange.Remove(k.ctx, "none") },
		func() error { _, err := k.crm.Exchange.Undo(k.ctx, "none"); return err },
		func() error { _, err := k.crm.Exchange.Status(k.ctx, "none"); return err },
	} {
		k.fails(f(), errs.ErrNotFound, "an import that does not exist")
	}
}
