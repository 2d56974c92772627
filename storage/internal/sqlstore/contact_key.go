package sqlstore

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

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
	several := len(rows) > boundRows // else it is one statement
	return s.undoable(ctx, "storage.PutKeys", several, func(ctx context.Context, tx *Store) error {
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

// FindKeys implements contact.KeyStore. One short statement asks for all keys, since to
// understand one with a part for each takes SQLite longer than to run it.
func (s *Store) FindKeys(ctx context.Context, keys []duplicate.Key, limit int) ([]contact.ContactKey, error) {
	const op = "storage.FindKeys"
	if limit <= 0 {
		return nil, nil
	}
	var list []contact.ContactKey
	err := inChunks(slices.Compact(slices.Sorted(slices.Values(keys))), func(chunk []duplicate.Key) error {
		var rows []struct {
			Key      int64
			Contacts string
		}
		err := s.db.NewRaw(`WITH k (key) AS (VALUES ?) SELECT k.key AS key, COALESCE((SELECT ?joined FROM
			(SELECT contact_id FROM ?contact_key AS t WHERE t.tenant_id = ?tenant AND t.key = k.key ORDER BY contact_id LIMIT ?) AS x), '') AS contacts
			FROM k`, keyList(chunk), limit).Scan(ctx, &rows)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if list, err = appendKeys(list, duplicate.Key(r.Key), r.Contacts); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, s.wrap(op, err)
	}
	slices.SortFunc(list, func(a, b contact.ContactKey) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), a.Contact.Compare(b.Contact))
	})
	return list, nil
}

// appendKeys reads ids that stand in hexadecimal one behind the other.
func appendKeys(list []contact.ContactKey, key duplicate.Key, ids string) ([]contact.ContactKey, error) {
	all, err := hex.DecodeString(ids)
	for ; err == nil && len(all) >= len(contact.ID{}); all = all[len(contact.ID{}):] {
		list = append(list, contact.ContactKey{Key: key, Contact: contact.ID(all[:len(contact.ID{})])})
	}
	return list, err
}

// keyList are rows of one key each.
type keyList []duplicate.Key

// AppendQuery implements schema.QueryAppender.
func (l keyList) AppendQuery(_ schema.QueryGen, b []byte) ([]byte, error) {
	for i, k := range l {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(strconv.AppendInt(append(b, '('), int64(k), 10), ')')
	}
	return b, nil
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
