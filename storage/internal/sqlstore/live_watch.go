package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// ChangedContacts implements segment.LiveStore.
func (s *Store) ChangedContacts(ctx context.Context, limit int) ([]contact.ID, error) {
	return s.watched(ctx, "storage.ChangedContacts",
		"changed_at IS NOT NULL ORDER BY changed_at, contact_id LIMIT ?", max(limit, 0))
}

// DueContacts implements segment.LiveStore.
func (s *Store) DueContacts(ctx context.Context, now time.Time, limit int) ([]contact.ID, error) {
	return s.watched(ctx, "storage.DueContacts",
		"due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, contact_id LIMIT ?", now.UnixMicro(), max(limit, 0))
}

func (s *Store) watched(ctx context.Context, op, where string, args ...any) ([]contact.ID, error) {
	var found []dbID
	err := s.db.NewRaw("SELECT contact_id FROM ?watch WHERE tenant_id = ?tenant AND "+where, args...).Scan(ctx, &found)
	return contactIDs(found), s.wrap(op, err)
}

func contactIDs(list []dbID) []contact.ID {
	ids := make([]contact.ID, len(list))
	for i, id := range list {
		ids[i] = contact.ID(id)
	}
	return ids
}

// Watches implements segment.LiveStore. The versions are read before the
// memberships: whoever writes memberships in between makes the version differ.
func (s *Store) Watches(ctx context.Context, contacts []contact.ID) ([]segment.Watch, error) {
	var list []segment.Watch
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		index := make(map[dbID]int, len(chunk))
		for _, id := range chunk {
			index[id] = len(list)
			list = append(list, segment.Watch{Contact: contact.ID(id)})
		}
		var rows []watchRow
		err := s.db.NewSelect().Model(&rows).ModelTableExpr("?watch AS w").
			Where("w.tenant_id = ?tenant AND w.contact_id IN (?)", idList(chunk)).Scan(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w := &list[index[r.ContactID]]
			w.Version, w.Changed, w.Removed, w.Evaluated, w.Changes = r.Version, r.ChangedAt.t, r.RemovedAt.t, r.EvaluatedAt.t, r.Changes
		}
		members, err := s.memberships(ctx, chunk, "")
		for id, found := range members {
			list[index[id]].Memberships = found
		}
		return err
	})
	return list, s.wrap("storage.Watches", err)
}

// SaveWatches implements segment.LiveStore. Rows that are locked are left out:
// their contacts are just being written about, so their versions are about to
// differ, and nobody waits for a transaction of the host's.
func (s *Store) SaveWatches(ctx context.Context, updates []segment.WatchUpdate) ([]contact.ID, error) {
	var saved []contact.ID
	err := s.undoable(ctx, "storage.SaveWatches", true, func(ctx context.Context, tx *Store) error {
		saved = nil
		return inChunks(updates, func(chunk []segment.WatchUpdate) error {
			versions, err := tx.lockVersions(ctx, chunk)
			if err != nil {
				return err
			}
			var current []segment.WatchUpdate
			for _, u := range chunk {
				if v, locked := versions[dbID(u.Contact)]; locked && v == u.Version {
					current = append(current, u)
					saved = append(saved, u.Contact)
				}
			}
			return tx.saveWatches(ctx, current)
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(saved, contact.ID.Compare)
	return saved, nil
}

// lockVersions locks the rows of the contacts, those that are to be had, and
// returns their versions. A contact without a row gets one.
func (s *Store) lockVersions(ctx context.Context, updates []segment.WatchUpdate) (map[dbID]int64, error) {
	var ids idList
	var missing []watchRow
	for _, u := range updates {
		ids = append(ids, dbID(u.Contact))
		if u.Version == 0 {
			missing = append(missing, watchRow{TenantID: s.tenant, ContactID: dbID(u.Contact)})
		}
	}
	slices.SortFunc(missing, func(a, b watchRow) int { return compareIDs(a.ContactID, b.ContactID) })
	if _, err := insert(ctx, s, "watch", missing, orNothing); err != nil {
		return nil, err
	}
	var rows []struct {
		ContactID dbID
		Version   int64
	}
	err := s.db.NewRaw(`SELECT contact_id, version FROM ?watch
		WHERE tenant_id = ?tenant AND contact_id IN (?) ORDER BY contact_id ?skiplocked`, ids).Scan(ctx, &rows)
	versions := make(map[dbID]int64, len(rows))
	for _, r := range rows {
		versions[r.ContactID] = r.Version
	}
	return versions, err
}

// saveWatches writes updates whose rows are locked.
func (s *Store) saveWatches(ctx context.Context, updates []segment.WatchUpdate) error {
	watches := make([]watchRow, len(updates))
	var added []changeRow
	for i, u := range updates {
		watches[i] = watchRow{
			TenantID: s.tenant, ContactID: dbID(u.Contact), Version: u.Version + 1,
			DueAt: dbTime{u.Due}, EvaluatedAt: dbTime{u.Evaluated}, Changes: u.Changes,
		}
		for _, c := range u.Add {
			added = append(added, s.changeRow(c))
		}
	}
	if _, err := insert(ctx, s, "watch", watches, replacingWatch); err != nil {
		return err
	}
	if err := s.saveMemberships(ctx, updates); err != nil {
		return err
	}
	_, err := insert(ctx, s, "segment_change", added, plain)
	return err
}

const replacingWatch = `ON CONFLICT (tenant_id, contact_id) DO UPDATE SET version = excluded.version, changed_at = NULL,
	removed_at = NULL, due_at = excluded.due_at, evaluated_at = excluded.evaluated_at, changes = excluded.changes`
