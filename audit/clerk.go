package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"

	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

// Clerk makes entries. It is for crm.New, and safe for concurrent use.
type Clerk struct {
	env core.Env
	h   hasher
}

// NewClerk makes one, with a key or without.
func NewClerk(env core.Env, key []byte) *Clerk { return &Clerk{env, hasher{bytes.Clone(key)}} }

// library is the actor of what is done in the background on nobody's behalf.
const library = "crm"

// Entry makes an entry, which is not sealed. The actor is that of the context, and the
// action the operation that was begun with it; where none was, it is the fallback. A
// single contact of the payload becomes that of the entry.
func (c *Clerk) Entry(ctx context.Context, fallback, kind, resource string, p Payload) (Entry, error) {
	action := core.Operation(ctx)
	if action == "" {
		action = fallback
	}
	actor, named := access.From(ctx)
	if class, _ := access.Action(action).Class(); !named && class == access.Work {
		actor.ID = library
	}
	return c.entry(Entry{Actor: actor.ID, Action: action, Kind: kind, Resource: resource}, p)
}

// entry completes an entry with payload, id, time and hashes.
func (c *Clerk) entry(e Entry, p Payload) (Entry, error) {
	p.Contacts = slices.Clone(p.Contacts)
	slices.SortFunc(p.Contacts, contact.ID.Compare)
	p.Contacts = slices.Compact(p.Contacts)
	if len(p.Contacts) == 1 {
		e.Contact, p.Contacts = p.Contacts[0], nil
	}
	e.Many = len(p.Contacts) > 0
	if e.Kind == "" && (e.Many || !e.Contact.IsZero()) {
		e.Kind = "contact"
	}
	e.ID, e.At = c.env.NewID(), c.env.Now()
	var err error
	if e.Payload, err = json.Marshal(p); err != nil {
		return Entry{}, errs.Failed(e.Action, err)
	}
	if _, err := io.ReadFull(c.env.Random, e.Salt[:]); err != nil {
		return Entry{}, errs.Failed(e.Action, err)
	}
	e.Digest = c.h.digest(&e)
	e.Mac = c.h.mac(&e)
	return e, nil
}
