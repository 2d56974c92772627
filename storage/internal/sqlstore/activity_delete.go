package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// DeleteActivities implements activity.Store. Activities, their lines, their
// references and the rollup change together.
func (s *Store) DeleteActivities(ctx context.Context, activities []activity.Activity, at time.Time) error {
	const op = "storage.DeleteActivities"
	if len(activities) == 0 {
		return nil
	}
	pairs := make(pairList, len(activities))
	of := make([]contact.ID, len(activities))
	for i := range activities {
		pairs[i], of[i] = pair{dbID(activities[i].Contact), dbID(activities[i].ID)}, activities[i].Contact
	}
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		err := inChunks(distinct(of), func(chunk []dbID) error {
			_, err := tx.lockAlone(ctx, chunk) // else the rollup could miss what is just being recorded
			return err
		})
		if err != nil {
			return err
		}
		return inChunks(pairs, func(chunk []pair) error { return tx.deleteActivities(ctx, chunk, at) })
	})
}

// deleteActivities deletes activities by contact and id. The contacts are named
// once more, because SQLite looks for no pairs in an index.
func (s *Store) deleteActivities(ctx context.Context, pairs pairList, at time.Time) error {
	people := make(idList, len(pairs))
	for i := range pairs {
		people[i] = pairs[i].first
	}
	slices.SortFunc(people, compareIDs)
	people = slices.Compact(people)
	var rows []activityRow
	err := s.selectActivities(&rows).Where("a.contact_id IN (?) AND (a.contact_id, a.id) IN (VALUES ?)", people, pairs).Scan(ctx)
	if err != nil {
		return err
	}
	gone, err := s.withItems(ctx, rows, s.selectItems().Where("i.contact_id IN (?) AND (i.contact_id, i.activity_id) IN (VALUES ?)", people, pairs))
	if err != nil || len(gone) == 0 {
		return err
	}
	if err := s.deleteRefs(ctx, gone); err != nil {
		return err
	}
	for _, key := range []struct{ table, column string }{{"?activity_data", "activity_id"}, {"?activity_item", "activity_id"}, {"?activity", "id"}} {
		_, err := s.db.Exec(ctx, "DELETE FROM "+key.table+" WHERE tenant_id = ?tenant AND contact_id IN (?) AND (contact_id, "+key.column+") IN (VALUES ?)", people, pairs)
		if err != nil {
			return err
		}
	}
	of := make([]contact.ID, len(gone))
	for i := range gone {
		of[i] = gone[i].Contact
	}
	if err := s.renewRollups(ctx, gone, of); err != nil {
		return err
	}
	return s.markRemoved(ctx, distinct(of), at)
}

// deleteRefs deletes the references of activities, where they are bound to one
// of them.
func (s *Store) deleteRefs(ctx context.Context, gone []activity.Activity) error {
	var keys []hostKey
	of, ids := make(idList, len(gone)), make(idList, len(gone))
	for i := range gone {
		of[i], ids[i] = dbID(gone[i].Contact), dbID(gone[i].ID)
		if ref := gone[i].Ref; !ref.IsZero() {
			keys = append(keys, hostKey{ref.Source, ref.Key})
		}
	}
	return bySource(keys, func(source string, chunk []string) error {
		_, err := s.db.Exec(ctx, `DELETE FROM ?activity_ref WHERE tenant_id = ?tenant AND source = ? AND key IN (?)
			AND contact_id IN (?) AND activity_id IN (?)`, source, bun.List(chunk), of, ids)
		return err
	})
}

// renewRollups adds up anew what deleted activities had been added to.
func (s *Store) renewRollups(ctx context.Context, gone []activity.Activity, of []contact.ID) error {
	old, left := make(rollups), make(rollups)
	needs := segment.FactNeeds{Activities: true, Items: true}
	for i := range gone {
		old.add(&gone[i])
		if !slices.Contains(needs.Kinds, gone[i].Kind) {
			needs.Kinds = append(needs.Kinds, gone[i].Kind)
		}
	}
	if err := s.deleteRollups(ctx, old.rows(s.tenant)); err != nil {
		return err
	}
	facts, err := s.ReadFacts(ctx, of, needs)
	if err != nil {
		return err
	}
	for _, f := range facts {
		for i := range f.Activities {
			left.add(&f.Activities[i])
		}
	}
	for key := range left {
		if old[key] == nil {
			delete(left, key) // it is as it was
		}
	}
	return s.addRollups(ctx, left)
}

// deleteRollups deletes rows, which are in the order of their keys.
func (s *Store) deleteRollups(ctx context.Context, rows []rollupRow) error {
	for len(rows) > 0 {
		var of idList
		n := 0
		for n < len(rows) && rows[n].Kind == rows[0].Kind && rows[n].Category == rows[0].Category {
			of = append(of, rows[n].ContactID)
			n++
		}
		_, err := s.db.Exec(ctx, "DELETE FROM ?rollup WHERE tenant_id = ?tenant AND kind = ? AND category = ? AND contact_id IN (?)",
			rows[0].Kind, rows[0].Category, of)
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
