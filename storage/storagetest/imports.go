package storagetest

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/storage"
)

// anImport is an import that uses every field.
func anImport(name string) exchange.Import {
	i := exchange.Import{
		ID: id.New(), Name: name, State: exchange.Running, Position: 901, Entries: 10, Created: 1, Updated: 2, Unchanged: 3, Refused: 4,
		Activities: 5, Consents: 6, Problems: 7, Kept: 8, Changes: 1 << 40, Forgotten: true, StartedAt: noon, UpdatedAt: noon.Add(time.Microsecond),
	}
	for n := range i.Digest {
		i.Digest[n] = byte(255 - n)
	}
	return i
}

func importRecord(k *kit) {
	var all []exchange.Import
	for _, name := range []string{"b", "a", "B"} {
		i := anImport(name)
		k.ok(k.store.InsertImport(k.ctx, i), "inserting an import")
		got, err := k.reopen().ImportByName(k.ctx, name)
		k.ok(err, "finding an import by its name")
		k.equal(got, i, "a field of an import did not come back as it was given")
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b exchange.Import) int { return b.ID.Compare(a.ID) })
	before := k.read(k.store)
	k.equal(before.Imports, all, "imports must be listed by id, the greatest first")
	sameID, sameName := anImport("c"), anImport("a")
	sameID.ID = all[0].ID
	k.failsAt(k.store.InsertImport(k.ctx, sameID), errs.ErrConflict, what("id", "exists"))
	k.failsAt(k.store.InsertImport(k.ctx, sameName), errs.ErrConflict, what("name", "taken"))
	k.failsAt(k.store.UpdateImport(k.ctx, anImport("c")), errs.ErrNotFound, what("id", "not_found"))
	k.failsAt(k.store.DeleteImport(k.ctx, id.New()), errs.ErrNotFound, what("id", "not_found"))
	k.failsAt(last(k.store.ImportByName(k.ctx, "c")), errs.ErrNotFound, what("name", "not_found"))
	k.failsAt(last(k.store.LockImport(k.ctx, "c")), errs.ErrNotFound, what("name", "not_found"))
	k.equal(k.read(k.store), before, "a refused write of an import has left something")
	k.importPages(all)

	changed := exchange.Import{ID: all[1].ID, Name: "other", State: exchange.Finished, StartedAt: noon.Add(time.Hour), UpdatedAt: noon.Add(time.Minute)}
	k.ok(k.store.UpdateImport(k.ctx, changed), "updating an import")
	changed.Name, changed.StartedAt = all[1].Name, all[1].StartedAt
	got, err := k.store.LockImport(k.ctx, changed.Name)
	k.ok(err, "locking an import outside of a transaction")
	k.equal(got, changed, "an update must replace all but name and beginning")
	k.ok(k.store.DeleteImport(k.ctx, all[0].ID), "deleting an import")
	k.equal(k.read(k.store).Imports, []exchange.Import{changed, all[2]}, "the imports after one was deleted")
	k.ok(k.store.InsertImport(k.ctx, all[0]), "inserting an import that was deleted before")
}

// importPages lists imports from several places on.
func (k *kit) importPages(all []exchange.Import) {
	k.Helper()
	for _, c := range []struct {
		before exchange.ID
		limit  int
		want   []exchange.Import
	}{
		{exchange.ID{}, 2, all[:2]}, {all[0].ID, 9, all[1:]}, {all[1].ID, 1, all[2:]}, {all[2].ID, 9, nil}, {exchange.ID{}, 0, nil}, {exchange.ID{}, -1, nil},
	} {
		got, err := k.store.Imports(k.ctx, c.before, c.limit)
		k.ok(err, "listing imports")
		k.equal(got, c.want, "a page of imports")
	}
}

func importProblems(k *kit) {
	const many = 2500
	of, other := anImport("a"), anImport("b")
	k.ok(k.store.InsertImport(k.ctx, of), "inserting an import")
	k.ok(k.store.InsertImport(k.ctx, other), "inserting an import")
	list := make([]exchange.Problem, many)
	for i := range list {
		list[i] = exchange.Problem{Number: 1 + i/2, Line: 2 * i, Path: "emails[0].address", Code: "syntax", Message: "is no “address”", Partly: i%2 == 0}
	}
	k.ok(k.store.AppendImportProblems(k.ctx, of.ID, 0, list[:3]), "appending problems")
	k.ok(k.store.AppendImportProblems(k.ctx, other.ID, 0, list[5:6]), "appending problems of another import")
	k.ok(k.store.AppendImportProblems(k.ctx, of.ID, 3, list[3:]), "appending many problems")
	for _, c := range []struct {
		skip, limit int
		want        []exchange.Problem
	}{
		{0, many + 1, list}, {0, 2, list[:2]}, {2, 3, list[2:5]}, {many - 1, 9, list[many-1:]}, {many, 9, nil}, {0, 0, nil}, {0, -1, nil},
	} {
		got, err := k.reopen().ImportProblems(k.ctx, of.ID, c.skip, c.limit)
		k.ok(err, "listing problems")
		k.equal(got, c.want, "a page of problems")
	}
	k.ok(k.store.DeleteImport(k.ctx, of.ID), "deleting an import")
	got, err := k.store.ImportProblems(k.ctx, of.ID, 0, 9)
	none(k, "ImportProblems of an import that was deleted", got, err)
	got, err = k.store.ImportProblems(k.ctx, other.ID, 0, 9)
	k.ok(err, "listing the problems of another import")
	k.equal(got, list[5:6], "the problems of another import than that which was deleted")
}

// someChanges are changes of every kind about the people, numbered from 1, with
// every field in use.
func someChanges(people []contact.ID) []exchange.Change {
	var list []exchange.Change
	for _, of := range people {
		c := exchange.Change{Number: 3, Line: 7, Contact: of}
		add := func(c exchange.Change) {
			c.Seq = int64(len(list) + 1)
			list = append(list, c)
		}
		created, recorded, declared := c, c, c
		created.Kind, created.Digest = exchange.ChangeCreated, [16]byte{0: 1, 15: 255}
		recorded.Kind, recorded.Activity = exchange.ChangeRecorded, id.New()
		declared.Kind, declared.Consent = exchange.ChangeDeclared, id.New()
		add(created)
		add(recorded)
		add(declared)
		for _, r := range richContacts() {
			updated := c
			r.ID, r.Version, r.CreatedAt, r.UpdatedAt = of, 4, noon, noon.Add(time.Microsecond)
			before := r
			before.Name.Title = "Prof."
			updated.Kind, updated.Before, updated.After = exchange.ChangeUpdated, &before, &r
			add(updated)
		}
	}
	return list
}

// changesOf are those of some people, in the order in which a store gives them.
func changesOf(all []exchange.Change, people ...contact.ID) []exchange.Change {
	var list []exchange.Change
	for _, of := range people {
		for _, c := range all {
			if c.Contact == of {
				list = append(list, c)
			}
		}
	}
	return list
}

func importChanges(k *kit) {
	of, other := anImport("a"), anImport("b")
	k.ok(k.store.InsertImport(k.ctx, of), "inserting an import")
	k.ok(k.store.InsertImport(k.ctx, other), "inserting an import")
	people := make([]contact.ID, 500)
	for i := range people {
		people[i] = spread(uint32(i + 1))
	}
	all := someChanges(people)
	k.ok(k.store.AppendImportChanges(k.ctx, of.ID, all[:4]), "appending changes")
	k.ok(k.store.AppendImportChanges(k.ctx, of.ID, all[4:]), "appending many changes")
	k.ok(k.store.AppendImportChanges(k.ctx, other.ID, all[:6]), "appending changes to another import")
	slices.SortFunc(people, contact.ID.Compare)
	read := func(of exchange.ID, after contact.ID, limit int) []exchange.Change {
		k.Helper()
		got, err := k.reopen().ImportChanges(k.ctx, of, after, limit)
		k.ok(err, "listing changes")
		return got
	}
	k.equal(read(of.ID, contact.ID{}, 1000), changesOf(all, people...), "changes must come back by contact and number, as they were given")
	k.equal(read(of.ID, contact.ID{}, 2), changesOf(all, people[:2]...), "the changes of the first two contacts")
	k.equal(read(of.ID, people[1], 1), changesOf(all, people[2]), "the changes of the contact behind another one")
	k.equal(len(read(of.ID, people[499], 9))+len(read(of.ID, contact.ID{}, 0))+len(read(of.ID, contact.ID{}, -1)), 0, "how many changes are listed behind the last one, and up to none")

	k.ok(k.store.DeleteImportChanges(k.ctx, of.ID, []contact.ID{people[1], people[3], spread(900)}), "deleting the changes of contacts")
	k.equal(read(of.ID, contact.ID{}, 3), changesOf(all, people[0], people[2], people[4]), "the changes after those of some contacts were deleted")
	k.equal(len(read(other.ID, contact.ID{}, 9)), 6, "how many changes another import has")
	k.ok(k.store.DeleteImport(k.ctx, of.ID), "deleting an import")
	k.equal(len(read(of.ID, contact.ID{}, 9)), 0, "how many changes an import has that was deleted")
	k.equal(len(read(other.ID, contact.ID{}, 9)), 6, "how many changes another import has")
}

// importLock lets several transactions lock, read and write one import: nobody
// is ever too late.
func importLock(k *kit) {
	const writers, each = 4, 5
	i := anImport("a")
	i.Position = 0
	k.ok(k.store.InsertImport(k.ctx, i), "inserting an import")
	handles := []storage.Store{k.store, k.reopen()}
	k.allOK(k.together(writers, func(n int) error {
		for range each {
			err := handles[n%2].Atomic(k.ctx, func(ctx context.Context, tx storage.Store) error {
				i, err := tx.LockImport(ctx, "a")
				if err != nil {
					return err
				}
				time.Sleep(time.Millisecond) // somebody may come now
				i.Position++
				return tx.UpdateImport(ctx, i)
			})
			if err != nil {
				return err
			}
		}
		return nil
	}), "locking and updating an import from several goroutines")
	got, err := k.store.ImportByName(k.ctx, "a")
	k.ok(err, "reading an import")
	k.equal(got.Position, writers*each, "what was added to an import by those who had locked it")
}
