package contact

import (
	"context"
	"maps"
	"time"

	"github.com/stammkunde/crm/errs"
)

// Seal seals the sensitive values of records that are about to be written through a store,
// in place. It is for the services that write records themselves, within a transaction.
// Without crm.Config.Keys it does nothing.
func (s *Sealing) Seal(ctx context.Context, store Store, list []*Contact, now time.Time) (err error) {
	defer errs.SetOp(&err, "contact.Seal")
	return s.ring(store).sealAll(ctx, list, now)
}

// Recognise gives a function that puts, in a record, the stored value in the place of each
// sensitive value that says the same, so that giving it again changes nothing. The stored
// records must be among the list. It does not look at consents: the caller does.
func (s *Sealing) Recognise(ctx context.Context, store Store, list []Contact) (same func(stored, next Contact) Contact, err error) {
	defer errs.SetOp(&err, "contact.Recognise")
	r := s.ring(store)
	if err := r.ready(ctx, list); err != nil {
		return nil, err
	}
	return func(stored, next Contact) Contact {
		for name, v := range next.Custom {
			old, known := stored.Custom[name]
			if !known || v.IsSealed() || !old.IsSealed() {
				continue
			}
			if plain, ok := r.open(name, old); ok && plain.Equal(v) {
				next.Custom = maps.Clone(next.Custom)
				next.Custom[name] = old
			}
		}
		return next
	}, nil
}
