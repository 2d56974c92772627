package sqlstore

import (
	"context"

	"github.com/stammkunde/crm/contact"
)

// LinkedTo implements contact.Store, in the order of the index over the values
// of elements.
func (s *Store) LinkedTo(ctx context.Context, to contact.ID, kind contact.LinkKind, after contact.ID, limit int) ([]contact.ID, error) {
	const op = "storage.LinkedTo"
	if limit <= 0 {
		return nil, nil
	}
	q := s.db.NewSelect().TableExpr("?contact_element AS e").Column("e.contact_id").
		Where("e.tenant_id = ?tenant AND e.list = ? AND e.value = ? AND e.contact_id > ?", string(links), to.String(), dbID(after))
	if kind != "" {
		q = q.Where("e.kind = ?", string(kind))
	}
	var rows []dbID
	if err := q.Group("e.contact_id").Order("e.contact_id").Limit(int64(limit)).Scan(ctx, &rows); err != nil {
		return nil, s.wrap(op, err)
	}
	list := make([]contact.ID, len(rows))
	for i, id := range rows {
		list[i] = contact.ID(id)
	}
	return list, nil
}
