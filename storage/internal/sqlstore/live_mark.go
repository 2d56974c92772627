package sqlstore

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
)

// watchRow is a row of the table watch.
type watchRow struct {
	bun.BaseModel `bun:"alias:w"`

	TenantID    string
	ContactID   dbID
	Version     int64
	ChangedAt   dbTime
	RemovedAt   dbTime
	DueAt       dbTime
	EvaluatedAt dbTime
	Changes     int64
}

// marks are contacts about whom something is written, each with the earliest
// instant of it.
type marks map[contact.ID]time.Time

// add notes a write. What was recorded at no instant counts as the earliest one,
// because the zero time means that there is no mark.
func (m marks) add(of contact.ID, at time.Time) {
	if at.IsZero() {
		at = at.Add(time.Microsecond)
	}
	if old, known := m[of]; !known || at.Before(old) {
		m[of] = at
	}
}

func marksOf(contacts []contact.Contact) marks {
	m := make(marks, len(contacts))
	for i := range contacts {
		m.add(contacts[i].ID, contacts[i].UpdatedAt)
	}
	return m
}

// mark notes about whom something was written. A row that is there is updated
// even if it is marked already, and not left alone: so its lock is held until
// the transaction ends, and whoever looks at the contact meanwhile either sees
// another version when it saves, or has saved before this write. Everybody
// locks the rows in the order of the contacts.
func (s *Store) mark(ctx context.Context, written marks) error {
	return s.putMarks(ctx, s.watchRows(written))
}

func (s *Store) watchRows(written marks) []watchRow {
	rows := make([]watchRow, 0, len(written))
	for of, at := range written {
		rows = append(rows, watchRow{TenantID: s.tenant, ContactID: dbID(of), Version: 1, ChangedAt: dbTime{at}})
	}
	sortWatches(rows)
	return rows
}

// marking is mark for records, in pieces.
func (s *Store) marking(contacts []contact.Contact) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		rows := func(rows []watchRow) ([]watchRow, error) { return rows, nil }
		pieces(s, "watch", s.watchRows(marksOf(contacts)), nil, rows, markingWatch)(yield)
	}
}

// markRemoved is mark for contacts of whom something was removed.
func (s *Store) markRemoved(ctx context.Context, list []dbID, at time.Time) error {
	removed := make(marks, len(list))
	for _, of := range list {
		removed.add(contact.ID(of), at)
	}
	rows := make([]watchRow, 0, len(removed))
	for of, at := range removed {
		rows = append(rows, watchRow{TenantID: s.tenant, ContactID: dbID(of), Version: 1, ChangedAt: dbTime{at}, RemovedAt: dbTime{at}})
	}
	return s.putMarks(ctx, rows)
}

func (s *Store) putMarks(ctx context.Context, rows []watchRow) error {
	sortWatches(rows)
	_, err := insert(ctx, s, "watch", rows, markingWatch)
	return err
}

func sortWatches(rows []watchRow) {
	slices.SortFunc(rows, func(a, b watchRow) int { return compareIDs(a.ContactID, b.ContactID) })
}

const markingWatch = `ON CONFLICT (tenant_id, contact_id) DO UPDATE SET version = o.version + 1,
	changed_at = ?least(COALESCE(o.changed_at, excluded.changed_at), excluded.changed_at),
	removed_at = COALESCE(?greatest(COALESCE(o.removed_at, excluded.removed_at), excluded.removed_at), o.removed_at)`
