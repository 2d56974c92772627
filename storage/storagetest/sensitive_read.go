package storagetest

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/segment"
)

// sensitiveSealed: with keys a sensitive value is stored sealed, and opens only where it
// belongs.
func sensitiveSealed(k *kit) {
	keys := k.wrapper("a", "a")
	k.crm = k.sealing(k.store, keys)
	c, proof := k.patient(1)
	other, _ := k.patient(2)
	k.equal(c.Custom, contact.NormalizeValues(sensitiveValues()), "what SetSensitive returns")
	k.equal(k.get(c.ID), c, "a contact whose values are sealed")
	k.nothingClear(k.store, "after SetSensitive")
	k.equal(keys.wraps.Load(), int64(2), "how many keys were wrapped for two contacts")

	before := keys.unwraps.Load()
	page, err := k.crm.Contacts.List(k.ctx, "", 10)
	k.ok(err, "listing contacts")
	k.equal(page.Contacts, sortedBy([]contact.Contact{c, other}, func(c contact.Contact) string { return c.ID.String() }), "a page of contacts whose values are sealed")
	k.equal(keys.unwraps.Load()-before, int64(2), "how many keys were unwrapped to read two contacts")

	before = keys.unwraps.Load()
	c, err = k.crm.Contacts.Update(k.ctx, k.get(c.ID))
	k.ok(err, "updating a contact whose values are sealed")
	k.equal(keys.unwraps.Load()-before, int64(2), "how many keys were unwrapped to read a contact and to update it")
	k.equal(keys.wraps.Load(), int64(2), "how many keys were wrapped after an update")

	k.movedValues(c.ID, other.ID)
	k.overwrite(k.store, c.ID, k.raw(k.store, c.ID).Custom)
	c = k.get(c.ID)
	c = k.setSensitive(k.crm, c, map[string]contact.Value{"s_note": contact.Text("short")}, proof)
	k.equal(c.Custom["s_note"], contact.Text("short"), "a value that was written anew")
	k.equal(c.Custom["s_text"], contact.Text(secretValue), "a value beside one that was written anew")

	k.sealedInTx(c, keys)
	keys.down.Store(true)
	err = k.quiet(func() error { return last(k.crm.Contacts.Get(k.ctx, c.ID)) })
	k.fails(err, errs.ErrStore, "reading while the key wrapper fails")
	err = k.quiet(func() error {
		return last(k.crm.Contacts.SetSensitive(k.ctx, c.ID, c.Version, sensitiveValues(), proof))
	})
	k.fails(err, errs.ErrStore, "writing while the key wrapper fails")
	keys.down.Store(false)
	k.equal(k.get(c.ID), c, "a contact after the key wrapper has failed")
	k.failsAt(last(k.sealing(k.store, nil).Contacts.Get(k.ctx, c.ID)), errs.ErrConflict, what("custom", "sealed"))
	k.failsAt(last(k.sealing(k.store, k.wrapper("b", "b")).Contacts.Get(k.ctx, c.ID)), errs.ErrStore)
}

// sealedInTx writes in a transaction of the host's, which is rolled back with the key.
func (k *kit) sealedInTx(c contact.Contact, keys *keyring) {
	k.Helper()
	fresh := k.customer(5)
	before := k.read(k.store)
	tx, _, rollback := k.hostTx()
	on := k.sealing(tx, keys)
	got := k.setSensitive(on, fresh, sensitiveValues(), k.consents(on, fresh.ID, "diet", noon))
	again, err := on.Contacts.Get(k.ctx, fresh.ID)
	k.ok(err, "reading in a transaction of the host's")
	k.equal(again, got, "a contact whose values were sealed in the transaction")
	other, err := on.Contacts.Get(k.ctx, c.ID)
	k.ok(err, "reading in a transaction of the host's")
	k.equal(other, c, "a contact whose values were sealed before the transaction")
	k.ok(rollback(), "rolling back")
	k.equal(k.read(k.store), before, "what a rolled back transaction has left of sealed values and keys")
}

// movedValues puts sealed values where they do not belong.
func (k *kit) movedValues(mine, other contact.ID) {
	k.Helper()
	stored := k.raw(k.store, mine).Custom
	foreign := maps.Clone(stored)
	foreign["s_note"] = k.raw(k.store, other).Custom["s_note"]
	k.overwrite(k.store, mine, foreign)
	k.equal(slices.Contains(namesOf(k.get(mine)), "s_note"), false, "whether a value opens that was moved to another contact")

	swapped := maps.Clone(stored)
	swapped["s_credit"] = stored["s_note"]
	k.consents(k.crm, mine, "credit", noon)
	k.overwrite(k.store, mine, swapped)
	k.equal(slices.Contains(namesOf(k.get(mine)), "s_credit"), false, "whether a value opens that was moved to another field")

	there := k.tenant("other")
	full := k.read(k.store)
	k.ok(there.InsertContacts(k.ctx, full.Contacts), "copying contacts to another tenant")
	k.ok(there.AppendConsent(k.ctx, full.Events), "copying their ledgers")
	secrets, err := k.store.Secrets(k.ctx, []contact.ID{mine, other})
	k.ok(err, "reading secrets")
	k.ok(there.InsertSecrets(k.ctx, secrets), "copying their secrets")
	_, err = k.sealing(there, k.wrapper("a", "a")).Contacts.Get(k.ctx, mine)
	k.fails(err, errs.ErrStore, "reading sealed values that were copied to another tenant")
	k.equal(there.Tenant() == k.store.Tenant(), false, "whether two tenants have one name")

	k.overwrite(k.store, mine, stored)
	k.equal(len(k.get(mine).Custom), len(stored), "how many values open that are where they belong again")
}

// sensitiveConsent: a sensitive value is read only while a consent to its purpose is in
// force.
func sensitiveConsent(k *kit) {
	for _, keys := range []*keyring{nil, k.wrapper("a", "a")} {
		k.store = k.cfg.New(k.T)
		k.crm = k.sealing(k.store, keys)
		c, _ := k.patient(1)
		friend := k.customer(2)
		k.link(k.get(c.ID), contact.Link{Kind: "friend", To: friend.ID})
		k.equal(k.whatIsShown(c, friend.ID), 8, "how many values every method shows while a consent is in force")

		suppress := declaration(c.ID, "counter")
		k.ok(k.crm.Consents.Suppress(k.ctx, suppress), "suppressing")
		k.equal(k.whatIsShown(c, friend.ID), 0, "how many values are shown while the channel is suppressed")
		k.clock.add(time.Second)
		release := suppress
		release.At = k.clock.Now()
		k.ok(k.crm.Consents.Release(k.ctx, release), "releasing")
		k.equal(k.whatIsShown(c, friend.ID), 8, "how many values are shown after the channel was released")

		k.withdraws(c.ID, "diet")
		k.equal(k.whatIsShown(c, friend.ID), 0, "how many values are shown after the withdrawal")
		k.equal(len(k.raw(k.store, c.ID).Custom), 8, "how many values are stored after the withdrawal, until they are destroyed")
		k.ok(k.crm.Atomic(k.ctx, func(ctx context.Context, tx *crm.CRM) error {
			k.consents(tx, c.ID, "diet", k.clock.Now().Add(time.Second))
			inside, err := tx.Contacts.Get(ctx, c.ID)
			k.equal(len(inside.Custom), 8, "how many values are shown in the transaction that notes a new consent")
			return err
		}), "agreeing anew in a transaction")
		k.equal(k.whatIsShown(c, friend.ID), 8, "how many values are shown after a new consent")
		k.otherChannel()
	}
}

// otherChannel checks that a consent on one channel is enough, and that the purpose counts.
func (k *kit) otherChannel() {
	k.Helper()
	c, _ := k.patient(3)
	k.consents(k.crm, c.ID, "credit", noon)
	k.ok(k.crm.Consents.Suppress(k.ctx, declaration(c.ID, "counter")), "suppressing")
	k.equal(len(k.get(c.ID).Custom), 0, "how many values are shown while the only channel is suppressed")
	d := declaration(c.ID, "app")
	d.Purpose = "diet"
	k.ok(k.crm.Consents.Grant(k.ctx, d), "granting on another channel")
	k.equal(len(k.get(c.ID).Custom), 8, "how many values are shown while one of two channels is suppressed")
	d.At = k.clock.Now().Add(time.Second)
	k.clock.add(time.Minute)
	k.ok(k.crm.Consents.Withdraw(k.ctx, d), "withdrawing on the other channel")
	k.equal(len(k.get(c.ID).Custom), 0, "how many values are shown after that channel was withdrawn")
}

// whatIsShown reads a contact in every way, and returns how many values all of them show.
func (k *kit) whatIsShown(c contact.Contact, friend contact.ID) int {
	k.Helper()
	got := k.get(c.ID)
	n := len(got.Custom)
	same := func(list []contact.Contact, err error, method string) {
		k.Helper()
		k.ok(err, method)
		for _, other := range list {
			if other.ID == c.ID {
				k.equal(other.Custom, got.Custom, "the values that "+method+" shows, beside those of Get")
				return
			}
		}
		k.Errorf("%s does not give the contact", method)
	}
	found, err := k.crm.Contacts.Find(k.ctx, c.Identities[0])
	same([]contact.Contact{found}, err, "Find")
	many, err := k.crm.Contacts.GetMany(k.ctx, []contact.ID{friend, c.ID})
	same(many, err, "GetMany")
	page, err := k.crm.Contacts.List(k.ctx, "", 10)
	same(page.Contacts, err, "List")
	page, err = k.crm.Contacts.Linked(k.ctx, friend, nil)
	same(page.Contacts, err, "Linked")
	candidate := got
	candidate.ID = contact.ID{}
	like, err := k.crm.Contacts.FindDuplicates(k.ctx, candidate)
	var who []contact.Contact
	for _, d := range like {
		who = append(who, d.Contact)
	}
	same(who, err, "FindDuplicates")
	updated, err := k.crm.Contacts.Update(k.ctx, got)
	same([]contact.Contact{updated}, err, "Update")
	upserted, _, err := k.crm.Contacts.Upsert(k.ctx, updated)
	same([]contact.Contact{upserted}, err, "Upsert")

	var file bytes.Buffer
	_, err = k.crm.Exchange.Export(k.ctx, &file, &exchange.ExportOptions{Sensitive: true})
	k.ok(err, "exporting")
	k.equal(bytes.Contains(file.Bytes(), []byte(secretValue)), n > 0, "whether an export has values that can be read")
	k.sharedWithout(c)
	return n
}

// sharedWithout checks what never shows a sensitive value.
func (k *kit) sharedWithout(c contact.Contact) {
	k.Helper()
	var file bytes.Buffer
	_, err := k.crm.Exchange.Export(k.ctx, &file, nil)
	k.ok(err, "exporting")
	for shown, err := range k.crm.Segments.Export(k.ctx, segment.Everyone()) {
		k.ok(err, "exporting a segment")
		k.equal(len(shown.Custom), 0, "how many sensitive values the export of a segment shows")
	}
	preview, err := k.crm.Segments.Preview(k.ctx, segment.Everyone(), 10)
	k.ok(err, "previewing a segment")
	for _, shown := range preview.Sample {
		k.equal(len(shown.Custom), 0, "how many sensitive values the preview of a segment shows")
	}
	why, err := k.crm.Segments.Explain(k.ctx, segment.Field("custom.s_text").Equals("milk"), c.ID)
	k.ok(err, "explaining a rule")
	k.equal(why.Seen, "there", "what an explanation tells of a sensitive value")
	if strings.Contains(file.String(), secretValue) || strings.Contains(file.String(), "sealed") || strings.Contains(file.String(), "s_number") {
		k.Error("an export that was not asked for sensitive values has some")
	}
}
