package memory

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/merge"
)

// InsertMerge implements merge.Store.
func (s *Store) InsertMerge(ctx context.Context, m merge.Merge) error {
	const op = "memory.InsertMerge"
	return s.write(ctx, op, func(st *state) error {
		if st.merges.has(m.Loser) {
			return errs.Conflict(op, "loser", "exists", "exists already")
		}
		st.putMerge(m)
		return nil
	})
}

// putMerge stores a merge in the place of the one with its loser.
func (st *state) putMerge(m merge.Merge) {
	if old, found := st.merges.get(m.Loser); found {
		st.mergesInto.remove(st.edit, mergeKey{old.Winner, old.Number})
	}
	m.Before, m.Lost, m.After = *cloneContact(m.Before), *cloneContact(m.Lost), *cloneContact(m.After)
	st.merges.put(st.edit, m.Loser, &m)
	st.mergesInto.put(st.edit, mergeKey{m.Winner, m.Number}, m.Loser)
}

// UpdateMerges implements merge.Store.
func (s *Store) UpdateMerges(ctx context.Context, list []merge.Merge) error {
	return s.write(ctx, "memory.UpdateMerges", func(st *state) error {
		for _, m := range list {
			if st.merges.has(m.Loser) {
				st.putMerge(m)
			}
		}
		return nil
	})
}

// DeleteMerge implements merge.Store.
func (s *Store) DeleteMerge(ctx context.Context, loser contact.ID) error {
	return s.write(ctx, "memory.DeleteMerge", func(st *state) error {
		if old, found := st.merges.get(loser); found {
			st.mergesInto.remove(st.edit, mergeKey{old.Winner, old.Number})
			st.merges.remove(st.edit, loser)
		}
		return nil
	})
}

// MergesInto implements merge.Store.
func (s *Store) MergesInto(ctx context.Context, winners []contact.ID) ([]merge.Merge, error) {
	st, err := s.read(ctx, "memory.MergesInto")
	if err != nil {
		return nil, err
	}
	var list []merge.Merge
	for _, winner := range distinct(winners) {
		for k, loser := range st.mergesInto.from(mergeKey{winner: winner}) {
			if k.winner != winner {
				break
			}
			list = append(list, st.merge(loser))
		}
	}
	return list, nil
}

// merge copies a merge that is there.
func (st *state) merge(loser contact.ID) merge.Merge {
	row, _ := st.merges.get(loser)
	m := *row
	m.Before, m.Lost, m.After = *cloneContact(m.Before), *cloneContact(m.Lost), *cloneContact(m.After)
	return m
}

// MergeOf implements merge.Store.
func (s *Store) MergeOf(ctx context.Context, loser contact.ID) (merge.Merge, error) {
	const op = "memory.MergeOf"
	st, err := s.read(ctx, op)
	switch {
	case err != nil:
		return merge.Merge{}, err
	case !st.merges.has(loser):
		return merge.Merge{}, errs.NotFound(op, "id")
	}
	return st.merge(loser), nil
}

// MergedInto implements contact.Store.
func (s *Store) MergedInto(ctx context.Context, ids []contact.ID) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.MergedInto")
	if err != nil {
		return nil, err
	}
	into := make([]contact.ID, len(ids))
	for i, id := range ids {
		if m, found := st.merges.get(id); found {
			into[i] = m.Winner
		}
	}
	return into, nil
}

// DeleteConsent implements merge.Store.
func (s *Store) DeleteConsent(ctx context.Context, events []consent.Event, at time.Time) error {
	return s.write(ctx, "memory.DeleteConsent", func(st *state) error {
		var of []contact.ID
		for _, e := range events {
			if key := (eventKey{e.Contact, e.ID}); st.events.has(key) {
				st.events.remove(st.edit, key)
				of = append(of, e.Contact)
			}
		}
		for _, id := range distinct(of) {
			st.foldAnew(id)
			st.markRemoved(id, at)
		}
		return nil
	})
}

// foldAnew makes the states of a contact from its ledger.
func (st *state) foldAnew(of contact.ID) {
	for _, k := range keysOf(st.cells, cellKey{contact: of}, func(k cellKey) bool { return k.contact == of }) {
		st.forgetCell(k)
	}
	for _, k := range keysOf(st.events, eventKey{contact: of}, func(k eventKey) bool { return k.contact == of }) {
		e, _ := st.events.get(k)
		st.fold(*e)
	}
}

// MoveContact implements merge.Store.
func (s *Store) MoveContact(ctx context.Context, m merge.Move) error {
	return s.write(ctx, "memory.MoveContact", func(st *state) error {
		v := &move{m, st}
		v.activities()
		v.ledger()
		v.campaigns()
		v.redemptions()
		st.markRemoved(m.From, m.At)
		st.markRemoved(m.To, m.At)
		return nil
	})
}

// move is a move under way.
type move struct {
	merge.Move
	*state
}

// takes tells the origin that a row has after the move, and whether it is moved.
func (v *move) takes(origin contact.ID) (contact.ID, bool) {
	if len(v.Origins) > 0 && !slices.Contains(v.Origins, origin) {
		return origin, false
	}
	if origin.IsZero() {
		origin = v.From
	}
	if origin == v.To {
		origin = contact.ID{}
	}
	return origin, true
}

func (v *move) activities() {
	for _, k := range keysOf(v.history, newest(v.From), func(k historyKey) bool { return k.contact == v.From }) {
		old, _ := v.state.activities.get(k.id)
		origin, ok := v.takes(old.Origin)
		if !ok {
			continue
		}
		row := *old
		row.Contact, row.Origin = v.To, origin
		v.history.remove(v.edit, k)
		v.history.put(v.edit, historyKey{v.To, k.at, k.id}, &row)
		v.state.activities.put(v.edit, k.id, &row)
		ref := external(row.Ref)
		if bound, there := v.refs.get(ref); there && bound.Contact == v.From && bound.Activity == k.id {
			bound.Contact = v.To
			v.refs.put(v.edit, ref, bound)
		}
	}
}

func (v *move) ledger() {
	for _, k := range keysOf(v.events, eventKey{contact: v.From}, func(k eventKey) bool { return k.contact == v.From }) {
		old, _ := v.events.get(k)
		if origin, ok := v.takes(old.Origin); ok {
			e := *old
			e.Contact, e.Origin = v.To, origin
			v.events.remove(v.edit, k)
			v.events.put(v.edit, eventKey{v.To, e.ID}, &e)
		}
	}
	v.foldAnew(v.From)
	v.foldAnew(v.To)
	for _, r := range v.optInsBy(v.From) {
		if origin, ok := v.takes(r.Origin); ok {
			r.Contact, r.Origin = v.To, origin
			v.forgetOptIn(r.ID)
			v.putOptIn(r)
		}
	}
}

// MergedFrom implements contact.Store.
func (s *Store) MergedFrom(ctx context.Context, winners []contact.ID) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.MergedFrom")
	if err != nil {
		return nil, err
	}
	var list []contact.ID
	for _, winner := range distinct(winners) {
		for _, k := range keysOf(st.mergesInto, mergeKey{winner: winner}, func(k mergeKey) bool { return k.winner == winner }) {
			loser, _ := st.mergesInto.get(k)
			list = append(list, loser)
		}
	}
	return distinct(list), nil
}
