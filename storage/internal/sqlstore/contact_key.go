package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/uptrace/bun"
	bundialect "github.com/uptrace/bun/dialect"
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
	const op = "storage.PutKeys"
	if len(rows) <= maxIDs && ofOne(rows) {
		return s.write(ctx, op, func(ctx context.Context, tx *Store) error { return tx.putKeysOf(ctx, rows) })
	}
	several := len(rows) > boundRows // else it is one statement
	return s.undoable(ctx, op, several, func(ctx context.Context, tx *Store) error {
		_, err := insert(ctx, tx, "contact_key", rows, orNothing)
		return err
	})
}

func ofOne(rows []contactKeyRow) bool {
	return !slices.ContainsFunc(rows, func(r contactKeyRow) bool { return r.ContactID != rows[0].ContactID })
}

// putKeysOf adds keys of one contact, as every contact that is created has some. On SQLite
// the statement is short to read, and INSERT OR IGNORE needs no journal of its own: with ON
// CONFLICT it copies each page that it changes, in case that a column is NULL, and the
// pages of a dozen keys are more than it keeps in memory.
func (s *Store) putKeysOf(ctx context.Context, rows []contactKeyRow) error {
	keys := make(keyList, len(rows))
	for i := range rows {
		keys[i] = duplicate.Key(rows[i].Key)
	}
	_, err := s.db.Exec(ctx, `INSERT ?orignore INTO ?contact_key (tenant_id, key, contact_id)
		SELECT ?tenant, k.value, ? FROM ? ?ornothing`, rows[0].ContactID, keys)
	return err
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
		var key int64
		var contacts string
		return s.db.Each(ctx, func() (err error) {
			list, err = appendKeys(list, duplicate.Key(key), contacts)
			return err
		}, []any{&key, &contacts}, `SELECT k.value, COALESCE((SELECT ?joined FROM
			(SELECT contact_id FROM ?contact_key AS t WHERE t.tenant_id = ?tenant AND t.key = k.value ORDER BY contact_id LIMIT ?) AS x), '')
			FROM ?`, limit, keyList(chunk))
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

// keyList stands behind FROM as the table k with the column value, a row for each key.
type keyList []duplicate.Key

// AppendQuery implements schema.QueryAppender.
func (l keyList) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	open, end := "json_each('[", "]') AS k"
	if gen.Dialect().Name() == bundialect.PG {
		open, end = "unnest('{", "}'::bigint[]) AS k (value)"
	}
	b = append(b, open...)
	for i, k := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(k), 10)
	}
	return append(b, end...), nil
}

// DuplicateRecords implements contact.KeyStore. It reads a third of the columns, and no
// identities.
func (s *Store) DuplicateRecords(ctx context.Context, ids []contact.ID) ([]duplicate.Record, error) {
	known := make(map[dbID]duplicate.Record, len(ids))
	err := inChunks(distinct(ids), func(chunk []dbID) error {
		var id dbID
		var born sql.NullInt64
		var given, family, company, occupation, email, phone, street, postal, city, region, details sql.NullString
		return s.db.Each(ctx, func() error {
			r := contactRow{
				Given: given.String, Family: family.String, Company: company.String, Born: born.Int64, Occupation: occupation.String,
				Email: email.String, Phone: phone.String,
				Street: street.String, PostalCode: postal.String, City: city.String, Region: region.String, Details: details.String,
			}
			c, err := r.contact()
			known[id] = c.DuplicateRecord()
			return err
		}, []any{&id, &born, &given, &family, &company, &occupation, &email, &phone, &street, &postal, &city, &region, &details},
			`SELECT id, born, given, family, company, occupation, email, phone, street, postal_code, city, region, details
			FROM ?contact WHERE tenant_id = ?tenant AND id IN (?)`, idList(chunk))
	})
	if err != nil {
		return nil, s.wrap("storage.DuplicateRecords", err)
	}
	list := make([]duplicate.Record, len(ids))
	for i, id := range ids {
		list[i] = known[dbID(id)]
	}
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
