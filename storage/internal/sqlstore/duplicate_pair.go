package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
)

// foundRow is a row of the table duplicate_pair.
type foundRow struct {
	bun.BaseModel `bun:"alias:p"`

	TenantID      string
	Scan          int64
	AID           dbID `bun:"a_id"`
	BID           dbID `bun:"b_id"`
	Against       int64
	Contradiction bool
	GroupNumber   int64
}

const foundColumns = "scan, a_id, b_id, against, contradiction, group_number"

func foundOf(rows []foundRow) []duplicates.Found {
	list := make([]duplicates.Found, len(rows))
	for i, r := range rows {
		list[i] = duplicates.Found{
			Scan: int(r.Scan), A: contact.ID(r.AID), B: contact.ID(r.BID), MilliBits: -r.Against, Contradiction: r.Contradiction, Group: int(r.GroupNumber),
		}
	}
	return list
}

// PutDuplicatePairs implements duplicates.Store.
func (s *Store) PutDuplicatePairs(ctx context.Context, pairs []duplicates.Found) error {
	if len(pairs) == 0 {
		return nil
	}
	rows := make([]foundRow, len(pairs))
	for i, f := range pairs {
		rows[i] = foundRow{
			TenantID: s.tenant, Scan: int64(f.Scan), AID: dbID(f.A), BID: dbID(f.B), Against: -f.MilliBits, Contradiction: f.Contradiction, GroupNumber: int64(f.Group),
		}
	}
	return s.undoable(ctx, "storage.PutDuplicatePairs", len(rows) > 1, func(ctx context.Context, tx *Store) error {
		_, err := insert(ctx, tx, "duplicate_pair", rows, `ON CONFLICT (tenant_id, scan, a_id, b_id) DO UPDATE
			SET against = excluded.against, contradiction = excluded.contradiction, group_number = excluded.group_number`)
		return err
	})
}

// DuplicatePairs implements duplicates.Store.
func (s *Store) DuplicatePairs(ctx context.Context, q duplicates.PairQuery) ([]duplicates.Found, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	where, args := "scan = ? AND against <= ?", []any{q.Scan, -q.Least}
	if !q.After.B.IsZero() {
		where += " AND (against, a_id, b_id) > (?, ?, ?)"
		args = append(args, -q.After.MilliBits, dbID(q.After.A), dbID(q.After.B))
	}
	var rows []foundRow
	err := s.db.NewRaw("SELECT "+foundColumns+" FROM ?duplicate_pair WHERE tenant_id = ?tenant AND "+where+
		" ORDER BY against, a_id, b_id LIMIT ?", append(args, q.Limit)...).Scan(ctx, &rows)
	return foundOf(rows), s.wrap("storage.DuplicatePairs", err)
}

// DuplicateGroups implements duplicates.Store.
func (s *Store) DuplicateGroups(ctx context.Context, number, after, to int) ([]duplicates.Found, error) {
	var rows []foundRow
	err := s.db.NewRaw("SELECT "+foundColumns+` FROM ?duplicate_pair
		WHERE tenant_id = ?tenant AND scan = ? AND group_number > 0 AND group_number > ? AND group_number <= ?
		ORDER BY group_number, a_id, b_id`, number, after, to).Scan(ctx, &rows)
	return foundOf(rows), s.wrap("storage.DuplicateGroups", err)
}

// dismissalRow is a row of the table duplicate_dismissal.
type dismissalRow struct {
	bun.BaseModel `bun:"alias:d"`

	TenantID string
	AID      dbID `bun:"a_id"`
	BID      dbID `bun:"b_id"`
	At       int64
}

// InsertDismissals implements duplicates.Store.
func (s *Store) InsertDismissals(ctx context.Context, list []duplicates.Dismissal) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]dismissalRow, len(list))
	for i, d := range list {
		rows[i] = dismissalRow{TenantID: s.tenant, AID: dbID(d.A), BID: dbID(d.B), At: d.At.UnixMicro()}
	}
	return s.undoable(ctx, "storage.InsertDismissals", len(rows) > 1, func(ctx context.Context, tx *Store) error {
		_, err := insert(ctx, tx, "duplicate_dismissal", rows, orNothing)
		return err
	})
}

// DeleteDismissals implements duplicates.Store.
func (s *Store) DeleteDismissals(ctx context.Context, list []duplicates.Dismissal) error {
	if len(list) == 0 {
		return nil
	}
	return s.undoable(ctx, "storage.DeleteDismissals", len(list) > 1, func(ctx context.Context, tx *Store) error {
		for _, d := range list {
			_, err := tx.db.Exec(ctx, "DELETE FROM ?duplicate_dismissal WHERE tenant_id = ?tenant AND a_id = ? AND b_id = ?", dbID(d.A), dbID(d.B))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Dismissals implements duplicates.Store.
func (s *Store) Dismissals(ctx context.Context, after duplicates.Dismissal, limit int) ([]duplicates.Dismissal, error) {
	if limit <= 0 {
		return nil, nil
	}
	var rows []dismissalRow
	err := s.db.NewRaw(`SELECT a_id, b_id, at FROM ?duplicate_dismissal WHERE tenant_id = ?tenant AND (a_id, b_id) > (?, ?)
		ORDER BY a_id, b_id LIMIT ?`, dbID(after.A), dbID(after.B), limit).Scan(ctx, &rows)
	return dismissalsOf(rows), s.wrap("storage.Dismissals", err)
}

// DismissalsOf implements duplicates.Store.
func (s *Store) DismissalsOf(ctx context.Context, ids []contact.ID) ([]duplicates.Dismissal, error) {
	var all []dismissalRow
	err := inChunks(distinct(ids), func(chunk []dbID) error {
		for _, side := range []string{"a_id", "b_id"} {
			var rows []dismissalRow
			err := s.db.NewRaw("SELECT a_id, b_id, at FROM ?duplicate_dismissal WHERE tenant_id = ?tenant AND "+side+" IN (?)", idList(chunk)).Scan(ctx, &rows)
			if err != nil {
				return err
			}
			all = append(all, rows...)
		}
		return nil
	})
	slices.SortFunc(all, func(x, y dismissalRow) int { return cmp.Or(compareIDs(x.AID, y.AID), compareIDs(x.BID, y.BID)) })
	all = slices.CompactFunc(all, func(x, y dismissalRow) bool { return x.AID == y.AID && x.BID == y.BID })
	return dismissalsOf(all), s.wrap("storage.DismissalsOf", err)
}

func dismissalsOf(rows []dismissalRow) []duplicates.Dismissal {
	list := make([]duplicates.Dismissal, len(rows))
	for i, r := range rows {
		list[i] = duplicates.Dismissal{A: contact.ID(r.AID), B: contact.ID(r.BID), At: instant(r.At)}
	}
	return list
}
