package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
)

// scanRow is a row of the table duplicate_scan.
type scanRow struct {
	bun.BaseModel `bun:"alias:d"`

	TenantID  string
	Number    int64
	State     string
	Position  int64
	Contacts  int64
	Pairs     int64
	Groups    int64
	MilliBits int64
	StartedAt int64
	UpdatedAt int64
	Version   int64
	Model     string
}

// scanColumns are all but the model.
const scanColumns = "number, state, position, contacts, pairs, groups, milli_bits, started_at, updated_at, version"

func (s *Store) scanRow(scan duplicates.Scan, model []byte) scanRow {
	return scanRow{
		TenantID: s.tenant, Number: int64(scan.Number), State: string(scan.State), Position: int64(scan.Position),
		Contacts: int64(scan.Contacts), Pairs: int64(scan.Pairs), Groups: int64(scan.Groups), MilliBits: scan.MilliBits,
		StartedAt: scan.StartedAt.UnixMicro(), UpdatedAt: scan.UpdatedAt.UnixMicro(), Version: scan.Version, Model: string(model),
	}
}

func (r *scanRow) scan() duplicates.Scan {
	return duplicates.Scan{
		Number: int(r.Number), State: duplicates.State(r.State), Position: int(r.Position),
		Contacts: int(r.Contacts), Pairs: int(r.Pairs), Groups: int(r.Groups), MilliBits: r.MilliBits,
		StartedAt: instant(r.StartedAt), UpdatedAt: instant(r.UpdatedAt), Version: r.Version,
	}
}

// InsertDuplicateScan implements duplicates.Store.
func (s *Store) InsertDuplicateScan(ctx context.Context, scan duplicates.Scan, model []byte) error {
	const op = "storage.InsertDuplicateScan"
	row := s.scanRow(scan, model)
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "duplicate_scan", "number", []scanRow{row})
	})
}

// DuplicateScans implements duplicates.Store.
func (s *Store) DuplicateScans(ctx context.Context) ([]duplicates.Scan, error) {
	var rows []scanRow
	err := s.db.NewRaw("SELECT "+scanColumns+" FROM ?duplicate_scan WHERE tenant_id = ?tenant ORDER BY number").Scan(ctx, &rows)
	list := make([]duplicates.Scan, len(rows))
	for i := range rows {
		list[i] = rows[i].scan()
	}
	return list, s.wrap("storage.DuplicateScans", err)
}

// DuplicateModel implements duplicates.Store.
func (s *Store) DuplicateModel(ctx context.Context, number int) ([]byte, error) {
	row, err := s.duplicateScan(ctx, "storage.DuplicateModel", "model", number, "")
	return []byte(row.Model), err
}

// LockDuplicateScan implements duplicates.Store.
func (s *Store) LockDuplicateScan(ctx context.Context, number int) (duplicates.Scan, error) {
	const op = "storage.LockDuplicateScan"
	if err := s.lockToWrite(ctx); err != nil {
		return duplicates.Scan{}, s.wrap(op, err)
	}
	row, err := s.duplicateScan(ctx, op, scanColumns, number, s.d.forUpdate)
	return row.scan(), err
}

func (s *Store) duplicateScan(ctx context.Context, op, columns string, number int, lock string) (scanRow, error) {
	if lock != "" {
		lock = " FOR " + lock
	}
	var rows []scanRow
	err := s.db.NewRaw("SELECT "+columns+" FROM ?duplicate_scan WHERE tenant_id = ?tenant AND number = ?"+lock, number).Scan(ctx, &rows)
	switch {
	case err != nil:
		return scanRow{}, s.wrap(op, err)
	case len(rows) == 0:
		return scanRow{}, errs.NotFound(op, "number")
	}
	return rows[0], nil
}

// UpdateDuplicateScan implements duplicates.Store.
func (s *Store) UpdateDuplicateScan(ctx context.Context, scan duplicates.Scan) error {
	const op = "storage.UpdateDuplicateScan"
	r := s.scanRow(scan, nil)
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, `UPDATE ?duplicate_scan SET state = ?, position = ?, contacts = ?, pairs = ?, groups = ?,
				milli_bits = ?, updated_at = ?, version = ? WHERE tenant_id = ?tenant AND number = ?`,
			r.State, r.Position, r.Contacts, r.Pairs, r.Groups, r.MilliBits, r.UpdatedAt, r.Version, r.Number)
		if err == nil && n == 0 {
			err = errs.NotFound(op, "number")
		}
		return err
	})
}

// DeleteDuplicateScan implements duplicates.Store.
func (s *Store) DeleteDuplicateScan(ctx context.Context, number, limit int) (gone bool, err error) {
	const op = "storage.DeleteDuplicateScan"
	err = s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		gone = false
		_, err := tx.LockDuplicateScan(ctx, number)
		switch {
		case errs.Has(err, "not_found"):
			gone = true
			return nil
		case err != nil:
			return err
		}
		if limit > 0 {
			_, err := tx.db.Exec(ctx, `DELETE FROM ?duplicate_pair WHERE tenant_id = ?tenant AND scan = ? AND (a_id, b_id) IN
				(SELECT a_id, b_id FROM ?duplicate_pair WHERE tenant_id = ?tenant AND scan = ? LIMIT ?)`, number, number, limit)
			if err != nil {
				return err
			}
		}
		n, err := tx.db.Exec(ctx, `DELETE FROM ?duplicate_scan WHERE tenant_id = ?tenant AND number = ? AND NOT EXISTS
			(SELECT 1 FROM ?duplicate_pair AS p WHERE p.tenant_id = ?tenant AND p.scan = ?)`, number, number)
		gone = n > 0
		return err
	})
	return gone, err
}
