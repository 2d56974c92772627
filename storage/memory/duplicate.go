package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
)

// scanNumber is the number of a scan.
type scanNumber int

func (n scanNumber) Compare(o scanNumber) int { return cmp.Compare(n, o) }

// pairKey finds what is known of two contacts.
type pairKey struct {
	scan int
	a, b contact.ID
}

func (k pairKey) Compare(o pairKey) int {
	return cmp.Or(cmp.Compare(k.scan, o.scan), k.a.Compare(o.a), k.b.Compare(o.b))
}

// foundKey puts the most certain pair of a scan first.
type foundKey struct {
	scan  int
	milli int64
	a, b  contact.ID
}

func (k foundKey) Compare(o foundKey) int {
	return cmp.Or(cmp.Compare(k.scan, o.scan), cmp.Compare(o.milli, k.milli), k.a.Compare(o.a), k.b.Compare(o.b))
}

// groupKey finds the pairs of a group.
type groupKey struct {
	scan, group int
	a, b        contact.ID
}

func (k groupKey) Compare(o groupKey) int {
	return cmp.Or(cmp.Compare(k.scan, o.scan), cmp.Compare(k.group, o.group), k.a.Compare(o.a), k.b.Compare(o.b))
}

type scanRow struct {
	duplicates.Scan
	model []byte
}

// InsertDuplicateScan implements duplicates.Store.
func (s *Store) InsertDuplicateScan(ctx context.Context, scan duplicates.Scan, model []byte) error {
	const op = "memory.InsertDuplicateScan"
	return s.write(ctx, op, func(st *state) error {
		if st.scans.has(scanNumber(scan.Number)) {
			return errs.Conflict(op, "number", "exists", "exists already")
		}
		st.scans.put(st.edit, scanNumber(scan.Number), &scanRow{scan, slices.Clone(model)})
		return nil
	})
}

// DuplicateScans implements duplicates.Store.
func (s *Store) DuplicateScans(ctx context.Context) ([]duplicates.Scan, error) {
	st, err := s.read(ctx, "memory.DuplicateScans")
	if err != nil {
		return nil, err
	}
	var list []duplicates.Scan
	for _, row := range st.scans.from(0) {
		list = append(list, row.Scan)
	}
	return list, nil
}

// DuplicateModel implements duplicates.Store.
func (s *Store) DuplicateModel(ctx context.Context, n int) ([]byte, error) {
	row, err := s.scan(ctx, "memory.DuplicateModel", n)
	if err != nil {
		return nil, err
	}
	return slices.Clone(row.model), nil
}

// LockDuplicateScan implements duplicates.Store. In a transaction everything is locked
// anyway.
func (s *Store) LockDuplicateScan(ctx context.Context, n int) (duplicates.Scan, error) {
	row, err := s.scan(ctx, "memory.LockDuplicateScan", n)
	if err != nil {
		return duplicates.Scan{}, err
	}
	return row.Scan, nil
}

func (s *Store) scan(ctx context.Context, op string, n int) (*scanRow, error) {
	st, err := s.read(ctx, op)
	if err != nil {
		return nil, err
	}
	row, found := st.scans.get(scanNumber(n))
	if !found {
		return nil, errs.NotFound(op, "number")
	}
	return row, nil
}

// UpdateDuplicateScan implements duplicates.Store.
func (s *Store) UpdateDuplicateScan(ctx context.Context, scan duplicates.Scan) error {
	const op = "memory.UpdateDuplicateScan"
	return s.write(ctx, op, func(st *state) error {
		old, found := st.scans.get(scanNumber(scan.Number))
		if !found {
			return errs.NotFound(op, "number")
		}
		scan.StartedAt = old.StartedAt
		st.scans.put(st.edit, scanNumber(scan.Number), &scanRow{scan, old.model})
		return nil
	})
}

// DeleteDuplicateScan implements duplicates.Store.
func (s *Store) DeleteDuplicateScan(ctx context.Context, n, limit int) (gone bool, err error) {
	err = s.write(ctx, "memory.DeleteDuplicateScan", func(st *state) error {
		var old []duplicates.Found
		gone = true
		for k, f := range st.foundPairs.from(pairKey{scan: n}) {
			if k.scan != n {
				break
			}
			if gone = len(old) < limit; !gone {
				break
			}
			old = append(old, f)
		}
		for _, f := range old {
			st.removeFound(f)
		}
		if gone {
			st.scans.remove(st.edit, scanNumber(n))
		}
		return nil
	})
	return gone, err
}

func (st *state) removeFound(f duplicates.Found) {
	st.foundPairs.remove(st.edit, pairKey{f.Scan, f.A, f.B})
	st.foundInOrder.remove(st.edit, foundKey{f.Scan, f.MilliBits, f.A, f.B})
	st.foundGroups.remove(st.edit, groupKey{f.Scan, f.Group, f.A, f.B})
}

// PutDuplicatePairs implements duplicates.Store.
func (s *Store) PutDuplicatePairs(ctx context.Context, pairs []duplicates.Found) error {
	return s.write(ctx, "memory.PutDuplicatePairs", func(st *state) error {
		for _, f := range pairs {
			key := pairKey{f.Scan, f.A, f.B}
			if old, found := st.foundPairs.get(key); found {
				st.removeFound(old)
			}
			st.foundPairs.put(st.edit, key, f)
			st.foundInOrder.put(st.edit, foundKey{f.Scan, f.MilliBits, f.A, f.B}, struct{}{})
			if f.Group > 0 {
				st.foundGroups.put(st.edit, groupKey{f.Scan, f.Group, f.A, f.B}, struct{}{})
			}
		}
		return nil
	})
}

// DuplicatePairs implements duplicates.Store.
func (s *Store) DuplicatePairs(ctx context.Context, q duplicates.PairQuery) ([]duplicates.Found, error) {
	st, err := s.read(ctx, "memory.DuplicatePairs")
	if err != nil {
		return nil, err
	}
	after := foundKey{q.Scan, q.After.MilliBits, q.After.A, q.After.B}
	first := q.After.B.IsZero()
	if first {
		after = foundKey{scan: q.Scan, milli: 1<<63 - 1}
	}
	var list []duplicates.Found
	for k := range st.foundInOrder.from(after) {
		if k.scan != q.Scan || k.milli < q.Least || len(list) >= q.Limit {
			break
		}
		if first || k != after {
			f, _ := st.foundPairs.get(pairKey{k.scan, k.a, k.b})
			list = append(list, f)
		}
	}
	return list, nil
}

// DuplicateGroups implements duplicates.Store.
func (s *Store) DuplicateGroups(ctx context.Context, n, after, to int) ([]duplicates.Found, error) {
	st, err := s.read(ctx, "memory.DuplicateGroups")
	if err != nil {
		return nil, err
	}
	var list []duplicates.Found
	for k := range st.foundGroups.from(groupKey{scan: n, group: after + 1}) {
		if k.scan != n || k.group > to {
			break
		}
		f, _ := st.foundPairs.get(pairKey{k.scan, k.a, k.b})
		list = append(list, f)
	}
	return list, nil
}

// InsertDismissals implements duplicates.Store.
func (s *Store) InsertDismissals(ctx context.Context, list []duplicates.Dismissal) error {
	return s.write(ctx, "memory.InsertDismissals", func(st *state) error {
		for _, d := range list {
			if key := (pairKey{0, d.A, d.B}); !st.dismissals.has(key) {
				st.dismissals.put(st.edit, key, d)
				st.dismissedLater.put(st.edit, pairKey{0, d.B, d.A}, struct{}{})
			}
		}
		return nil
	})
}

// DeleteDismissals implements duplicates.Store.
func (s *Store) DeleteDismissals(ctx context.Context, list []duplicates.Dismissal) error {
	return s.write(ctx, "memory.DeleteDismissals", func(st *state) error {
		for _, d := range list {
			st.dismissals.remove(st.edit, pairKey{0, d.A, d.B})
			st.dismissedLater.remove(st.edit, pairKey{0, d.B, d.A})
		}
		return nil
	})
}

// Dismissals implements duplicates.Store.
func (s *Store) Dismissals(ctx context.Context, after duplicates.Dismissal, limit int) ([]duplicates.Dismissal, error) {
	st, err := s.read(ctx, "memory.Dismissals")
	if err != nil {
		return nil, err
	}
	from := pairKey{0, after.A, after.B}
	var list []duplicates.Dismissal
	for k, d := range st.dismissals.from(from) {
		if len(list) >= limit {
			break
		}
		if k != from {
			list = append(list, d)
		}
	}
	return list, nil
}

// DismissalsOf implements duplicates.Store.
func (s *Store) DismissalsOf(ctx context.Context, ids []contact.ID) ([]duplicates.Dismissal, error) {
	st, err := s.read(ctx, "memory.DismissalsOf")
	if err != nil {
		return nil, err
	}
	var list []duplicates.Dismissal
	for _, id := range distinct(ids) {
		for _, k := range keysOf(st.dismissals, pairKey{a: id}, func(k pairKey) bool { return k.a == id }) {
			d, _ := st.dismissals.get(k)
			list = append(list, d)
		}
		for _, k := range keysOf(st.dismissedLater, pairKey{a: id}, func(k pairKey) bool { return k.a == id }) {
			d, _ := st.dismissals.get(pairKey{0, k.b, k.a})
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(x, y duplicates.Dismissal) int { return cmp.Or(x.A.Compare(y.A), x.B.Compare(y.B)) })
	return slices.CompactFunc(list, func(x, y duplicates.Dismissal) bool { return x.A == y.A && x.B == y.B }), nil
}
