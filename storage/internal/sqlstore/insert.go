package sqlstore

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/errs"
)

const (
	// maxRows bounds the rows of one INSERT, and maxIDs the elements of one
	// IN list. Larger ones gain nothing.
	maxRows = 1000
	maxIDs  = 1000
)

// insert adds rows to a table in chunks and returns how many it added. amend
// may complete each statement.
func insert[R any](ctx context.Context, s *Store, table string, rows []R, amend func(*bun.InsertQuery) *bun.InsertQuery) (int64, error) {
	var total int64
	for chunk := range slices.Chunk(rows, maxRows) {
		q := s.db.NewInsert().Model(&chunk).ModelTableExpr("?", bun.Safe(s.table(table))).Returning("NULL")
		n, err := affected(amend(q).Exec(ctx))
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// plain leaves an INSERT as it is.
func plain(q *bun.InsertQuery) *bun.InsertQuery { return q }

// orNothing makes an INSERT leave out rows that exist already.
func orNothing(q *bun.InsertQuery) *bun.InsertQuery { return q.On("CONFLICT DO NOTHING") }

// insertNew adds rows to a table; when one exists already the error is
// errs.ErrConflict for the field at path, and what it added so far is to be
// undone.
func insertNew[R any](ctx context.Context, s *Store, op, table, path string, rows []R) error {
	n, err := insert(ctx, s, table, rows, orNothing)
	if err == nil && n < int64(len(rows)) {
		err = errs.Conflict(op, path, "exists", "exists already")
	}
	return err
}

// inChunks calls f with up to maxIDs elements at a time, and not at all for
// none.
func inChunks[E any](list []E, f func(chunk []E) error) error {
	for chunk := range slices.Chunk(list, maxIDs) {
		if err := f(chunk); err != nil {
			return err
		}
	}
	return nil
}
