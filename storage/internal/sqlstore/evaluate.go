package sqlstore

import (
	"bytes"
	"context"
	"slices"
	"strings"

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

// Members implements segment.Evaluator. What looks beyond the records is asked of one
// stretch of the contacts after the other, until there are enough: else every page would
// take as long as counting.
func (s *Store) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	const op = "storage.Members"
	page := func(c *compiler, after dbID, limit int) ([]contact.ID, error) {
		return s.scanIDs(ctx, op, cat(raw("SELECT contact_id FROM ("), c.population(r),
			raw(") AS r WHERE contact_id > ? ORDER BY contact_id LIMIT ?", after, limit)))
	}
	if !beyondRecord(&r.Root) || limit <= 0 {
		return page(s.compiler(), dbID(after), limit)
	}
	var members []contact.ID
	for size := firstStretch * limit; ; {
		to, err := s.stretchEnd(ctx, dbID(after), size)
		if err != nil {
			return nil, s.wrap(op, err)
		}
		c := s.compiler()
		c.stretch = &stretch{dbID(after), to}
		found, err := page(c, dbID(after), limit-len(members))
		if err != nil {
			return nil, err
		}
		members = append(members, found...)
		if to == lastID || len(members) == limit {
			return members, nil
		}
		after, size = contact.ID(to), nextStretch(size, len(found), limit-len(members))
	}
}

// The first stretch has so many contacts for each that is wanted, and the next one at most
// so many times as many as the one before.
const (
	firstStretch  = 16
	growthStretch = 8
)

// nextStretch is how many contacts to ask next, when some were found among so many and
// more are wanted.
func nextStretch(size, found, wanted int) int {
	if found == 0 {
		return growthStretch * size
	}
	return min(max(size, size/found*wanted*5/4), growthStretch*size)
}

// lastID is that of no contact, behind all.
var lastID = dbID(bytes.Repeat([]byte{0xFF}, len(dbID{})))

// stretchEnd gives the contact with which a stretch of so many ends, lastID when there
// are no more.
func (s *Store) stretchEnd(ctx context.Context, after dbID, size int) (dbID, error) {
	var found []dbID
	err := s.db.NewRaw("SELECT id FROM ?contact WHERE tenant_id = ?tenant AND id > ? ORDER BY id LIMIT 1 OFFSET ?", after, size-1).Scan(ctx, &found)
	if err != nil || len(found) == 0 {
		return lastID, err
	}
	return found[0], nil
}

// fewLookUps is up to how many look-ups PostgreSQL does not think of compiling a query. It
// begins at a cost of 100,000 and takes a look-up for 10 to 25.
const fewLookUps = 1500

// MembersAmong implements segment.Evaluator. A query for few contacts needs no transaction
// to be planned in, which costs a third of what the query does.
func (s *Store) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	const op = "storage.MembersAmong"
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, contact.ID.Compare)
	var members []contact.ID
	err := inChunks(slices.Compact(sorted), func(chunk []contact.ID) error {
		list := make(idList, len(chunk))
		for i, id := range chunk {
			list[i] = dbID(id)
		}
		q := s.compiler().among(r, list)
		if len(list)*strings.Count(q.sql, "SELECT") > fewLookUps {
			found, err := s.scanIDs(ctx, op, q)
			members = append(members, found...)
			return err
		}
		found, err := s.readIDs(ctx, q)
		members = append(members, found...)
		return s.wrap(op, err)
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

// scanIDs reads ids by a query on sets.
func (s *Store) scanIDs(ctx context.Context, op string, q frag) (ids []contact.ID, err error) {
	err = s.planned(ctx, op, func(ctx context.Context, tx *Store) error {
		ids, err = tx.readIDs(ctx, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

func (s *Store) readIDs(ctx context.Context, q frag) ([]contact.ID, error) {
	var found []dbID
	if err := s.db.NewRaw(q.sql, q.args...).Scan(ctx, &found); err != nil {
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
