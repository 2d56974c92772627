package memory

import (
	"cmp"
	"context"
	"math"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// watch is what is kept of a contact beside its memberships.
type watch struct {
	version            int64
	changed, evaluated time.Time
	removed            time.Time
	due                time.Time
	changes            int64
}

// watchKey sorts contacts by an instant.
type watchKey struct {
	at      int64 // microseconds since 1970
	contact contact.ID
}

func (k watchKey) Compare(o watchKey) int {
	return cmp.Or(cmp.Compare(k.at, o.at), k.contact.Compare(o.contact))
}

// membershipKey sorts by contact, or, with the member first, by segment.
type membershipKey struct{ first, second [16]byte }

func (k membershipKey) Compare(o membershipKey) int {
	return cmp.Or(contact.ID(k.first).Compare(o.first), contact.ID(k.second).Compare(o.second))
}

// mark notes that something was written about a contact. What was recorded at
// no instant counts as the earliest one, because the zero time means that there
// is no mark.
func (st *state) mark(of contact.ID, at time.Time) {
	if at.IsZero() {
		at = at.Add(time.Microsecond)
	}
	w := st.watch(of)
	if w.version++; w.changed.IsZero() || at.Before(w.changed) {
		w.changed = at
	}
	st.putWatch(of, w)
}

// markRemoved is mark for something that is not there any more.
func (st *state) markRemoved(of contact.ID, at time.Time) {
	if at.IsZero() {
		at = at.Add(time.Microsecond)
	}
	st.mark(of, at)
	if w := st.watch(of); at.After(w.removed) {
		w.removed = at
		st.putWatch(of, w)
	}
}

func (st *state) watch(of contact.ID) watch {
	if w, found := st.watches.get(of); found {
		return *w
	}
	return watch{}
}

// putWatch stores a row and keeps the indexes.
func (st *state) putWatch(of contact.ID, w watch) {
	old := st.watch(of)
	index := func(t *tree[watchKey, struct{}], was, is time.Time) {
		if was.Equal(is) {
			return
		}
		if !was.IsZero() {
			t.remove(st.edit, watchKey{was.UnixMicro(), of})
		}
		if !is.IsZero() {
			t.put(st.edit, watchKey{is.UnixMicro(), of}, struct{}{})
		}
	}
	index(&st.changed, old.changed, w.changed)
	index(&st.dueNext, old.due, w.due)
	st.watches.put(st.edit, of, &w)
}

// ChangedContacts implements segment.LiveStore.
func (s *Store) ChangedContacts(ctx context.Context, limit int) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.ChangedContacts")
	if err != nil {
		return nil, err
	}
	return firstOf(st.changed, math.MaxInt64, limit), nil
}

// DueContacts implements segment.LiveStore.
func (s *Store) DueContacts(ctx context.Context, now time.Time, limit int) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.DueContacts")
	if err != nil {
		return nil, err
	}
	return firstOf(st.dueNext, now.UnixMicro(), limit), nil
}

func firstOf(t tree[watchKey, struct{}], until int64, limit int) []contact.ID {
	var list []contact.ID
	for k := range t.from(watchKey{at: math.MinInt64}) {
		if len(list) >= limit || k.at > until {
			break
		}
		list = append(list, k.contact)
	}
	return list
}

// Watches implements segment.LiveStore.
func (s *Store) Watches(ctx context.Context, contacts []contact.ID) ([]segment.Watch, error) {
	st, err := s.read(ctx, "memory.Watches")
	if err != nil {
		return nil, err
	}
	var list []segment.Watch
	for _, of := range distinct(contacts) {
		w := st.watch(of)
		full := segment.Watch{Contact: of, Version: w.version, Changed: w.changed, Removed: w.removed, Evaluated: w.evaluated, Changes: w.changes}
		for k, m := range st.memberships.from(membershipKey{first: of}) {
			if k.first != of {
				break
			}
			full.Memberships = append(full.Memberships, m)
		}
		list = append(list, full)
	}
	return list, nil
}

// SaveWatches implements segment.LiveStore.
func (s *Store) SaveWatches(ctx context.Context, updates []segment.WatchUpdate) ([]contact.ID, error) {
	var saved []contact.ID
	err := s.write(ctx, "memory.SaveWatches", func(st *state) error {
		saved = nil
		for _, u := range updates {
			if st.watch(u.Contact).version == u.Version {
				st.saveWatch(u)
				saved = append(saved, u.Contact)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return distinct(saved), nil
}

func (st *state) saveWatch(u segment.WatchUpdate) {
	st.putWatch(u.Contact, watch{version: u.Version + 1, evaluated: u.Evaluated, due: u.Due, changes: u.Changes})
	for _, m := range u.Put {
		st.memberships.put(st.edit, membershipKey{u.Contact, m.Segment}, m)
		st.members.put(st.edit, membershipKey{m.Segment, u.Contact}, m.Member)
	}
	for _, of := range u.Drop {
		st.memberships.remove(st.edit, membershipKey{u.Contact, of})
		st.members.remove(st.edit, membershipKey{of, u.Contact})
	}
	for _, c := range u.Add {
		st.addChange(c)
	}
}

// Followings implements segment.LiveStore.
func (s *Store) Followings(ctx context.Context) ([]segment.Following, error) {
	st, err := s.read(ctx, "memory.Followings")
	if err != nil {
		return nil, err
	}
	var list []segment.Following
	for _, f := range st.followings.from(segment.ID{}) {
		list = append(list, *cloneFollowing(*f))
	}
	return list, nil
}

func cloneFollowing(f segment.Following) *segment.Following {
	f.Rule = f.Rule.Clone()
	return &f
}

// Following implements segment.LiveStore.
func (s *Store) Following(ctx context.Context, of segment.ID) (segment.Following, error) {
	const op = "memory.Following"
	st, err := s.read(ctx, op)
	if err != nil {
		return segment.Following{}, err
	}
	f, found := st.followings.get(of)
	if !found {
		return segment.Following{}, errs.NotFound(op, "segment")
	}
	return *cloneFollowing(*f), nil
}

// InsertFollowing implements segment.LiveStore.
func (s *Store) InsertFollowing(ctx context.Context, f segment.Following) error {
	const op = "memory.InsertFollowing"
	return s.write(ctx, op, func(st *state) error {
		if st.followings.has(f.Segment) {
			return errs.Conflict(op, "segment", "exists", "is live already")
		}
		st.followings.put(st.edit, f.Segment, cloneFollowing(f))
		return nil
	})
}

// UpdateFollowing implements segment.LiveStore.
func (s *Store) UpdateFollowing(ctx context.Context, old, next segment.Following) (done bool, err error) {
	err = s.write(ctx, "memory.UpdateFollowing", func(st *state) error {
		f, found := st.followings.get(old.Segment)
		done = found && f.Generation == old.Generation && f.Built == old.Built && f.BuiltTo == old.BuiltTo
		if done {
			st.followings.put(st.edit, old.Segment, cloneFollowing(next))
		}
		return nil
	})
	return done, err
}

// DeleteFollowing implements segment.LiveStore.
func (s *Store) DeleteFollowing(ctx context.Context, of segment.ID) error {
	const op = "memory.DeleteFollowing"
	return s.write(ctx, op, func(st *state) error {
		if !st.followings.has(of) {
			return errs.NotFound(op, "segment")
		}
		st.followings.remove(st.edit, of)
		return nil
	})
}

// HoldFollowings implements segment.LiveStore. In a transaction everything is
// held anyway.
func (s *Store) HoldFollowings(ctx context.Context, segments []segment.ID) (int, error) {
	st, err := s.read(ctx, "memory.HoldFollowings")
	if err != nil {
		return 0, err
	}
	n := 0
	for _, of := range distinctSegments(segments) {
		if st.followings.has(of) {
			n++
		}
	}
	return n, nil
}

func distinctSegments(list []segment.ID) []segment.ID {
	ids := make([]contact.ID, len(list))
	for i, id := range list {
		ids[i] = contact.ID(id)
	}
	var out []segment.ID
	for _, id := range distinct(ids) {
		out = append(out, segment.ID(id))
	}
	return out
}
