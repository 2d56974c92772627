package contact

import (
	"context"
	"errors"
	"slices"

	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
)

// keyPage is how many keys, or contacts, are taken at a time.
const keyPage = 1000

// RotateKeys wraps the keys of all contacts anew that are not wrapped with the wrapper's
// current key encryption key, so that the others can be taken out of use, and seals
// sensitive values that are still in clear, as they are where crm.Config.Keys was set
// later. It works page by page; when it was cut off, call it again: what is done is
// passed over. Reading and writing go on meanwhile. Progress may be nil; it is called
// with the number of keys and contacts that were looked at.
//
// It returns errs.ErrConflict (off) without crm.Config.Keys, and errs.ErrStore when the
// wrapper fails.
func (s *Service) RotateKeys(ctx context.Context, progress func(done int)) (err error) {
	const op = "contact.RotateKeys"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "", ""); err != nil {
		return err
	}
	if s.sealing.keys == nil {
		return errs.Conflict(op, "", "off", "needs crm.Config.Keys")
	}
	kek, err := s.currentKEK(ctx)
	if err != nil {
		return err
	}
	done := 0
	told := func(n int) {
		if done += n; progress != nil {
			progress(done)
		}
	}
	for after := (Secret{}); ; {
		page, err := s.store.ListSecrets(ctx, after, keyPage)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1]
		if err := s.rewrap(ctx, page, kek); err != nil {
			return err
		}
		told(len(page))
	}
	return s.sealClear(ctx, told)
}

// currentKEK asks the wrapper for the id of its current key encryption key, by wrapping a
// key that is thrown away.
func (s *Service) currentKEK(ctx context.Context) (string, error) {
	_, raw, err := vault.NewKey()
	if err != nil {
		return "", failed(err)
	}
	_, kek, err := s.sealing.keys.Wrap(ctx, raw, vault.KeyContext{Tenant: s.store.Tenant()})
	if err != nil {
		return "", failed(err)
	}
	return kek, nil
}

// rewrap wraps keys anew. No lock is needed: a key that is deleted meanwhile stays
// deleted.
func (s *Service) rewrap(ctx context.Context, page []Secret, kek string) error {
	page = slices.DeleteFunc(slices.Clone(page), func(s Secret) bool { return s.KEK == kek })
	tenant := s.store.Tenant()
	err := together(len(page), func(i int) error {
		row := &page[i]
		of := keyContext(tenant, keyID{row.Contact, row.Version})
		raw, err := s.sealing.keys.Unwrap(ctx, row.Wrapped, row.KEK, of)
		if err != nil {
			return err
		}
		row.Wrapped, row.KEK, err = s.sealing.keys.Wrap(ctx, raw, of)
		return err
	})
	if err != nil {
		return failed(err)
	}
	return s.store.UpdateSecrets(ctx, page)
}

// sealClear seals the sensitive values that are stored in clear.
func (s *Service) sealClear(ctx context.Context, told func(int)) error {
	for after := (ID{}); len(s.door.sensitive) > 0; {
		page, err := s.store.HoldersOf(ctx, s.door.sensitive, after, keyPage)
		if err != nil || len(page) == 0 {
			return err
		}
		list, err := s.store.Contacts(ctx, page)
		if err != nil {
			return err
		}
		for _, c := range list {
			if !s.sealing.HasClear(c) {
				continue
			}
			if err := s.RenewKey(ctx, c.ID); err != nil && !errors.Is(err, errs.ErrNotFound) {
				return err
			}
		}
		after = page[len(page)-1]
		told(len(page))
	}
	return nil
}

// RenewKey gives a contact a new key, and likewise those that were merged into it, seals
// its sensitive values with it anew, and deletes the old keys: what was sealed with
// those cannot be read any more, in no backup but those of the keys. The version of the
// record grows by one. SetSensitive and DestroyWithdrawn do the same when they destroy
// values. It returns errs.ErrNotFound, and errs.ErrConflict (off) without
// crm.Config.Keys.
func (s *Service) RenewKey(ctx context.Context, contact ID) (err error) {
	const op = "contact.RenewKey"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", contact.String()); err != nil {
		return err
	}
	if s.sealing.keys == nil {
		return errs.Conflict(op, "", "off", "needs crm.Config.Keys")
	}
	now := s.env.Now()
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		locked, err := LockLiving(ctx, store, []ID{contact})
		if err != nil {
			return err
		}
		c, found := locked[contact]
		if !found {
			return errs.NotFound(op, "id")
		}
		next, err := s.rekey(ctx, store, s.sealing.ring(store), c, func(string) bool { return false }, now)
		if err != nil {
			return err
		}
		next.UpdatedAt, next.Version = now, c.Version+1
		return store.UpdateContacts(ctx, []Contact{next})
	})
}

// ShredKeys deletes all keys of a contact, and of those that were merged into it or into
// whom it was merged, so that none of its sealed values can be read any more, not even in
// a backup of the records that is put back. It is the part of an erasure that reaches
// what cannot be deleted; the record stays as it is, and the values that do not open are
// left out when it is read. For a contact without keys it does nothing.
func (s *Service) ShredKeys(ctx context.Context, contact ID) (err error) {
	const op = "contact.ShredKeys"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", contact.String()); err != nil {
		return err
	}
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		root := contact
		locked, err := LockLiving(ctx, store, []ID{contact})
		if err != nil {
			return err
		}
		if c, found := locked[contact]; found {
			root = c.ID
		}
		tree, err := mergedTree(ctx, store, root)
		if err != nil {
			return err
		}
		return store.DeleteSecrets(ctx, tree, nil)
	})
}
