package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/privacy"
)

type holdKey struct {
	contact contact.ID
	id      privacy.HoldID
}

func (k holdKey) Compare(o holdKey) int {
	return cmp.Or(k.contact.Compare(o.contact), k.id.Compare(o.id))
}

type heldKey struct {
	contact  contact.ID
	class    privacy.Class
	position int
}

func (k heldKey) Compare(o heldKey) int {
	return cmp.Or(k.contact.Compare(o.contact), strings.Compare(string(k.class), string(o.class)), cmp.Compare(k.position, o.position))
}

// Restricted implements contact.Store.
func (s *Store) Restricted(ctx context.Context, ids []contact.ID) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.Restricted")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(distinct(ids), func(id contact.ID) bool { return !st.restrictions.has(id) }), nil
}

// Erased implements contact.Store.
func (s *Store) Erased(ctx context.Context, ids []contact.ID) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.Erased")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(distinct(ids), func(id contact.ID) bool { return !st.certificates.has(id) }), nil
}

// PutRestriction implements privacy.Store.
func (s *Store) PutRestriction(ctx context.Context, r privacy.Restriction) error {
	return s.write(ctx, "memory.PutRestriction", func(st *state) error {
		st.restrictions.put(st.edit, r.Contact, r)
		st.markRemoved(r.Contact, r.At)
		return nil
	})
}

// DeleteRestriction implements privacy.Store.
func (s *Store) DeleteRestriction(ctx context.Context, of contact.ID, at time.Time) error {
	return s.write(ctx, "memory.DeleteRestriction", func(st *state) error {
		if st.restrictions.has(of) {
			st.restrictions.remove(st.edit, of)
			st.markRemoved(of, at)
		}
		return nil
	})
}

// Restrictions implements privacy.Store.
func (s *Store) Restrictions(ctx context.Context, ids []contact.ID) ([]privacy.Restriction, error) {
	st, err := s.read(ctx, "memory.Restrictions")
	if err != nil {
		return nil, err
	}
	var list []privacy.Restriction
	for _, id := range distinct(ids) {
		if r, there := st.restrictions.get(id); there {
			list = append(list, r)
		}
	}
	return list, nil
}

// PutHold implements privacy.Store.
func (s *Store) PutHold(ctx context.Context, h privacy.Hold) error {
	return s.write(ctx, "memory.PutHold", func(st *state) error {
		st.holds.put(st.edit, holdKey{h.Contact, h.ID}, h)
		return nil
	})
}

// DeleteHold implements privacy.Store.
func (s *Store) DeleteHold(ctx context.Context, of contact.ID, hold privacy.HoldID) (there bool, err error) {
	err = s.write(ctx, "memory.DeleteHold", func(st *state) error {
		k := holdKey{of, hold}
		there = st.holds.has(k)
		st.holds.remove(st.edit, k)
		return nil
	})
	return there && err == nil, err
}

// Holds implements privacy.Store.
func (s *Store) Holds(ctx context.Context, ids []contact.ID) ([]privacy.Hold, error) {
	st, err := s.read(ctx, "memory.Holds")
	if err != nil {
		return nil, err
	}
	var list []privacy.Hold
	for _, id := range distinct(ids) {
		for k, h := range st.holds.from(holdKey{contact: id}) {
			if k.contact != id {
				break
			}
			list = append(list, h)
		}
	}
	return list, nil
}

// EndedHolds implements privacy.Store.
func (s *Store) EndedHolds(ctx context.Context, now time.Time, limit int) ([]privacy.Hold, error) {
	st, err := s.read(ctx, "memory.EndedHolds")
	if err != nil {
		return nil, err
	}
	var list []privacy.Hold
	for _, h := range st.holds.from(holdKey{}) {
		if len(list) >= limit {
			break
		}
		if !h.Until.IsZero() && !h.Until.After(now) {
			list = append(list, h)
		}
	}
	return list, nil
}

// InsertHeld implements privacy.Store.
func (s *Store) InsertHeld(ctx context.Context, rows []privacy.Held) error {
	const op = "memory.InsertHeld"
	return s.write(ctx, op, func(st *state) error {
		for _, h := range rows {
			k := heldKey{h.Contact, h.Class, h.Position}
			if st.heldRows.has(k) {
				return errs.Conflict(op, "held", "exists", "exists already")
			}
			h.Record = slices.Clone(h.Record)
			st.heldRows.put(st.edit, k, &h)
		}
		return nil
	})
}

// HeldOf implements privacy.Store.
func (s *Store) HeldOf(ctx context.Context, of contact.ID) ([]privacy.Held, error) {
	st, err := s.read(ctx, "memory.HeldOf")
	if err != nil {
		return nil, err
	}
	var list []privacy.Held
	for _, k := range keysOf(st.heldRows, heldKey{contact: of}, func(k heldKey) bool { return k.contact == of }) {
		row, _ := st.heldRows.get(k)
		h := *row
		h.Record = slices.Clone(h.Record)
		list = append(list, h)
	}
	return list, nil
}

// HeldContacts implements privacy.Store.
func (s *Store) HeldContacts(ctx context.Context, after contact.ID, limit int) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.HeldContacts")
	if err != nil {
		return nil, err
	}
	var list []contact.ID
	for k := range st.heldRows.from(heldKey{contact: after}) {
		if k.contact == after || len(list) > 0 && list[len(list)-1] == k.contact {
			continue
		}
		if len(list) >= limit {
			break
		}
		list = append(list, k.contact)
	}
	return list, nil
}

// DeleteHeld implements privacy.Store.
func (s *Store) DeleteHeld(ctx context.Context, of contact.ID, class privacy.Class) (n int64, err error) {
	err = s.write(ctx, "memory.DeleteHeld", func(st *state) error {
		belongs := func(k heldKey) bool { return k.contact == of && k.class == class }
		keys := keysOf(st.heldRows, heldKey{contact: of, class: class}, belongs)
		for _, k := range keys {
			st.heldRows.remove(st.edit, k)
		}
		n = int64(len(keys))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// PutCertificate implements privacy.Store.
func (s *Store) PutCertificate(ctx context.Context, ids []contact.ID, c privacy.Certificate) error {
	return s.write(ctx, "memory.PutCertificate", func(st *state) error {
		for _, id := range ids {
			st.certificates.put(st.edit, id, cloneCertificate(c))
		}
		return nil
	})
}

func cloneCertificate(c privacy.Certificate) *privacy.Certificate {
	c.Merged, c.Steps, c.Released = slices.Clone(c.Merged), slices.Clone(c.Steps), slices.Clone(c.Released)
	for i := range c.Steps {
		c.Steps[i].Holds = slices.Clone(c.Steps[i].Holds)
	}
	return &c
}

// CertificateOf implements privacy.Store.
func (s *Store) CertificateOf(ctx context.Context, id contact.ID) (privacy.Certificate, error) {
	const op = "memory.CertificateOf"
	st, err := s.read(ctx, op)
	if err != nil {
		return privacy.Certificate{}, err
	}
	c, found := st.certificates.get(id)
	if !found {
		return privacy.Certificate{}, errs.NotFound(op, "id")
	}
	return *cloneCertificate(*c), nil
}

// PendingCertificates implements privacy.Store.
func (s *Store) PendingCertificates(ctx context.Context, after contact.ID, limit int) ([]privacy.Certificate, error) {
	st, err := s.read(ctx, "memory.PendingCertificates")
	if err != nil {
		return nil, err
	}
	var list []privacy.Certificate
	for id, c := range st.certificates.from(after) {
		if len(list) >= limit {
			break
		}
		if id != after && c.Pending && c.Contact == id {
			list = append(list, *cloneCertificate(*c))
		}
	}
	return list, nil
}
