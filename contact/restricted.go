package contact

import (
	"context"

	"github.com/stammkunde/crm/errs"
)

// Unrestricted refuses, with errs.ErrConflict (restricted) at the path, what uses or
// edits contacts of whom one is restricted; see package privacy. Whoever has locked the
// contacts before gets an answer that holds until the transaction ends.
func Unrestricted(ctx context.Context, store Store, op, path string, ids ...ID) error {
	list, err := store.Restricted(ctx, ids)
	if err == nil && len(list) > 0 {
		err = errs.Conflict(op, path, "restricted", "the data of the contact must not be used at present")
	}
	return err
}

// notErased refuses to make a contact under an id that belonged to one that was erased.
func notErased(ctx context.Context, store Store, op, path string, ids ...ID) error {
	list, err := store.Erased(ctx, ids)
	if err == nil && len(list) > 0 {
		err = errs.Conflict(op, path, "erased", "belonged to a contact that was erased")
	}
	return err
}
