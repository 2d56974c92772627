package privacy

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/segment"
)

// person is everything that is held of a contact.
type person struct {
	ids         []contact.ID // the contact, then those merged into it
	record      contact.Contact
	activities  []activity.Activity
	events      []consent.Event
	states      []consent.State
	notices     []consent.Notice
	rows        Rows
	merges      []merge.Merge
	memberships []segment.Membership
	changes     []segment.Change
	linkers     []contact.ID
	dismissals  []duplicates.Dismissal
	holds       []Hold
	restriction *Restriction
	parts       []part
}

// part is what a Part shows.
type part struct {
	Part
	shown any
	rows  int
}

// isPurchase reports whether an activity belongs to the class Purchases.
func isPurchase(a activity.Activity) bool {
	switch a.Kind {
	case activity.Purchase, activity.Return, activity.Charge, activity.Refund, activity.Settlement:
		return true
	}
	return false
}

// gather reads all that is held of the contact that an id leads to; errs.ErrNotFound
// where it leads to none.
func (s *Service) gather(ctx context.Context, tx Stores, op string, of contact.ID) (*person, error) {
	holder, err := contact.Living(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	list, err := tx.Contacts(ctx, []contact.ID{holder})
	if err == nil && len(list) == 0 {
		err = errs.NotFound(op, "id")
	}
	if err != nil {
		return nil, err
	}
	p := &person{record: list[0]}
	if p.ids, err = merged(ctx, tx, holder); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, Stores) error{p.readOwn, p.readSegments, p.readOthers} {
		if err := read(ctx, tx); err != nil {
			return nil, err
		}
	}
	return p, p.readParts(ctx, tx, s.setup.Parts)
}

// merged returns a contact and all that were ever merged into it.
func merged(ctx context.Context, store contact.Store, root contact.ID) ([]contact.ID, error) {
	all := []contact.ID{root}
	for next := all; len(next) > 0; {
		from, err := store.MergedFrom(ctx, next)
		if err != nil {
			return nil, err
		}
		all, next = append(all, from...), from
	}
	slices.SortFunc(all[1:], contact.ID.Compare)
	return all, nil
}

// readOwn reads the history, the ledger, and the rows that name the person.
func (p *person) readOwn(ctx context.Context, tx Stores) (err error) {
	if p.activities, err = tx.ActivitiesOf(ctx, p.ids); err != nil {
		return err
	}
	if p.events, err = tx.ConsentEvents(ctx, p.ids); err != nil {
		return err
	}
	if p.states, err = tx.ConsentStates(ctx, p.ids); err != nil {
		return err
	}
	var shown []consent.NoticeKey
	for _, e := range p.events {
		if e.Notice.Name != "" {
			shown = append(shown, e.Notice.NoticeKey)
		}
	}
	if p.notices, err = tx.Notices(ctx, shown); err != nil {
		return err
	}
	if p.merges, err = tx.MergesInto(ctx, p.ids); err != nil {
		return err
	}
	p.rows, err = tx.PersonalRows(ctx, p.ids)
	return err
}

// changesPage is how many changes are read at a time.
const changesPage = 1000

func (p *person) readSegments(ctx context.Context, tx Stores) error {
	watches, err := tx.Watches(ctx, p.ids)
	if err != nil {
		return err
	}
	for _, w := range watches {
		p.memberships = append(p.memberships, w.Memberships...)
	}
	slices.SortFunc(p.memberships, func(a, b segment.Membership) int { return a.Segment.Compare(b.Segment) })
	for _, id := range p.ids {
		q := segment.ChangeQuery{Contact: id, Limit: changesPage}
		for {
			list, err := tx.Changes(ctx, q)
			if err != nil {
				return err
			}
			p.changes = append(p.changes, list...)
			if len(list) < changesPage {
				break
			}
			q.After = list[len(list)-1]
		}
	}
	return nil
}

// readOthers reads what others have to do with the person, and what was decided.
func (p *person) readOthers(ctx context.Context, tx Stores) (err error) {
	for _, id := range p.ids {
		for after := (contact.ID{}); ; {
			list, err := tx.LinkedTo(ctx, id, "", after, changesPage)
			if err != nil {
				return err
			}
			p.linkers = append(p.linkers, list...)
			if len(list) < changesPage {
				break
			}
			after = list[len(list)-1]
		}
	}
	slices.SortFunc(p.linkers, contact.ID.Compare)
	p.linkers = slices.DeleteFunc(slices.Compact(p.linkers), func(id contact.ID) bool { return slices.Contains(p.ids, id) })
	if p.dismissals, err = tx.DismissalsOf(ctx, p.ids); err != nil {
		return err
	}
	if p.holds, err = tx.Holds(ctx, p.ids); err != nil {
		return err
	}
	restrictions, err := tx.Restrictions(ctx, p.ids)
	if len(restrictions) > 0 {
		p.restriction = &restrictions[0]
	}
	return err
}

func (p *person) readParts(ctx context.Context, tx Stores, parts []Part) error {
	for _, of := range parts {
		known := part{Part: of}
		if of.Export != nil {
			var err error
			if known.shown, known.rows, err = of.Export(ctx, tx, p.ids); err != nil {
				return err
			}
		}
		p.parts = append(p.parts, known)
	}
	return nil
}

// count returns how many rows of a class there are.
func (p *person) count(c Class) int {
	n := 0
	switch c {
	case Record:
		n = 1
	case Purchases, Activities:
		for _, a := range p.activities {
			if isPurchase(a) == (c == Purchases) {
				n++
			}
		}
	case Consents:
		n = len(p.events)
	case Campaigns:
		n = p.rows.count()
	case Segments:
		n = len(p.memberships) + len(p.changes) + len(p.rows.Snapshots)
	case Links:
		n = len(p.linkers)
	case Merges:
		n = len(p.merges)
	case Imports:
		n = len(p.rows.Imports)
	case Duplicates:
		n = len(p.rows.Pairs) + len(p.dismissals)
	case Measures:
		if p.restriction != nil {
			n = 1
		}
	}
	for _, of := range p.parts {
		if of.Class == c {
			n += of.rows
		}
	}
	return n
}

// versions returns the record as it is and as others have kept it, each once.
func (p *person) versions() []contact.Contact {
	list := []contact.Contact{p.record}
	for _, m := range p.merges {
		list = append(list, m.Before, m.Lost, m.After)
	}
	for _, i := range p.rows.Imports {
		for _, c := range []*contact.Contact{i.Change.Before, i.Change.After} {
			if c != nil {
				list = append(list, *c)
			}
		}
	}
	slices.SortStableFunc(list[1:], func(a, b contact.Contact) int {
		return cmp.Or(a.ID.Compare(b.ID), cmp.Compare(a.Version, b.Version))
	})
	same := func(a, b contact.Contact) bool { return a.ID == b.ID && a.Version == b.Version }
	return slices.CompactFunc(list, same)
}
