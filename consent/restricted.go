package consent

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// unrestricted refuses events of contacts whose data must not be used.
func unrestricted(ctx context.Context, store contact.Store, op, path string, events []Event) error {
	ids := make([]contact.ID, len(events))
	for i, e := range events {
		ids[i] = e.Contact
	}
	slices.SortFunc(ids, contact.ID.Compare)
	return contact.Unrestricted(ctx, store, op, element(path, 0, "contact"), slices.Compact(ids)...)
}
