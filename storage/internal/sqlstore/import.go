package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
)

// importRow is a row of the table import.
type importRow struct {
	bun.BaseModel `bun:"alias:i"`

	TenantID   string
	ID         dbID
	Name       string
	State      string
	Position   int64
	Entries    int64
	Created    int64
	Updated    int64
	Unchanged  int64
	Refused    int64
	Activities int64
	Consents   int64
	Problems   int64
	Kept       int64
	Changes    int64
	Digest     packed
	Forgotten  bool
	StartedAt  int64
	UpdatedAt  int64
}

func (s *Store) importRow(i exchange.Import) importRow {
	return importRow{
		TenantID: s.tenant, ID: dbID(i.ID), Name: i.Name, State: string(i.State), Position: int64(i.Position),
		Entries: int64(i.Entries), Created: int64(i.Created), Updated: int64(i.Updated), Unchanged: int64(i.Unchanged), Refused: int64(i.Refused),
		Activities: int64(i.Activities), Consents: int64(i.Consents), Problems: int64(i.Problems), Kept: int64(i.Kept), Changes: i.Changes,
		Digest: i.Digest[:], Forgotten: i.Forgotten, StartedAt: i.StartedAt.UnixMicro(), UpdatedAt: i.UpdatedAt.UnixMicro(),
	}
}

func (r *importRow) imported() (exchange.Import, error) {
	i := exchange.Import{
		ID: exchange.ID(r.ID), Name: r.Name, State: exchange.State(r.State), Position: int(r.Position),
		Entries: int(r.Entries), Created: int(r.Created), Updated: int(r.Updated), Unchanged: int(r.Unchanged), Refused: int(r.Refused),
		Activities: int(r.Activities), Consents: int(r.Consents), Problems: int(r.Problems), Kept: int(r.Kept), Changes: r.Changes,
		Forgotten: r.Forgotten, StartedAt: instant(r.StartedAt), UpdatedAt: instant(r.UpdatedAt),
	}
	if copy(i.Digest[:], r.Digest) != len(r.Digest) || len(r.Digest) != len(i.Digest) {
		return i, errValue
	}
	return i, nil
}

// InsertImport implements exchange.Store.
func (s *Store) InsertImport(ctx context.Context, i exchange.Import) error {
	const op = "storage.InsertImport"
	row := s.importRow(i)
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return insertNamed(ctx, tx, op, "import", row.ID, row)
	})
}

// ImportByName implements exchange.Store.
func (s *Store) ImportByName(ctx context.Context, name string) (exchange.Import, error) {
	return s.importNamed(ctx, "storage.ImportByName", name, "")
}

// LockImport implements exchange.Store.
func (s *Store) LockImport(ctx context.Context, name string) (exchange.Import, error) {
	const op = "storage.LockImport"
	if err := s.lockToWrite(ctx); err != nil {
		return exchange.Import{}, s.wrap(op, err)
	}
	return s.importNamed(ctx, op, name, s.d.forUpdate)
}

func (s *Store) importNamed(ctx context.Context, op, name, lock string) (exchange.Import, error) {
	var row importRow
	q := s.db.NewSelect().Model(&row).ModelTableExpr("?import AS i").Where("i.tenant_id = ?tenant AND i.name = ?", name)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); err != nil {
		return exchange.Import{}, s.wrapAt(op, "name", err)
	}
	i, err := row.imported()
	return i, s.wrap(op, err)
}

// UpdateImport implements exchange.Store.
func (s *Store) UpdateImport(ctx context.Context, i exchange.Import) error {
	const op = "storage.UpdateImport"
	r := s.importRow(i)
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, `UPDATE ?import SET state = ?, position = ?, entries = ?, created = ?, updated = ?, unchanged = ?, refused = ?,
				activities = ?, consents = ?, problems = ?, kept = ?, changes = ?, digest = ?, forgotten = ?, updated_at = ?
			WHERE tenant_id = ?tenant AND id = ?`,
			r.State, r.Position, r.Entries, r.Created, r.Updated, r.Unchanged, r.Refused,
			r.Activities, r.Consents, r.Problems, r.Kept, r.Changes, r.Digest, r.Forgotten, r.UpdatedAt, r.ID)
		if err == nil && n == 0 {
			err = errs.NotFound(op, "id")
		}
		return err
	})
}

// Imports implements exchange.Store.
func (s *Store) Imports(ctx context.Context, before exchange.ID, limit int) ([]exchange.Import, error) {
	const op = "storage.Imports"
	if limit <= 0 {
		return nil, nil
	}
	var rows []importRow
	q := s.db.NewSelect().Model(&rows).ModelTableExpr("?import AS i").Where("i.tenant_id = ?tenant").Order("i.id DESC").Limit(int64(limit))
	if !before.IsZero() {
		q = q.Where("i.id < ?", dbID(before))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, s.wrap(op, err)
	}
	list := make([]exchange.Import, len(rows))
	for i := range rows {
		var err error
		if list[i], err = rows[i].imported(); err != nil {
			return nil, s.wrap(op, err)
		}
	}
	return list, nil
}

// DeleteImport implements exchange.Store.
func (s *Store) DeleteImport(ctx context.Context, of exchange.ID) error {
	const op = "storage.DeleteImport"
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, "DELETE FROM ?import WHERE tenant_id = ?tenant AND id = ?", dbID(of))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.NotFound(op, "id")
		}
		for _, table := range []string{"?import_problem", "?import_change"} {
			if _, err := tx.db.Exec(ctx, "DELETE FROM "+table+" WHERE tenant_id = ?tenant AND import_id = ?", dbID(of)); err != nil {
				return err
			}
		}
		return nil
	})
}
