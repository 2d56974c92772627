package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// Service keeps the log. Hosts get it as CRM.Audit. It is safe for concurrent use.
// Where the log is not switched on, with crm.Config.Audit, every method returns
// errs.ErrConflict (off).
type Service struct {
	store  Store
	atomic core.Atomic[Store]
	env    core.Env
	clerk  *Clerk // nil where there is no log
}

// NewService is called by crm.New, with a nil clerk where there is no log.
func NewService(store Store, atomic core.Atomic[Store], env core.Env, clerk *Clerk) *Service {
	return &Service{store, atomic, env, clerk}
}

// begin asks whether the operation may be done, and can be.
func (s *Service) begin(ctx context.Context, op, kind, id string) (context.Context, error) {
	ctx, err := s.env.Ask(ctx, op, kind, id)
	if err == nil && s.clerk == nil {
		err = errs.Conflict(op, "", "off", "needs crm.Config.Audit")
	}
	return ctx, err
}

// Event is what a host notes in the log.
type Event struct {
	// Action names what was done, 1 to 100 characters: "shop.PrintInvoice".
	Action string
	// Kind and Resource name what it was about, where that is no contact: a name, and
	// at most 200 characters.
	Kind, Resource string
	// Contacts are whom it was about, at most 10,000.
	Contacts []contact.ID
	// Details are at most 50 names with texts of at most 200 characters. They are
	// erased with the payload when the event is about one contact, and stay when it is
	// about several; so nothing personal belongs into the latter.
	Details map[string]string
}

const (
	maxAction   = 100
	maxResource = 200
	maxContacts = 10_000
	maxDetails  = 50
	maxDetail   = 200
)

func (v Event) check(f *errs.Fields) {
	check.Key(f, "action", v.Action, maxAction)
	if v.Kind != "" {
		check.Name(f, "kind", v.Kind)
	}
	check.Line(f, "resource", v.Resource, maxResource)
	if len(v.Contacts) > maxContacts {
		f.Add("contacts", "too_many", fmt.Sprintf("must be at most %d", maxContacts))
	}
	for i, c := range v.Contacts {
		if c.IsZero() {
			f.Add(fmt.Sprintf("contacts[%d]", i), "required", "must not be empty")
		}
	}
	if len(v.Details) > maxDetails {
		f.Add("details", "too_many", fmt.Sprintf("must be at most %d", maxDetails))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v.Details)) {
		path := "details[?]"
		if check.IsName(name) {
			path = "details[" + name + "]"
		}
		check.Name(f, path, name)
		check.Line(f, path, v.Details[name], maxDetail)
	}
}

// Record adds an entry of the host's, on behalf of the context's actor, and returns
// it. In a transaction it is kept or undone with it. It returns errs.ErrInvalid with
// all broken fields.
func (s *Service) Record(ctx context.Context, v Event) (e Entry, err error) {
	const op = "audit.Record"
	defer errs.SetOp(&err, op)
	if ctx, err = s.begin(ctx, op, v.Kind, v.Resource); err != nil {
		return Entry{}, err
	}
	var f errs.Fields
	v.check(&f)
	if err := f.Err(op); err != nil {
		return Entry{}, err
	}
	actor, _ := access.From(ctx)
	e, err = s.clerk.entry(Entry{Actor: actor.ID, Action: v.Action, Kind: v.Kind, Resource: v.Resource},
		Payload{Contacts: v.Contacts, Details: v.Details})
	if err != nil {
		return Entry{}, err
	}
	return e, s.store.AppendAudit(ctx, []Entry{e})
}

// ErasePayload empties the payloads of all entries about one contact, and notes that
// it did. That they are there, when, by whom and what for, and the id of the contact
// stay, and the chain holds. Entries about several contacts keep their payload, which
// holds ids only. It returns how many were erased.
func (s *Service) ErasePayload(ctx context.Context, of contact.ID) (erased int64, err error) {
	const op = "audit.ErasePayload"
	defer errs.SetOp(&err, op)
	if ctx, err = s.begin(ctx, op, "contact", of.String()); err != nil {
		return 0, err
	}
	if of.IsZero() {
		var f errs.Fields
		f.Add("contact", "required", "must not be empty")
		return 0, f.Err(op)
	}
	err = s.atomic(ctx, func(ctx context.Context, tx Store) error {
		if erased, err = ErasePayloads(ctx, tx, []contact.ID{of}); err != nil {
			return err
		}
		e, err := s.clerk.Entry(ctx, op, "contact", "", Payload{Count: erased, Contacts: []contact.ID{of}})
		if err != nil {
			return err
		}
		return tx.AppendAudit(ctx, []Entry{e})
	})
	if err != nil {
		return 0, err
	}
	return erased, nil
}

// ErasePayloads is ErasePayload within a transaction of another room, without a note.
func ErasePayloads(ctx context.Context, tx Store, of []contact.ID) (erased int64, err error) {
	if _, err := tx.LockAuditHead(ctx); err != nil { // not while a sealer writes the same rows
		return 0, err
	}
	for _, id := range of {
		for more := true; more; {
			n, err := tx.EraseAuditPayloads(ctx, id, batch)
			if err != nil {
				return erased, err
			}
			erased, more = erased+n, n == batch
		}
	}
	return erased, nil
}

// batch is how many entries are read or written at a time.
const batch = 1000
