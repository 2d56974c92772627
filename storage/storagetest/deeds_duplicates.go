package storagetest

import (
	"context"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/storage"
)

// stageDuplicates adds a scan with a pair, and a dismissal.
func (k *kit) stageDuplicates(s *stage) {
	k.Helper()
	s.scan = duplicates.Scan{Number: 1, State: duplicates.Finished, Position: duplicates.Parts, Groups: 1, StartedAt: noon, UpdatedAt: noon, Version: 3}
	k.ok(k.store.InsertDuplicateScan(k.ctx, s.scan, []byte("{}")), "inserting a scan")
	p := pairOf(s.people[0].ID, s.people[1].ID)
	found := duplicates.Found{Scan: 1, A: p[0], B: p[1], MilliBits: 7000, Group: 1}
	k.ok(k.store.PutDuplicatePairs(k.ctx, []duplicates.Found{found}), "storing a pair")
	k.ok(k.crm.Duplicates.Dismiss(k.ctx, s.people[0].ID, s.people[2].ID), "dismissing a pair")
}

// duplicateDeeds are the writes about duplicates.
func (s stage) duplicateDeeds() []deed {
	on := func(name string, do func(context.Context, storage.Store) error) deed {
		return deed{name, func(ctx context.Context, _ *crm.CRM, s storage.Store) error { return do(ctx, s) }}
	}
	p := pairOf(s.people[1].ID, s.people[3].ID)
	return []deed{
		{"Duplicates.Dismiss", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Duplicates.Dismiss(ctx, s.people[1].ID, s.people[2].ID)
		}},
		{"Duplicates.Undismiss", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return c.Duplicates.Undismiss(ctx, s.people[0].ID, s.people[2].ID)
		}},
		on("UpdateDuplicateScan", func(ctx context.Context, store storage.Store) error {
			changed := s.scan
			changed.Version++
			return store.UpdateDuplicateScan(ctx, changed)
		}),
		on("PutDuplicatePairs", func(ctx context.Context, store storage.Store) error {
			return store.PutDuplicatePairs(ctx, []duplicates.Found{{Scan: 1, A: p[0], B: p[1], MilliBits: 1}})
		}),
		on("InsertDismissals", func(ctx context.Context, store storage.Store) error {
			return store.InsertDismissals(ctx, []duplicates.Dismissal{{A: p[0], B: p[1], At: noon}})
		}),
		on("InsertDuplicateScan", func(ctx context.Context, store storage.Store) error {
			scan := duplicates.Scan{Number: 2, State: duplicates.Finished, StartedAt: noon.Add(time.Hour), UpdatedAt: noon.Add(time.Hour)}
			return store.InsertDuplicateScan(ctx, scan, []byte("{}"))
		}),
		on("DeleteDismissals", func(ctx context.Context, store storage.Store) error {
			d := pairOf(s.people[1].ID, s.people[2].ID)
			return store.DeleteDismissals(ctx, []duplicates.Dismissal{{A: d[0], B: d[1]}})
		}),
		on("DeleteDuplicateScan", func(ctx context.Context, store storage.Store) error {
			return last(store.DeleteDuplicateScan(ctx, 1, 100))
		}),
	}
}
