package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// segmentRow is a row of the table segment.
type segmentRow struct {
	bun.BaseModel `bun:"alias:s"`

	TenantID  string
	ID        dbID
	Name      string
	Rule      string
	CreatedAt int64
	UpdatedAt int64
}

func (s *Store) segmentRow(g segment.Segment) (segmentRow, error) {
	rule, err := encode(g.Rule)
	return segmentRow{
		TenantID: s.tenant, ID: dbID(g.ID), Name: g.Name, Rule: rule,
		CreatedAt: g.CreatedAt.UnixMicro(), UpdatedAt: g.UpdatedAt.UnixMicro(),
	}, err
}

func (r *segmentRow) segment() (segment.Segment, error) {
	g := segment.Segment{
		ID: segment.ID(r.ID), Name: r.Name, CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
	}
	return g, decode(r.Rule, &g.Rule)
}

// InsertSegment implements segment.Store.
func (s *Store) InsertSegment(ctx context.Context, g segment.Segment) error {
	const op = "storage.InsertSegment"
	row, err := s.segmentRow(g)
	if err != nil {
		return s.wrap(op, err)
	}
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return insertNamed(ctx, tx, op, "segment", row.ID, row)
	})
}

// UpdateSegment implements segment.Store.
func (s *Store) UpdateSegment(ctx context.Context, g segment.Segment) error {
	const op = "storage.UpdateSegment"
	row, err := s.segmentRow(g)
	if err != nil {
		return s.wrap(op, err)
	}
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return tx.updateNamed(ctx, op, "segment", row.ID, row.Name, "name = ?, rule = ?, updated_at = ?",
			row.Name, row.Rule, row.UpdatedAt)
	})
}

// insertNamed adds a row with an id and a name that are unique, or says which
// of the two is taken.
func insertNamed[R any](ctx context.Context, s *Store, op, table string, id dbID, row R) error {
	n, err := insert(ctx, s, table, []R{row}, orNothing)
	if err != nil || n == 1 {
		return err
	}
	known, err := s.exists(ctx, "SELECT 1 FROM ? WHERE tenant_id = ?tenant AND id = ?", bun.Safe(s.table(table)), id)
	switch {
	case err != nil:
		return err
	case known:
		return errs.Conflict(op, "id", "exists", "exists already")
	}
	return nameTaken(op, table)
}

func nameTaken(op, table string) error {
	return errs.Conflict(op, "name", "taken", "belongs to another "+table)
}

// updateNamed sets columns of a row whose name is unique. A name that belongs
// to another row is found before it is written, because on PostgreSQL a
// violation would end the host's transaction.
func (s *Store) updateNamed(ctx context.Context, op, table string, id dbID, name, set string, args ...any) error {
	n, err := s.db.Exec(ctx, "UPDATE ? AS t SET ? WHERE t.tenant_id = ?tenant AND t.id = ? AND NOT EXISTS"+
		" (SELECT 1 FROM ? AS o WHERE o.tenant_id = ?tenant AND o.name = ? AND o.id <> ?)",
		bun.Safe(s.table(table)), bun.SafeQuery(set, args...), id, bun.Safe(s.table(table)), name, id)
	if err != nil || n == 1 {
		return err
	}
	known, err := s.exists(ctx, "SELECT 1 FROM ? WHERE tenant_id = ?tenant AND id = ?", bun.Safe(s.table(table)), id)
	switch {
	case err != nil:
		return err
	case known:
		return nameTaken(op, table)
	}
	return errs.NotFound(op, "id")
}

// exists reports whether a query returns a row.
func (s *Store) exists(ctx context.Context, query string, args ...any) (bool, error) {
	var found []int64
	err := s.db.NewRaw(query, args...).Scan(ctx, &found)
	return len(found) > 0, err
}

// Segment implements segment.Store.
func (s *Store) Segment(ctx context.Context, id segment.ID) (segment.Segment, error) {
	return s.segment(ctx, "storage.Segment", "id", dbID(id))
}

// SegmentByName implements segment.Store.
func (s *Store) SegmentByName(ctx context.Context, name string) (segment.Segment, error) {
	return s.segment(ctx, "storage.SegmentByName", "name", name)
}

// segment reads the segment with the value in a column.
func (s *Store) segment(ctx context.Context, op, column string, value any) (segment.Segment, error) {
	var row segmentRow
	err := s.db.NewSelect().Model(&row).ModelTableExpr("?segment AS s").
		Where("s.tenant_id = ?tenant").Where("s.? = ?", bun.Ident(column), value).Scan(ctx)
	if err != nil {
		return segment.Segment{}, s.wrapAt(op, column, err)
	}
	g, err := row.segment()
	return g, s.wrap(op, err)
}

// Segments implements segment.Store.
func (s *Store) Segments(ctx context.Context) ([]segment.Segment, error) {
	const op = "storage.Segments"
	var rows []segmentRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?segment AS s").
		Where("s.tenant_id = ?tenant").Order("s.name").Scan(ctx)
	if err != nil {
		return nil, s.wrap(op, err)
	}
	list := make([]segment.Segment, len(rows))
	for i := range rows {
		if list[i], err = rows[i].segment(); err != nil {
			return nil, s.wrap(op, err)
		}
	}
	return list, nil
}
