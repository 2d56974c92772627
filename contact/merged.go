package contact

import (
	"context"
	"errors"
	"slices"

	"github.com/stammkunde/crm/errs"
)

// maxMerges is more than the merges that ever lead one to the other.
const maxMerges = 10_000

// Living follows the merges of a contact to the one that it belongs to now, which is
// itself where it was never merged.
func Living(ctx context.Context, store Store, id ID) (ID, error) {
	for range maxMerges {
		into, err := store.MergedInto(ctx, []ID{id})
		if err != nil {
			return ID{}, err
		}
		if into[0].IsZero() {
			return id, nil
		}
		id = into[0]
	}
	return ID{}, errs.Failed("contact.Living", errors.New("the merges lead in a circle"))
}

// HoldLiving locks contacts to which others lead, by their merges, and reports whether
// they still do: from is whom each was asked for.
func HoldLiving(ctx context.Context, store Store, from, to []ID) (bool, error) {
	if _, err := store.LockContacts(ctx, to); err != nil {
		return false, err
	}
	for i, id := range from {
		now, err := Living(ctx, store, id)
		if err != nil || now != to[i] {
			return false, err
		}
	}
	return true, nil
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
	ids = slices.Clone(ids)
	for i, id := range ids {
		if !there[id] {
			if ids[i], err = Living(ctx, store, id); err != nil {
				return nil, err
			}
		}
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
