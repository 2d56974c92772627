package storagetest

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// spread is an id whose first bytes are n, so that ids can be put between
// others.
func spread(n uint32) contact.ID {
	var i contact.ID
	binary.BigEndian.PutUint32(i[:], n)
	i[15] = 1
	return i
}

func contactListPaging(k *kit) {
	const initial, limit = 50, 7
	for i := range uint32(initial) {
		c := person(int(i))
		c.ID = spread(1000 * (i*37%initial + 1)) // created in another order than that of the ids
		_, err := k.crm.Contacts.Create(k.ctx, c)
		k.ok(err, "creating a contact")
	}
	// While one lists, others insert before and behind the cursor.
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- insertUntil(k.ctx, k, stop) }()
	var seen []contact.ID
	cursor := ""
	for {
		page, err := k.crm.Contacts.List(k.ctx, cursor, limit)
		k.ok(err, "listing contacts while others are inserted")
		if len(page.Contacts) > limit {
			k.Errorf("a page of List holds %d contacts, more than the limit of %d", len(page.Contacts), limit)
		}
		seen = append(seen, idsOf(page.Contacts)...)
		if cursor = page.Next; cursor == "" || len(seen) > 100_000 {
			break
		}
	}
	close(stop)
	k.ok(<-done, "inserting contacts while others list")
	if !slices.IsSortedFunc(seen, func(a, b contact.ID) int { return strictly(a.Compare(b)) }) {
		k.Error("List must ascend by id and never repeat a contact, also while contacts are inserted")
	}
	for i := range uint32(initial) {
		if !slices.Contains(seen, spread(1000*(i+1))) {
			k.Errorf("List missed a contact that was there before the first page, while contacts were inserted")
		}
	}
}

// strictly turns "equal" into "less", so that a sorted list may not repeat.
func strictly(c int) int {
	if c == 0 {
		return -1
	}
	return c
}

// insertUntil inserts contacts all over the range of ids.
func insertUntil(ctx context.Context, k *kit, stop <-chan struct{}) error {
	for i := range uint32(200) {
		select {
		case <-stop:
			return nil
		default:
		}
		c := person(10_000 + int(i))
		c.ID = spread(1000*(i*13%50) + 500 + i)
		if _, err := k.crm.Contacts.Create(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// contactContract holds the store to what its interface says beyond what the
// service needs.
func contactContract(k *kit) {
	a, b, c := spread(1), spread(2), spread(3)
	claims := []contact.Claim{{Identity: shop(2), Contact: a}, {Identity: shop(1), Contact: b}, {Identity: shop(2), Contact: c}}
	owners, err := k.store.ClaimIdentities(k.ctx, claims)
	k.ok(err, "claiming identities")
	k.equal(owners, []contact.ID{a, b, a}, "of two claims to one identity the first wins, and answers are in the order of the claims")
	owners, err = k.store.ClaimIdentities(k.ctx, []contact.Claim{{Identity: shop(3), Contact: c}, {Identity: shop(1), Contact: c}})
	k.ok(err, "claiming identities again")
	k.equal(owners, []contact.ID{c, b}, "an identity that is bound stays bound")
	found, err := k.store.FindIdentities(k.ctx, []contact.Identity{shop(9), shop(1), shop(2), shop(1)})
	k.ok(err, "finding identities")
	k.equal(found, []contact.ID{{}, b, a, b}, "FindIdentities must answer in the order of the question, the zero id where nobody is bound")

	record := func(id contact.ID, version int64) contact.Contact {
		return contact.Contact{ID: id, Kind: contact.Person, CreatedAt: noon, UpdatedAt: noon, Version: version}
	}
	k.ok(k.store.InsertContacts(k.ctx, []contact.Contact{record(b, 1), record(a, 1)}), "inserting contacts")
	err = k.store.InsertContacts(k.ctx, []contact.Contact{record(c, 1), record(a, 1)})
	k.fails(err, errs.ErrConflict, "inserting a contact whose id exists")
	for what, batch := range map[string][]contact.Contact{
		"with a version that skips one": {record(a, 2), record(b, 3)},
		"with the stored version":       {record(a, 2), record(b, 1)},
		"that does not exist":           {record(a, 2), record(c, 2)},
	} {
		err = k.store.UpdateContacts(k.ctx, batch)
		k.fails(err, errs.ErrConflict, "updating a contact "+what)
	}
	list, err := k.store.Contacts(k.ctx, []contact.ID{c, b, a})
	k.ok(err, "reading contacts")
	want := []contact.Contact{record(b, 1), record(a, 1)}
	want[0].Identities, want[1].Identities = []contact.Identity{shop(1)}, []contact.Identity{shop(2)}
	k.equal(list, want, "after refused writes the records must be as before, in the order of the ids, without the unknown")
	locked, err := k.store.LockContacts(k.ctx, []contact.ID{c, b, a})
	k.ok(err, "locking contacts")
	k.equal(locked, want, "LockContacts must give what Contacts gives")

	later := record(a, 2)
	later.CreatedAt, later.UpdatedAt, later.Identities = noon.Add(time.Hour), noon.Add(time.Hour), []contact.Identity{shop(7)}
	k.ok(k.store.UpdateContacts(k.ctx, []contact.Contact{later}), "updating a contact")
	later.CreatedAt, later.Identities = noon, want[1].Identities
	list, err = k.store.Contacts(k.ctx, []contact.ID{a, b, a})
	k.ok(err, "reading contacts")
	k.equal(list, []contact.Contact{later, want[0], later}, "UpdateContacts must keep CreatedAt and the identities; and an id that is given twice is answered twice")
}
