package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// InsertActivities implements activity.Store. Activities, their lines and the
// rollup change together.
func (s *Store) InsertActivities(ctx context.Context, activities []activity.Activity) error {
	const op = "storage.InsertActivities"
	if len(activities) == 0 {
		return nil
	}
	rows := make([]activityRow, len(activities))
	contacts := make([]contact.ID, len(activities))
	var items []itemRow
	var data []dataRow
	sums := make(rollups)
	for i := range activities {
		var err error
		if rows[i], err = s.activityRow(&activities[i]); err != nil {
			return s.wrap(op, err)
		}
		contacts[i] = activities[i].Contact
		items = s.itemRows(items, &activities[i])
		data = s.dataRows(data, &activities[i])
		sums.add(&activities[i])
	}
	slices.SortFunc(rows, func(a, b activityRow) int {
		return cmp.Or(compareIDs(a.ContactID, b.ContactID), compareIDs(a.ID, b.ID))
	})
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		if err := tx.requireContacts(ctx, op, "activities", contacts); err != nil {
			return err
		}
		if err := insertNew(ctx, tx, op, "activity", "id", rows); err != nil {
			return err
		}
		if _, err := insert(ctx, tx, "activity_item", items, plain); err != nil {
			return err
		}
		if _, err := insert(ctx, tx, "activity_data", data, plain); err != nil {
			return err
		}
		if err := tx.addRollups(ctx, sums); err != nil {
			return err
		}
		written := make(marks, len(activities))
		for i := range activities {
			written.add(activities[i].Contact, activities[i].RecordedAt)
		}
		return tx.mark(ctx, written)
	})
}

// requireContacts returns errs.ErrNotFound, for the n-th element of the list,
// when there is no such contact. Those that are there stay until the transaction
// ends.
func (s *Store) requireContacts(ctx context.Context, op, list string, ids []contact.ID) error {
	known := make(map[dbID]bool, len(ids))
	err := inChunks(distinct(ids), func(chunk []dbID) error {
		var found []dbID
		err := s.db.NewRaw("SELECT id FROM ?contact WHERE tenant_id = ?tenant AND id IN (?) ORDER BY id ?keepkeys", idList(chunk)).Scan(ctx, &found)
		for _, i := range found {
			known[i] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	for n, i := range ids {
		if !known[dbID(i)] {
			return errs.NotFound(op, fmt.Sprintf("%s[%d].contact", list, n))
		}
	}
	return nil
}
