package sqlstore

import (
	"bytes"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// selection compiles a rule into "FROM contact AS c WHERE ..." .
func (s *Store) selection(r segment.Resolved, f form) frag {
	c := &compiler{dialect: s.d, tenant: s.tenant, table: s.table, form: f}
	return cat(
		raw(" FROM "+s.table("contact")+" AS c WHERE c.tenant_id = ? AND ", s.tenant),
		c.condition(&r.Root, "c", false),
	)
}

// CountMembers implements segment.Evaluator.
func (s *Store) CountMembers(ctx context.Context, r segment.Resolved) (int64, error) {
	q := cat(raw("SELECT COUNT(*)"), s.selection(r, population))
	var n int64
	err := s.db.NewRaw(q.sql, q.args...).Scan(ctx, &n)
	return n, s.wrap("CountMembers", err)
}

// Members implements segment.Evaluator.
func (s *Store) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	q := cat(raw("SELECT c.id"), s.selection(r, population),
		raw(" AND c.id > ? ORDER BY c.id LIMIT ?", dbID(after), limit))
	return s.scanIDs(ctx, "Members", q)
}

// MembersAmong implements segment.Evaluator.
func (s *Store) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	const chunk = 500
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, func(a, b contact.ID) int { return bytes.Compare(a[:], b[:]) })
	sorted = slices.Compact(sorted)
	var members []contact.ID
	for part := range slices.Chunk(sorted, chunk) {
		list := make([]frag, len(part))
		for i, id := range part {
			list[i] = raw("?", dbID(id))
		}
		q := cat(raw("SELECT c.id"), s.selection(r, handful), raw(" AND c.id IN ("), join(", ", list...), raw(") ORDER BY c.id"))
		found, err := s.scanIDs(ctx, "MembersAmong", q)
		if err != nil {
			return nil, err
		}
		members = append(members, found...)
	}
	return members, nil
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
