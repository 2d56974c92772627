package sqlstore

import (
	"bytes"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// Contacts implements contact.Store. Records and identities are read by two
// statements: an identity that is bound between the two shows, though the
// record is older. It belongs to the contact, so nothing is wrong with that,
// and no transaction is needed.
func (s *Store) Contacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	list, err := s.contacts(ctx, ids, "")
	return list, s.wrap("storage.Contacts", err)
}

// LockContacts implements contact.Store.
func (s *Store) LockContacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	const op = "storage.LockContacts"
	if err := s.lockToWrite(ctx); err != nil {
		return nil, s.wrap(op, err)
	}
	list, err := s.contacts(ctx, ids, s.d.forUpdate)
	return list, s.wrap(op, err)
}

// lockToWrite makes sure that nobody else writes until the transaction ends,
// on engines that cannot lock rows and in transactions of the host.
func (s *Store) lockToWrite(ctx context.Context) error {
	if !s.foreign || s.d.writeLock == "" {
		return nil
	}
	_, err := s.db.Exec(ctx, s.d.writeLock)
	return err
}

// contacts reads records, locked where lock says how, in the order of the ids.
// Locks are taken in ascending order, so that no two callers wait for each
// other.
func (s *Store) contacts(ctx context.Context, ids []contact.ID, lock string) ([]contact.Contact, error) {
	known := make(map[contact.ID]contact.Contact, len(ids))
	err := inChunks(distinct(ids), func(chunk []dbID) error {
		var rows []contactRow
		q := s.db.NewSelect().Model(&rows).ModelTableExpr("?contact AS c").
			Where("c.tenant_id = ?tenant AND c.id IN (?)", idList(chunk)).Order("c.id")
		if lock != "" {
			q = q.For(lock)
		}
		if err := q.Scan(ctx); err != nil {
			return err
		}
		list, err := s.complete(ctx, rows)
		for _, c := range list {
			known[c.ID] = c
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]contact.Contact, 0, len(ids))
	for _, i := range ids {
		if c, ok := known[i]; ok {
			list = append(list, c)
		}
	}
	return list, nil
}

// ListContacts implements contact.Store.
func (s *Store) ListContacts(ctx context.Context, after contact.ID, limit int) ([]contact.Contact, error) {
	const op = "storage.ListContacts"
	if limit <= 0 {
		return nil, nil
	}
	var rows []contactRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?contact AS c").
		Where("c.tenant_id = ?tenant AND c.id > ?", dbID(after)).Order("c.id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, s.wrap(op, err)
	}
	list, err := s.complete(ctx, rows)
	return list, s.wrap(op, err)
}

// complete turns rows into records and adds their identities.
func (s *Store) complete(ctx context.Context, rows []contactRow) ([]contact.Contact, error) {
	list := make([]contact.Contact, len(rows))
	index := make(map[dbID]int, len(rows))
	for i := range rows {
		var err error
		if list[i], err = rows[i].contact(); err != nil {
			return nil, err
		}
		index[rows[i].ID] = i
	}
	err := inChunks(rows, func(chunk []contactRow) error {
		ids := make(idList, len(chunk))
		for i := range chunk {
			ids[i] = chunk[i].ID
		}
		identities, err := s.identitiesOf(ctx, ids)
		for _, r := range identities {
			c := &list[index[r.ContactID]]
			c.Identities = append(c.Identities, contact.Identity{Source: r.Source, Key: r.Key})
		}
		return err
	})
	return list, err
}

// distinct sorts ids and drops repetitions.
func distinct[E any](ids []id.ID[E]) []dbID {
	list := listOf(ids)
	slices.SortFunc(list, compareIDs)
	return slices.Compact(list)
}

func compareIDs(a, b dbID) int { return bytes.Compare(a[:], b[:]) }
