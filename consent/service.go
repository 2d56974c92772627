package consent

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// MaxBatch is how many declarations one call of a batch method may take.
const MaxBatch = 10_000

const (
	maxText    = 200
	maxWording = 20_000
	maxCells   = 50
	maxAhead   = time.Minute // forgives clocks that differ
)

// Stores is what the service needs: the ledger, and the contacts to lock.
type Stores interface {
	Store
	contact.Store
}

// Service keeps the ledger. Hosts get it as CRM.Consents. It is safe for
// concurrent use.
type Service struct {
	store  Stores
	atomic core.Atomic[Stores]
	env    core.Env
}

// NewService is called by crm.New.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env) *Service {
	return &Service{store, atomic, env}
}

// Declaration is what a customer declared.
type Declaration struct {
	// Contact may have been merged into another since: then it is that one who declared.
	Contact contact.ID
	// Purpose defaults to Marketing.
	Purpose Purpose
	// Channels that the customer named; at least one. There is no "all".
	Channels []contact.Channel
	// At is when; the zero time means now. It cannot lie in the future.
	At time.Time
	// Wording is the text that the customer saw, verbatim. A grant needs it.
	Wording string
	// Source says where it was declared, for instance "checkout". Required.
	Source string
	// Proof refers to the evidence, for instance a form's number.
	Proof string
}

// Grant notes that the customer agreed. Noting the same declaration again, with
// the same instant and words, adds nothing, so an import can be repeated. A grant
// at the same instant as a withdrawal loses, whichever was noted first. It
// returns errs.ErrInvalid with all broken fields, or errs.ErrNotFound when there
// is no such contact.
func (s *Service) Grant(ctx context.Context, d Declaration) error {
	return s.append(ctx, "consent.Grant", Grant, []Declaration{d}, "")
}

// GrantMany is Grant for up to MaxBatch declarations in one transaction: all
// or none.
func (s *Service) GrantMany(ctx context.Context, list []Declaration) error {
	return s.append(ctx, "consent.GrantMany", Grant, list, "declarations")
}

// Withdraw notes that the customer no longer agrees. When it returns without
// an error nothing more goes out for that purpose on those channels, save what
// is on the wire already. Withdrawing what was never granted is no error.
func (s *Service) Withdraw(ctx context.Context, d Declaration) error {
	return s.append(ctx, "consent.Withdraw", Withdraw, []Declaration{d}, "")
}

// Suppress blocks the channels for every purpose, whatever was granted, until
// Release. Purpose is ignored.
func (s *Service) Suppress(ctx context.Context, d Declaration) error {
	return s.append(ctx, "consent.Suppress", Suppress, []Declaration{d}, "")
}

// Release ends a suppression. Purpose is ignored; grants count again.
func (s *Service) Release(ctx context.Context, d Declaration) error {
	return s.append(ctx, "consent.Release", Release, []Declaration{d}, "")
}

func (s *Service) append(ctx context.Context, op string, action Action, list []Declaration, path string) (err error) {
	defer errs.SetOp(&err, op)
	events, err := s.prepare(op, action, list, path)
	if err != nil || len(events) == 0 {
		return err
	}
	rows := make([]contact.Written, len(events))
	for i := range events {
		rows[i] = contact.Written{Contact: &events[i].Contact, Origin: &events[i].Origin}
	}
	return contact.WriteLiving(ctx, s.store, rows, func() error {
		return s.atomic(ctx, func(ctx context.Context, store Stores) error {
			if err := lockAll(ctx, store, op, declaredFor(list, events), path); err != nil {
				return err
			}
			if err := contact.HoldLiving(ctx, store, op, rows); err != nil {
				return err
			}
			if action == Grant { // what forbids more is always heard
				if err := unrestricted(ctx, store, op, path, events); err != nil {
					return err
				}
			}
			return store.AppendConsent(ctx, events)
		})
	})
}

// declaredFor gives declarations with the contacts that their events have.
func declaredFor(list []Declaration, events []Event) []Declaration {
	to := map[contact.ID]contact.ID{}
	for _, e := range events {
		to[cmp.Or(e.Origin, e.Contact)] = e.Contact
	}
	list = slices.Clone(list)
	for i, d := range list {
		list[i].Contact = to[d.Contact]
	}
	return list
}

// lockAll locks the contacts of a batch, so that a decision to send and a
// withdrawal stand one behind the other, and finds the unknown ones.
func lockAll(ctx context.Context, store contact.Store, op string, list []Declaration, path string) error {
	ids := make([]contact.ID, 0, len(list))
	known := make(map[contact.ID]bool, len(list))
	for _, d := range list {
		if !known[d.Contact] {
			known[d.Contact] = true
			ids = append(ids, d.Contact)
		}
	}
	locked, err := store.LockContacts(ctx, ids)
	if err != nil {
		return err
	}
	clear(known)
	for _, c := range locked {
		known[c.ID] = true
	}
	for i, d := range list {
		if !known[d.Contact] {
			return errs.NotFound(op, element(path, i, "contact"))
		}
	}
	return nil
}

func element(path string, i int, field string) string {
	if path == "" {
		return field
	}
	return fmt.Sprintf("%s[%d].%s", path, i, field)
}

func (s *Service) prepare(op string, action Action, list []Declaration, path string) ([]Event, error) {
	var f errs.Fields
	if len(list) > MaxBatch {
		f.Add(path, "too_many", fmt.Sprintf("must be at most %d declarations", MaxBatch))
		return nil, f.Err(op)
	}
	now := s.env.Now()
	var events []Event
	for i, d := range list {
		at := &f
		if path != "" {
			at = f.At(fmt.Sprintf("%s[%d]", path, i))
		}
		d = complete(d, action, now)
		validate(at, d, action, now)
		if f.Len() > 0 {
			continue // only to find what else is wrong
		}
		for _, ch := range d.Channels {
			events = append(events, newEvent(d, ch, action, now))
		}
	}
	return events, f.Err(op)
}

// Check tells whether a declaration would be noted, without noting it, and returns
// the events that would be added to the ledger, one for each channel. Whether the
// contact exists is not looked at. It returns errs.ErrInvalid with all broken fields.
func (s *Service) Check(action Action, d Declaration) ([]Event, error) {
	const op = "consent.Check"
	switch action {
	case Grant, Withdraw, Suppress, Release:
		return s.prepare(op, action, []Declaration{d}, "")
	}
	var f errs.Fields
	f.Add("action", "unknown_action", "must be grant, withdraw, suppress or release")
	return nil, f.Err(op)
}

// newEvent makes the event of a declaration for one channel. Its id follows
// from its content, so that declaring the same thing again adds nothing.
func newEvent(d Declaration, ch contact.Channel, action Action, now time.Time) Event {
	e := Event{
		Contact: d.Contact, Purpose: d.Purpose, Channel: ch, Action: action, At: d.At,
		Wording: d.Wording, Source: d.Source, Proof: d.Proof,
	}
	content, err := json.Marshal(e)
	if err != nil { // cannot be: the type holds only plain values
		panic(err)
	}
	e.ID, e.RecordedAt = id.Derived("crm.consent", string(content)), now
	// Within one instant the ledger is ordered by id: the stricter comes later,
	// as it does in the fold.
	e.ID[0] = byte(strictness(action))
	return e
}

func complete(d Declaration, action Action, now time.Time) Declaration {
	if d.At.IsZero() {
		d.At = now
	}
	d.At = core.Instant(d.At)
	switch {
	case action == Suppress || action == Release:
		d.Purpose = AnyPurpose
	case d.Purpose == "":
		d.Purpose = Marketing
	}
	return d
}

func validate(f *errs.Fields, d Declaration, action Action, now time.Time) {
	if d.Contact.IsZero() {
		f.Add("contact", "required", "must not be empty")
	}
	if d.Purpose != AnyPurpose {
		check.Name(f, "purpose", string(d.Purpose))
	}
	if len(d.Channels) == 0 {
		f.Add("channels", "required", "must name at least one channel")
	}
	if len(d.Channels) > maxCells {
		f.Add("channels", "too_many", fmt.Sprintf("must be at most %d channels", maxCells))
		return
	}
	for i, ch := range d.Channels {
		check.Name(f, fmt.Sprintf("channels[%d]", i), string(ch))
	}
	if check.Time(f, "at", d.At) && d.At.After(now.Add(maxAhead)) {
		f.Add("at", "in_future", "must not lie in the future")
	}
	if action == Grant && d.Wording == "" {
		f.Add("wording", "required", "must hold the text that the customer agreed to")
	}
	check.Prose(f, "wording", d.Wording, maxWording)
	if d.Source == "" {
		f.Add("source", "required", "must say where it was declared")
	}
	check.Line(f, "source", d.Source, maxText)
	check.Line(f, "proof", d.Proof, maxText)
}

// States returns the present state of every cell of a contact, ordered by
// purpose and channel. A cell that no event touched is not listed and means
// "no consent".
func (s *Service) States(ctx context.Context, of contact.ID) (states []State, err error) {
	defer errs.SetOp(&err, "consent.States")
	return followed(ctx, s.store, of, s.store.ConsentStates)
}

// followed asks about a contact, and if nothing is known of it, about the one into which
// it was merged.
func followed[E any](ctx context.Context, store contact.Store, of contact.ID, ask func(context.Context, []contact.ID) ([]E, error)) ([]E, error) {
	list, err := ask(ctx, []contact.ID{of})
	if err != nil || len(list) > 0 {
		return list, err
	}
	id, err := contact.Living(ctx, store, of)
	if err != nil || id == of {
		return nil, err
	}
	return ask(ctx, []contact.ID{id})
}

// Permit answers whether a contact may be addressed for the purpose on the
// channel now. It returns errs.ErrInvalid when one of the two is no name; with
// an error the answer is NoConsent.
func (s *Service) Permit(ctx context.Context, of contact.ID, p Purpose, ch contact.Channel) (answer Permission, err error) {
	const op = "consent.Permit"
	defer errs.SetOp(&err, op)
	var f errs.Fields
	check.Name(&f, "purpose", string(p))
	check.Name(&f, "channel", string(ch))
	if err := f.Err(op); err != nil {
		return NoConsent, err
	}
	states, err := s.States(ctx, of)
	if err != nil {
		return NoConsent, err
	}
	return Permit(states, p, ch), nil
}

// Ledger returns all events of a contact, oldest first.
func (s *Service) Ledger(ctx context.Context, of contact.ID) (events []Event, err error) {
	defer errs.SetOp(&err, "consent.Ledger")
	return followed(ctx, s.store, of, s.store.ConsentEvents)
}
