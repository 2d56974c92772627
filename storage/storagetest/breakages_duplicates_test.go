package storagetest_test

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// duplicateBreakages are what goes wrong when duplicates are looked for.
var duplicateBreakages = []breakage{
	{name: "forgets_what_was_dismissed", fails: storagetest.DuplicatesDismiss, wrap: func(s storage.Store) storage.Store { return forgetsDismissals{s} }},
	{name: "knows_dismissals_from_one_side", fails: storagetest.DuplicatesDismiss, wrap: func(s storage.Store) storage.Store { return oneSide{s} }},
	{name: "hides_dismissals_from_scans", fails: storagetest.DuplicatesChain, wrap: func(s storage.Store) storage.Store { return hidesDismissals{s} }},
	{name: "forgets_where_a_scan_is", fails: storagetest.DuplicatesResume, wrap: func(s storage.Store) storage.Store { return forgetsPosition{s} }},
	{name: "shows_a_pair_on_two_pages", fails: storagetest.DuplicatesScan, wrap: func(s storage.Store) storage.Store { return repeatsPair{s} }},
	{name: "gives_two_scans_one_number", fails: storagetest.DuplicatesContract, wrap: func(s storage.Store) storage.Store { return sameNumber{s} }},
	{name: "leaves_old_pairs", fails: storagetest.DuplicatesScan, wrap: func(s storage.Store) storage.Store { return leavesPairs{s} }},
}

type forgetsDismissals struct{ storage.Store }

func (forgetsDismissals) InsertDismissals(context.Context, []duplicates.Dismissal) error { return nil }

type oneSide struct{ storage.Store }

func (s oneSide) DismissalsOf(ctx context.Context, ids []contact.ID) ([]duplicates.Dismissal, error) {
	list, err := s.Store.DismissalsOf(ctx, ids)
	return slices.DeleteFunc(list, func(d duplicates.Dismissal) bool { return !slices.Contains(ids, d.A) }), err
}

type hidesDismissals struct{ storage.Store }

func (hidesDismissals) Dismissals(context.Context, duplicates.Dismissal, int) ([]duplicates.Dismissal, error) {
	return nil, nil
}

type forgetsPosition struct{ storage.Store }

func (s forgetsPosition) DuplicateScans(ctx context.Context) ([]duplicates.Scan, error) {
	list, err := s.Store.DuplicateScans(ctx)
	for i := range list {
		if list[i].State == duplicates.Running {
			list[i].Position = duplicates.Parts
		}
	}
	return list, err
}

type repeatsPair struct{ storage.Store }

func (s repeatsPair) DuplicatePairs(ctx context.Context, q duplicates.PairQuery) ([]duplicates.Found, error) {
	if q.After.B != (contact.ID{}) {
		q.After.B[len(q.After.B)-1]--
	}
	return s.Store.DuplicatePairs(ctx, q)
}

type sameNumber struct{ storage.Store }

func (s sameNumber) InsertDuplicateScan(ctx context.Context, scan duplicates.Scan, model []byte) error {
	if s.UpdateDuplicateScan(ctx, scan) == nil {
		return nil
	}
	return s.Store.InsertDuplicateScan(ctx, scan, model)
}

type leavesPairs struct{ storage.Store }

func (leavesPairs) DeleteDuplicateScan(context.Context, int, int) (bool, error) { return true, nil }
