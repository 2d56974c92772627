package sqlstore

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/merge"
)

// mergeRow is a row of the table merge.
type mergeRow struct {
	bun.BaseModel `bun:"alias:m"`

	TenantID     string
	LoserID      dbID
	WinnerID     dbID
	ID           dbID
	Number       int64
	At           int64
	Reason       string
	BeforeRecord string
	LostRecord   string
	AfterRecord  string
}

func (s *Store) mergeRow(m *merge.Merge) (r mergeRow, err error) {
	r = mergeRow{
		TenantID: s.tenant, LoserID: dbID(m.Loser), WinnerID: dbID(m.Winner), ID: dbID(m.ID), Number: int64(m.Number),
		At: m.At.UnixMicro(), Reason: m.Reason,
	}
	if r.BeforeRecord, err = encode(m.Before); err != nil {
		return r, err
	}
	if r.LostRecord, err = encode(m.Lost); err != nil {
		return r, err
	}
	r.AfterRecord, err = encode(m.After)
	return r, err
}

func (r *mergeRow) merge() (merge.Merge, error) {
	m := merge.Merge{
		ID: merge.ID(r.ID), Winner: contact.ID(r.WinnerID), Loser: contact.ID(r.LoserID), Number: int(r.Number),
		At: instant(r.At), Reason: r.Reason,
	}
	if err := decode(r.BeforeRecord, &m.Before); err != nil {
		return m, err
	}
	if err := decode(r.LostRecord, &m.Lost); err != nil {
		return m, err
	}
	return m, decode(r.AfterRecord, &m.After)
}

// InsertMerge implements merge.Store.
func (s *Store) InsertMerge(ctx context.Context, m merge.Merge) error {
	const op = "storage.InsertMerge"
	row, err := s.mergeRow(&m)
	if err != nil {
		return s.wrap(op, err)
	}
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "merge", "loser", []mergeRow{row})
	})
}

// UpdateMerges implements merge.Store.
func (s *Store) UpdateMerges(ctx context.Context, list []merge.Merge) error {
	const op = "storage.UpdateMerges"
	if len(list) == 0 {
		return nil
	}
	return s.undoable(ctx, op, len(list) > 1, func(ctx context.Context, tx *Store) error {
		for i := range list {
			r, err := tx.mergeRow(&list[i])
			if err != nil {
				return err
			}
			_, err = tx.db.Exec(ctx, `UPDATE ?merge SET winner_id = ?, id = ?, number = ?, at = ?, reason = ?,
				before_record = ?, lost_record = ?, after_record = ? WHERE tenant_id = ?tenant AND loser_id = ?`,
				r.WinnerID, r.ID, r.Number, r.At, r.Reason, r.BeforeRecord, r.LostRecord, r.AfterRecord, r.LoserID)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// DeleteMerge implements merge.Store.
func (s *Store) DeleteMerge(ctx context.Context, loser contact.ID) error {
	return s.write(ctx, "storage.DeleteMerge", func(ctx context.Context, tx *Store) error {
		_, err := tx.db.Exec(ctx, "DELETE FROM ?merge WHERE tenant_id = ?tenant AND loser_id = ?", dbID(loser))
		return err
	})
}

// MergesInto implements merge.Store.
func (s *Store) MergesInto(ctx context.Context, winners []contact.ID) ([]merge.Merge, error) {
	var list []merge.Merge
	err := inChunks(distinct(winners), func(chunk []dbID) error {
		var rows []mergeRow
		err := s.db.NewSelect().Model(&rows).ModelTableExpr("?merge AS m").
			Where("m.tenant_id = ?tenant AND m.winner_id IN (?)", idList(chunk)).Order("m.winner_id", "m.number").Scan(ctx)
		if err != nil {
			return err
		}
		for i := range rows {
			m, err := rows[i].merge()
			if err != nil {
				return err
			}
			list = append(list, m)
		}
		return nil
	})
	return list, s.wrap("storage.MergesInto", err)
}

// MergeOf implements merge.Store.
func (s *Store) MergeOf(ctx context.Context, loser contact.ID) (merge.Merge, error) {
	const op = "storage.MergeOf"
	var rows []mergeRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?merge AS m").
		Where("m.tenant_id = ?tenant AND m.loser_id = ?", dbID(loser)).Scan(ctx)
	switch {
	case err != nil:
		return merge.Merge{}, s.wrap(op, err)
	case len(rows) == 0:
		return merge.Merge{}, errs.NotFound(op, "id")
	}
	m, err := rows[0].merge()
	return m, s.wrap(op, err)
}

// MergedInto implements contact.Store.
func (s *Store) MergedInto(ctx context.Context, ids []contact.ID) ([]contact.ID, error) {
	winners := make(map[dbID]dbID)
	err := inChunks(distinct(ids), func(chunk []dbID) error {
		var rows []struct{ LoserID, WinnerID dbID }
		err := s.db.NewRaw("SELECT loser_id, winner_id FROM ?merge WHERE tenant_id = ?tenant AND loser_id IN (?)", idList(chunk)).Scan(ctx, &rows)
		for _, r := range rows {
			winners[r.LoserID] = r.WinnerID
		}
		return err
	})
	if err != nil {
		return nil, s.wrap("storage.MergedInto", err)
	}
	into := make([]contact.ID, len(ids))
	for i, id := range ids {
		into[i] = contact.ID(winners[dbID(id)])
	}
	return into, nil
}

// MergedFrom implements contact.Store.
func (s *Store) MergedFrom(ctx context.Context, winners []contact.ID) ([]contact.ID, error) {
	var list []contact.ID
	err := inChunks(distinct(winners), func(chunk []dbID) error {
		var found []dbID
		err := s.db.NewRaw("SELECT loser_id FROM ?merge WHERE tenant_id = ?tenant AND winner_id IN (?)", idList(chunk)).Scan(ctx, &found)
		list = append(list, contactIDs(found)...)
		return err
	})
	slices.SortFunc(list, contact.ID.Compare)
	return list, s.wrap("storage.MergedFrom", err)
}
