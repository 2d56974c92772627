package sqlstore

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// followingRow is a row of the table live_segment.
type followingRow struct {
	bun.BaseModel `bun:"alias:f"`

	TenantID   string
	SegmentID  dbID
	Rule       string
	Since      int64
	Generation int64
	Built      bool
	BuiltTo    dbID
}

func (s *Store) followingRow(f segment.Following) (followingRow, error) {
	rule, err := encode(f.Rule)
	return followingRow{
		TenantID: s.tenant, SegmentID: dbID(f.Segment), Rule: rule, Since: f.Since.UnixMicro(),
		Generation: f.Generation, Built: f.Built, BuiltTo: dbID(f.BuiltTo),
	}, err
}

func (r *followingRow) following() (segment.Following, error) {
	f := segment.Following{
		Segment: segment.ID(r.SegmentID), Since: instant(r.Since),
		Generation: r.Generation, Built: r.Built, BuiltTo: contact.ID(r.BuiltTo),
	}
	return f, decode(r.Rule, &f.Rule)
}

// Followings implements segment.LiveStore.
func (s *Store) Followings(ctx context.Context) ([]segment.Following, error) {
	const op = "storage.Followings"
	var rows []followingRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?live_segment AS f").
		Where("f.tenant_id = ?tenant").Order("f.segment_id").Scan(ctx)
	if err != nil {
		return nil, s.wrap(op, err)
	}
	list := make([]segment.Following, len(rows))
	for i := range rows {
		if list[i], err = rows[i].following(); err != nil {
			return nil, s.wrap(op, err)
		}
	}
	return list, nil
}

// Following implements segment.LiveStore.
func (s *Store) Following(ctx context.Context, of segment.ID) (segment.Following, error) {
	const op = "storage.Following"
	var rows []followingRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?live_segment AS f").
		Where("f.tenant_id = ?tenant AND f.segment_id = ?", dbID(of)).Scan(ctx)
	if err != nil {
		return segment.Following{}, s.wrap(op, err)
	}
	if len(rows) == 0 {
		return segment.Following{}, errs.NotFound(op, "segment")
	}
	f, err := rows[0].following()
	return f, s.wrap(op, err)
}

// InsertFollowing implements segment.LiveStore.
func (s *Store) InsertFollowing(ctx context.Context, f segment.Following) error {
	const op = "storage.InsertFollowing"
	row, err := s.followingRow(f)
	if err != nil {
		return s.wrap(op, err)
	}
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "live_segment", "segment", []followingRow{row})
	})
}

// UpdateFollowing implements segment.LiveStore.
func (s *Store) UpdateFollowing(ctx context.Context, old, next segment.Following) (done bool, err error) {
	const op = "storage.UpdateFollowing"
	row, err := s.followingRow(next)
	if err != nil {
		return false, s.wrap(op, err)
	}
	err = s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, `UPDATE ?live_segment SET rule = ?, since = ?, generation = ?, built = ?, built_to = ?
			WHERE tenant_id = ?tenant AND segment_id = ? AND generation = ? AND built = ? AND built_to = ?`,
			row.Rule, row.Since, row.Generation, row.Built, row.BuiltTo,
			dbID(old.Segment), old.Generation, old.Built, dbID(old.BuiltTo))
		done = n == 1
		return err
	})
	return done, err
}

// DeleteFollowing implements segment.LiveStore.
func (s *Store) DeleteFollowing(ctx context.Context, of segment.ID) error {
	const op = "storage.DeleteFollowing"
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, "DELETE FROM ?live_segment WHERE tenant_id = ?tenant AND segment_id = ?", dbID(of))
		if err == nil && n == 0 {
			err = errs.NotFound(op, "segment")
		}
		return err
	})
}

// HoldFollowings implements segment.LiveStore. The lock keeps rows from being
// deleted, but not from being built further.
func (s *Store) HoldFollowings(ctx context.Context, segments []segment.ID) (int, error) {
	n := 0
	err := inChunks(distinct(segments), func(chunk []dbID) error {
		var found []dbID
		err := s.db.NewRaw("SELECT segment_id FROM ?live_segment WHERE tenant_id = ?tenant AND segment_id IN (?) ORDER BY segment_id ?keepkeys",
			idList(chunk)).Scan(ctx, &found)
		n += len(found)
		return err
	})
	return n, s.wrap("storage.HoldFollowings", err)
}

// LiveMembers implements segment.LiveStore.
func (s *Store) LiveMembers(ctx context.Context, of segment.ID, after contact.ID, limit int) ([]contact.ID, error) {
	var found []dbID
	err := s.db.NewRaw("SELECT contact_id FROM ?member WHERE tenant_id = ?tenant AND segment_id = ? AND member = ? AND contact_id > ? ORDER BY contact_id LIMIT ?",
		dbID(of), true, dbID(after), max(limit, 0)).Scan(ctx, &found)
	return contactIDs(found), s.wrap("storage.LiveMembers", err)
}

// CountLiveMembers implements segment.LiveStore.
func (s *Store) CountLiveMembers(ctx context.Context, of segment.ID) (int64, error) {
	var n int64
	err := s.db.NewRaw("SELECT COUNT(*) FROM ?member WHERE tenant_id = ?tenant AND segment_id = ? AND member = ?",
		dbID(of), true).Scan(ctx, &n)
	return n, s.wrap("storage.CountLiveMembers", err)
}

// TakeLease implements segment.LiveStore.
func (s *Store) TakeLease(ctx context.Context, name string, token int64, d time.Duration) (taken bool, err error) {
	err = s.write(ctx, "storage.TakeLease", func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, `INSERT INTO ?lease AS l (tenant_id, name, token, until) VALUES (?tenant, ?, ?, ?clock + ?)
			ON CONFLICT (tenant_id, name) DO UPDATE SET token = excluded.token, until = excluded.until
			WHERE l.token = excluded.token OR l.until <= ?clock`, name, token, d.Microseconds())
		taken = n == 1
		return err
	})
	return taken, err
}

// EndLease implements segment.LiveStore.
func (s *Store) EndLease(ctx context.Context, name string, token int64) error {
	return s.write(ctx, "storage.EndLease", func(ctx context.Context, tx *Store) error {
		_, err := tx.db.Exec(ctx, "DELETE FROM ?lease WHERE tenant_id = ?tenant AND name = ? AND token = ?", name, token)
		return err
	})
}
