package storagetest

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
)

// duplicatesContract: scans, pairs and dismissals keep to the words of
// duplicates.Store.
func duplicatesContract(k *kit) {
	scan := duplicates.Scan{
		Number: 2, State: duplicates.Running, Position: 3, Contacts: 4, Pairs: 5, Groups: 6, MilliBits: -7,
		StartedAt: noon, UpdatedAt: noon.Add(time.Second), Version: 8,
	}
	other := duplicates.Scan{Number: 1, State: duplicates.Finished, StartedAt: noon, UpdatedAt: noon}
	model := []byte("{\"ü\": \"\\n'\"}")
	k.ok(k.store.InsertDuplicateScan(k.ctx, scan, model), "storing a scan")
	k.ok(k.store.InsertDuplicateScan(k.ctx, other, []byte("{}")), "storing a scan")
	k.failsAt(k.store.InsertDuplicateScan(k.ctx, scan, nil), errs.ErrConflict, what("number", "exists"))
	changed := duplicates.Scan{Number: 2, State: duplicates.Finished, Position: 9, MilliBits: 1, StartedAt: noon.Add(time.Hour), UpdatedAt: noon.Add(time.Minute), Version: 9}
	k.ok(k.store.UpdateDuplicateScan(k.ctx, changed), "replacing a scan")
	changed.StartedAt = noon
	list, err := k.store.DuplicateScans(k.ctx)
	k.ok(err, "listing scans")
	k.equal(list, []duplicates.Scan{other, changed}, "all scans")
	got, err := k.store.LockDuplicateScan(k.ctx, 2)
	k.ok(err, "locking a scan")
	k.equal(got, changed, "a scan that was replaced")
	text, err := k.store.DuplicateModel(k.ctx, 2)
	k.ok(err, "reading a model")
	k.equal(string(text), string(model), "a model")
	missing := what("number", "not_found")
	k.failsAt(k.store.UpdateDuplicateScan(k.ctx, duplicates.Scan{Number: 3, StartedAt: noon, UpdatedAt: noon}), errs.ErrNotFound, missing)
	k.failsAt(last(k.store.LockDuplicateScan(k.ctx, 3)), errs.ErrNotFound, missing)
	k.failsAt(last(k.store.DuplicateModel(k.ctx, 3)), errs.ErrNotFound, missing)
	k.pairsContract()
	k.dismissalsContract()
}

// pairsContract stores pairs of the scans 1 and 2.
func (k *kit) pairsContract() {
	k.Helper()
	found := func(a, b byte, bits int64, group int) duplicates.Found {
		return duplicates.Found{Scan: 2, A: contact.ID{a}, B: contact.ID{b}, MilliBits: bits, Contradiction: a == 1, Group: group}
	}
	first, second, third, fourth := found(2, 9, 5000, 2), found(1, 2, 100, 1), found(1, 3, 100, 2), found(2, 3, -50, 0)
	foreign := duplicates.Found{Scan: 1, A: contact.ID{1}, B: contact.ID{2}, MilliBits: 700, Group: 1}
	k.ok(k.store.PutDuplicatePairs(k.ctx, []duplicates.Found{fourth, found(1, 3, 9000, 5), second, foreign, first}), "storing pairs")
	k.ok(k.store.PutDuplicatePairs(k.ctx, []duplicates.Found{third}), "replacing a pair")
	for _, q := range []struct {
		q    duplicates.PairQuery
		want []duplicates.Found
	}{
		{duplicates.PairQuery{Scan: 2, Least: -50, Limit: 9}, []duplicates.Found{first, second, third, fourth}},
		{duplicates.PairQuery{Scan: 2, Least: -49, Limit: 9}, []duplicates.Found{first, second, third}},
		{duplicates.PairQuery{Scan: 2, Least: -50, Limit: 2}, []duplicates.Found{first, second}},
		{duplicates.PairQuery{Scan: 2, Least: -50, Limit: 1, After: second}, []duplicates.Found{third}},
		{duplicates.PairQuery{Scan: 2, Least: -50, Limit: 9, After: duplicates.Found{MilliBits: 100, A: contact.ID{1}, B: contact.ID{2, 5}}}, []duplicates.Found{third, fourth}},
		{duplicates.PairQuery{Scan: 2, Least: -50}, nil},
		{duplicates.PairQuery{Scan: 1, Least: -50, Limit: 9}, []duplicates.Found{foreign}},
	} {
		got, err := k.store.DuplicatePairs(k.ctx, q.q)
		k.ok(err, "listing pairs")
		k.equal(append([]duplicates.Found(nil), got...), q.want, "the pairs of a scan")
	}
	for after, want := range [][]duplicates.Found{{second, third, first}, {third, first}, nil} {
		got, err := k.store.DuplicateGroups(k.ctx, 2, after, 2)
		k.ok(err, "listing groups")
		k.equal(append([]duplicates.Found(nil), got...), want, "the pairs of groups")
	}
	for i, want := range []bool{false, false, true, true} {
		gone, err := k.store.DeleteDuplicateScan(k.ctx, 2, []int{0, 3, 3, 3}[i])
		k.ok(err, "deleting a scan")
		k.equal(gone, want, "whether a scan is gone")
	}
	left, err := k.store.DuplicatePairs(k.ctx, duplicates.PairQuery{Scan: 2, Least: -50, Limit: 9})
	k.ok(err, "listing pairs")
	k.equal(len(left), 0, "the pairs of a scan that is gone")
	left, err = k.store.DuplicatePairs(k.ctx, duplicates.PairQuery{Scan: 1, Least: -50, Limit: 9})
	k.ok(err, "listing pairs")
	k.equal(left, []duplicates.Found{foreign}, "the pairs of another scan")
	k.failsAt(last(k.store.LockDuplicateScan(k.ctx, 2)), errs.ErrNotFound, what("number", "not_found"))
}

func (k *kit) dismissalsContract() {
	k.Helper()
	d := func(a, b byte) duplicates.Dismissal {
		return duplicates.Dismissal{A: contact.ID{a}, B: contact.ID{b}, At: noon.Add(time.Duration(a) * time.Second)}
	}
	k.ok(k.store.InsertDismissals(k.ctx, []duplicates.Dismissal{d(2, 3), d(1, 9), d(1, 3), d(1, 2)}), "storing dismissals")
	again := d(1, 3)
	again.At = noon.Add(time.Hour)
	k.ok(k.store.InsertDismissals(k.ctx, []duplicates.Dismissal{again, again}), "storing dismissals again")
	k.ok(k.store.DeleteDismissals(k.ctx, []duplicates.Dismissal{d(1, 9), d(7, 8), d(3, 2)}), "deleting dismissals")
	all, err := k.store.Dismissals(k.ctx, duplicates.Dismissal{}, 9)
	k.ok(err, "listing dismissals")
	k.equal(all, []duplicates.Dismissal{d(1, 2), d(1, 3), d(2, 3)}, "all dismissals")
	page, err := k.store.Dismissals(k.ctx, d(1, 2), 1)
	k.ok(err, "listing dismissals")
	k.equal(page, []duplicates.Dismissal{d(1, 3)}, "a page of dismissals")
	of, err := k.store.DismissalsOf(k.ctx, []contact.ID{{3}, {9}, {3}})
	k.ok(err, "asking for dismissals")
	k.equal(of, []duplicates.Dismissal{d(1, 3), d(2, 3)}, "the dismissals of a contact")
	of, err = k.store.DismissalsOf(k.ctx, []contact.ID{{2}, {1}})
	k.ok(err, "asking for dismissals")
	k.equal(of, all, "the dismissals of contacts, each once")
}
