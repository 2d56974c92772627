package storagetest

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/merge"
)

// sensitiveContract: secrets, holders and copies keep to the words of contact.SecretStore.
func sensitiveContract(k *kit) {
	secret := func(of byte, version int64, at time.Time) contact.Secret {
		return contact.Secret{Contact: contact.ID{of}, Version: version, Wrapped: []byte{of, 0, 255, '\'', byte(version)}, KEK: "kek 'ü'", CreatedAt: at}
	}
	one, two, three, big := secret(1, 9, noon), secret(1, 5, noon.Add(time.Microsecond)), secret(1, 3, noon), secret(2, 1<<62+1, noon)
	all := func() []contact.Secret {
		k.Helper()
		list, err := k.store.ListSecrets(k.ctx, contact.Secret{}, 10)
		k.ok(err, "listing secrets")
		return list
	}
	k.ok(k.store.InsertSecrets(k.ctx, []contact.Secret{big, one, two, three}), "storing secrets")
	k.failsAt(k.store.InsertSecrets(k.ctx, []contact.Secret{secret(3, 1, noon), two}), errs.ErrConflict, what("version", "exists"))
	k.equal(all(), []contact.Secret{three, two, one, big}, "all secrets, by contact and version")
	page, err := k.store.ListSecrets(k.ctx, three, 2)
	k.ok(err, "listing secrets")
	k.equal(page, []contact.Secret{two, one}, "a page of secrets")
	page, err = k.store.ListSecrets(k.ctx, contact.Secret{}, 0)
	k.ok(err, "listing no secrets")
	k.equal(len(page), 0, "a page without a limit")
	got, err := k.store.Secrets(k.ctx, []contact.ID{{2}, {1}, {7}, {1}})
	k.ok(err, "reading secrets")
	k.equal(got, []contact.Secret{three, one, two, big}, "the secrets of contacts, by contact, instant and version")

	changed := one
	changed.Wrapped, changed.KEK = []byte("anew"), "other"
	moved := changed
	moved.CreatedAt = noon.Add(time.Hour)
	k.ok(k.store.UpdateSecrets(k.ctx, []contact.Secret{moved, secret(7, 7, noon)}), "replacing secrets")
	k.equal(all(), []contact.Secret{three, two, changed, big}, "the secrets after one was replaced, and one that is not there")
	k.ok(k.store.DeleteSecrets(k.ctx, []contact.ID{{1}, {7}}, []int64{5, 1<<62 + 1}), "deleting secrets")
	k.equal(all(), []contact.Secret{two, big}, "the secrets after those of one contact were deleted, but for one")
	k.ok(k.store.DeleteSecrets(k.ctx, []contact.ID{{1}}, nil), "deleting secrets")
	k.equal(all(), []contact.Secret{big}, "the secrets after all of one contact were deleted")
	k.secretsGo()
	k.holdersContract()
}

// secretsGo deletes contacts: their secrets go, unless they were merged.
func (k *kit) secretsGo() {
	k.Helper()
	gone, winner, loser := k.customer(1), k.customer(2), k.customer(3)
	var list []contact.Secret
	for _, of := range []contact.ID{gone.ID, winner.ID, loser.ID} {
		list = append(list, contact.Secret{Contact: of, Version: 1, Wrapped: []byte("w"), KEK: "k", CreatedAt: noon})
	}
	k.ok(k.store.InsertSecrets(k.ctx, list), "storing secrets")
	k.merge(winner.ID, loser.ID)
	_, err := k.store.DeleteContacts(k.ctx, []contact.ID{gone.ID}, noon)
	k.ok(err, "deleting a contact")
	left, err := k.store.Secrets(k.ctx, []contact.ID{gone.ID, winner.ID, loser.ID})
	k.ok(err, "reading secrets")
	k.equal(left, sortedBy(list[1:], func(s contact.Secret) string { return s.Contact.String() }), "the secrets after a contact was deleted and another one merged")
}

// holdersContract looks for values in records and in what merges and imports keep.
func (k *kit) holdersContract() {
	k.Helper()
	put := func(n int, custom map[string]contact.Value) contact.Contact {
		k.Helper()
		c := k.customer(n)
		k.overwrite(k.store, c.ID, custom)
		return k.raw(k.store, c.ID)
	}
	sealed := contact.Value{Type: contact.TypeSealed, Sealed: []byte{0, 1, 255}}
	text := put(11, map[string]contact.Value{"s_text": contact.Text("a"), "points": contact.Int(1)})
	many := put(12, map[string]contact.Value{"s_many": {Type: contact.TypeMany, Texts: []string{"x", "y"}, Sealed: []byte{7}}})
	none := put(13, map[string]contact.Value{"s_note": sealed})
	past := k.customer(14)
	trick := put(15, map[string]contact.Value{"points": contact.Int(1), "nickname": contact.Text(`"s_text":{"type":"`)})
	with := func(c contact.Contact, v contact.Value) contact.Contact {
		c.Custom = map[string]contact.Value{"s_text": v, "nickname": contact.Text("n")}
		return c
	}
	m := merge.Merge{ID: merge.ID{1}, Winner: past.ID, Loser: contact.ID{99}, Number: 1, At: noon, Before: trick, Lost: with(past, contact.Text("b")), After: past}
	k.ok(k.store.InsertMerge(k.ctx, m), "storing a merge")
	find := func(want []contact.ID, limit int, after contact.ID, names ...string) {
		k.Helper()
		list, err := k.store.HoldersOf(k.ctx, names, after, limit)
		k.ok(err, "looking for who has a value")
		k.equal(list, want, "who has a value of some fields")
	}
	sorted := func(list ...contact.Contact) []contact.ID { return sortedBy(idsOf(list), contact.ID.String) }
	find(sorted(text, past), 10, contact.ID{}, "s_text")
	find(sorted(text, past, many), 10, contact.ID{}, "s_text", "s_many")
	find(sorted(text, past, many)[:2], 2, contact.ID{}, "s_text", "s_many")
	find(sorted(text, past, many)[1:], 10, sorted(text, past, many)[0], "s_text", "s_many")
	find(sorted(none), 10, contact.ID{}, "s_note")
	find(nil, 10, contact.ID{}, "s_bool")
	find(nil, 0, contact.ID{}, "s_text")
	find(nil, 10, contact.ID{})
	k.equal(k.raw(k.store, many.ID), many, "a record with a sealed list")
	k.equal(k.raw(k.store, none.ID), none, "a record with a sealed value")
	k.copiesContract(m, with(text, contact.Text("c")), with(many, sealed))
}

// copiesContract edits what a merge and an import keep.
func (k *kit) copiesContract(m merge.Merge, before, after contact.Contact) {
	k.Helper()
	i := anImport("copies")
	k.ok(k.store.InsertImport(k.ctx, i), "storing an import")
	mine, others := before.ID, after.ID
	changes := []exchange.Change{
		{Seq: 1, Kind: exchange.ChangeUpdated, Contact: mine, Before: &before, After: &after},
		{Seq: 2, Kind: exchange.ChangeCreated, Contact: mine},
		{Seq: 3, Kind: exchange.ChangeUpdated, Contact: others, Before: &before, After: &after},
	}
	k.ok(k.store.AppendImportChanges(k.ctx, i.ID, changes), "storing changes")
	strip := func(c contact.Contact) contact.Contact {
		c.Custom = map[string]contact.Value{"nickname": contact.Text("edited")}
		return c
	}
	k.ok(k.store.EditCopies(k.ctx, []contact.ID{mine, m.Loser, mine}, strip), "editing copies")
	wantBefore, wantAfter := strip(before), strip(after)
	changes[0].Before, changes[0].After = &wantBefore, &wantAfter
	got, err := k.store.ImportChanges(k.ctx, i.ID, contact.ID{}, 10)
	k.ok(err, "reading changes")
	want := changes
	if mine.Compare(others) > 0 {
		want = []exchange.Change{changes[2], changes[0], changes[1]}
	}
	k.equal(got, want, "what an import keeps after copies were edited")
	m.Before, m.Lost, m.After = strip(m.Before), strip(m.Lost), strip(m.After)
	edited, err := k.store.MergeOf(k.ctx, m.Loser)
	k.ok(err, "reading a merge")
	k.equal(edited, m, "what a merge keeps after copies of its loser were edited")
	same := func(c contact.Contact) contact.Contact { c.Custom = nil; return c }
	k.ok(k.store.EditCopies(k.ctx, []contact.ID{m.Winner}, same), "editing copies")
	m.Before, m.Lost, m.After = same(m.Before), same(m.Lost), same(m.After)
	edited, err = k.store.MergeOf(k.ctx, m.Loser)
	k.ok(err, "reading a merge")
	k.equal(edited, m, "what a merge keeps after copies of its winner were edited")
}
