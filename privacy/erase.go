package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// Certificate says what an erasure has done. It holds no personal data but the ids,
// which lead to nothing any more.
type Certificate struct {
	Contact contact.ID   `json:"contact"`
	Merged  []contact.ID `json:"merged,omitempty"`
	// At is when it was done.
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
	Steps  []Step    `json:"steps"`
	// Digest is that of the plan that was carried out.
	Digest string `json:"digest"`
	// Pending is true as long as live segments have not told that the contact has
	// left them.
	Pending bool `json:"pending,omitempty"`
	// Released tells of what was held first and erased later.
	Released []Release `json:"released,omitempty"`
}

// ids are all that the contact had.
func (c Certificate) ids() []contact.ID { return append([]contact.ID{c.Contact}, c.Merged...) }

// Release says that rows were erased when their hold had ended.
type Release struct {
	Class Class     `json:"class"`
	Rows  int64     `json:"rows"`
	At    time.Time `json:"at"`
}

// Erase removes a person: the contact that the id leads to, with all that were merged
// into it. In one transaction everything goes that PlanErasure lists as deleted, what
// is listed as anonymised goes to an id that leads to nobody, and what is held goes to
// where only Held shows it. Deliveries that wait are cancelled, vouchers cannot be used
// any more, and links in the records of others are taken away. Live segments tell that
// the contact has left at the next Refresh; the next Sweep behind that removes the rest
// of their rows, in which there is no more than its id.
//
// Nothing that the database has outside of its tables is touched: see the functions
// Scrub of the stores, and docs/decisions/022-erasure-and-the-bytes.md.
//
// Erasing again returns the first certificate. It returns errs.ErrNotFound when there
// never was such a contact, and errs.ErrConflict when the digest is no longer that of
// the plan (changed), or when a message to the contact is being sent (state): then try
// again when it has ended.
func (s *Service) Erase(ctx context.Context, of contact.ID, o *ErasureOptions) (done Certificate, err error) {
	const op = "privacy.Erase"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", of.String()); err != nil {
		return Certificate{}, err
	}
	own, err := o.complete(op)
	if err != nil {
		return Certificate{}, err
	}
	now := s.env.Now()
	err = s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		before, err := tx.CertificateOf(ctx, of)
		if !errors.Is(err, errs.ErrNotFound) {
			done = before
			return err
		}
		e := &erasure{s: s, op: op, tx: tx, now: now}
		done, err = e.run(ctx, of, own)
		return err
	})
	if err != nil {
		return Certificate{}, err
	}
	return done, nil
}

// Certificate returns what Erase returned for an id, also for one of those that were
// merged, with what was released since; errs.ErrNotFound when it was not erased.
func (s *Service) Certificate(ctx context.Context, erased contact.ID) (c Certificate, err error) {
	const op = "privacy.Certificate"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", erased.String()); err != nil {
		return c, err
	}
	return s.store.CertificateOf(ctx, erased)
}

// erasure is one under way.
type erasure struct {
	s   *Service
	op  string
	tx  Stores
	now time.Time
	// idle is true where nobody has asked for it: then who comes back is welcome.
	idle bool
	*person
}

func (e *erasure) run(ctx context.Context, of contact.ID, o ErasureOptions) (Certificate, error) {
	none := Certificate{}
	if err := e.lock(ctx, of); err != nil {
		return none, err
	}
	plan, err := e.plan(e.now)
	if err != nil {
		return none, err
	}
	if o.Digest != "" && o.Digest != plan.Digest {
		return none, errs.Conflict(e.op, "digest", "changed", "something about the contact has changed since the plan was made")
	}
	for _, step := range []func(context.Context) error{e.campaigns, e.unlink, e.hold, e.others} {
		if err := step(ctx); err != nil {
			return none, err
		}
	}
	if err := e.tx.EraseContacts(ctx, e.ids, e.now); err != nil {
		return none, err
	}
	pending, err := e.watched(ctx)
	if err != nil {
		return none, err
	}
	c := Certificate{
		Contact: plan.Contact, Merged: plan.Merged, At: e.now, Reason: o.Reason, Steps: plan.Steps, Digest: plan.Digest, Pending: pending,
	}
	return c, e.tx.PutCertificate(ctx, e.ids, c)
}

// maxTries bounds how often a contact is followed that is merged meanwhile.
const maxTries = 20

// lock finds the contact, alone, and reads all about it.
func (e *erasure) lock(ctx context.Context, of contact.ID) error {
	for range maxTries {
		holder, err := contact.Living(ctx, e.tx, of)
		if err != nil {
			return err
		}
		locked, err := e.tx.LockAlone(ctx, []contact.ID{holder})
		if err != nil {
			return err
		}
		now, err := contact.Living(ctx, e.tx, of)
		if err != nil {
			return err
		}
		if now != holder {
			continue
		}
		if len(locked) == 0 {
			return errs.NotFound(e.op, "id")
		}
		e.person, err = e.s.gather(ctx, e.tx, e.op, holder)
		return err
	}
	return errs.Failed(e.op, errors.New("the contact is merged all the time"))
}

// campaigns makes the rows of campaigns nobody's.
func (e *erasure) campaigns(ctx context.Context) error {
	for _, d := range e.rows.Deliveries {
		if d.State == campaign.Sending {
			return errs.Conflict(e.op, "delivery", "state", "a message to the contact is being sent")
		}
	}
	m := newMasks(e.s.env.Random)
	if err := m.count(ctx, e.tx, e.rows.Audience, e.activities, e.now); err != nil {
		return err
	}
	with, err := m.rows(e.rows.CampaignRows)
	if err != nil {
		return err
	}
	return e.tx.ReplaceCampaignRows(ctx, e.ids, campaign.ID{}, with)
}

// unlink takes the links away that lead to the person.
func (e *erasure) unlink(ctx context.Context) error {
	others, err := e.tx.LockContacts(ctx, e.linkers)
	if err != nil {
		return err
	}
	for i, c := range others {
		c.Links = slices.DeleteFunc(slices.Clone(c.Links), func(l contact.Link) bool { return slices.Contains(e.ids, l.To) })
		c.UpdatedAt, c.Version = e.now, c.Version+1
		others[i] = c
	}
	return e.tx.UpdateContacts(ctx, others)
}

// others lets other rooms do their part.
func (e *erasure) others(ctx context.Context) error {
	suppressors := e.s.setup.Suppressors
	if e.idle {
		suppressors = nil
	}
	for _, suppressor := range suppressors {
		if err := suppressor.SuppressErased(ctx, e.tx, e.versions()); err != nil {
			return err
		}
	}
	for _, of := range e.parts {
		if of.Erase != nil {
			if err := of.Erase(ctx, e.tx, e.ids); err != nil {
				return err
			}
		}
	}
	return nil
}

// watched reports whether live segments still have something of the contact.
func (e *erasure) watched(ctx context.Context) (bool, error) {
	list, err := e.tx.Watches(ctx, e.ids)
	return slices.ContainsFunc(list, func(w segment.Watch) bool { return w.Version > 0 }), err
}

// hold puts aside what holds keep, and ends those that keep nothing any more.
func (e *erasure) hold(ctx context.Context) error {
	for _, h := range e.holds {
		if !h.Until.IsZero() && !h.Until.After(e.now) {
			if _, err := e.tx.DeleteHold(ctx, h.Contact, h.ID); err != nil {
				return err
			}
		}
	}
	var rows []Held
	for _, c := range Holdable {
		if !e.keeps(c, e.now) {
			continue
		}
		list, err := e.held(c, e.s.setup.Sealing)
		if err != nil {
			return err
		}
		rows = append(rows, list...)
	}
	return e.tx.InsertHeld(ctx, rows)
}

// held returns the rows of a class as they are put aside.
func (p *person) held(c Class, sealing *contact.Sealing) (list []Held, err error) {
	add := func(kind string, row any) {
		var text []byte
		if err == nil {
			text, err = json.Marshal(row)
		}
		list = append(list, Held{Contact: p.record.ID, Class: c, Position: len(list) + 1, Kind: kind, Record: text})
	}
	switch c {
	case Record:
		add("contact", sealing.Withhold(p.record))
	case Purchases, Activities:
		for _, a := range p.activities {
			if isPurchase(a) == (c == Purchases) {
				add("activity", a)
			}
		}
	case Consents:
		addAll(add, "consent", p.events)
	case Campaigns:
		addAll(add, "audience", p.rows.Audience)
		addAll(add, "delivery", p.rows.Deliveries)
		addAll(add, "voucher", p.rows.Vouchers)
		addAll(add, "redemption", p.rows.Redemptions)
	case Merges:
		for _, m := range p.merges {
			m.Before, m.Lost, m.After = sealing.Withhold(m.Before), sealing.Withhold(m.Lost), sealing.Withhold(m.After)
			add("merge", m)
		}
	case Imports:
		for _, i := range p.rows.Imports {
			for _, c := range []**contact.Contact{&i.Change.Before, &i.Change.After} {
				if *c != nil {
					own := sealing.Withhold(**c)
					*c = &own
				}
			}
			add("import", i)
		}
	}
	return list, errs.Failed("privacy.held", err)
}

func addAll[T any](add func(string, any), kind string, rows []T) {
	for _, row := range rows {
		add(kind, row)
	}
}
