package storagetest

import (
	"context"
	"errors"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
)

// contactLostUpdate lets several writers add to one number, each reading
// again when somebody else was faster.
func contactLostUpdate(k *kit) {
	const writers, each = 6, 5
	of := k.customer(1).ID
	handles := []*crm.CRM{k.crm, k.reopened()}
	k.allOK(k.together(writers, func(i int) error {
		for range each {
			if err := addPoint(k.ctx, handles[i%2], of); err != nil {
				return err
			}
		}
		return nil
	}), "updating a contact from several goroutines")
	k.pointsAre(of, writers*each)
}

// addPoint updates as a host does: it reads again when the record changed.
func addPoint(ctx context.Context, c *crm.CRM, of contact.ID) error {
	for {
		read, err := c.Contacts.Get(ctx, of)
		if err != nil {
			return err
		}
		read.Custom = onePointMore(read.Custom)
		_, err = c.Contacts.Update(ctx, read)
		if !errors.Is(err, errs.ErrConflict) {
			return err
		}
	}
}

func onePointMore(custom map[string]contact.Value) map[string]contact.Value {
	return map[string]contact.Value{"points": contact.Int(custom["points"].Number/contact.NumberScale + 1)}
}

// pointsAre checks that a record that began without points was given n.
func (k *kit) pointsAre(of contact.ID, n int64) {
	k.Helper()
	got := k.get(of)
	if got.Version != 1+n || !got.Custom["points"].Equal(contact.Int(n)) {
		k.Errorf("%d updates were acknowledged, but the record shows version %d and %d of them: an update was lost",
			n, got.Version, got.Custom["points"].Number/contact.NumberScale)
	}
}

// contactLock lets several transactions lock, read and write one record: with
// the lock nobody is ever too late.
func contactLock(k *kit) {
	const writers = 8
	of := k.customer(1).ID
	handles := []storage.Store{k.store, k.reopen()}
	k.allOK(k.together(writers, func(i int) error {
		return handles[i%2].Atomic(k.ctx, func(ctx context.Context, tx storage.Store) error {
			locked, err := tx.LockContacts(ctx, []contact.ID{of})
			if err != nil {
				return err
			}
			c := locked[0]
			c.Version, c.Custom = c.Version+1, onePointMore(c.Custom)
			return tx.UpdateContacts(ctx, []contact.Contact{c})
		})
	}), "locking, reading and updating a contact in concurrent transactions")
	k.pointsAre(of, writers)
}
