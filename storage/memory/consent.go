package memory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// AppendConsent implements consent.Store.
func (s *Store) AppendConsent(ctx context.Context, events []consent.Event) error {
	const op = "memory.AppendConsent"
	return s.write(ctx, op, func(st *state) error {
		for _, e := range events {
			key := eventKey{e.Contact, e.ID}
			if !st.contacts.has(e.Contact) {
				return errs.NotFound(op, "contact")
			}
			if st.events.has(key) {
				continue
			}
			st.events.put(st.edit, key, cloneEvent(e))
			st.fold(e)
			st.mark(e.Contact, e.RecordedAt)
		}
		return nil
	})
}

// fold lets an event change the state of its cell.
func (st *state) fold(e consent.Event) {
	key := cellKey{e.Contact, e.Cell()}
	present, found := st.cells.get(key)
	if found && !consent.Supersedes(e, present) {
		return
	}
	st.forgetCell(key)
	next := consent.StateOf(e)
	st.cells.put(st.edit, key, next)
	if !next.ExpiresAt.IsZero() {
		st.ending.put(st.edit, endKey{next.ExpiresAt.UnixMicro(), key}, struct{}{})
	}
}

// forgetCell removes the state of a cell.
func (st *state) forgetCell(key cellKey) {
	if old, there := st.cells.get(key); there {
		st.ending.remove(st.edit, endKey{old.ExpiresAt.UnixMicro(), key})
		st.cells.remove(st.edit, key)
	}
}

// ConsentEvents implements consent.Store.
func (s *Store) ConsentEvents(ctx context.Context, contacts []contact.ID) ([]consent.Event, error) {
	st, err := s.read(ctx, "memory.ConsentEvents")
	if err != nil {
		return nil, err
	}
	var list []consent.Event
	for _, of := range distinct(contacts) {
		for k, e := range st.events.from(eventKey{contact: of}) {
			if k.contact != of {
				break
			}
			list = append(list, *cloneEvent(*e))
		}
	}
	slices.SortFunc(list, func(a, b consent.Event) int {
		return cmp.Or(a.Contact.Compare(b.Contact), a.At.Compare(b.At), a.ID.Compare(b.ID))
	})
	return list, nil
}

// ConsentStates implements consent.Store.
func (s *Store) ConsentStates(ctx context.Context, contacts []contact.ID) ([]consent.State, error) {
	st, err := s.read(ctx, "memory.ConsentStates")
	if err != nil {
		return nil, err
	}
	var list []consent.State
	for _, of := range distinct(contacts) {
		for k, cell := range st.cells.from(cellKey{contact: of}) {
			if k.contact != of {
				break
			}
			list = append(list, cell)
		}
	}
	return list, nil
}

// EndedConsents implements consent.Store.
func (s *Store) EndedConsents(ctx context.Context, now time.Time, limit int) ([]consent.State, error) {
	st, err := s.read(ctx, "memory.EndedConsents")
	if err != nil {
		return nil, err
	}
	var list []consent.State
	for k := range st.ending.from(endKey{at: math.MinInt64}) {
		if len(list) >= limit || k.at > now.UnixMicro() {
			break
		}
		if state, _ := st.cells.get(k.cellKey); state.Action.Grants() {
			list = append(list, state)
		}
	}
	return list, nil
}

// InsertNotice implements consent.Store.
func (s *Store) InsertNotice(ctx context.Context, n consent.Notice) (stored consent.Notice, err error) {
	err = s.write(ctx, "memory.InsertNotice", func(st *state) error {
		key := noticeKey(n.NoticeKey)
		if !st.notices.has(key) {
			st.notices.put(st.edit, key, &n)
		}
		there, _ := st.notices.get(key)
		stored = *there
		return nil
	})
	return stored, err
}

// Notices implements consent.Store.
func (s *Store) Notices(ctx context.Context, keys []consent.NoticeKey) ([]consent.Notice, error) {
	st, err := s.read(ctx, "memory.Notices")
	if err != nil {
		return nil, err
	}
	var list []consent.Notice
	for _, k := range keys {
		if n, there := st.notices.get(noticeKey(k)); there {
			list = append(list, *n)
		}
	}
	slices.SortFunc(list, func(a, b consent.Notice) int { return noticeKey(a.NoticeKey).Compare(noticeKey(b.NoticeKey)) })
	return slices.CompactFunc(list, func(a, b consent.Notice) bool { return a.NoticeKey == b.NoticeKey }), nil
}

// ListNotices implements consent.Store.
func (s *Store) ListNotices(ctx context.Context) ([]consent.Notice, error) {
	st, err := s.read(ctx, "memory.ListNotices")
	if err != nil {
		return nil, err
	}
	var list []consent.Notice
	for _, n := range st.notices.from(noticeKey{}) {
		list = append(list, *n)
	}
	return list, nil
}
