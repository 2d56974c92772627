package memory

import (
	"context"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// scanStep is how many contacts are shown between two looks at the context.
const scanStep = 1000

// ScanFacts implements segment.Scanner.
func (s *Store) ScanFacts(ctx context.Context, after contact.ID, f func(*segment.Facts) bool) error {
	const op = "memory.ScanFacts"
	st, err := s.read(ctx, op)
	if err != nil {
		return err
	}
	var facts segment.Facts
	n := 0
	for id, c := range st.contacts.from(after) {
		if id == after {
			continue
		}
		if n++; n%scanStep == 0 && ctx.Err() != nil {
			return errs.Failed(op, ctx.Err())
		}
		st.show(c, &facts)
		if !f(&facts) {
			return nil
		}
	}
	return nil
}

// show lays the facts of a contact into the place of those of another one.
func (st *state) show(c *contact.Contact, into *segment.Facts) {
	into.Activities, into.Consents = into.Activities[:0], into.Consents[:0]
	into.Contact, into.Restricted = *c, st.restrictions.has(c.ID)
	into.Contact.Identities = nil
	for k := range st.identitiesOf.from(identityKey{contact: c.ID}) {
		if k.contact != c.ID {
			break
		}
		into.Contact.Identities = append(into.Contact.Identities, contact.Identity(k.identity))
	}
	for a := range st.historyOf(newest(c.ID)) {
		into.Activities = append(into.Activities, *a)
	}
	for k, e := range st.events.from(eventKey{contact: c.ID}) {
		if k.contact != c.ID {
			break
		}
		into.Consents = append(into.Consents, *e)
	}
}

var _ segment.Scanner = (*Store)(nil)
