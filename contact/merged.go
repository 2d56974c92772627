package contact

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/stammkunde/crm/errs"
)

// maxMerges is more than the merges that ever lead one to the other.
const maxMerges = 10_000

// Living follows the merges of a contact to the one that it belongs to now, which is
// itself where it was never merged.
func Living(ctx context.Context, store Store, id ID) (ID, error) {
	to, err := LivingOf(ctx, store, []ID{id})
	return to[id], err
}

// LivingOf is Living for several contacts, with one question to the store for each step.
func LivingOf(ctx context.Context, store Store, ids []ID) (map[ID]ID, error) {
	to := make(map[ID]ID, len(ids))
	for _, id := range ids {
		to[id] = id
	}
	asked := slices.Collect(maps.Keys(to))
	for range maxMerges {
		if len(asked) == 0 {
			return to, nil
		}
		at := make([]ID, len(asked))
		for i, id := range asked {
			at[i] = to[id]
		}
		into, err := store.MergedInto(ctx, at)
		if err != nil {
			return nil, err
		}
		var next []ID
		for i, id := range into {
			if !id.IsZero() {
				to[asked[i]], next = id, append(next, asked[i])
			}
		}
		asked = next
	}
	return nil, errs.Failed("contact.Living", errors.New("the merges lead in a circle"))
}

// Written is a row about a contact on its way into a store: who gets it, and for whom it
// was written, if that one was merged since.
type Written struct{ Contact, Origin *ID }

// maxMoves bounds how often a contact is followed that is merged meanwhile.
const maxMoves = 20

// WriteLiving calls write, and as long as that does not find a contact, because it was
// merged or is no longer, again with the rows for those whom it belongs to now.
func WriteLiving(ctx context.Context, store Store, rows []Written, write func() error) error {
	err := write()
	for range maxMoves {
		if !errors.Is(err, errs.ErrNotFound) {
			break
		}
		again, lost := follow(ctx, store, rows)
		switch {
		case lost != nil:
			return lost
		case !again:
			return err
		}
		err = write()
	}
	return err
}

// follow takes rows to those who have their contacts now, and reports whether to try
// again.
func follow(ctx context.Context, store Store, rows []Written) (again bool, err error) {
	all := make([]ID, len(rows))
	for i, r := range rows {
		all[i] = cmp.Or(*r.Origin, *r.Contact)
	}
	to, err := LivingOf(ctx, store, all)
	if err != nil {
		return false, err
	}
	for i, r := range rows {
		named := all[i]
		id := to[named]
		if id == *r.Contact {
			continue
		}
		*r.Contact, *r.Origin, again = id, named, true
		if id == named { // the merge was taken back
			*r.Origin = ID{}
		}
	}
	if again {
		return true, nil
	}
	ids := slices.Collect(maps.Values(to))
	if again, err = Exist(ctx, store, ids); again || err != nil {
		return again, err
	}
	into, err := store.MergedInto(ctx, ids) // just now
	return slices.ContainsFunc(into, func(id ID) bool { return !id.IsZero() }), err
}

// HoldLiving sees to it that rows of merged contacts get to those who have them, until the
// transaction ends; errs.ErrNotFound where somebody else has one.
func HoldLiving(ctx context.Context, store Store, op string, rows []Written) error {
	has := map[ID]ID{}
	for _, r := range rows {
		if !r.Origin.IsZero() {
			has[*r.Origin] = *r.Contact
		}
	}
	if len(has) == 0 {
		return nil
	}
	ids := slices.SortedFunc(maps.Values(has), ID.Compare)
	if _, err := store.LockContacts(ctx, slices.Compact(ids)); err != nil {
		return err
	}
	now, err := LivingOf(ctx, store, slices.Collect(maps.Keys(has)))
	if err == nil && !maps.Equal(now, has) {
		err = errs.NotFound(op, "contact")
	}
	return err
}

// LockLiving locks those who have the contacts now, by their ids or by what they were
// merged into, and returns them. Whoever is not there is left out.
func LockLiving(ctx context.Context, store Store, ids []ID) (map[ID]Contact, error) {
	to := make(map[ID]ID, len(ids))
	for _, id := range ids {
		to[id] = id
	}
	for range maxMoves {
		wanted := slices.SortedFunc(maps.Values(to), ID.Compare)
		locked, err := store.LockContacts(ctx, slices.Compact(wanted))
		if err != nil {
			return nil, err
		}
		there := make(map[ID]Contact, len(locked))
		for _, c := range locked {
			there[c.ID] = c
		}
		var unsure []ID
		for named, id := range to {
			if _, found := there[id]; !found || id != named { // who has a record of its own is merged into nobody
				unsure = append(unsure, named)
			}
		}
		now, err := LivingOf(ctx, store, unsure)
		if err != nil {
			return nil, err
		}
		moved := false
		for named, id := range now {
			moved = moved || to[named] != id
			to[named] = id
		}
		if moved {
			continue
		}
		found := make(map[ID]Contact, len(ids))
		for named, id := range to {
			if c, there := there[id]; there {
				found[named] = c
			}
		}
		return found, nil
	}
	return nil, errs.Failed("contact.LockLiving", errors.New("the contacts are merged all the time"))
}

// Exist reports whether all of the contacts are there.
func Exist(ctx context.Context, store Store, ids []ID) (bool, error) {
	slices.SortFunc(ids, ID.Compare)
	ids = slices.Compact(ids)
	list, err := store.Contacts(ctx, ids)
	return len(list) == len(ids), err
}

// living is Store.Contacts that follows merges.
func living(ctx context.Context, store Store, ids []ID) ([]Contact, error) {
	list, err := store.Contacts(ctx, ids)
	if err != nil || len(list) == len(ids) {
		return list, err
	}
	there := make(map[ID]bool, len(list))
	for _, c := range list {
		there[c.ID] = true
	}
	to, err := LivingOf(ctx, store, slices.DeleteFunc(slices.Clone(ids), func(id ID) bool { return there[id] }))
	if err != nil {
		return nil, err
	}
	ids = slices.Clone(ids)
	for i, id := range ids {
		ids[i] = cmp.Or(to[id], id)
	}
	return store.Contacts(ctx, ids)
}

// gone is the error about a contact that is not there: it was merged, or never was.
func gone(ctx context.Context, store Store, op, path string, id ID) error {
	if err := notMerged(ctx, store, op, path, id); err != nil {
		return err
	}
	return errs.NotFound(op, path)
}

// notMerged refuses the id of a contact that was merged into another one.
func notMerged(ctx context.Context, store Store, op, path string, id ID) error {
	if id.IsZero() {
		return nil
	}
	into, err := store.MergedInto(ctx, []ID{id})
	if err == nil && !into[0].IsZero() {
		err = errs.Conflict(op, path, "merged", "was merged into another contact")
	}
	return err
}
