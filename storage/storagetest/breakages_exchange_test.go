package storagetest_test

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// exchangeBreakages are what goes wrong when imports are kept and taken back.
var exchangeBreakages = []breakage{
	{name: "releases_the_identities_of_others", fails: storagetest.ContactRelease, wrap: func(s storage.Store) storage.Store { return releasesAny{s} }},
	{name: "deletes_contacts_with_activities", fails: storagetest.ContactDelete, wrap: func(s storage.Store) storage.Store { return deletesHistory{s} }},
	{name: "names_all_that_were_to_go", fails: storagetest.ContactDelete, wrap: func(s storage.Store) storage.Store { return boasts{s} }},
	{name: "forgets_the_rollup", fails: storagetest.ActivityDelete, wrap: func(s storage.Store) storage.Store { return &forgetsRollup{Store: s} }},
	{name: "keeps_references_of_what_is_gone", fails: storagetest.ActivityDelete, wrap: func(s storage.Store) storage.Store { return keepsRefs{s} }},
	{name: "deletes_the_activities_of_others", fails: storagetest.ActivityDelete, wrap: func(s storage.Store) storage.Store { return anyOwner{s} }},
	{name: "forgets_that_something_was_removed", fails: storagetest.LiveDeleted, wrap: func(s storage.Store) storage.Store { return noRemoval{s} }},
	{name: "removes_a_little_later", fails: storagetest.LiveDeleted, wrap: func(s storage.Store) storage.Store { return laterRemoval{s} }},
	{name: "forgets_the_digest", fails: storagetest.ImportRecord, wrap: func(s storage.Store) storage.Store { return noDigest{s} }},
	{name: "lists_imports_backwards", fails: storagetest.ImportRecord, wrap: func(s storage.Store) storage.Store { return importsBackwards{s} }},
	{name: "skips_one_problem_too_many", fails: storagetest.ImportProblems, wrap: func(s storage.Store) storage.Store { return skipsMore{s} }},
	{name: "counts_changes_instead_of_contacts", fails: storagetest.ImportChanges, wrap: func(s storage.Store) storage.Store { return fewChanges{s} }},
	{name: "forgets_how_it_was_before", fails: storagetest.ImportChanges, wrap: func(s storage.Store) storage.Store { return noBefore{s} }},
	{name: "locks_no_import", fails: storagetest.ImportLock, atomic: unlocked},
	{name: "appends_changes_one_by_one", fails: storagetest.TxFailedMethod, wrap: func(s storage.Store) storage.Store { return changesOneByOne{s} }},
	{name: "deletes_no_activity", fails: storagetest.LiveMarks, wrap: func(s storage.Store) storage.Store { return deletesNothing{s} }},
}

type releasesAny struct{ storage.Store }

func (s releasesAny) ReleaseIdentities(ctx context.Context, claims []contact.Claim) error {
	claims = slices.Clone(claims)
	for i := range claims {
		owners, err := s.FindIdentities(ctx, []contact.Identity{claims[i].Identity})
		if err != nil {
			return err
		}
		claims[i].Contact = owners[0]
	}
	return s.Store.ReleaseIdentities(ctx, claims)
}

type deletesHistory struct{ storage.Store }

func (s deletesHistory) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) ([]contact.ID, error) {
	list, err := s.ActivitiesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	if err := s.DeleteActivities(ctx, list, at); err != nil {
		return nil, err
	}
	return s.Store.DeleteContacts(ctx, ids, at)
}

type boasts struct{ storage.Store }

func (s boasts) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) ([]contact.ID, error) {
	_, err := s.Store.DeleteContacts(ctx, ids, at)
	return ids, err
}

// forgetsRollup answers rules from what was before anything was deleted.
type forgetsRollup struct {
	storage.Store
	gone []activity.Activity
}

func (s *forgetsRollup) DeleteActivities(ctx context.Context, list []activity.Activity, at time.Time) error {
	for _, a := range list {
		if a, err := s.Activity(ctx, a.Contact, a.ID); err == nil {
			s.gone = append(s.gone, a)
		}
	}
	return s.Store.DeleteActivities(ctx, list, at)
}

func (s *forgetsRollup) CountMembers(ctx context.Context, r segment.Resolved) (int64, error) {
	ids, err := s.Members(ctx, r, contact.ID{}, 1000)
	return int64(len(ids)), err
}

func (s *forgetsRollup) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	people, err := s.ListContacts(ctx, after, limit)
	var ids []contact.ID
	for _, c := range people {
		f := segment.Facts{Contact: c}
		if f.Activities, err = s.ActivitiesOf(ctx, []contact.ID{c.ID}); err != nil {
			return nil, err
		}
		for _, a := range s.gone {
			if a.Contact == c.ID {
				f.Activities = append(f.Activities, a)
			}
		}
		if segment.Match(r, &f) {
			ids = append(ids, c.ID)
		}
	}
	return ids, err
}

func (s *forgetsRollup) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	return segment.EvaluatorOf(s.Store).MembersAmong(ctx, r, ids)
}

func (s *forgetsRollup) RankBound(ctx context.Context, t segment.RankTest) (int64, bool, error) {
	return segment.EvaluatorOf(s.Store).RankBound(ctx, t)
}

type keepsRefs struct{ storage.Store }

func (s keepsRefs) DeleteActivities(ctx context.Context, list []activity.Activity, at time.Time) error {
	var bound []activity.RefEntry
	for _, a := range list {
		full, err := s.Activity(ctx, a.Contact, a.ID)
		if err != nil {
			continue
		}
		entries, err := s.FindRefs(ctx, []activity.Ref{full.Ref})
		if err != nil {
			return err
		}
		bound = append(bound, entries...)
	}
	if err := s.Store.DeleteActivities(ctx, list, at); err != nil {
		return err
	}
	_, err := s.ClaimRefs(ctx, bound)
	return err
}

type anyOwner struct{ storage.Store }

func (s anyOwner) DeleteActivities(ctx context.Context, list []activity.Activity, at time.Time) error {
	people, err := s.ListContacts(ctx, contact.ID{}, 1000)
	if err != nil {
		return err
	}
	var all []activity.Activity
	for _, a := range list {
		for _, c := range people {
			all = append(all, activity.Activity{Contact: c.ID, ID: a.ID})
		}
	}
	return s.Store.DeleteActivities(ctx, all, at)
}

// noRemoval marks as any other write does.
type noRemoval struct{ storage.Store }

func (s noRemoval) Watches(ctx context.Context, contacts []contact.ID) ([]segment.Watch, error) {
	list, err := s.Store.Watches(ctx, contacts)
	for i := range list {
		list[i].Removed = time.Time{}
	}
	return list, err
}

type laterRemoval struct{ storage.Store }

func (s laterRemoval) DeleteActivities(ctx context.Context, list []activity.Activity, at time.Time) error {
	return s.Store.DeleteActivities(ctx, list, at.Add(time.Second))
}

type noDigest struct{ storage.Store }

func (s noDigest) InsertImport(ctx context.Context, i exchange.Import) error {
	i.Digest = [32]byte{}
	return s.Store.InsertImport(ctx, i)
}

type importsBackwards struct{ storage.Store }

func (s importsBackwards) Imports(ctx context.Context, before exchange.ID, limit int) ([]exchange.Import, error) {
	list, err := s.Store.Imports(ctx, before, limit)
	slices.Reverse(list)
	return list, err
}

type skipsMore struct{ storage.Store }

func (s skipsMore) ImportProblems(ctx context.Context, of exchange.ID, skip, limit int) ([]exchange.Problem, error) {
	if skip > 0 {
		skip++
	}
	return s.Store.ImportProblems(ctx, of, skip, limit)
}

type fewChanges struct{ storage.Store }

func (s fewChanges) ImportChanges(ctx context.Context, of exchange.ID, after contact.ID, limit int) ([]exchange.Change, error) {
	list, err := s.Store.ImportChanges(ctx, of, after, limit)
	return list[:min(len(list), max(limit, 0))], err
}

type noBefore struct{ storage.Store }

func (s noBefore) AppendImportChanges(ctx context.Context, of exchange.ID, list []exchange.Change) error {
	list = slices.Clone(list)
	for i := range list {
		list[i].Before = list[i].After
	}
	return s.Store.AppendImportChanges(ctx, of, list)
}

// unlocked runs a transaction without being alone.
func unlocked(s handle, ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return fn(ctx, s)
}

type changesOneByOne struct{ storage.Store }

func (s changesOneByOne) AppendImportChanges(ctx context.Context, of exchange.ID, list []exchange.Change) error {
	for _, c := range list {
		if err := s.Store.AppendImportChanges(ctx, of, []exchange.Change{c}); err != nil {
			return err
		}
	}
	return nil
}

type deletesNothing struct{ storage.Store }

func (deletesNothing) DeleteActivities(context.Context, []activity.Activity, time.Time) error {
	return nil
}
