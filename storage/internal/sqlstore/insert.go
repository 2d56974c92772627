package sqlstore

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/errs"
)

const (
	// maxRows bounds the rows of one INSERT, and maxIDs the elements of one
	// IN list. Larger ones gain nothing.
	maxRows = 1000
	maxIDs  = 1000
)

// What follows the rows of an INSERT: plain leaves it as it is, orNothing leaves
// out rows that exist already.
const (
	plain     = ""
	orNothing = "ON CONFLICT DO NOTHING"
)

// insert adds rows to a table in chunks and returns how many it added. conflict
// says what happens to rows that exist already: there they are named o, and the
// new ones excluded.
func insert[R any](ctx context.Context, s *Store, table string, rows []R, conflict string, args ...any) (int64, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	in := newInsertion[R](s, table, conflict, args...)
	var total int64
	for chunk := range slices.Chunk(rows, maxRows) {
		run, err := s.d.insert(in, reflect.ValueOf(chunk))
		if err != nil {
			return total, err
		}
		n, err := run(ctx)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

func newInsertion[R any](s *Store, table, conflict string, args ...any) *insertion {
	model := s.db.bun.Table(reflect.TypeFor[R]())
	names := make([]string, len(model.Fields))
	for i, f := range model.Fields {
		names[i] = string(f.SQLName)
	}
	return &insertion{
		db:    s.db,
		model: model,
		head:  "INSERT INTO " + s.table(table) + " AS o (" + strings.Join(names, ", ") + ") ",
		tail:  " " + s.db.bun.QueryGen().FormatQuery(conflict, args...),
	}
}

// execution runs an INSERT that is made already, and tells how many rows it added.
type execution func(context.Context) (int64, error)

// insertion is an INSERT without its rows.
type insertion struct {
	db         session
	model      *schema.Table
	head, tail string
}

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
