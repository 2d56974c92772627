package sqlstore

import (
	"context"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// changeRow is a row of the table segment_change.
type changeRow struct {
	bun.BaseModel `bun:"alias:c"`

	TenantID  string
	ContactID dbID
	Number    int64
	SegmentID dbID
	Entered   bool
	At        int64
	FoundAt   int64
	Cause     string
	Delivered bool
}

func (s *Store) changeRow(c segment.Change) changeRow {
	return changeRow{
		TenantID: s.tenant, ContactID: dbID(c.Contact), Number: c.Number, SegmentID: dbID(c.Segment),
		Entered: c.Entered, At: c.At.UnixMicro(), FoundAt: c.FoundAt.UnixMicro(), Cause: string(c.Cause),
	}
}

func (r *changeRow) change() segment.Change {
	return segment.Change{
		Contact: contact.ID(r.ContactID), Number: r.Number, Segment: segment.ID(r.SegmentID),
		Entered: r.Entered, At: instant(r.At), FoundAt: instant(r.FoundAt), Cause: segment.Cause(r.Cause),
	}
}

// Changes implements segment.LiveStore.
func (s *Store) Changes(ctx context.Context, q segment.ChangeQuery) ([]segment.Change, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	var rows []changeRow
	sel := s.db.NewSelect().Model(&rows).ModelTableExpr("?segment_change AS c").Where("c.tenant_id = ?tenant").
		Order("c.found_at", "c.contact_id", "c.number").Limit(int64(q.Limit))
	if !q.Contact.IsZero() {
		sel = sel.Where("c.contact_id = ?", dbID(q.Contact))
	}
	if !q.Segment.IsZero() {
		sel = sel.Where("c.segment_id = ?", dbID(q.Segment))
	}
	if q.Undelivered {
		sel = sel.Where("NOT c.delivered")
	}
	if a := q.After; a.Number > 0 {
		sel = sel.Where("(c.found_at, c.contact_id, c.number) > (?, ?, ?)", a.FoundAt.UnixMicro(), dbID(a.Contact), a.Number)
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, s.wrap("storage.Changes", err)
	}
	list := make([]segment.Change, len(rows))
	for i := range rows {
		list[i] = rows[i].change()
	}
	return list, nil
}

// MarkDelivered implements segment.LiveStore. The tenant is part of the list
// for the reason in MoveDeliveries.
func (s *Store) MarkDelivered(ctx context.Context, changes []segment.Change) error {
	return s.write(ctx, "storage.MarkDelivered", func(ctx context.Context, tx *Store) error {
		return inChunks(changes, func(chunk []segment.Change) error {
			_, err := tx.db.Exec(ctx, `WITH taken (of_tenant, of_contact, of_number) AS (VALUES ?)
				UPDATE ?segment_change AS c SET delivered = ? FROM taken
				WHERE c.tenant_id = taken.of_tenant AND c.contact_id = taken.of_contact AND c.number = taken.of_number`,
				changeList(chunk), true)
			return err
		})
	})
}

// PurgeChanges implements segment.LiveStore.
func (s *Store) PurgeChanges(ctx context.Context, before time.Time, limit int) (n int64, err error) {
	err = s.write(ctx, "storage.PurgeChanges", func(ctx context.Context, tx *Store) error {
		n, err = tx.db.Exec(ctx, `DELETE FROM ?segment_change WHERE tenant_id = ?tenant AND (contact_id, number) IN (
			SELECT contact_id, number FROM ?segment_change
			WHERE tenant_id = ?tenant AND delivered AND found_at < ? ORDER BY found_at, contact_id, number LIMIT ?)`,
			before.UnixMicro(), max(limit, 0))
		return err
	})
	return n, err
}

// changeList writes the keys of changes as rows of VALUES.
type changeList []segment.Change

// AppendQuery implements schema.QueryAppender.
func (l changeList) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	for i, c := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = gen.AppendQuery(b, "(?tenant, ?, CAST(? AS bigint))", dbID(c.Contact), c.Number)
	}
	return b, nil
}
