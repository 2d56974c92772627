package memory

import (
	"cmp"
	"context"
	"math"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// PurgeMemberships implements segment.LiveStore.
func (s *Store) PurgeMemberships(ctx context.Context, of segment.ID, limit int) (n int64, err error) {
	err = s.write(ctx, "memory.PurgeMemberships", func(st *state) error {
		var keys []membershipKey
		for k := range st.members.from(membershipKey{first: of}) {
			if k.first != of || len(keys) >= limit {
				break
			}
			keys = append(keys, k)
		}
		for _, k := range keys {
			st.members.remove(st.edit, k)
			st.memberships.remove(st.edit, membershipKey{k.second, k.first})
		}
		n = int64(len(keys))
		return nil
	})
	return n, err
}

// membersIn calls f with the members of a segment from one on.
func (st *state) membersIn(of segment.ID, from contact.ID, f func(contact.ID) bool) {
	for k, member := range st.members.from(membershipKey{of, from}) {
		if k.first != of || member && !f(contact.ID(k.second)) {
			return
		}
	}
}

// LiveMembers implements segment.LiveStore.
func (s *Store) LiveMembers(ctx context.Context, of segment.ID, after contact.ID, limit int) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.LiveMembers")
	if err != nil || limit <= 0 {
		return nil, err
	}
	var list []contact.ID
	st.membersIn(of, after, func(id contact.ID) bool {
		if id != after {
			list = append(list, id)
		}
		return len(list) < limit
	})
	return list, nil
}

// CountLiveMembers implements segment.LiveStore.
func (s *Store) CountLiveMembers(ctx context.Context, of segment.ID) (int64, error) {
	st, err := s.read(ctx, "memory.CountLiveMembers")
	if err != nil {
		return 0, err
	}
	var n int64
	st.membersIn(of, contact.ID{}, func(contact.ID) bool {
		n++
		return true
	})
	return n, nil
}

// change is a row of the feed.
type change struct {
	segment.Change
	delivered bool
}

// changeKey sorts changes by what stands before, if anything, and then by when
// they were found. The table itself has no group.
type changeKey struct {
	group   [16]byte
	found   int64 // microseconds since 1970
	contact contact.ID
	number  int64
}

func (k changeKey) Compare(o changeKey) int {
	return cmp.Or(contact.ID(k.group).Compare(o.group), cmp.Compare(k.found, o.found), k.contact.Compare(o.contact), cmp.Compare(k.number, o.number))
}

func keyOf(c segment.Change) changeKey {
	return changeKey{found: c.FoundAt.UnixMicro(), contact: c.Contact, number: c.Number}
}

func (k changeKey) in(group [16]byte) changeKey {
	k.group = group
	return k
}

func (st *state) addChange(c segment.Change) {
	k := keyOf(c)
	st.feed.put(st.edit, k, &change{Change: c})
	st.feedOf.put(st.edit, k.in(c.Contact), struct{}{})
	st.feedIn.put(st.edit, k.in(c.Segment), struct{}{})
	st.undelivered.put(st.edit, k, struct{}{})
}

// Changes implements segment.LiveStore.
func (s *Store) Changes(ctx context.Context, q segment.ChangeQuery) ([]segment.Change, error) {
	st, err := s.read(ctx, "memory.Changes")
	if err != nil {
		return nil, err
	}
	var group [16]byte
	index := st.undelivered
	switch {
	case !q.Contact.IsZero():
		index, group = st.feedOf, q.Contact
	case !q.Segment.IsZero():
		index, group = st.feedIn, q.Segment
	case !q.Undelivered:
		return st.allChanges(q), nil
	}
	var list []segment.Change
	for k := range index.from(from(q).in(group)) {
		if k.group != group || len(list) >= q.Limit {
			break
		}
		if c, _ := st.feed.get(k.in([16]byte{})); selects(q, c) {
			list = append(list, c.Change)
		}
	}
	return list, nil
}

func (st *state) allChanges(q segment.ChangeQuery) []segment.Change {
	var list []segment.Change
	for _, c := range st.feed.from(from(q)) {
		if len(list) >= q.Limit {
			break
		}
		if selects(q, c) {
			list = append(list, c.Change)
		}
	}
	return list
}

// from is the first key that the query may select.
func from(q segment.ChangeQuery) changeKey {
	if q.After.Number == 0 {
		return changeKey{found: math.MinInt64}
	}
	return keyOf(q.After)
}

func selects(q segment.ChangeQuery, c *change) bool {
	return (q.Contact.IsZero() || c.Contact == q.Contact) && (q.Segment.IsZero() || c.Segment == q.Segment) &&
		!(q.Undelivered && c.delivered) && (q.After.Number == 0 || keyOf(c.Change) != keyOf(q.After))
}

// MarkDelivered implements segment.LiveStore.
func (s *Store) MarkDelivered(ctx context.Context, changes []segment.Change) error {
	return s.write(ctx, "memory.MarkDelivered", func(st *state) error {
		for _, c := range changes {
			k := keyOf(c)
			if row, found := st.feed.get(k); found && !row.delivered {
				st.feed.put(st.edit, k, &change{row.Change, true})
				st.undelivered.remove(st.edit, k)
			}
		}
		return nil
	})
}

// PurgeChanges implements segment.LiveStore.
func (s *Store) PurgeChanges(ctx context.Context, before time.Time, limit int) (n int64, err error) {
	err = s.write(ctx, "memory.PurgeChanges", func(st *state) error {
		var keys []changeKey
		for k, c := range st.feed.from(changeKey{found: math.MinInt64}) {
			if k.found >= before.UnixMicro() || len(keys) >= limit {
				break
			}
			if c.delivered {
				keys = append(keys, k)
			}
		}
		for _, k := range keys {
			c, _ := st.feed.get(k)
			st.feed.remove(st.edit, k)
			st.feedOf.remove(st.edit, k.in(c.Contact))
			st.feedIn.remove(st.edit, k.in(c.Segment))
		}
		n = int64(len(keys))
		return nil
	})
	return n, err
}

// lease is who may do something alone, and until when.
type lease struct {
	token int64
	until time.Time
}

// TakeLease implements segment.LiveStore.
func (s *Store) TakeLease(ctx context.Context, name string, token int64, d time.Duration) (taken bool, err error) {
	err = s.write(ctx, "memory.TakeLease", func(st *state) error {
		now := time.Now()
		l, held := st.leases.get(text(name))
		taken = !held || l.token == token || !now.Before(l.until)
		if taken {
			st.leases.put(st.edit, text(name), lease{token, now.Add(d)})
		}
		return nil
	})
	return taken, err
}

// EndLease implements segment.LiveStore.
func (s *Store) EndLease(ctx context.Context, name string, token int64) error {
	return s.write(ctx, "memory.EndLease", func(st *state) error {
		if l, held := st.leases.get(text(name)); held && l.token == token {
			st.leases.remove(st.edit, text(name))
		}
		return nil
	})
}
