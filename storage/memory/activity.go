package memory

import (
	"context"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// ClaimRefs implements activity.Store.
func (s *Store) ClaimRefs(ctx context.Context, entries []activity.RefEntry) ([]activity.RefEntry, error) {
	bound := make([]activity.RefEntry, len(entries))
	err := s.write(ctx, "memory.ClaimRefs", func(st *state) error {
		for i, e := range entries {
			bound[i] = st.claimRef(e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return bound, nil
}

func (st *state) claimRef(e activity.RefEntry) activity.RefEntry {
	key := external(e.Ref)
	if first, bound := st.refs.get(key); bound {
		return first
	}
	st.refs.put(st.edit, key, e)
	return e
}

// FindRefs implements activity.Store.
func (s *Store) FindRefs(ctx context.Context, refs []activity.Ref) ([]activity.RefEntry, error) {
	st, err := s.read(ctx, "memory.FindRefs")
	if err != nil {
		return nil, err
	}
	bound := make([]activity.RefEntry, len(refs))
	for i, ref := range refs {
		bound[i], _ = st.refs.get(external(ref))
	}
	return bound, nil
}

// InsertActivities implements activity.Store. It returns errs.ErrConflict when
// anybody has an activity of that id already.
func (s *Store) InsertActivities(ctx context.Context, activities []activity.Activity) error {
	const op = "memory.InsertActivities"
	return s.write(ctx, op, func(st *state) error {
		for _, a := range activities {
			if !st.contacts.has(a.Contact) {
				return errs.NotFound(op, "contact")
			}
		}
		for _, a := range activities {
			if st.activities.has(a.ID) {
				return errs.Conflict(op, "id", "exists", "exists already")
			}
			row := cloneActivity(a)
			st.activities.put(st.edit, a.ID, row)
			st.history.put(st.edit, historyKey{a.Contact, a.At.UnixMicro(), a.ID}, row)
			st.mark(a.Contact, a.RecordedAt)
		}
		return nil
	})
}

// Activity implements activity.Store.
func (s *Store) Activity(ctx context.Context, of contact.ID, id activity.ID) (activity.Activity, error) {
	const op = "memory.Activity"
	st, err := s.read(ctx, op)
	if err != nil {
		return activity.Activity{}, err
	}
	a, found := st.activities.get(id)
	if !found || a.Contact != of {
		return activity.Activity{}, errs.NotFound(op, "id")
	}
	return *cloneActivity(*a), nil
}

// historyOf iterates over the history of a contact, newest first, behind a
// position.
func (st *state) historyOf(behind historyKey) iter.Seq[*activity.Activity] {
	return func(yield func(*activity.Activity) bool) {
		for k, a := range st.history.from(behind) {
			if k.contact != behind.contact || k != behind && !yield(a) {
				return
			}
		}
	}
}

// newest is the position before the newest activity of a contact.
func newest(of contact.ID) historyKey {
	return historyKey{contact: of, at: math.MaxInt64}
}

// History implements activity.Store.
func (s *Store) History(ctx context.Context, q activity.HistoryQuery) ([]activity.Activity, error) {
	st, err := s.read(ctx, "memory.History")
	if err != nil {
		return nil, err
	}
	behind := newest(q.Contact)
	if !q.BeforeAt.IsZero() {
		behind.at, behind.id = q.BeforeAt.UnixMicro(), q.BeforeID
	}
	var list []activity.Activity
	for a := range st.historyOf(behind) {
		if len(list) >= q.Limit {
			break
		}
		if len(q.Kinds) == 0 || slices.Contains(q.Kinds, a.Kind) {
			list = append(list, *cloneActivity(*a))
		}
	}
	return list, nil
}

// ActivitiesOf implements activity.Store.
func (s *Store) ActivitiesOf(ctx context.Context, contacts []contact.ID) ([]activity.Activity, error) {
	st, err := s.read(ctx, "memory.ActivitiesOf")
	if err != nil {
		return nil, err
	}
	var list []activity.Activity
	for _, of := range distinct(contacts) {
		start := len(list)
		for a := range st.historyOf(newest(of)) {
			list = append(list, *cloneActivity(*a))
		}
		slices.Reverse(list[start:])
	}
	return list, nil
}

// distinct returns the ids in ascending order, each once.
func distinct(ids []contact.ID) []contact.ID {
	return slices.Compact(slices.SortedFunc(slices.Values(ids), contact.ID.Compare))
}

// ChannelUse implements activity.Store.
func (s *Store) ChannelUse(ctx context.Context, contacts []contact.ID, until time.Time) ([]activity.ChannelUse, error) {
	st, err := s.read(ctx, "memory.ChannelUse")
	if err != nil {
		return nil, err
	}
	var list []activity.ChannelUse
	for _, of := range distinct(contacts) {
		use := st.channelUse(of, until)
		for _, ch := range slices.Sorted(maps.Keys(use)) {
			list = append(list, use[ch])
		}
	}
	return list, nil
}

func (st *state) channelUse(of contact.ID, until time.Time) map[contact.Channel]activity.ChannelUse {
	use := make(map[contact.Channel]activity.ChannelUse)
	for a := range st.historyOf(newest(of)) {
		if a.Direction != activity.Inbound || a.Channel == "" || a.At.After(until) {
			continue
		}
		u, known := use[a.Channel]
		if !known {
			u = activity.ChannelUse{Contact: of, Channel: a.Channel, Last: a.At} // the newest comes first
		}
		u.Count++
		use[a.Channel] = u
	}
	return use
}
