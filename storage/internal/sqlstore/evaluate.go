package sqlstore

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// CountMembers implements segment.Evaluator.
func (s *Store) CountMembers(ctx context.Context, r segment.Resolved) (int64, error) {
	q := s.compiler().countOf(r)
	var n int64
	err := s.planned(ctx, "storage.CountMembers", func(ctx context.Context, tx *Store) error {
		return tx.db.NewRaw(q.sql, q.args...).Scan(ctx, &n)
	})
	return n, err
}

// Members implements segment.Evaluator.
func (s *Store) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	q := cat(raw("SELECT contact_id FROM ("), s.compiler().population(r), raw(") AS r WHERE contact_id > ? ORDER BY contact_id LIMIT ?", dbID(after), limit))
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
		found, err := s.scanIDs(ctx, "storage.MembersAmong", s.compiler().among(r, list))
		members = append(members, found...)
		return err
	})
	return members, err
}

// RankBound implements segment.Evaluator. The two queries may see different
// states of the database; then the place is a little off, as it would have been
// a moment before or after.
func (s *Store) RankBound(ctx context.Context, t segment.RankTest) (bound int64, ok bool, err error) {
	values, order := s.compiler().ranked(t), " ORDER BY v DESC"
	if t.Least {
		order = " ORDER BY v"
	}
	err = s.planned(ctx, "storage.RankBound", func(ctx context.Context, tx *Store) error {
		var n int64
		count := cat(raw("SELECT COUNT(*) FROM ("), values, raw(") AS r"))
		if err := tx.db.NewRaw(count.sql, count.args...).Scan(ctx, &n); err != nil || n == 0 {
			return err
		}
		var found []int64
		one := cat(values, raw(order+" LIMIT 1 OFFSET ?", t.Place(n)-1))
		err := tx.db.NewRaw("SELECT CAST(v AS bigint) FROM ("+one.sql+") AS r", one.args...).Scan(ctx, &found)
		if ok = len(found) > 0; ok {
			bound = found[0]
		}
		return err
	})
	return bound, ok, err
}

func (s *Store) scanIDs(ctx context.Context, op string, q frag) ([]contact.ID, error) {
	var found []dbID
	err := s.planned(ctx, op, func(ctx context.Context, tx *Store) error {
		found = nil
		return tx.db.NewRaw(q.sql, q.args...).Scan(ctx, &found)
	})
	if err != nil {
		return nil, err
	}
	ids := make([]contact.ID, len(found))
	for i, id := range found {
		ids[i] = contact.ID(id)
	}
	return ids, nil
}

// planned runs a query on sets. PostgreSQL expects the worst of the look-ups
// that a set makes only for purchases of the future, and spends more than a
// second on compiling such a query to machine code; so that is switched off,
// but not in a transaction of the host's, which would keep the setting.
func (s *Store) planned(ctx context.Context, op string, query func(context.Context, *Store) error) error {
	if s.bound || s.d.plainPlans == "" {
		return s.wrap(op, query(ctx, s))
	}
	return s.retry(ctx, op, func() error {
		return s.transact(ctx, op, func(ctx context.Context, tx *Store) error {
			if _, err := tx.db.Exec(ctx, s.d.plainPlans); err != nil {
				return tx.wrap(op, err)
			}
			return tx.wrap(op, query(ctx, tx))
		})
	})
}
