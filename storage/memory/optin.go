package memory

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

// optInKey sorts requests by an instant.
type optInKey struct {
	at int64 // microseconds since 1970
	id consent.OptInID
}

func (k optInKey) Compare(o optInKey) int { return cmp.Or(cmp.Compare(k.at, o.at), k.id.Compare(o.id)) }

// optInOf finds the requests of a contact.
type optInOf struct {
	contact contact.ID
	id      consent.OptInID
}

func (k optInOf) Compare(o optInOf) int {
	return cmp.Or(k.contact.Compare(o.contact), k.id.Compare(o.id))
}

func cloneOptIn(r consent.OptInRow) *consent.OptInRow {
	r.Channels, r.From = slices.Clone(r.Channels), bytes.Clone(r.From)
	return &r
}

// PutOptIn implements consent.OptInStore.
func (s *Store) PutOptIn(ctx context.Context, r consent.OptInRow) error {
	return s.write(ctx, "memory.PutOptIn", func(st *state) error {
		st.forgetOptIn(r.ID)
		st.putOptIn(r)
		return nil
	})
}

// putOptIn stores a request that is not there.
func (st *state) putOptIn(r consent.OptInRow) {
	st.optIns.put(st.edit, r.ID, cloneOptIn(r))
	st.optInsMade.put(st.edit, optInKey{r.RequestedAt.UnixMicro(), r.ID}, struct{}{})
	st.optInsOf.put(st.edit, optInOf{r.Contact, r.ID}, struct{}{})
	if r.State == consent.OptInQueued {
		st.optInQueue.put(st.edit, optInKey{r.NotBefore.UnixMicro(), r.ID}, struct{}{})
	}
}

func (st *state) forgetOptIn(id consent.OptInID) {
	r, there := st.optIns.get(id)
	if !there {
		return
	}
	st.optIns.remove(st.edit, id)
	st.optInsMade.remove(st.edit, optInKey{r.RequestedAt.UnixMicro(), id})
	st.optInsOf.remove(st.edit, optInOf{r.Contact, id})
	st.optInQueue.remove(st.edit, optInKey{r.NotBefore.UnixMicro(), id})
}

// LockOptIn implements consent.OptInStore.
func (s *Store) LockOptIn(ctx context.Context, id consent.OptInID) (r consent.OptInRow, err error) {
	const op = "memory.LockOptIn"
	err = s.write(ctx, op, func(st *state) error {
		found, there := st.optIns.get(id)
		if !there {
			return errs.NotFound(op, "id")
		}
		r = *cloneOptIn(*found)
		return nil
	})
	return r, err
}

// CountOptIns implements consent.OptInStore.
func (s *Store) CountOptIns(ctx context.Context, q consent.OptInQuery) (n int, err error) {
	st, err := s.read(ctx, "memory.CountOptIns")
	if err != nil {
		return 0, err
	}
	for k := range st.optInsMade.from(optInKey{at: q.Since.UnixMicro()}) {
		r, _ := st.optIns.get(k.id)
		if (q.Email == "" || r.Email == q.Email) && (q.From == nil || bytes.Equal(r.From, q.From)) {
			n++
		}
	}
	return n, nil
}

// QueuedOptIns implements consent.OptInStore.
func (s *Store) QueuedOptIns(ctx context.Context, now time.Time, limit int) ([]consent.OptInID, error) {
	st, err := s.read(ctx, "memory.QueuedOptIns")
	if err != nil {
		return nil, err
	}
	var list []consent.OptInID
	for k := range st.optInQueue.from(optInKey{at: math.MinInt64}) {
		if len(list) >= limit || k.at > now.UnixMicro() {
			break
		}
		list = append(list, k.id)
	}
	return list, nil
}

// OldOptIns implements consent.OptInStore.
func (s *Store) OldOptIns(ctx context.Context, before time.Time, limit int) ([]consent.OptInRow, error) {
	st, err := s.read(ctx, "memory.OldOptIns")
	if err != nil {
		return nil, err
	}
	var list []consent.OptInRow
	for k := range st.optInsMade.from(optInKey{at: math.MinInt64}) {
		if len(list) >= limit || k.at >= before.UnixMicro() {
			break
		}
		r, _ := st.optIns.get(k.id)
		list = append(list, *cloneOptIn(*r))
	}
	return list, nil
}

// DeleteOptIns implements consent.OptInStore.
func (s *Store) DeleteOptIns(ctx context.Context, ids []consent.OptInID) error {
	return s.write(ctx, "memory.DeleteOptIns", func(st *state) error {
		for _, id := range ids {
			st.forgetOptIn(id)
		}
		return nil
	})
}

// optInsBy lists the requests of a contact.
func (st *state) optInsBy(of contact.ID) []consent.OptInRow {
	var list []consent.OptInRow
	for _, k := range keysOf(st.optInsOf, optInOf{contact: of, id: id.ID[consent.OptInRow]{}}, func(k optInOf) bool { return k.contact == of }) {
		r, _ := st.optIns.get(k.id)
		list = append(list, *r)
	}
	return list
}
