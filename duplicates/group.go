package duplicates

import (
	"context"
	"math"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
)

// finish groups what was found, and marks the scan as finished: from then on it is the
// list. It begins with what is stored, so one that was cut off is done anew.
func (r *run) finish(ctx context.Context) error {
	found, err := r.found(ctx)
	if err != nil {
		return err
	}
	groups, err := r.group(ctx, found)
	if err != nil {
		return err
	}
	of := make(map[contact.ID]int, 2*len(groups))
	for i, members := range groups {
		for _, m := range members {
			of[r.people.ids[m]] = i + 1
		}
	}
	var changed []Found
	for _, f := range found {
		group := of[f.A]
		if of[f.B] != group {
			group = 0
		}
		if f.Group != group {
			f.Group = group
			changed = append(changed, f)
		}
	}
	if err := r.regroup(ctx, changed); err != nil {
		return err
	}
	err = r.step(ctx, func(_ context.Context, _ Stores, next *Scan) error {
		next.State, next.Pairs, next.Groups = Finished, len(found), len(groups)
		return nil
	})
	if err == nil {
		r.tell()
	}
	return err
}

// regroup writes pairs whose group has changed, some at a time, so that nobody waits
// long.
func (r *run) regroup(ctx context.Context, changed []Found) error {
	for len(changed) > 0 {
		n := min(len(changed), batch)
		err := r.step(ctx, func(ctx context.Context, tx Stores, _ *Scan) error {
			return tx.PutDuplicatePairs(ctx, changed[:n])
		})
		if err != nil {
			return err
		}
		changed = changed[n:]
	}
	return nil
}

// found reads all pairs of the scan.
func (r *run) found(ctx context.Context) ([]Found, error) {
	var all []Found
	q := PairQuery{Scan: r.now.Number, Least: r.now.MilliBits, Limit: batch}
	for {
		list, err := r.s.store.DuplicatePairs(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if len(list) < q.Limit {
			return all, nil
		}
		q.After = list[len(list)-1]
	}
}

// group makes groups of those that are still there.
func (r *run) group(ctx context.Context, found []Found) ([][]int, error) {
	apart, err := r.apart(ctx)
	if err != nil {
		return nil, err
	}
	pairs := make([]duplicate.Pair, 0, len(found))
	for _, f := range found {
		a, thereA := r.people.place(f.A)
		b, thereB := r.people.place(f.B)
		if thereA && thereB {
			pairs = append(pairs, duplicate.Pair{A: a, B: b, Bits: float64(f.MilliBits) / 1000, P: probability(f.MilliBits)})
		}
	}
	return duplicate.Group(len(r.people.ids), pairs, func(a, b int) float64 {
		if apart[[2]int{a, b}] {
			return math.Inf(-1)
		}
		return r.model.Bits(&r.people.records[a], &r.people.records[b])
	}), nil
}

// apart tells who was dismissed against each other, by their places.
func (r *run) apart(ctx context.Context) (map[[2]int]bool, error) {
	apart := map[[2]int]bool{}
	places := map[contact.ID]int{}
	place := func(id contact.ID) (int, error) {
		if at, known := places[id]; known {
			return at, nil
		}
		at, there := r.people.place(id)
		if !there { // merged, or gone
			living, err := contact.Living(ctx, r.s.store, id)
			if err != nil {
				return 0, err
			}
			if at, there = r.people.place(living); !there {
				at = -1
			}
		}
		places[id] = at
		return at, nil
	}
	var after Dismissal
	for {
		list, err := r.s.store.Dismissals(ctx, after, page)
		if err != nil || len(list) == 0 {
			return apart, err
		}
		for _, d := range list {
			a, err := place(d.A)
			if err != nil {
				return nil, err
			}
			b, err := place(d.B)
			if err != nil {
				return nil, err
			}
			apart[[2]int{min(a, b), max(a, b)}] = true
		}
		after = list[len(list)-1]
	}
}
