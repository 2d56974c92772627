package storagetest_test

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// liveBreakages are what goes wrong when memberships are kept.
var liveBreakages = []breakage{
	{name: "saves_what_was_looked_at_too_early", fails: storagetest.LiveInterleaved, wrap: func(s storage.Store) storage.Store { return careless{s} }},
	{name: "gives_a_lease_to_everybody", fails: storagetest.LiveLease, wrap: func(s storage.Store) storage.Store { return lenient{s} }},
	{name: "finds_nobody_due_in_the_very_instant", fails: storagetest.LiveTime, wrap: func(s storage.Store) storage.Store { return tardy{s} }},
	{name: "forgets_the_marks", fails: storagetest.LiveMarks, wrap: func(s storage.Store) storage.Store { return unmarked{s} }},
}

type careless struct{ storage.Store }

func (s careless) SaveWatches(ctx context.Context, updates []segment.WatchUpdate) ([]contact.ID, error) {
	for i := range updates {
		w, err := s.Watches(ctx, []contact.ID{updates[i].Contact})
		if err != nil {
			return nil, err
		}
		updates[i].Version = w[0].Version
	}
	return s.Store.SaveWatches(ctx, updates)
}

type lenient struct{ storage.Store }

func (lenient) TakeLease(context.Context, string, int64, time.Duration) (bool, error) {
	return true, nil
}

type tardy struct{ storage.Store }

func (s tardy) DueContacts(ctx context.Context, now time.Time, limit int) ([]contact.ID, error) {
	return s.Store.DueContacts(ctx, now.Add(-time.Microsecond), limit)
}

type unmarked struct{ storage.Store }

func (unmarked) ChangedContacts(context.Context, int) ([]contact.ID, error) { return nil, nil }
