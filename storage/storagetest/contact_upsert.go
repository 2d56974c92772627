package storagetest

import (
	"fmt"
	"slices"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

func contactUpsert(k *kit) {
	first, created, err := k.crm.Contacts.Upsert(k.ctx, person(1))
	k.ok(err, "upserting a new contact")
	if !created || first.Version != 1 {
		k.Errorf("the first Upsert of an identity must create version 1; it says created=%t, version %d", created, first.Version)
	}
	k.clock.add(1_000_000)
	erp := contact.Identity{Source: "erp", Key: "77"}
	second, created, err := k.crm.Contacts.Upsert(k.ctx, contact.Contact{
		Name: contact.Name{Family: "Neu"}, Identities: []contact.Identity{shop(1), erp},
	})
	k.ok(err, "upserting a known contact")
	if created {
		k.Error("Upsert of a known identity says that it created a contact")
	}
	want := contact.Contact{
		ID: first.ID, Kind: contact.Person, Name: contact.Name{Family: "Neu"}, Identities: []contact.Identity{erp, shop(1)},
		CreatedAt: noon, UpdatedAt: k.clock.Now(), Version: 2,
	}
	k.equal(second, want, "Upsert must replace the whole record, and only add identities")
	k.equal(k.get(first.ID), want, "the contact is not stored as Upsert returned it")

	third, _, err := k.crm.Contacts.Upsert(k.ctx, contact.Contact{Identities: []contact.Identity{erp}})
	k.ok(err, "upserting by an identity that was added")
	want.Name, want.Version = contact.Name{}, 3
	k.equal(third, want, "Upsert by an added identity must find the contact and keep the identities that are not named")
	k.equal(len(k.list(10)), 1, "the number of contacts")
}

func contactUpsertMany(k *kit) {
	known := k.customers(3, nil)
	batch := []contact.Contact{person(9), person(1), person(8), person(0)}
	results, err := k.crm.Contacts.UpsertMany(k.ctx, batch)
	k.ok(err, "upserting new and known contacts together")
	var created []bool
	for i, r := range results {
		created = append(created, r.Created)
		k.equal(r.Contact.Identities, batch[i].Identities, "the results are not in the order of the batch")
		k.equal(k.get(r.Contact.ID), r.Contact, "a contact is not stored as UpsertMany returned it")
	}
	k.equal(created, []bool{true, false, true, false}, "which records of the batch were new")
	k.equal(results[1].Contact.ID, known[1].ID, "a known identity got another contact")

	before := k.read(k.store)
	clash := person(0) // new by its first identity, but the second is taken
	clash.Identities = []contact.Identity{shop(50), shop(2)}
	_, err = k.crm.Contacts.UpsertMany(k.ctx, []contact.Contact{person(51), person(1), clash})
	k.fails(err, errs.ErrConflict, "upserting a batch in which one identity belongs to another contact")
	k.equal(k.read(k.store), before, "a refused batch has written a part of itself")
	for _, n := range []int{50, 51} {
		_, err := k.crm.Contacts.Find(k.ctx, shop(n))
		k.fails(err, errs.ErrNotFound, "finding an identity of a refused batch")
	}
}

func contactConcurrentUpsert(k *kit) {
	const writers, rounds = 16, 3
	handles := []*crm.CRM{k.crm, k.reopened()}
	for round := range rounds {
		ids, created := make([]contact.ID, writers), make([]bool, writers)
		k.allOK(k.together(writers, func(i int) error {
			c, isNew, err := handles[i%2].Contacts.Upsert(k.ctx, person(round))
			ids[i], created[i] = c.ID, isNew
			return err
		}), "upserting one identity from several goroutines")
		slices.SortFunc(ids, contact.ID.Compare)
		if n := len(slices.Compact(ids)); n != 1 {
			k.Errorf("concurrent upserts of one identity made %d contacts, not one", n)
		}
		if n := len(slices.DeleteFunc(created, func(b bool) bool { return !b })); n != 1 {
			k.Errorf("%d of %d concurrent upserts of one identity say that they created it; exactly one must", n, writers)
		}
		if v := k.get(ids[0]).Version; v != writers {
			k.Errorf("after %d upserts of one identity its version is %d: the writes were not serialised", writers, v)
		}
	}
	k.equal(len(k.list(100)), rounds, "the number of contacts after concurrent upserts")
}

// contactOppositeOrder lets batches with the same identities in opposite
// orders meet, which deadlocks a store that locks in the order of the batch.
func contactOppositeOrder(k *kit) {
	const size, rounds, writers = 40, 4, 4
	handles := []*crm.CRM{k.crm, k.reopened()}
	for round := range rounds {
		batch := make([]contact.Contact, size)
		for i := range batch {
			batch[i] = person(round*size + i)
			extra := contact.Identity{Source: "erp", Key: fmt.Sprintf("%d/%d", round, (i*7)%size)}
			batch[i].Identities = append(batch[i].Identities, extra)
		}
		k.allOK(k.together(writers, func(i int) error {
			own := slices.Clone(batch)
			if i%2 == 1 {
				slices.Reverse(own)
			}
			_, err := handles[i/2%2].Contacts.UpsertMany(k.ctx, own)
			return err
		}), "upserting the same contacts in opposite orders at the same time")
	}
	list := k.list(100)
	k.equal(len(list), size*rounds, "the number of contacts after batches in opposite orders")
	for _, c := range list {
		if c.Version != writers || len(c.Identities) != 2 {
			k.Errorf("%s has version %d and %d identities, want %d and 2", c, c.Version, len(c.Identities), writers)
		}
	}
}

func contactLargeBatch(k *kit) {
	k.within(long)
	const size = contact.MaxBatch
	batch := make([]contact.Contact, size)
	for i := range batch {
		batch[i] = contact.Contact{Name: contact.Name{Family: fmt.Sprint(i)}, Identities: []contact.Identity{shop(i)}}
	}
	results, err := k.crm.Contacts.UpsertMany(k.ctx, batch)
	k.ok(err, "upserting a batch of the greatest size")
	ids := make([]contact.ID, size)
	for i, r := range results {
		ids[size-1-i] = r.Contact.ID
	}
	read, err := k.crm.Contacts.GetMany(k.ctx, ids)
	k.ok(err, "reading as many contacts as a batch may hold")
	if len(read) != size {
		k.Fatalf("%d contacts came back, want %d", len(read), size)
	}
	for i, c := range read {
		if c.Name.Family != fmt.Sprint(size-1-i) {
			k.Fatalf("contact %d of a large GetMany is %q, want %q", i, c.Name.Family, fmt.Sprint(size-1-i))
		}
	}
}
