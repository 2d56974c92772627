package crm

import (
	"context"

	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// auditedStore is a store that leaves entries in the audit log about what is written
// through it, in the same transaction. Methods that it does not name only read, or
// write what the library derives for itself.
type auditedStore struct {
	storage.Store
	clerk *audit.Clerk
	// tx is what is noted of the transaction that the handle belongs to; nil outside of
	// one that was begun with Atomic.
	tx *auditedTx
}

// auditedTx is what is noted of a transaction.
type auditedTx struct {
	entries []audit.Entry
	// locked are contacts as they were when they were locked, one at a time; it tells
	// which fields of them are changed.
	locked map[contact.ID]contact.Contact
}

var (
	_ storage.Store   = auditedStore{}
	_ storage.Binding = auditedStore{}
	_ segment.Wrapper = auditedStore{}
)

// audited returns the store with a log, where there is a clerk to write it.
func audited(store storage.Store, clerk *audit.Clerk) storage.Store {
	if _, is := store.(auditedStore); is || clerk == nil {
		return store
	}
	return auditedStore{Store: store, clerk: clerk}
}

// unaudited returns the store itself.
func unaudited(store storage.Store) storage.Store {
	if s, is := store.(auditedStore); is {
		return s.Store
	}
	return store
}

// Bound implements storage.Binding.
func (s auditedStore) Bound() bool { return storage.Bound(s.Store) }

// Unwrap implements segment.Wrapper.
func (s auditedStore) Unwrap() any { return s.Store }

// Atomic implements storage.Store. The entries of a transaction are written together
// at its end. Those of an inner one that fails are forgotten with it.
func (s auditedStore) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	if s.tx != nil {
		return s.nested(ctx, fn)
	}
	return s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
		noted := &auditedTx{locked: map[contact.ID]contact.Contact{}}
		if err := fn(ctx, auditedStore{tx, s.clerk, noted}); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, noted.entries)
	})
}

func (s auditedStore) nested(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	before, kept := len(s.tx.entries), false
	defer func() {
		if !kept {
			s.tx.entries = s.tx.entries[:before]
		}
	}()
	err := s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
		return fn(ctx, auditedStore{tx, s.clerk, s.tx})
	})
	kept = err == nil
	return err
}

// about says what a call has written.
type about struct {
	call, kind, resource string
	contacts             []contact.ID
	count                int64
	fields               []string
}

// log runs a writing call and notes what it says about itself. Nothing is noted where
// it was about nothing.
func (s auditedStore) log(ctx context.Context, call func(storage.Store) (about, error)) error {
	if s.tx == nil {
		return s.Atomic(ctx, func(_ context.Context, tx storage.Store) error { return tx.(auditedStore).log(ctx, call) })
	}
	a, err := call(s.Store)
	if err != nil || a.resource == "" && len(a.contacts) == 0 && a.count == 0 {
		return err
	}
	e, err := s.clerk.Entry(ctx, a.call, a.kind, a.resource, audit.Payload{Call: a.call, Count: a.count, Fields: a.fields, Contacts: a.contacts})
	if err != nil {
		return err
	}
	s.tx.entries = append(s.tx.entries, e)
	return nil
}

// aboutContacts is about those of a list.
func aboutContacts[E any](call string, list []E, contactOf func(E) contact.ID) about {
	a := about{call: call, kind: "contact"}
	for _, e := range list {
		a.contacts = append(a.contacts, contactOf(e))
	}
	return a
}

func itself(id contact.ID) contact.ID { return id }

func contactID(c contact.Contact) contact.ID { return c.ID }

func ofClaim(c contact.Claim) contact.ID { return c.Contact }

// reading writes what was read into the log, where there is one.
func reading(store storage.Store, clerk *audit.Clerk) func(context.Context, core.Note) error {
	if clerk == nil {
		return nil
	}
	return func(ctx context.Context, n core.Note) error {
		ids := make([]contact.ID, len(n.Contacts))
		for i, id := range n.Contacts {
			ids[i] = id
		}
		e, err := clerk.Entry(ctx, "", n.Kind, n.ID, audit.Payload{Contacts: ids})
		if err != nil {
			return err
		}
		return store.AppendAudit(ctx, []audit.Entry{e})
	}
}
