package activity

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// unrestricted refuses to record for a contact whose data must not be used. What became
// of a payment is recorded all the same: the money has moved.
func unrestricted(ctx context.Context, store contact.Store, op, path string, batch []Activity) error {
	var ids []contact.ID
	for _, a := range batch {
		switch a.Kind {
		case Charge, Refund, Settlement:
		default:
			ids = append(ids, a.Contact)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.SortFunc(ids, contact.ID.Compare)
	restricted, err := store.Restricted(ctx, slices.Compact(ids))
	if err != nil || len(restricted) == 0 {
		return err
	}
	i := slices.IndexFunc(batch, func(a Activity) bool { return a.Contact == restricted[0] })
	return contact.Unrestricted(ctx, store, op, field(path, i, "contact"), restricted[0])
}
