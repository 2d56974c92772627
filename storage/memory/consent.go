package memory

import (
	"cmp"
	"context"
	"slices"

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
			st.events.put(st.edit, key, &e)
			st.fold(e)
			st.mark(e.Contact, e.RecordedAt)
		}
		return nil
	})
}

// fold lets an event change the state of its cell.
func (st *state) fold(e consent.Event) {
	cell := cellKey{e.Contact, e.Purpose, e.Channel}
	present, found := st.cells.get(cell)
	if !found || consent.Supersedes(e, present) {
		st.cells.put(st.edit, cell, consent.StateOf(e))
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
			list = append(list, *e)
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
