package duplicates

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// Dismiss says that two contacts are not one, whether they are in the list or not: they
// will not stand there again. It also counts for whom they are merged into, and for the
// two again when that is taken back. To say it twice is fine.
//
// It returns errs.ErrInvalid (same) for a contact with itself, also if one is merged into
// the other, and errs.ErrNotFound for one that does not exist.
func (s *Service) Dismiss(ctx context.Context, a, b contact.ID) (err error) {
	const op = "duplicates.Dismiss"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", a.String()); err != nil {
		return err
	}
	return s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		two, err := living(ctx, tx, op, a, b)
		if err != nil {
			return err
		}
		d := Dismissal{At: s.env.Now()}
		d.A, d.B = ordered(two[0], two[1])
		return tx.InsertDismissals(ctx, []Dismissal{d})
	})
}

// Undismiss takes back what Dismiss has said, and is fine where nothing was. The errors
// are those of Dismiss. A pair that is in the list shows again at once; groups are made
// by the next scan.
func (s *Service) Undismiss(ctx context.Context, a, b contact.ID) (err error) {
	const op = "duplicates.Undismiss"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", a.String()); err != nil {
		return err
	}
	return s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		two, err := living(ctx, tx, op, a, b)
		if err != nil {
			return err
		}
		list, roots, err := dismissals(ctx, tx, two[:])
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(d Dismissal) bool {
			rootA, rootB := roots[d.A], roots[d.B]
			return rootA.IsZero() || rootB.IsZero() || rootA == rootB
		})
		return tx.DeleteDismissals(ctx, list)
	})
}

// Dismissed returns the contacts that were dismissed against one, in ascending order of
// their ids. The id of a merged contact leads to its winner, on both sides.
func (s *Service) Dismissed(ctx context.Context, of contact.ID) (list []contact.ID, err error) {
	defer errs.SetOp(&err, "duplicates.Dismissed")
	if ctx, err = s.env.Ask(ctx, "duplicates.Dismissed", "contact", of.String()); err != nil {
		return list, err
	}
	if of, err = contact.Living(ctx, s.store, of); err != nil {
		return nil, err
	}
	found, roots, err := dismissals(ctx, s.store, []contact.ID{of})
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		other := d.A
		if roots[d.A] == of {
			other = d.B
		}
		if other, err = contact.Living(ctx, s.store, other); err != nil {
			return nil, err
		}
		if other != of {
			list = append(list, other)
		}
	}
	slices.SortFunc(list, contact.ID.Compare)
	return slices.Compact(list), nil
}

// living returns whom two different contacts lead to.
func living(ctx context.Context, store Stores, op string, a, b contact.ID) (two [2]contact.ID, err error) {
	for i, id := range []contact.ID{a, b} {
		if two[i], err = contact.Living(ctx, store, id); err != nil {
			return two, err
		}
		there, err := contact.Exist(ctx, store, []contact.ID{two[i]})
		if err != nil {
			return two, err
		}
		if !there {
			return two, errs.NotFound(op, []string{"a", "b"}[i])
		}
	}
	var f errs.Fields
	if two[0] == two[1] {
		f.Add("b", "same", "must be another contact")
	}
	return two, f.Err(op)
}

// dismissals returns what was dismissed of contacts and of all that was merged into
// them, and to which of the contacts all these belong.
func dismissals(ctx context.Context, store Stores, of []contact.ID) ([]Dismissal, map[contact.ID]contact.ID, error) {
	roots := make(map[contact.ID]contact.ID, len(of))
	for _, id := range of {
		roots[id] = id
	}
	all := slices.Clone(of)
	for winners := of; len(winners) > 0; {
		merges, err := store.MergesInto(ctx, winners)
		if err != nil {
			return nil, nil, err
		}
		winners = nil
		for _, m := range merges {
			if roots[m.Loser].IsZero() {
				roots[m.Loser] = roots[m.Winner]
				winners = append(winners, m.Loser)
			}
		}
		all = append(all, winners...)
	}
	list, err := store.DismissalsOf(ctx, all)
	return list, roots, err
}
