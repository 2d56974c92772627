package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/exchange"
)

// problemRow is a row of the table import_problem.
type problemRow struct {
	bun.BaseModel `bun:"alias:p"`

	TenantID string
	ImportID dbID
	Pos      int64
	Number   int64
	Line     int64
	Path     string
	Code     string
	Message  string
	Partly   bool
}

// AppendImportProblems implements exchange.Store.
func (s *Store) AppendImportProblems(ctx context.Context, of exchange.ID, count int, problems []exchange.Problem) error {
	const op = "storage.AppendImportProblems"
	if len(problems) == 0 {
		return nil
	}
	rows := make([]problemRow, len(problems))
	for i, p := range problems {
		rows[i] = problemRow{
			TenantID: s.tenant, ImportID: dbID(of), Pos: int64(count + i), Number: int64(p.Number), Line: int64(p.Line),
			Path: p.Path, Code: p.Code, Message: p.Message, Partly: p.Partly,
		}
	}
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "import_problem", "count", rows)
	})
}

// ImportProblems implements exchange.Store.
func (s *Store) ImportProblems(ctx context.Context, of exchange.ID, skip, limit int) ([]exchange.Problem, error) {
	if limit <= 0 {
		return nil, nil
	}
	var rows []problemRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?import_problem AS p").
		Where("p.tenant_id = ?tenant AND p.import_id = ? AND p.pos >= ?", dbID(of), skip).Order("p.pos").Limit(int64(limit)).Scan(ctx)
	list := make([]exchange.Problem, len(rows))
	for i, r := range rows {
		list[i] = exchange.Problem{
			Number: int(r.Number), Line: int(r.Line), Path: r.Path, Code: r.Code, Message: r.Message, Partly: r.Partly,
		}
	}
	return list, s.wrap("storage.ImportProblems", err)
}
