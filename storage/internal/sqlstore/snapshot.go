package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// snapshotRow is a row of the table snapshot.
type snapshotRow struct {
	bun.BaseModel `bun:"alias:s"`

	TenantID  string
	ID        dbID
	Name      string
	Rule      string
	AsOf      int64
	CreatedAt int64
}

func (r *snapshotRow) snapshot() (segment.Snapshot, error) {
	snap := segment.Snapshot{ID: segment.SnapshotID(r.ID), Name: r.Name, AsOf: instant(r.AsOf), CreatedAt: instant(r.CreatedAt)}
	return snap, decode(r.Rule, &snap.Rule)
}

// frozenRow is a row of the table snapshot_member.
type frozenRow struct {
	bun.BaseModel `bun:"alias:m"`

	TenantID   string
	ContactID  dbID
	SnapshotID dbID
}

// InsertSnapshot implements segment.SnapshotStore.
func (s *Store) InsertSnapshot(ctx context.Context, snap segment.Snapshot) error {
	const op = "storage.InsertSnapshot"
	rule, err := encode(snap.Rule)
	if err != nil {
		return s.wrap(op, err)
	}
	row := snapshotRow{
		TenantID: s.tenant, ID: dbID(snap.ID), Name: snap.Name, Rule: rule,
		AsOf: snap.AsOf.UnixMicro(), CreatedAt: snap.CreatedAt.UnixMicro(),
	}
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "snapshot", "name", []snapshotRow{row})
	})
}

// InsertSnapshotMembers implements segment.SnapshotStore.
func (s *Store) InsertSnapshotMembers(ctx context.Context, of segment.SnapshotID, members []contact.ID) error {
	const op = "storage.InsertSnapshotMembers"
	if len(members) == 0 {
		return nil
	}
	rows := make([]frozenRow, len(members))
	for i, m := range members {
		rows[i] = frozenRow{TenantID: s.tenant, ContactID: dbID(m), SnapshotID: dbID(of)}
	}
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "snapshot_member", "contact", rows)
	})
}

// CopyMembers implements segment.MemberCopier, in one statement.
func (s *Store) CopyMembers(ctx context.Context, r segment.Resolved, into segment.SnapshotID) error {
	const op = "storage.CopyMembers"
	q := cat(raw("INSERT INTO "+s.table("snapshot_member")+" (tenant_id, contact_id, snapshot_id) SELECT ?, s.contact_id, ? FROM (", s.tenant, dbID(into)),
		s.compiler().population(r), raw(") AS s"))
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		if tx.d.plainPlans != "" && !tx.foreign { // as in planned
			if _, err := tx.db.Exec(ctx, tx.d.plainPlans); err != nil {
				return err
			}
		}
		_, err := tx.db.Exec(ctx, q.sql, q.args...)
		return err
	})
}

// Snapshot implements segment.SnapshotStore.
func (s *Store) Snapshot(ctx context.Context, id segment.SnapshotID) (segment.Snapshot, error) {
	const op = "storage.Snapshot"
	var row snapshotRow
	err := s.db.NewSelect().Model(&row).ModelTableExpr("?snapshot AS s").
		Where("s.tenant_id = ?tenant AND s.id = ?", dbID(id)).Scan(ctx)
	if err != nil {
		return segment.Snapshot{}, s.wrap(op, err)
	}
	snap, err := row.snapshot()
	return snap, s.wrap(op, err)
}

// Snapshots implements segment.SnapshotStore.
func (s *Store) Snapshots(ctx context.Context) ([]segment.Snapshot, error) {
	const op = "storage.Snapshots"
	var rows []snapshotRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?snapshot AS s").
		Where("s.tenant_id = ?tenant").Order("s.name").Scan(ctx)
	if err != nil {
		return nil, s.wrap(op, err)
	}
	list := make([]segment.Snapshot, len(rows))
	for i := range rows {
		if list[i], err = rows[i].snapshot(); err != nil {
			return nil, s.wrap(op, err)
		}
	}
	return list, nil
}

// SnapshotMembers implements segment.SnapshotStore.
func (s *Store) SnapshotMembers(ctx context.Context, q segment.SnapshotQuery) ([]contact.ID, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	const also = "EXISTS (SELECT 1 FROM ?snapshot_member AS o WHERE o.tenant_id = ?tenant AND o.contact_id = m.contact_id AND o.snapshot_id = ?)"
	var rows []frozenRow
	sel := s.db.NewSelect().Model(&rows).ModelTableExpr("?snapshot_member AS m ?use_snapshot_member_snapshot").
		Where("m.tenant_id = ?tenant AND m.snapshot_id = ? AND m.contact_id > ?", dbID(q.In), dbID(q.After)).
		Order("m.contact_id").Limit(int64(q.Limit))
	if !q.And.IsZero() {
		sel = sel.Where(also, dbID(q.And))
	}
	if !q.AndNot.IsZero() {
		sel = sel.Where("NOT "+also, dbID(q.AndNot))
	}
	err := sel.Scan(ctx)
	list := make([]contact.ID, len(rows))
	for i, r := range rows {
		list[i] = contact.ID(r.ContactID)
	}
	return list, s.wrap("storage.SnapshotMembers", err)
}
