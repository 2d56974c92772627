package sqlstore

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// Activities never change, and their lines are written with them; so reading
// both by two statements gives one picture without a transaction.

// Activity implements activity.Store.
func (s *Store) Activity(ctx context.Context, of contact.ID, id activity.ID) (activity.Activity, error) {
	const op = "storage.Activity"
	var rows []activityRow
	err := s.selectActivities(&rows).Where("a.contact_id = ? AND a.id = ?", dbID(of), dbID(id)).Scan(ctx)
	if err != nil {
		return activity.Activity{}, s.wrap(op, err)
	}
	if len(rows) == 0 {
		return activity.Activity{}, errs.NotFound(op, "id")
	}
	list, err := s.withItems(ctx, rows, s.selectItems().Where("i.contact_id = ? AND i.activity_id = ?", dbID(of), dbID(id)))
	if err != nil {
		return activity.Activity{}, s.wrap(op, err)
	}
	return list[0], nil
}

// History implements activity.Store.
func (s *Store) History(ctx context.Context, q activity.HistoryQuery) ([]activity.Activity, error) {
	const op = "storage.History"
	if q.Limit <= 0 {
		return nil, nil
	}
	var rows []activityRow
	sel := s.selectActivities(&rows).Where("a.contact_id = ?", dbID(q.Contact)).Order("a.at DESC", "a.id DESC").Limit(int64(q.Limit))
	if len(q.Kinds) > 0 {
		sel = sel.Where("a.kind IN (?)", bun.List(q.Kinds))
	}
	if !q.BeforeAt.IsZero() {
		sel = sel.Where("(a.at, a.id) < (?, ?)", q.BeforeAt.UnixMicro(), dbID(q.BeforeID))
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, s.wrap(op, err)
	}
	var list []activity.Activity
	err := inChunks(rows, func(chunk []activityRow) error {
		ids := make(idList, len(chunk))
		for i := range chunk {
			ids[i] = chunk[i].ID
		}
		part, err := s.withItems(ctx, chunk, s.selectItems().Where("i.contact_id = ? AND i.activity_id IN (?)", dbID(q.Contact), ids))
		list = append(list, part...)
		return err
	})
	return list, s.wrap(op, err)
}

// ActivitiesOf implements activity.Store.
func (s *Store) ActivitiesOf(ctx context.Context, contacts []contact.ID) ([]activity.Activity, error) {
	var list []activity.Activity
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []activityRow
		err := s.selectActivities(&rows).Where("a.contact_id IN (?)", idList(chunk)).Order("a.contact_id", "a.at", "a.id").Scan(ctx)
		if err != nil {
			return err
		}
		part, err := s.withItems(ctx, rows, s.selectItems().Where("i.contact_id IN (?)", idList(chunk)))
		list = append(list, part...)
		return err
	})
	return list, s.wrap("storage.ActivitiesOf", err)
}

func (s *Store) selectActivities(rows *[]activityRow) *bun.SelectQuery {
	return s.db.NewSelect().Model(rows).ModelTableExpr("?activity AS a").Where("a.tenant_id = ?tenant")
}

func (s *Store) selectItems() *bun.SelectQuery {
	return s.db.NewSelect().Model((*itemRow)(nil)).ModelTableExpr("?activity_item AS i").
		Where("i.tenant_id = ?tenant").Order("i.contact_id", "i.activity_id", "i.pos")
}

// withItems turns rows into activities, in their order, with those lines of
// the query that belong to them.
func (s *Store) withItems(ctx context.Context, rows []activityRow, q *bun.SelectQuery) ([]activity.Activity, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var items []itemRow
	if err := q.Scan(ctx, &items); err != nil {
		return nil, err
	}
	type key struct{ contact, activity dbID }
	lines := make(map[key][]activity.Item, len(rows))
	for i := range items {
		k := key{items[i].ContactID, items[i].ActivityID}
		lines[k] = append(lines[k], items[i].item())
	}
	list := make([]activity.Activity, len(rows))
	for i := range rows {
		a, err := rows[i].activity()
		if err != nil {
			return nil, err
		}
		a.Items = lines[key{rows[i].ContactID, rows[i].ID}]
		list[i] = a
	}
	return list, nil
}

// ChannelUse implements activity.Store.
func (s *Store) ChannelUse(ctx context.Context, contacts []contact.ID, until time.Time) ([]activity.ChannelUse, error) {
	var list []activity.ChannelUse
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []struct {
			ContactID dbID
			Channel   string
			Count     int64
			Last      int64
		}
		err := s.db.NewRaw(`SELECT contact_id, channel, COUNT(*) AS count, MAX(at) AS last FROM ?activity
			WHERE tenant_id = ?tenant AND contact_id IN (?) AND at <= ? AND direction = ? AND channel <> ''
			GROUP BY contact_id, channel`, idList(chunk), until.UnixMicro(), string(activity.Inbound)).Scan(ctx, &rows)
		for _, r := range rows {
			list = append(list, activity.ChannelUse{
				Contact: contact.ID(r.ContactID), Channel: contact.Channel(r.Channel), Count: r.Count, Last: instant(r.Last),
			})
		}
		return err
	})
	return list, s.wrap("storage.ChannelUse", err)
}
