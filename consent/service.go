package consent

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// Stores is what the service needs: the ledger, and the contacts to lock.
type Stores interface {
	Store
	contact.Store
}

// Service keeps the ledger. Hosts get it as CRM.Consents. It is safe for
// concurrent use.
type Service struct {
	store    Stores
	atomic   core.Atomic[Stores]
	env      core.Env
	contacts *contact.Service
	lists    []List
	optIn    *OptIn // complete; nil where there is none
	mailer   Mailer
}

// Setup is what the service takes from crm.Config.
type Setup struct {
	Contacts *contact.Service
	Lists    []List
	OptIn    *OptIn // complete; nil for none
	Mailer   Mailer // for OptIn
}

// NewService is called by crm.New.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env, with Setup) *Service {
	return &Service{store, atomic, env, with.Contacts, with.Lists, with.OptIn, with.Mailer}
}

// Grant notes that the customer agreed, or on which other basis the channel may be
// used. Noting the same declaration again, with the same instant and words, adds
// nothing, so an import can be repeated. A grant at the same instant as a withdrawal
// loses, whichever was noted first, and no grant lifts what blocks, such as an
// objection. It returns errs.ErrInvalid with all broken fields, or errs.ErrNotFound
// when there is no such contact.
func (s *Service) Grant(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.Grant", Grant, []Declaration{d}, "", nil)
}

// GrantMany is Grant for up to MaxBatch declarations in one transaction: all
// or none.
func (s *Service) GrantMany(ctx context.Context, list []Declaration) error {
	return s.declare(ctx, "consent.GrantMany", Grant, list, "declarations", nil)
}

// Withdraw notes that the customer no longer agrees. When it returns without
// an error nothing more goes out for that purpose on those channels, save what
// is on the wire already. Withdrawing what was never granted is no error.
func (s *Service) Withdraw(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.Withdraw", Withdraw, []Declaration{d}, "", nil)
}

// Deny notes that the customer was asked and said no. It has the effect of Withdraw.
func (s *Service) Deny(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.Deny", Deny, []Declaration{d}, "", nil)
}

// Suppress blocks the channels for every purpose, whatever was granted, until
// Release. Purpose is ignored.
func (s *Service) Suppress(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.Suppress", Suppress, []Declaration{d}, "", nil)
}

// Release ends a suppression. Purpose is ignored; grants count again.
func (s *Service) Release(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.Release", Release, []Declaration{d}, "", nil)
}

// Object notes an objection to the purpose (Article 21 GDPR), on the channels or,
// without any, on all of them. It blocks from its commit on, whatever was granted
// before or is granted or imported later, until LiftObjection.
func (s *Service) Object(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.Object", Object, []Declaration{d}, "", nil)
}

// LiftObjection notes that the customer takes the objection to the purpose back for
// the channels, of which at least one must be named; AnyChannel lifts it whole. What was
// granted for them counts again. Where the objection was to all channels it stays for
// the others, one by one.
func (s *Service) LiftObjection(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.LiftObjection", Release, []Declaration{d}, "", lift(Object))
}

// Restrict notes a restriction of the channels, of all of them where none is named. It
// blocks every purpose until Unrestrict. Purpose is ignored. It is the part of Article 18
// GDPR that is about messages; CRM.Privacy.Restrict keeps a contact from being used at
// all.
func (s *Service) Restrict(ctx context.Context, d Declaration) error {
	return s.declare(ctx, "consent.Restrict", Restrict, []Declaration{d}, "", nil)
}

// Unrestrict ends restrictions of the channels, of all of them where none is named.
// Purpose is ignored.
func (s *Service) Unrestrict(ctx context.Context, d Declaration) error {
	if len(d.Channels) == 0 {
		d.Channels = []contact.Channel{AnyChannel}
	}
	return s.declare(ctx, "consent.Unrestrict", Release, []Declaration{d}, "", lift(Restrict))
}

// more turns declarations into the events that they come to, given the states of
// their contacts, who are locked.
type more func(d Declaration, events []Event, states []State) []Event

func (s *Service) declare(ctx context.Context, op string, action Action, list []Declaration, path string, then more) (err error) {
	defer errs.SetOp(&err, op)
	of := ""
	if path == "" {
		of = list[0].Contact.String()
	}
	if ctx, err = s.env.Ask(ctx, op, "contact", of); err != nil {
		return err
	}
	list = slices.Clone(list)
	if err := resolve(ctx, s.store, op, path, list); err != nil {
		return err
	}
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
			if err := unrefused(ctx, store, op, path, events); err != nil {
				return err
			}
			written, err := events, error(nil)
			if then != nil {
				if written, err = s.extended(ctx, store, list[0], events, then); err != nil {
					return err
				}
			}
			return store.AppendConsent(ctx, written)
		})
	})
}

// unrefused refuses to note a legitimate interest where the customer has said no, which
// no interest of the shop outweighs.
func unrefused(ctx context.Context, store Stores, op, path string, events []Event) error {
	var ids []contact.ID
	for _, e := range events {
		if e.Basis == LegitimateInterest {
			ids = append(ids, e.Contact)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	states, err := store.ConsentStates(ctx, ids)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.Layer == Consents && s.Action.Refuses() && slices.ContainsFunc(events, func(e Event) bool {
			return e.Basis == LegitimateInterest && e.Contact == s.Contact && e.Cell() == s.Cell()
		}) {
			return errs.Conflict(op, path, "withdrawn", "the customer has declared otherwise")
		}
	}
	return nil
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

// States returns the present state of every cell of a contact, ordered by
// purpose, channel and layer. A cell that no event touched is not listed and means
// "no consent".
func (s *Service) States(ctx context.Context, of contact.ID) (states []State, err error) {
	defer errs.SetOp(&err, "consent.States")
	if ctx, err = s.env.Ask(ctx, "consent.States", "contact", of.String()); err != nil {
		return states, err
	}
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
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return answer, err
	}
	var f errs.Fields
	check.Name(&f, "purpose", string(p))
	check.Name(&f, "channel", string(ch))
	if err := f.Err(op); err != nil {
		return NoConsent, err
	}
	states, err := followed(ctx, s.store, of, s.store.ConsentStates)
	if err != nil {
		return NoConsent, err
	}
	if answer = Permit(states, p, ch, s.env.Now()); answer == Restricted {
		return answer, nil
	}
	id, err := contact.Living(ctx, s.store, of)
	if err != nil {
		return NoConsent, err
	}
	restricted, err := s.store.Restricted(ctx, []contact.ID{id})
	if err != nil {
		return NoConsent, err
	}
	if len(restricted) > 0 {
		answer = Restricted
	}
	return answer, nil
}

// Ledger returns all events of a contact, oldest first.
func (s *Service) Ledger(ctx context.Context, of contact.ID) (events []Event, err error) {
	defer errs.SetOp(&err, "consent.Ledger")
	if ctx, err = s.env.Ask(ctx, "consent.Ledger", "contact", of.String()); err != nil {
		return events, err
	}
	return followed(ctx, s.store, of, s.store.ConsentEvents)
}
