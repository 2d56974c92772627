package storagetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
)

// sensitivePaths: no path but SetSensitive, and an import that brings the consent along,
// writes a sensitive value, and none loses one.
func sensitivePaths(k *kit) {
	for _, keys := range []*keyring{nil, k.wrapper("a", "a")} {
		k.store = k.cfg.New(k.T)
		k.crm = k.sealing(k.store, keys)
		c, _ := k.patient(1)
		k.refusedPaths(c)
		k.keptPaths(c)
		k.importPaths(c, keys != nil)
		k.hiddenPaths(c)
	}
}

// refusedPaths tries to write what nobody consented to.
func (k *kit) refusedPaths(c contact.Contact) {
	k.Helper()
	text := func(c contact.Contact, v contact.Value) contact.Contact {
		c.Custom = map[string]contact.Value{"s_text": v}
		return c
	}
	fresh := person(900)
	forged := k.raw(k.store, c.ID).Custom["s_text"] // sealed, where there are keys
	before := k.read(k.store)
	for _, v := range []contact.Value{contact.Text(secretValue + "!"), {Type: contact.TypeText, Text: "x", Sealed: []byte{1}}} {
		for name, write := range map[string]func() error{
			"Create":     func() error { return last(k.crm.Contacts.Create(k.ctx, text(fresh, v))) },
			"Add":        func() error { return last(k.crm.Contacts.Add(k.ctx, text(fresh, v), nil)) },
			"Update":     func() error { return last(k.crm.Contacts.Update(k.ctx, text(c, v))) },
			"Upsert":     func() error { _, _, err := k.crm.Contacts.Upsert(k.ctx, text(fresh, v)); return err },
			"UpsertMany": func() error { return last(k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{text(c, v)})) },
		} {
			if err := k.quiet(write); err == nil {
				k.Errorf("%s has taken a sensitive value without a proof", name)
			}
		}
	}
	if forged.IsSealed() {
		err := k.quiet(func() error { return last(k.crm.Contacts.Create(k.ctx, text(fresh, forged))) })
		k.refused(err, what("custom[s_text]", "unexpected"), what("custom[s_text]", "consent_required"))
	}
	k.equal(k.read(k.store), before, "what was refused has left something in the store")
}

// keptPaths writes the record without sensitive values, and with those that can be read.
func (k *kit) keptPaths(c contact.Contact) {
	k.Helper()
	stored := k.raw(k.store, c.ID).Custom
	bare := k.get(c.ID)
	bare.Custom = map[string]contact.Value{"points": contact.Int(7)}
	updated, err := k.crm.Contacts.Update(k.ctx, bare)
	k.ok(err, "updating a record without its sensitive values")
	want := maps.Clone(stored)
	want["points"] = contact.Int(7)
	k.equal(k.raw(k.store, c.ID).Custom, want, "the stored values after an update that names none")
	k.equal(len(updated.Custom), 9, "how many values an update returns that names none")
	_, _, err = k.crm.Contacts.Upsert(k.ctx, bare)
	k.ok(err, "an upsert of a record without its sensitive values")
	k.equal(k.raw(k.store, c.ID).Custom, want, "the stored values after an upsert that names none")
	whole := k.get(c.ID)
	whole.Custom["points"] = contact.Int(8)
	want["points"] = contact.Int(8)
	_, err = k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{whole})
	k.ok(err, "an upsert of a record as it was read")
	k.equal(k.raw(k.store, c.ID).Custom, want, "the stored values after an upsert of what was read")
}

// importPaths imports sensitive values from every kind of file.
func (k *kit) importPaths(c contact.Contact, sealed bool) {
	k.Helper()
	imports := func(name string, e ...exchange.Entry) []string {
		k.Helper()
		k.ok(k.quiet(func() error {
			return last(k.crm.Exchange.Import(k.ctx, name, rows(e...), &exchange.Options{Known: exchange.Replace}))
		}), "importing")
		return told(k.problems(name))
	}
	sick := entryOf(person(901))
	sick.Contact.Custom = map[string]contact.Value{"s_text": contact.Text(secretValue)}
	k.equal(imports("unproven", sick), []string{"1 custom[s_text] consent_required"}, "the problems of an entry without a consent")
	k.refusedFiles(sick.Contact)
	if sealed {
		k.nothingClear(k.store, "after refused imports")
	}

	sick.Consents = []exchange.Consent{{Purpose: "diet", Channel: "counter", Action: consent.Grant, At: noon, Wording: "Keep it.", Source: "form"}}
	k.equal(imports("proven", sick), []string(nil), "the problems of an entry with a consent")
	found, err := k.crm.Contacts.Find(k.ctx, shop(901))
	k.ok(err, "finding an imported contact")
	k.equal(found.Custom, sick.Contact.Custom, "an imported sensitive value")
	done, err := k.crm.Exchange.Import(k.ctx, "again", rows(sick), nil)
	k.ok(err, "importing again")
	k.equal(done.Unchanged, 1, "how many entries change nothing that say the same again")
	bare := entryOf(person(1))
	bare.Contact.Name.Title = "Dr."
	stored := k.raw(k.store, c.ID).Custom
	k.equal(imports("replace", bare), []string(nil), "the problems of an entry that replaces a record")
	after := k.raw(k.store, c.ID).Custom
	delete(stored, "points")
	k.equal(after, stored, "the sensitive values of a record that an import replaced")
	if sealed {
		k.nothingClear(k.store, "after imports with a consent")
	}
}

// refusedFiles imports lines with an unproven value, and with one that pretends to be
// sealed.
func (k *kit) refusedFiles(sick contact.Contact) {
	k.Helper()
	sick.Identities = []contact.Identity{shop(902)}
	for name, v := range map[string]contact.Value{
		"clear": contact.Text(secretValue), "forged": {Type: contact.TypeText, Text: "x", Sealed: []byte(secretValue)},
	} {
		sick.Custom = map[string]contact.Value{"s_text": v}
		line, err := json.Marshal(entryOf(sick))
		k.ok(err, "writing a line")
		var done exchange.Import
		k.ok(k.quiet(func() (err error) {
			done, err = k.crm.Exchange.Import(k.ctx, name, exchange.Lines(bytes.NewReader(line)), nil)
			return err
		}), "importing lines")
		k.equal([]int{done.Created, done.Refused}, []int{0, 1}, "how many contacts with unproven values lines bring, and how many are refused")
	}
}

// hiddenPaths checks that what is hidden stays, and cannot be found out.
func (k *kit) hiddenPaths(c contact.Contact) {
	k.Helper()
	k.withdraws(c.ID, "diet")
	stored := k.raw(k.store, c.ID).Custom
	shown := k.get(c.ID)
	k.equal(len(shown.Custom), 0, "how many values are shown without a consent")
	updated, err := k.crm.Contacts.Update(k.ctx, shown)
	k.ok(err, "updating a record whose values are hidden")
	k.equal(k.raw(k.store, c.ID).Custom, stored, "hidden values after an update")
	updated.Custom = map[string]contact.Value{"s_text": contact.Text(secretValue)}
	err = k.quiet(func() error { return last(k.crm.Contacts.Update(k.ctx, updated)) })
	k.refused(err, what("custom[s_text]", "consent_required"))
	for i, guess := range []string{secretValue, "something else"} {
		e := entryOf(person(1))
		e.Contact.Custom = map[string]contact.Value{"s_text": contact.Text(guess)}
		name := fmt.Sprint("guess ", i)
		_, err := k.crm.Exchange.Import(k.ctx, name, rows(e), nil)
		k.ok(err, "importing")
		k.equal(told(k.problems(name)), []string{"1 custom[s_text] consent_required"}, "the problems of an entry that names a hidden value, right or wrong")
	}
	k.equal(k.raw(k.store, c.ID).Custom, stored, "hidden values in the end")
}
