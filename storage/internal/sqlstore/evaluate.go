package sqlstore

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// selection compiles a rule into a query for the columns of its members, to
// which further conditions on the alias c can be added.
func (s *Store) selection(columns string, r segment.Resolved, f form) frag {
	c := &compiler{dialect: s.d, tenant: s.tenant, table: s.table, form: f}
	with, condition := c.compile(r, "c")
	return cat(with, raw("SELECT "+columns+" FROM "+s.table("contact")+" AS c WHERE c.tenant_id = ? AND ", s.tenant), condition)
}

// CountMembers implements segment.Evaluator.
func (s *Store) CountMembers(ctx context.Context, r segment.Resolved) (int64, error) {
	q := s.selection("COUNT(*)", r, population)
	var n int64
	err := s.db.NewRaw(q.sql, q.args...).Scan(ctx, &n)
	return n, s.wrap("storage.CountMembers", err)
}

// Members implements segment.Evaluator.
func (s *Store) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	q := cat(s.selection("c.id", r, population), raw(" AND c.id > ? ORDER BY c.id LIMIT ?", dbID(after), limit))
	return s.scanIDs(ctx, "storage.Members", q)
}

// MembersAmong implements segment.Evaluator.
func (s *Store) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, contact.ID.Compare)
	var members []contact.ID
	err := inChunks(slices.Compact(sorted), func(chunk []contact.ID) error {
		list := make(idList, len(chunk))
		for i, id := range chunk {
			list[i] = dbID(id)
		}
		q := cat(s.selection("c.id", r, handful), raw(" AND c.id IN (?) ORDER BY c.id", list))
		found, err := s.scanIDs(ctx, "storage.MembersAmong", q)
		members = append(members, found...)
		return err
	})
	return members, err
}

func (s *Store) scanIDs(ctx context.Context, op string, q frag) ([]contact.ID, error) {
	var found []dbID
	if err := s.db.NewRaw(q.sql, q.args...).Scan(ctx, &found); err != nil {
		return nil, s.wrap(op, err)
	}
	ids := make([]contact.ID, len(found))
	for i, id := range found {
		ids[i] = contact.ID(id)
	}
	return ids, nil
}
