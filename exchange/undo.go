package exchange

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/record"
)

// undoChunk is how many contacts are taken back in one transaction.
const undoChunk = 500

// undoneSource is the source of the withdrawals that Undo notes.
const undoneSource = "import taken back"

// Undo takes an import back, whether it was finished or cut off, and returns it. It
// works in transactions of up to 500 contacts: whoever is cut off calls it again.
//
// The contacts that the import created are removed, records that it updated are as
// they were before, identities that it added are free, and so are the references of
// the activities that it recorded, which are removed. A consent that holds only
// because the import brought it is withdrawn; withdrawals and suppressions stay, with
// their contacts.
//
// What others have done since is never undone. A contact stays that has activities,
// declarations or messages from elsewhere, that others link to, or that was edited; in
// an updated record the fields stay that were changed since, and a purchase stays that
// was charged. A sensitive value does not come back if the consent to it is gone. All
// of that is listed among the problems, with the number of its entry (in_use, changed,
// merged, consent_required).
//
// What somebody has only said again counts for nothing, be it a later import or a call
// with the same reference: so of several imports of the same people, take back the
// latest first. Do not charge purchases of an import while it is taken back.
//
// It returns errs.ErrNotFound for an unknown name, and errs.ErrConflict (state) for
// an import that is forgotten. Taking back twice does nothing.
func (s *Service) Undo(ctx context.Context, name string) (done Import, err error) {
	const op = "exchange.Undo"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "import", ""); err != nil {
		return done, err
	}
	err = s.chunks(ctx, op, name, func(ctx context.Context, tx Stores, i *Import) (bool, error) {
		switch {
		case i.State == Undone:
			done = *i
			return false, errNothing
		case i.Forgotten:
			return false, errs.Conflict(op, "name", "state", "is forgotten and can no longer be taken back")
		}
		i.State = Undoing
		changes, more, err := nextChanges(ctx, tx, i.ID)
		if err != nil {
			return false, err
		}
		if more {
			u := &undo{s: s, tx: tx, of: i.ID, now: i.UpdatedAt}
			if err := u.do(ctx, changes); err != nil {
				return false, err
			}
			if err := tx.AppendImportProblems(ctx, i.ID, i.Problems, u.kept); err != nil {
				return false, err
			}
			i.Problems += len(u.kept)
			i.Kept += len(u.kept)
		} else {
			i.State = Undone
		}
		done = *i
		return more, nil
	})
	return done, err
}

// undo is one chunk in its transaction.
type undo struct {
	s   *Service
	tx  Stores
	of  ID
	now time.Time

	did       map[contact.ID]*doing
	histories map[contact.ID][]activity.Activity
	ledgers   map[contact.ID][]consent.Event

	removed  []activity.Activity
	created  []doing // to delete
	updates  []contact.Contact
	releases []contact.Claim
	events   []consent.Event
	kept     []Problem
}

// doing is what an import did with one contact.
type doing struct {
	contact  contact.Contact // as it is now
	created  *Change
	updated  []Change
	linked   bool // others link to it
	recorded map[activity.ID]Change
	declared map[consent.ID]Change
}

// contactsOf lists the contacts of changes that are ordered by contact.
func contactsOf(changes []Change) []contact.ID {
	var ids []contact.ID
	for _, c := range changes {
		if len(ids) == 0 || ids[len(ids)-1] != c.Contact {
			ids = append(ids, c.Contact)
		}
	}
	return ids
}

// do takes back what a chunk of changes says.
func (u *undo) do(ctx context.Context, changes []Change) error {
	ids := contactsOf(changes)
	locked, err := u.tx.LockContacts(ctx, ids)
	if err != nil {
		return err
	}
	if err := contact.Unrestricted(ctx, u.tx, "exchange.Undo", "name", ids...); err != nil {
		return err
	}
	if err := u.load(ctx, ids); err != nil {
		return err
	}
	u.did = make(map[contact.ID]*doing, len(locked))
	for _, c := range locked {
		u.did[c.ID] = &doing{contact: c, recorded: map[activity.ID]Change{}, declared: map[consent.ID]Change{}}
	}
	for _, c := range changes {
		if d := u.did[c.Contact]; d != nil {
			d.add(c)
		} else if err := u.merged(ctx, c); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if d := u.did[id]; d != nil {
			if err := u.links(ctx, d); err != nil {
				return err
			}
			if err := u.contact(*d); err != nil {
				return err
			}
		}
	}
	return u.write(ctx)
}

// merged lists what the import did with a contact that was merged into another one since;
// of one that was deleted there is nothing left.
func (u *undo) merged(ctx context.Context, c Change) error {
	into, err := u.tx.MergedInto(ctx, []contact.ID{c.Contact})
	if err == nil && !into[0].IsZero() {
		u.keep(c, errs.Field{Code: "merged", Message: "stays, because the contact was merged into another one"})
	}
	return err
}

func (d *doing) add(c Change) {
	switch c.Kind {
	case ChangeCreated:
		d.created = &c
	case ChangeUpdated:
		d.updated = append(d.updated, c)
	case ChangeRecorded:
		d.recorded[c.Activity] = c
	case ChangeDeclared:
		d.declared[c.Consent] = c
	}
}

func (u *undo) load(ctx context.Context, ids []contact.ID) error {
	u.histories, u.ledgers = map[contact.ID][]activity.Activity{}, map[contact.ID][]consent.Event{}
	activities, err := u.tx.ActivitiesOf(ctx, ids)
	if err != nil {
		return err
	}
	for _, a := range activities {
		u.histories[a.Contact] = append(u.histories[a.Contact], a)
	}
	events, err := u.tx.ConsentEvents(ctx, ids)
	for _, e := range events {
		u.ledgers[e.Contact] = append(u.ledgers[e.Contact], e)
	}
	return err
}

// contact decides what is taken back of one contact.
func (u *undo) contact(d doing) error {
	others := u.history(d)
	if d.created != nil && !others && !d.linked && u.onlyOurs(d) && isAsLeft(d) {
		u.created = append(u.created, d)
		return nil
	}
	if d.created != nil {
		u.keep(*d.created, errs.Field{Code: "in_use", Message: "stays, because others know it or have changed it since"})
	} else {
		u.restore(d)
	}
	return u.withdraw(d)
}

// keep lists what stays.
func (u *undo) keep(c Change, f errs.Field) {
	u.kept = append(u.kept, Problem{c.Number, c.Line, f.Path, f.Code, f.Message, true})
}

// history collects the activities that are removed, and reports whether the contact
// has others.
func (u *undo) history(d doing) (others bool) {
	paid := map[activity.Ref]bool{}
	for _, a := range u.histories[d.contact.ID] {
		if _, ours := d.recorded[a.ID]; !ours {
			others = true
			if a.Payment != nil {
				paid[a.Payment.Purchase] = true
			}
		}
	}
	for _, a := range u.histories[d.contact.ID] {
		c, ours := d.recorded[a.ID]
		switch {
		case !ours:
		case !a.Ref.IsZero() && paid[a.Ref]:
			u.keep(c, errs.Field{Path: "activities", Code: "in_use", Message: "stays, because it was charged"})
		default:
			u.removed = append(u.removed, a)
		}
	}
	return others
}

// onlyOurs reports whether the ledger holds nothing but consents that the import
// brought. A withdrawal is the customer's wish, whoever brought it.
func (u *undo) onlyOurs(d doing) bool {
	return !slices.ContainsFunc(u.ledgers[d.contact.ID], func(e consent.Event) bool {
		_, ours := d.declared[e.ID]
		return !ours || e.Action.Strictness() > 0
	})
}

// isAsLeft reports whether nobody but the import has changed the contact since it was
// created.
func isAsLeft(d doing) bool {
	left := d.created.Digest
	for _, c := range d.updated {
		if digestOf(*c.Before) != left {
			return false
		}
		left = digestOf(*c.After)
	}
	return digestOf(d.contact) == left
}

// restore takes back the updates of a record, the last one first.
func (u *undo) restore(d doing) {
	was := d.contact
	for _, c := range slices.Backward(d.updated) {
		var changed []string
		was, changed = unmerge(was, *c.Before, *c.After)
		for _, path := range changed {
			u.keep(c, errs.Field{Path: path, Code: "changed", Message: "stays, because it was changed since"})
		}
		for _, identity := range c.After.Identities {
			if !slices.Contains(c.Before.Identities, identity) {
				u.releases = append(u.releases, contact.Claim{Identity: identity, Contact: d.contact.ID})
			}
		}
	}
	if len(d.updated) == 0 {
		return
	}
	last := d.updated[len(d.updated)-1]
	err := u.s.with.Contacts.Unproven(&d.contact, was, u.ledger(d.contact.ID).consentsTo(u.now))
	for _, f := range errs.FieldsOf(err) {
		_, _, name := cutPath(f.Path)
		was.Custom = record.Without(was.Custom, name)
		u.keep(last, errs.Field{Path: f.Path, Code: f.Code, Message: "does not come back, because the consent to it is gone"})
	}
	was.UpdatedAt, was.Version = u.now, d.contact.Version+1
	u.updates = append(u.updates, was)
}

// ledger is what a contact has declared.
func (u *undo) ledger(of contact.ID) ledger {
	var l ledger
	for _, e := range u.ledgers[of] {
		l.add(e)
	}
	return l
}

// withdraw notes that a consent does not hold that came by the import alone.
func (u *undo) withdraw(d doing) error {
	var without ledger
	for _, e := range u.ledgers[d.contact.ID] {
		if _, ours := d.declared[e.ID]; !ours {
			without.add(e)
		}
	}
	for c, s := range u.ledger(d.contact.ID).states {
		if !s.Action.Grants() || without.states[c].Action.Grants() {
			continue
		}
		at := u.now
		if s.At.After(at) {
			at = s.At // the clock of whoever granted was ahead
		}
		end, basis := consent.Withdraw, consent.Basis("")
		if c.Layer == consent.Customers {
			end, basis = consent.Expire, consent.ExistingCustomer
		}
		events, err := u.s.with.Consents.Check(end, consent.Declaration{
			Basis: basis, Contact: d.contact.ID, Purpose: c.Purpose, Channels: []contact.Channel{c.Channel}, At: at, Source: undoneSource,
		})
		if err != nil {
			return err
		}
		u.events = append(u.events, events...)
	}
	return nil
}

// write does what was decided.
func (u *undo) write(ctx context.Context) error {
	if err := u.tx.DeleteActivities(ctx, u.removed, u.now); err != nil {
		return err
	}
	if err := u.tx.ReleaseIdentities(ctx, u.releases); err != nil {
		return err
	}
	if err := u.tx.UpdateContacts(ctx, u.updates); err != nil {
		return err
	}
	if err := u.tx.AppendConsent(ctx, u.events); err != nil {
		return err
	}
	return u.delete(ctx)
}

// delete removes the contacts that the import created, but not those that a campaign
// has written to.
func (u *undo) delete(ctx context.Context) error {
	ids := make([]contact.ID, len(u.created))
	for i, d := range u.created {
		ids[i] = d.contact.ID
	}
	gone, err := u.tx.DeleteContacts(ctx, ids, u.now)
	if err != nil {
		return err
	}
	u.events = nil
	for _, d := range u.created {
		if !slices.Contains(gone, d.contact.ID) {
			u.keep(*d.created, errs.Field{Code: "in_use", Message: "stays, because a campaign or a merge names it"})
			if err := u.withdraw(d); err != nil {
				return err
			}
		}
	}
	return u.tx.AppendConsent(ctx, u.events)
}
