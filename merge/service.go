package merge

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/record"
)

// maxReason bounds Options.Reason, in characters.
const maxReason = 200

// Service merges contacts. Hosts get it as CRM.Merges. It is safe for concurrent use.
type Service struct {
	store    Stores
	atomic   core.Atomic[Stores]
	env      core.Env
	contacts *contact.Service
	consents *consent.Service
}

// NewService is called by crm.New.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env, contacts *contact.Service, consents *consent.Service) *Service {
	return &Service{store, atomic, env, contacts, consents}
}

// Options of a merge.
type Options struct {
	// Reason is a note for whoever looks at the merge later: one line of at most 200
	// characters, without personal data.
	Reason string
}

// Merge makes one record of two: what is kept of the loser becomes the winner's, and
// the loser's id and identities lead to the winner from now on. It returns the winner's
// record, which Survive gives. Nil options mean all defaults.
//
// Where the two have declared different things for a purpose and a channel, the
// stricter one holds from the merge on, until the customer says something new. A
// sensitive value of the loser comes along only if a consent to its purpose is in force
// then. Where both are in one campaign, each keeps its part and the loser gets nothing
// more.
//
// It returns errs.ErrInvalid for a contact merged with itself, and for a record that
// would hold more than a record can; errs.ErrNotFound for a contact that does not exist,
// and errs.ErrConflict (merged) for one that is merged into another already. Of
// concurrent calls that speak of one contact, one comes after the other.
func (s *Service) Merge(ctx context.Context, winner, loser contact.ID, o *Options) (merged contact.Contact, err error) {
	const op = "merge.Merge"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", winner.String()); err != nil {
		return merged, err
	}
	var own Options
	if o != nil {
		own = *o
	}
	own.Reason = strings.TrimSpace(own.Reason)
	var f errs.Fields
	if winner == loser {
		f.Add("loser", "same", "must be another contact than the winner")
	}
	check.Line(&f, "reason", own.Reason, maxReason)
	if err := f.Err(op); err != nil {
		return contact.Contact{}, err
	}
	id := ID(s.env.NewID())
	err = s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		w := &work{s: s, op: op, tx: tx, now: s.env.Now(), known: map[string]bool{}}
		m, err := w.begin(ctx, winner, loser)
		if err != nil {
			return err
		}
		m.ID, m.Reason = id, own.Reason
		merged, err = w.merge(ctx, m)
		return err
	})
	if err != nil {
		return contact.Contact{}, err
	}
	return s.shown(ctx, merged)[0], nil
}

// shown gives records as they can be read. The merge is done: where the sensitive values
// cannot be read now, they are left out.
func (s *Service) shown(ctx context.Context, records ...contact.Contact) []contact.Contact {
	list, err := s.contacts.Revealed(ctx, records)
	if err == nil {
		return list
	}
	for i, c := range records {
		records[i] = s.contacts.Sealing().Withhold(c)
	}
	return records
}

// work is a merge, or the way back, in its transaction.
type work struct {
	s     *Service
	op    string
	tx    Stores
	now   time.Time
	known map[string]bool // the ids of merges whose events are looked at
}

// begin locks the two contacts.
func (w *work) begin(ctx context.Context, winner, loser contact.ID) (m Merge, err error) {
	m = Merge{Winner: winner, Loser: loser, At: w.now}
	both := []contact.ID{winner, loser}
	for range 10 { // one that has just come back is not seen by who waited for the other
		locked, err := w.tx.LockContacts(ctx, both)
		if err != nil {
			return m, err
		}
		for _, c := range locked {
			switch c.ID {
			case winner:
				m.Before = c
			case loser:
				m.Lost = c
			}
		}
		if len(locked) == len(both) {
			break
		}
	}
	if err := w.there(ctx, "winner", winner, m.Before); err != nil {
		return m, err
	}
	if err := w.there(ctx, "loser", loser, m.Lost); err != nil {
		return m, err
	}
	if err := contact.Unrestricted(ctx, w.tx, w.op, "loser", loser); err != nil {
		return m, err
	}
	if err := contact.Unrestricted(ctx, w.tx, w.op, "winner", winner); err != nil {
		return m, err
	}
	before, err := w.tx.MergesInto(ctx, []contact.ID{winner})
	m.Number = 1
	if n := len(before); n > 0 {
		m.Number = before[n-1].Number + 1
	}
	return m, err
}

func (w *work) there(ctx context.Context, path string, id contact.ID, found contact.Contact) error {
	if !found.ID.IsZero() {
		return nil
	}
	into, err := w.tx.MergedInto(ctx, []contact.ID{id})
	switch {
	case err != nil:
		return err
	case !into[0].IsZero():
		return errs.Conflict(w.op, path, "merged", "was merged into another contact")
	}
	erased, err := w.tx.Erased(ctx, []contact.ID{id})
	if err == nil && len(erased) > 0 {
		return &errs.Error{Op: w.op, Kind: errs.ErrNotFound, Fields: []errs.Field{{Path: path, Code: "erased", Message: "was erased"}}}
	}
	if err != nil {
		return err
	}
	return errs.NotFound(w.op, path)
}

// merge does what Merge promises.
func (w *work) merge(ctx context.Context, m Merge) (contact.Contact, error) {
	none := contact.Contact{}
	if err := w.tx.MoveContact(ctx, Move{From: m.Loser, To: m.Winner, At: w.now}); err != nil {
		return none, err
	}
	if err := w.bind(ctx, m.Loser, m.Winner, m.Lost.Identities); err != nil {
		return none, err
	}
	m.After = m.Before // until the consents are known
	if err := w.tx.InsertMerge(ctx, m); err != nil {
		return none, err
	}
	if err := w.strictest(ctx, m.Winner); err != nil {
		return none, err
	}
	after, err := w.proven(ctx, &m.Before, Survive(m.Before, m.Lost))
	if err != nil {
		return none, err
	}
	if err := w.fits(after); err != nil {
		return none, err
	}
	after.UpdatedAt, after.Version = w.now, m.Before.Version+1
	if err := w.tx.UpdateContacts(ctx, []contact.Contact{after}); err != nil {
		return none, err
	}
	m.After = after
	if err := w.tx.UpdateMerges(ctx, []Merge{m}); err != nil {
		return none, err
	}
	gone, err := w.tx.DeleteContacts(ctx, []contact.ID{m.Loser}, w.now)
	if err == nil && len(gone) == 0 {
		err = errs.Failed(w.op, errors.New("something of the loser stayed behind"))
	}
	return after, err
}

// bind gives identities of one contact to another one.
func (w *work) bind(ctx context.Context, from, to contact.ID, identities []contact.Identity) error {
	release, claim := make([]contact.Claim, len(identities)), make([]contact.Claim, len(identities))
	for i, identity := range identities {
		release[i], claim[i] = contact.Claim{Identity: identity, Contact: from}, contact.Claim{Identity: identity, Contact: to}
	}
	if err := w.tx.ReleaseIdentities(ctx, release); err != nil {
		return err
	}
	_, err := w.tx.ClaimIdentities(ctx, claim)
	return err
}

// proven leaves out the sensitive values that are not those of the stored record, nil
// for none, and for which no consent is in force.
func (w *work) proven(ctx context.Context, stored *contact.Contact, c contact.Contact) (contact.Contact, error) {
	states, err := w.tx.ConsentStates(ctx, []contact.ID{c.ID})
	if err != nil {
		return c, err
	}
	consented := func(purpose string) bool {
		return consent.Agrees(states, consent.Purpose(purpose), w.now)
	}
	for _, f := range errs.FieldsOf(w.s.contacts.Unproven(stored, c, consented)) {
		name := strings.TrimSuffix(strings.TrimPrefix(f.Path, "custom["), "]")
		c.Custom = record.Without(c.Custom, name)
	}
	return c, nil
}

// fits refuses a record with longer lists than a record can have.
func (w *work) fits(c contact.Contact) error {
	_, err := w.s.contacts.Check(c)
	var f errs.Fields
	for _, e := range errs.FieldsOf(err) {
		if e.Code == "too_many" {
			f.Add(e.Path, e.Code, e.Message)
		}
	}
	return f.Err(w.op)
}

// Into lists what was merged into a contact directly, the first first, also if it was merged
// itself since. For a contact that does not exist the list is empty. Sensitive values are
// left out of the records.
func (s *Service) Into(ctx context.Context, winner contact.ID) (list []Merge, err error) {
	defer errs.SetOp(&err, "merge.Into")
	if ctx, err = s.env.Ask(ctx, "merge.Into", "contact", winner.String()); err != nil {
		return list, err
	}
	list, err = s.store.MergesInto(ctx, []contact.ID{winner})
	for i := range list {
		s.withhold(&list[i])
	}
	return list, err
}

// withhold takes the sensitive values out of the records of a merge: they are kept to be
// put back, and not to be read.
func (s *Service) withhold(m *Merge) {
	for _, c := range []*contact.Contact{&m.Before, &m.Lost, &m.After} {
		*c = s.contacts.Sealing().Withhold(*c)
	}
}

// Of returns the merge that ended a contact, as Into does; errs.ErrNotFound when there is
// none.
func (s *Service) Of(ctx context.Context, loser contact.ID) (m Merge, err error) {
	defer errs.SetOp(&err, "merge.Of")
	if ctx, err = s.env.Ask(ctx, "merge.Of", "contact", loser.String()); err != nil {
		return m, err
	}
	m, err = s.store.MergeOf(ctx, loser)
	s.withhold(&m)
	return m, err
}
