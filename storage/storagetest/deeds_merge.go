package storagetest

import (
	"context"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/storage"
)

// stageMerges adds whom to merge, and who is merged.
func (k *kit) stageMerges(s *stage) {
	k.Helper()
	s.twin, s.double, s.kept, s.lost = k.customer(892), k.customer(893), k.customer(894), k.customer(895)
	for i, c := range []contact.Contact{s.double, s.lost} {
		k.record(activity.Activity{Contact: c.ID, Kind: "visit", Ref: ref(892 + i), At: noon})
		k.agree([]contact.Contact{c}, contact.ChannelLetter)
	}
	k.merge(s.kept.ID, s.lost.ID)
}

// mergeDeeds are the writes of merges.
func (s stage) mergeDeeds() []deed {
	on := func(name string, do func(context.Context, storage.Store) error) deed {
		return deed{name, func(ctx context.Context, _ *crm.CRM, s storage.Store) error { return do(ctx, s) }}
	}
	now := noon.Add(2 * time.Hour)
	return []deed{
		{"Merges.Merge", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Merges.Merge(ctx, s.twin.ID, s.double.ID, nil))
		}},
		on("UpdateMerges", func(ctx context.Context, store storage.Store) error {
			m, err := store.MergeOf(ctx, s.lost.ID)
			if err != nil {
				return err
			}
			m.Reason = "changed"
			return store.UpdateMerges(ctx, []merge.Merge{m})
		}),
		{"Merges.Unmerge", func(ctx context.Context, c *crm.CRM, _ storage.Store) error {
			return last(c.Merges.Unmerge(ctx, s.lost.ID))
		}},
		on("MoveContact", func(ctx context.Context, store storage.Store) error {
			return store.MoveContact(ctx, merge.Move{From: s.lost.ID, To: s.kept.ID, At: now})
		}),
		on("DeleteConsent", func(ctx context.Context, store storage.Store) error {
			events, err := store.ConsentEvents(ctx, []contact.ID{s.twin.ID})
			if err != nil {
				return err
			}
			return store.DeleteConsent(ctx, events, now)
		}),
		on("InsertMerge", func(ctx context.Context, store storage.Store) error {
			return store.InsertMerge(ctx, merge.Merge{ID: merge.ID{7}, Winner: s.kept.ID, Loser: s.lost.ID, Number: 7, At: now})
		}),
		on("DeleteMerge", func(ctx context.Context, store storage.Store) error { return store.DeleteMerge(ctx, s.double.ID) }),
	}
}
