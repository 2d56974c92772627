package storagetest

import (
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// sensitiveDestroy: values whose consent was withdrawn are destroyed wherever they are
// kept, and no others.
func sensitiveDestroy(k *kit) {
	for _, keys := range []*keyring{nil, k.wrapper("a", "a")} {
		k.store = k.cfg.New(k.T)
		k.crm = k.sealing(k.store, keys)
		lost, kept := k.copies(1), k.copies(4)
		credit := k.consents(k.crm, lost.ID, "credit", noon)
		lost = k.setSensitive(k.crm, lost, map[string]contact.Value{"s_credit": contact.Text("none")}, credit)
		backup := k.raw(k.store, lost.ID).Custom
		blocked, _ := k.patient(7)
		k.ok(k.crm.Consents.Suppress(k.ctx, declaration(blocked.ID, "counter")), "suppressing")
		k.destroys(0, "while all consents are in force")

		k.withdraws(lost.ID, "diet")
		before := k.raw(k.store, kept.ID)
		k.destroys(1, "after one has withdrawn")
		got := k.raw(k.store, lost.ID)
		k.equal(namesOf(got), []string{"s_credit"}, "the values that are stored after one purpose of two was withdrawn")
		k.equal(got.Version, lost.Version+1, "the version of a record of which something was destroyed")
		k.equal(k.get(lost.ID).Custom, map[string]contact.Value{"s_credit": contact.Text("none")}, "the values that can be read then")
		k.equal(len(k.copied(lost.ID)), 0, "how many values merges and imports keep of somebody who has withdrawn")
		k.equal(k.raw(k.store, kept.ID), before, "somebody else while values were destroyed")
		k.equal(len(k.raw(k.store, blocked.ID).Custom), 8, "how many values of somebody are stored whose channel is suppressed")
		if k.equal(slices.Contains(k.copied(kept.ID), "s_text"), true, "whether merges and imports still keep the values of others"); keys != nil {
			k.fromBackup(lost.ID, backup)
		}
		k.destroys(0, "again")
		k.besideBlocked(blocked)
		k.afterRemoval(kept, keys != nil)
	}
}

// besideBlocked withdraws one purpose of a contact while the channel of another one is
// suppressed.
func (k *kit) besideBlocked(c contact.Contact) {
	k.Helper()
	d := declaration(c.ID, "post")
	d.Purpose = "credit"
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting on another channel")
	c = k.setSensitive(k.crm, k.get(c.ID), map[string]contact.Value{"s_credit": contact.Text("none")}, k.proofOf(c.ID, "credit"))
	k.equal(namesOf(c), []string{"s_credit"}, "the values that are shown of somebody one of whose channels is suppressed")
	k.clock.add(time.Second)
	d.At = k.clock.Now()
	k.ok(k.crm.Consents.Withdraw(k.ctx, d), "withdrawing on another channel")
	k.destroys(1, "after a purpose was withdrawn beside one that is blocked")
	k.equal(len(k.raw(k.store, c.ID).Custom), 8, "how many values are stored of the purpose that is only blocked")
}

func (k *kit) destroys(want int, when string) {
	k.Helper()
	n, err := k.crm.Contacts.DestroyWithdrawn(k.ctx)
	k.ok(err, "destroying what was withdrawn")
	k.equal(n, want, "from how many contacts something was destroyed "+when)
}

// copies makes a contact of which an import and a merge keep records with sensitive
// values.
func (k *kit) copies(n int) contact.Contact {
	k.Helper()
	c, _ := k.patient(n)
	e := entryOf(person(n))
	e.Contact.Name.Title = "Dr."
	_, err := k.crm.Exchange.Import(k.ctx, person(n).Identities[0].Key, rows(e), nil)
	k.ok(err, "importing")
	other, _ := k.patient(n + 1)
	return k.merge(c.ID, other.ID)
}

// copied lists the names of the values that merges and imports keep of a contact.
func (k *kit) copied(of contact.ID) []string {
	k.Helper()
	names := map[string]bool{}
	note := func(c contact.Contact) {
		for name := range c.Custom {
			names[name] = true
		}
	}
	all := k.read(k.store)
	for _, m := range all.Merges {
		if m.Winner == of {
			note(m.Before)
			note(m.Lost)
			note(m.After)
		}
	}
	for _, c := range all.Changes {
		if c.Contact == of && c.Before != nil {
			note(*c.Before)
			note(*c.After)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// fromBackup puts values back that were destroyed, as from a backup of the records, and
// consents to them: they cannot be read all the same.
func (k *kit) fromBackup(of contact.ID, custom map[string]contact.Value) {
	k.Helper()
	now := k.raw(k.store, of).Custom
	k.overwrite(k.store, of, custom)
	k.clock.add(time.Second)
	k.consents(k.crm, of, "diet", k.clock.Now())
	k.equal(len(k.get(of).Custom), 0, "how many values from a backup can be read after the key was destroyed")
	k.withdraws(of, "diet")
	k.overwrite(k.store, of, now)
}

// afterRemoval takes a value away with SetSensitive, which destroys it everywhere.
func (k *kit) afterRemoval(c contact.Contact, sealed bool) {
	k.Helper()
	c = k.get(c.ID)
	backup := k.raw(k.store, c.ID).Custom
	c = k.setSensitive(k.crm, c, map[string]contact.Value{"s_bool": {}, "s_text": contact.Text(" ")}, "")
	k.equal(namesOf(c), []string{"s_date", "s_many", "s_money", "s_note", "s_number", "s_time"}, "the values after two were taken away")
	k.equal(slices.Contains(k.copied(c.ID), "s_bool"), false, "whether merges and imports keep what was taken away")
	if sealed {
		after := k.raw(k.store, c.ID).Custom
		k.overwrite(k.store, c.ID, backup)
		k.equal(len(k.get(c.ID).Custom), 0, "how many values from a backup can be read after some were taken away")
		k.overwrite(k.store, c.ID, after)
	}
	k.equal(len(k.get(c.ID).Custom), 6, "how many values can be read after others were taken away")
}

// sensitiveMerge: sealed values go along with a merge and back, also when keys change.
func sensitiveMerge(k *kit) {
	k.crm = k.sealing(k.store, k.wrapper("a", "a"))
	for i, renew := range []bool{false, true} {
		a, b := k.customer(10*i+1), k.customer(10*i+2)
		proof := k.consents(k.crm, b.ID, "diet", noon)
		b = k.setSensitive(k.crm, b, sensitiveValues(), proof)
		mine := k.consents(k.crm, a.ID, "credit", noon)
		a = k.setSensitive(k.crm, a, map[string]contact.Value{"s_credit": contact.Text("good")}, mine)
		merged := k.merge(a.ID, b.ID)
		want := maps.Clone(b.Custom)
		want["s_credit"] = contact.Text("good")
		k.equal(merged.Custom, want, "the values of two that were merged")
		history, err := k.crm.Merges.Into(k.ctx, a.ID)
		k.ok(err, "reading merges")
		k.equal(len(history[0].Before.Custom)+len(history[0].Lost.Custom)+len(history[0].After.Custom), 0, "how many sensitive values the history of merges shows")
		of, err := k.crm.Merges.Of(k.ctx, b.ID)
		k.ok(err, "reading a merge")
		k.equal(len(of.Lost.Custom), 0, "how many sensitive values a merge shows")
		if renew {
			k.ok(k.crm.Contacts.RenewKey(k.ctx, a.ID), "renewing the keys of a contact")
			k.equal(k.get(a.ID).Custom, want, "the values after the keys were renewed")
		}
		u := k.unmerge(b.ID)
		k.equal(alone(u.Loser, u.Winner), alone(b, a), "the records after the way back")
		k.equal(alone(k.get(b.ID), k.get(a.ID)), alone(b, a), "the records as they are read after the way back")
	}
	k.nothingClear(k.store, "after merges")
	k.strictestMerge()
}

// strictestMerge merges with somebody who has withdrawn.
func (k *kit) strictestMerge() {
	k.Helper()
	a := k.customer(31)
	b, _ := k.patient(32)
	k.withdraws(a.ID, "diet")
	k.equal(len(k.merge(a.ID, b.ID).Custom), 0, "how many values come along into a contact who has withdrawn")
	k.destroys(1, "of somebody who was merged into a contact who has withdrawn")
	k.equal(len(k.copied(a.ID)), 0, "the values that the merge keeps then")
	k.equal(len(k.unmerge(b.ID).Loser.Custom), 0, "how many destroyed values come back")
}

// sensitiveKeys: keys are wrapped anew, renewed and shredded.
func sensitiveKeys(k *kit) {
	k.crm = k.sealing(k.store, nil)
	early, _ := k.patient(1) // in clear
	k.failsAt(k.crm.Contacts.RotateKeys(k.ctx, nil), errs.ErrConflict, what("", "off"))
	k.failsAt(k.crm.Contacts.RenewKey(k.ctx, early.ID), errs.ErrConflict, what("", "off"))

	old := k.wrapper("a", "a")
	k.crm = k.sealing(k.store, old)
	k.equal(k.get(early.ID).Custom, early.Custom, "values that were written before there were keys")
	var all []contact.Contact
	for n := range 5 {
		c, _ := k.patient(2 + n)
		all = append(all, c)
	}
	k.crm = k.sealing(k.store, k.wrapper("b", "a", "b"))
	done := 0
	k.ok(k.crm.Contacts.RotateKeys(k.ctx, func(n int) { done = n }), "wrapping all keys anew")
	k.equal(done > 5, true, "whether it was told how much was done")
	k.nothingClear(k.store, "after the keys were rotated")
	k.equal(k.get(early.ID).Custom, early.Custom, "values in clear that were sealed")
	again := k.wrapper("b", "b")
	k.crm = k.sealing(k.store, again)
	for _, c := range all {
		k.equal(k.get(c.ID), c, "a contact whose key was wrapped anew, without the old wrapper")
	}
	wraps := again.wraps.Load()
	k.ok(k.crm.Contacts.RotateKeys(k.ctx, nil), "wrapping all keys anew, again")
	k.equal(again.wraps.Load()-wraps, int64(1), "how much is wrapped when everything is as it should be")

	one, backup := all[0], k.raw(k.store, all[0].ID).Custom
	k.ok(k.crm.Contacts.RenewKey(k.ctx, one.ID), "renewing a key")
	k.equal(k.get(one.ID).Custom, one.Custom, "the values of a contact whose key was renewed")
	k.overwrite(k.store, one.ID, backup)
	k.equal(len(k.get(one.ID).Custom), 0, "how many values open that were sealed with the old key")
	k.failsAt(k.crm.Contacts.RenewKey(k.ctx, spread(900)), errs.ErrNotFound, what("id", "not_found"))
	k.shredded(all[1], all[2])
}

// shredded destroys the keys of a merged contact.
func (k *kit) shredded(a, b contact.Contact) {
	k.Helper()
	merged := k.merge(a.ID, b.ID)
	k.equal(len(merged.Custom), 8, "how many values a merged contact has")
	full := k.read(k.store)
	k.ok(k.crm.Contacts.ShredKeys(k.ctx, b.ID), "shredding the keys of a contact")
	secrets, err := k.store.Secrets(k.ctx, []contact.ID{a.ID, b.ID})
	k.ok(err, "reading secrets")
	k.equal(len(secrets), 0, "how many keys are left of a contact whose keys were shredded")
	k.equal(k.read(k.store).Contacts, full.Contacts, "the records after keys were shredded")
	k.equal(len(k.get(a.ID).Custom), 0, "how many values open of a contact whose keys were shredded")
	k.equal(len(k.unmerge(b.ID).Loser.Custom), 0, "how many values open after the merge was taken back")
	c := k.get(a.ID)
	proof := k.proofOf(a.ID, "diet")
	c = k.setSensitive(k.crm, c, map[string]contact.Value{"s_note": contact.Text("new")}, proof)
	k.equal(c.Custom, map[string]contact.Value{"s_note": contact.Text("new")}, "the values that open which were written after the keys were shredded")
}

// proofOf returns the proof of a consent that is in force.
func (k *kit) proofOf(of contact.ID, purpose consent.Purpose) contact.Proof {
	k.Helper()
	events, err := k.store.ConsentEvents(k.ctx, []contact.ID{of})
	k.ok(err, "reading a ledger")
	i := slices.IndexFunc(events, func(e consent.Event) bool { return e.Purpose == purpose && e.Action == consent.Grant })
	return contact.Proof(events[i].ID.String())
}
