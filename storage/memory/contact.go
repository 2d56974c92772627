package memory

import (
	"context"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// ClaimIdentities implements contact.Store.
func (s *Store) ClaimIdentities(ctx context.Context, claims []contact.Claim) ([]contact.ID, error) {
	owners := make([]contact.ID, len(claims))
	err := s.write(ctx, "memory.ClaimIdentities", func(st *state) error {
		for i, c := range claims {
			owners[i] = st.claimIdentity(c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return owners, nil
}

func (st *state) claimIdentity(c contact.Claim) contact.ID {
	key := external(c.Identity)
	if owner, bound := st.identities.get(key); bound {
		return owner
	}
	st.identities.put(st.edit, key, c.Contact)
	st.identitiesOf.put(st.edit, identityKey{c.Contact, key}, struct{}{})
	return c.Contact
}

// FindIdentities implements contact.Store.
func (s *Store) FindIdentities(ctx context.Context, identities []contact.Identity) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.FindIdentities")
	if err != nil {
		return nil, err
	}
	owners := make([]contact.ID, len(identities))
	for i, identity := range identities {
		owners[i], _ = st.identities.get(external(identity))
	}
	return owners, nil
}

// InsertContacts implements contact.Store.
func (s *Store) InsertContacts(ctx context.Context, contacts []contact.Contact) error {
	const op = "memory.InsertContacts"
	return s.write(ctx, op, func(st *state) error {
		for _, c := range contacts {
			if st.contacts.has(c.ID) {
				return errs.Conflict(op, "id", "exists", "exists already")
			}
			st.putContact(c)
			st.mark(c.ID, c.UpdatedAt)
		}
		return nil
	})
}

// putContact stores a record without its identities.
func (st *state) putContact(c contact.Contact) {
	c.Identities = nil
	if old, found := st.contacts.get(c.ID); found {
		for _, l := range old.Links {
			st.links.remove(st.edit, linkKey{l.To, c.ID, l.Kind})
		}
	}
	for _, l := range c.Links {
		st.links.put(st.edit, linkKey{l.To, c.ID, l.Kind}, struct{}{})
	}
	st.contacts.put(st.edit, c.ID, cloneContact(c))
}

// UpdateContacts implements contact.Store.
func (s *Store) UpdateContacts(ctx context.Context, contacts []contact.Contact) error {
	const op = "memory.UpdateContacts"
	return s.write(ctx, op, func(st *state) error {
		for _, c := range contacts {
			old, found := st.contacts.get(c.ID)
			if !found || c.Version != old.Version+1 {
				return errs.Conflict(op, "version", "changed", "the contact changed since it was read")
			}
			c.CreatedAt = old.CreatedAt
			st.putContact(c)
			st.mark(c.ID, c.UpdatedAt)
		}
		return nil
	})
}

// Contacts implements contact.Store. An id that is given twice is answered
// twice.
func (s *Store) Contacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	st, err := s.read(ctx, "memory.Contacts")
	if err != nil {
		return nil, err
	}
	list := make([]contact.Contact, 0, len(ids))
	for _, id := range ids {
		if c, found := st.contacts.get(id); found {
			list = append(list, st.contact(c))
		}
	}
	return list, nil
}

// contact copies a stored record and adds its identities.
func (st *state) contact(c *contact.Contact) contact.Contact {
	full := cloneContact(*c)
	for k := range st.identitiesOf.from(identityKey{contact: c.ID}) {
		if k.contact != c.ID {
			break
		}
		full.Identities = append(full.Identities, contact.Identity(k.identity))
	}
	return *full
}

// LockContacts implements contact.Store. In a transaction everything is locked
// anyway.
func (s *Store) LockContacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	return s.Contacts(ctx, ids)
}

// ListContacts implements contact.Store.
func (s *Store) ListContacts(ctx context.Context, after contact.ID, limit int) ([]contact.Contact, error) {
	st, err := s.read(ctx, "memory.ListContacts")
	if err != nil {
		return nil, err
	}
	var list []contact.Contact
	for id, c := range st.contacts.from(after) {
		if len(list) >= limit {
			break
		}
		if id != after {
			list = append(list, st.contact(c))
		}
	}
	return list, nil
}

// LinkedTo implements contact.Store.
func (s *Store) LinkedTo(ctx context.Context, to contact.ID, kind contact.LinkKind, after contact.ID, limit int) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.LinkedTo")
	if err != nil {
		return nil, err
	}
	var list []contact.ID
	for k := range st.links.from(linkKey{to: to, from: after}) {
		if k.to != to || len(list) >= limit {
			break
		}
		of := kind == "" || k.kind == kind
		if of && k.from != after && (len(list) == 0 || list[len(list)-1] != k.from) {
			list = append(list, k.from)
		}
	}
	return list, nil
}
