package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
)

// contactKeyRow is a row of the table contact_key.
type contactKeyRow struct {
	bun.BaseModel `bun:"alias:k"`

	TenantID  string
	Key       int64
	ContactID dbID
}

// PutKeys implements contact.KeyStore.
func (s *Store) PutKeys(ctx context.Context, keys []contact.ContactKey) error {
	if len(keys) == 0 {
		return nil
	}
	rows := make([]contactKeyRow, len(keys))
	for i, k := range keys {
		rows[i] = contactKeyRow{TenantID: s.tenant, Key: int64(k.Key), ContactID: dbID(k.Contact)}
	}
	slices.SortFunc(rows, func(a, b contactKeyRow) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), compareIDs(a.ContactID, b.ContactID))
	})
	return s.undoable(ctx, "storage.PutKeys", len(rows) > 1, func(ctx context.Context, tx *Store) error {
		_, err := insert(ctx, tx, "contact_key", rows, orNothing)
		return err
	})
}

// DeleteKeys implements contact.KeyStore.
func (s *Store) DeleteKeys(ctx context.Context, keys []contact.ContactKey) error {
	if len(keys) == 0 {
		return nil
	}
	of := make(map[contact.ID][]duplicate.Key)
	for _, k := range keys {
		of[k.Contact] = append(of[k.Contact], k.Key)
	}
	return s.undoable(ctx, "storage.DeleteKeys", true, func(ctx context.Context, tx *Store) error {
		for id, list := range of {
			err := inChunks(list, func(chunk []duplicate.Key) error {
				_, err := tx.db.Exec(ctx, "DELETE FROM ?contact_key WHERE tenant_id = ?tenant AND key IN (?) AND contact_id = ?", bun.List(chunk), dbID(id))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// maxUnions bounds how many SELECTs one statement joins.
const maxUnions = 64

// FindKeys implements contact.KeyStore.
func (s *Store) FindKeys(ctx context.Context, keys []duplicate.Key, limit int) ([]contact.ContactKey, error) {
	var list []contact.ContactKey
	if limit <= 0 {
		return nil, nil
	}
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	for chunk := range slices.Chunk(keys, maxUnions) {
		parts, args := make([]string, len(chunk)), make([]any, 0, 2*len(chunk))
		for i, k := range chunk {
			parts[i] = "SELECT * FROM (SELECT key, contact_id FROM ?contact_key WHERE tenant_id = ?tenant AND key = ? ORDER BY contact_id LIMIT ?) AS k"
			args = append(args, int64(k), limit)
		}
		var rows []contactKeyRow
		if err := s.db.NewRaw(strings.Join(parts, " UNION ALL "), args...).Scan(ctx, &rows); err != nil {
			return nil, s.wrap("storage.FindKeys", err)
		}
		for _, r := range rows {
			list = append(list, contact.ContactKey{Key: duplicate.Key(r.Key), Contact: contact.ID(r.ContactID)})
		}
	}
	slices.SortFunc(list, func(a, b contact.ContactKey) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), a.Contact.Compare(b.Contact))
	})
	return list, nil
}

// ClearKeys implements contact.KeyStore.
func (s *Store) ClearKeys(ctx context.Context, limit int) (n int64, err error) {
	const op = "storage.ClearKeys"
	if limit <= 0 {
		return 0, nil
	}
	err = s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		n, err = tx.db.Exec(ctx, `DELETE FROM ?contact_key WHERE tenant_id = ?tenant AND (key, contact_id) IN
			(SELECT key, contact_id FROM ?contact_key WHERE tenant_id = ?tenant ORDER BY key, contact_id LIMIT ?)`, limit)
		return err
	})
	return n, err
}
