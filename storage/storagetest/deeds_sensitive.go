package storagetest

import (
	"context"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
)

// stageSecrets adds a secret.
func (k *kit) stageSecrets(s *stage) {
	k.Helper()
	s.secret = contact.Secret{Contact: s.lonely.ID, Version: 7, Wrapped: []byte("wrapped"), KEK: "one", CreatedAt: noon}
	k.ok(k.store.InsertSecrets(k.ctx, []contact.Secret{s.secret}), "storing a secret")
}

// secretDeeds are the writes about keys, and into what merges and imports keep.
func (s stage) secretDeeds() []deed {
	on := func(name string, do func(context.Context, storage.Store) error) deed {
		return deed{name, func(ctx context.Context, _ *crm.CRM, s storage.Store) error { return do(ctx, s) }}
	}
	fresh, changed := s.secret, s.secret
	fresh.Version, changed.Wrapped, changed.KEK = 8, []byte("anew"), "two"
	return []deed{
		on("UpdateSecrets", func(ctx context.Context, store storage.Store) error {
			return store.UpdateSecrets(ctx, []contact.Secret{changed})
		}),
		on("InsertSecrets", func(ctx context.Context, store storage.Store) error {
			return store.InsertSecrets(ctx, []contact.Secret{fresh})
		}),
		on("DeleteSecrets", func(ctx context.Context, store storage.Store) error {
			return store.DeleteSecrets(ctx, []contact.ID{s.lonely.ID}, []int64{fresh.Version})
		}),
		on("EditCopies", func(ctx context.Context, store storage.Store) error {
			return store.EditCopies(ctx, []contact.ID{s.lost.ID}, edited)
		}),
	}
}

// edited changes a record.
func edited(c contact.Contact) contact.Contact {
	c.Occupation = "edited"
	return c
}
