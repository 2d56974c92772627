package duplicates

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/cursor"
)

// GroupPage is one page of groups.
type GroupPage struct {
	Groups []Group `json:"groups"`
	// Next leads to the next page; it is empty on the last one.
	Next string `json:"next,omitempty"`
}

// Groups lists the groups of the last finished scan, in the order of their lowest ids:
// up to limit of them, at most 1000. Each is one person or company, judged by all of its
// pairs together. A contact that was merged or deleted since is left out, a group in
// which two were dismissed against each other, too, until the next scan. So a page may
// hold fewer than limit.
func (s *Service) Groups(ctx context.Context, after string, limit int) (p GroupPage, err error) {
	const op = "duplicates.Groups"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return p, err
	}
	var f errs.Fields
	cursor.CheckLimit(&f, limit)
	number, _, _ := cursor.DecodePair[contact.Contact](&f, "cursor", after)
	if err := f.Err(op); err != nil {
		return GroupPage{}, err
	}
	err = s.steady(ctx, func(scan Scan) (err error) {
		p, err = s.groups(ctx, scan, int(min(max(number, 0), int64(scan.Groups))), limit)
		return err
	})
	return p, err
}

// groups reads up to limit groups behind a number.
func (s *Service) groups(ctx context.Context, scan Scan, from, limit int) (p GroupPage, err error) {
	to := min(from+limit, scan.Groups)
	found, err := s.store.DuplicateGroups(ctx, scan.Number, from, to)
	if err != nil {
		return GroupPage{}, err
	}
	there, apart, err := s.present(ctx, found)
	if err != nil {
		return GroupPage{}, err
	}
	for len(found) > 0 {
		n := slices.IndexFunc(found, func(f Found) bool { return f.Group != found[0].Group })
		if n < 0 {
			n = len(found)
		}
		if g := members(found[:n], there, apart); len(g.Contacts) > 1 {
			p.Groups = append(p.Groups, g)
		}
		found = found[n:]
	}
	if to < scan.Groups {
		p.Next = cursor.EncodePair(int64(to), contact.ID{}, contact.ID{})
	}
	return p, nil
}

// members gives the group of which all pairs are given, without members where two were
// dismissed.
func members(found []Found, there map[contact.ID]*duplicate.Prepared, apart map[[2]contact.ID]bool) Group {
	g := Group{Number: found[0].Group}
	for _, f := range found {
		for _, id := range []contact.ID{f.A, f.B} {
			if there[id] != nil {
				g.Contacts = append(g.Contacts, id)
			}
		}
	}
	slices.SortFunc(g.Contacts, contact.ID.Compare)
	g.Contacts = slices.Compact(g.Contacts)
	for i, a := range g.Contacts {
		for _, b := range g.Contacts[i+1:] {
			if apart[[2]contact.ID{a, b}] {
				g.Contacts = nil
				return g
			}
		}
	}
	return g
}
