package storagetest_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// mergeBreakages are what goes wrong when contacts are merged.
var mergeBreakages = []breakage{
	{name: "gives_back_more_than_the_loser_had", fails: storagetest.MergeOldID, wrap: func(s storage.Store) storage.Store { return movesAll{s} }},
	{name: "moves_nothing_of_the_ledger", fails: storagetest.MergeConsent, wrap: func(s storage.Store) storage.Store { return leavesLedger{s} }},
	{name: "keeps_what_a_merge_declared", fails: storagetest.MergeConsent, wrap: func(s storage.Store) storage.Store { return keepsConsent{s} }},
	{name: "leads_nowhere", fails: storagetest.MergeRecord, wrap: func(s storage.Store) storage.Store { return leadsNowhere{s} }},
	{name: "lists_merges_backwards", fails: storagetest.MergeContract, wrap: func(s storage.Store) storage.Store { return mergesBackwards{s} }},
	{name: "merges_the_same_twice", fails: storagetest.MergeContract, wrap: func(s storage.Store) storage.Store { return mergesTwice{s} }},
	{name: "forgets_the_edits_of_merges", fails: storagetest.MergeEdits, wrap: func(s storage.Store) storage.Store { return forgetsMerges{s} }},
	{name: "moves_a_little_later", fails: storagetest.MergeLive, wrap: func(s storage.Store) storage.Store { return movesLater{s} }},
}

// keyBreakages are what goes wrong when contacts are looked up.
var keyBreakages = []breakage{
	{name: "keeps_old_keys", fails: storagetest.ContactDuplicates, wrap: func(s storage.Store) storage.Store { return keepsKeys{s} }},
	{name: "finds_one_of_each_key", fails: storagetest.ContactKeys, wrap: func(s storage.Store) storage.Store { return findsOne{s} }},
	{name: "compares_no_addresses", fails: storagetest.ContactDuplicates, wrap: func(s storage.Store) storage.Store { return losesAddresses{s} }},
	{name: "adds_no_keys_twice", fails: storagetest.ContactKeys, wrap: func(s storage.Store) storage.Store { return refusesKeys{s} }},
}

type keepsKeys struct{ storage.Store }

func (keepsKeys) DeleteKeys(context.Context, []contact.ContactKey) error { return nil }

type findsOne struct{ storage.Store }

func (s findsOne) FindKeys(ctx context.Context, keys []duplicate.Key, limit int) ([]contact.ContactKey, error) {
	return s.Store.FindKeys(ctx, keys, min(limit, 1))
}

type losesAddresses struct{ storage.Store }

func (s losesAddresses) DuplicateRecords(ctx context.Context, ids []contact.ID) ([]duplicate.Record, error) {
	list, err := s.Store.DuplicateRecords(ctx, ids)
	for i := range list {
		list[i].Addresses = nil
	}
	return list, err
}

type refusesKeys struct{ storage.Store }

func (s refusesKeys) PutKeys(ctx context.Context, keys []contact.ContactKey) error {
	for _, k := range keys {
		there, err := s.FindKeys(ctx, []duplicate.Key{k.Key}, 100)
		if err != nil {
			return err
		}
		if slices.Contains(there, k) {
			return errs.Conflict("broken.PutKeys", "keys", "exists", "exists already")
		}
	}
	return s.Store.PutKeys(ctx, keys)
}

type movesAll struct{ storage.Store }

func (s movesAll) MoveContact(ctx context.Context, m merge.Move) error {
	m.Origins = nil
	return s.Store.MoveContact(ctx, m)
}

type leavesLedger struct{ storage.Store }

func (s leavesLedger) MoveContact(ctx context.Context, m merge.Move) error {
	events, err := s.ConsentEvents(ctx, []contact.ID{m.From})
	if err != nil {
		return err
	}
	if err := s.DeleteConsent(ctx, events, m.At); err != nil {
		return err
	}
	return s.Store.MoveContact(ctx, m)
}

type keepsConsent struct{ storage.Store }

func (keepsConsent) DeleteConsent(context.Context, []consent.Event, time.Time) error { return nil }

type leadsNowhere struct{ storage.Store }

func (s leadsNowhere) MergedInto(_ context.Context, ids []contact.ID) ([]contact.ID, error) {
	return make([]contact.ID, len(ids)), nil
}

type mergesBackwards struct{ storage.Store }

func (s mergesBackwards) MergesInto(ctx context.Context, winners []contact.ID) ([]merge.Merge, error) {
	list, err := s.Store.MergesInto(ctx, winners)
	slices.Reverse(list)
	return list, err
}

type mergesTwice struct{ storage.Store }

func (s mergesTwice) InsertMerge(ctx context.Context, m merge.Merge) error {
	err := s.Store.InsertMerge(ctx, m)
	if errors.Is(err, errs.ErrConflict) {
		return s.UpdateMerges(ctx, []merge.Merge{m})
	}
	return err
}

type forgetsMerges struct{ storage.Store }

func (forgetsMerges) UpdateMerges(context.Context, []merge.Merge) error { return nil }

type movesLater struct{ storage.Store }

func (s movesLater) MoveContact(ctx context.Context, m merge.Move) error {
	m.At = m.At.Add(time.Second)
	return s.Store.MoveContact(ctx, m)
}
