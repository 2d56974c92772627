package memory

import (
	"cmp"
	"context"
	"math"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
)

// importChangeKey sorts the changes of an import by contact.
type importChangeKey struct {
	of      exchange.ID
	contact contact.ID
	seq     int64
}

func (k importChangeKey) Compare(o importChangeKey) int {
	return cmp.Or(k.of.Compare(o.of), k.contact.Compare(o.contact), cmp.Compare(k.seq, o.seq))
}

func cloneChange(c exchange.Change) *exchange.Change {
	record := func(c *contact.Contact) *contact.Contact {
		if c == nil {
			return nil
		}
		return cloneContact(*c)
	}
	c.Before, c.After = record(c.Before), record(c.After)
	return &c
}

// AppendImportChanges implements exchange.Store.
func (s *Store) AppendImportChanges(ctx context.Context, of exchange.ID, changes []exchange.Change) error {
	const op = "memory.AppendImportChanges"
	return s.write(ctx, op, func(st *state) error {
		for _, c := range changes {
			key := importChangeKey{of, c.Contact, c.Seq}
			if st.importChanges.has(key) {
				return errs.Conflict(op, "seq", "exists", "exists already")
			}
			st.importChanges.put(st.edit, key, cloneChange(c))
		}
		return nil
	})
}

// ImportChanges implements exchange.Store.
func (s *Store) ImportChanges(ctx context.Context, of exchange.ID, after contact.ID, limit int) ([]exchange.Change, error) {
	st, err := s.read(ctx, "memory.ImportChanges")
	if err != nil {
		return nil, err
	}
	var list []exchange.Change
	last, contacts := after, 0
	for k, c := range st.importChanges.from(importChangeKey{of, after, math.MaxInt64}) {
		if k.contact != last {
			last, contacts = k.contact, contacts+1
		}
		if k.of != of || contacts > limit {
			break
		}
		if k.contact != after {
			list = append(list, *cloneChange(*c))
		}
	}
	return list, nil
}

// DeleteImportChanges implements exchange.Store.
func (s *Store) DeleteImportChanges(ctx context.Context, of exchange.ID, contacts []contact.ID) error {
	return s.write(ctx, "memory.DeleteImportChanges", func(st *state) error {
		for _, who := range distinct(contacts) {
			belongs := func(k importChangeKey) bool { return k.of == of && k.contact == who }
			for _, k := range keysOf(st.importChanges, importChangeKey{of: of, contact: who}, belongs) {
				st.importChanges.remove(st.edit, k)
			}
		}
		return nil
	})
}
