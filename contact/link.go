package contact

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/cursor"
)

// Link leads from the contact in whose record it stands to another one.
type Link struct {
	Kind LinkKind `json:"kind"`
	To   ID       `json:"to"`
}

// LinkKind says what a contact is to the one it links to. Hosts may use names of
// their own beside those below.
type LinkKind string

// The kinds of link for which the library has names.
const (
	// WorksFor stands in the record of the person and leads to the company.
	WorksFor LinkKind = "works_for"
	// SameHousehold holds for both, though it stands in one record only.
	SameHousehold LinkKind = "same_household"
)

// normalLinks returns a copy of the links that say something, sorted and once
// each.
func normalLinks(list []Link) []Link {
	list = keep(list, func(l *Link) bool { return *l != Link{} })
	slices.SortFunc(list, func(a, b Link) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.To.Compare(b.To)) })
	return slices.Compact(list)
}

func validateLinks(f *errs.Fields, list []Link) {
	if len(list) > maxPoints {
		f.Add("links", "too_many", fmt.Sprintf("must be at most %d", maxPoints))
		return
	}
	for i, l := range list {
		at := f.At(fmt.Sprintf("links[%d]", i))
		check.Name(at, "kind", string(l.Kind))
		if l.To.IsZero() {
			at.Add("to", "required", "must not be empty")
		}
	}
}

// checkLinks refuses links of records that are about to be written, with their
// ids, which lead to themselves or to nobody. The records may link each other. Links
// that stood there before may lead to somebody who was deleted since.
func checkLinks(ctx context.Context, store Store, op string, list []Contact, before map[ID][]Link, path string) error {
	var f errs.Fields
	known := map[ID]bool{}
	var targets []ID
	for i, c := range list {
		known[c.ID] = true
		for _, l := range before[c.ID] {
			known[l.To] = true
		}
		for j, l := range c.Links {
			targets = append(targets, l.To)
			if l.To == c.ID {
				f.Add(linkPath(path, i, j), "cycle", "must not lead to the contact itself")
			}
		}
	}
	if err := f.Err(op); err != nil || len(targets) == 0 {
		return err
	}
	slices.SortFunc(targets, ID.Compare)
	targets = slices.DeleteFunc(slices.Compact(targets), func(id ID) bool { return known[id] })
	found, err := store.Contacts(ctx, targets)
	if err != nil {
		return err
	}
	for _, c := range found {
		known[c.ID] = true
	}
	if len(found) < len(targets) {
		into, err := store.MergedInto(ctx, targets)
		if err != nil {
			return err
		}
		for i, id := range into {
			known[targets[i]] = known[targets[i]] || !id.IsZero()
		}
	}
	for i, c := range list {
		if j := slices.IndexFunc(c.Links, func(l Link) bool { return !known[l.To] }); j >= 0 {
			return errs.NotFound(op, linkPath(path, i, j))
		}
	}
	return nil
}

func linkPath(path string, record, link int) string {
	return underRecord(path, record, fmt.Sprintf("links[%d].to", link))
}

// LinkedOptions says which contacts Linked returns.
type LinkedOptions struct {
	// Kind is that of the links. Defaults to all kinds.
	Kind LinkKind
	// Cursor is Page.Next of the page before; empty for the first one.
	Cursor string
	// Limit is the size of a page, 1 to 1000. Defaults to 100.
	Limit int
}

// Linked returns the contacts in whose Links the contact stands, each once, in
// ascending order of id. The other direction is Contact.Links itself: Linked
// gives the employees of a company, and their records name it. So whoever wants a
// household takes both, the links in the contact's record and what Linked gives.
// It follows one step, not more, so a household of which everybody links the
// same member is found from that member. For a contact that does not exist the
// page is empty; for one that was merged, and for whom it was merged into, links to either
// count, and links from one to the other do not. Nil options mean all defaults.
func (s *Service) Linked(ctx context.Context, to ID, o *LinkedOptions) (page Page, err error) {
	const op = "contact.Linked"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", to.String()); err != nil {
		return page, err
	}
	var q LinkedOptions
	if o != nil {
		q = *o
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	var f errs.Fields
	if q.Kind != "" {
		check.Name(&f, "kind", string(q.Kind))
	}
	after := cursor.DecodeID[Contact](&f, "cursor", q.Cursor)
	cursor.CheckLimit(&f, q.Limit)
	if err := f.Err(op); err != nil {
		return Page{}, err
	}
	ids, err := s.linkedTo(ctx, to, q.Kind, after, q.Limit+1)
	if err != nil {
		return Page{}, err
	}
	if len(ids) > q.Limit {
		ids = ids[:q.Limit]
		page.Next = cursor.EncodeID(ids[q.Limit-1])
	}
	if page.Contacts, err = s.store.Contacts(ctx, ids); err == nil {
		page.Contacts, err = s.giveOut(ctx, page.Contacts)
	}
	if err != nil {
		return Page{}, err
	}
	return page, nil
}

// linkedTo is Store.LinkedTo for a contact and for those that were merged into it.
func (s *Service) linkedTo(ctx context.Context, to ID, kind LinkKind, after ID, limit int) ([]ID, error) {
	to, err := Living(ctx, s.store, to)
	if err != nil {
		return nil, err
	}
	var found []ID
	for next := []ID{to}; len(next) > 0; {
		for _, id := range next {
			ids, err := s.store.LinkedTo(ctx, id, kind, after, limit+1) // one may be the contact itself
			if err != nil {
				return nil, err
			}
			found = append(found, ids...)
		}
		if next, err = s.store.MergedFrom(ctx, next); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, ID.Compare)
	found = slices.DeleteFunc(slices.Compact(found), func(id ID) bool { return id == to })
	return found[:min(len(found), limit)], nil
}
