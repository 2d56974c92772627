package sqlstore

import (
	"context"
	"errors"
	"reflect"
	"strings"
)

// boundRows is how many rows one statement with placeholders holds: enough for
// the way to the driver not to count.
const boundRows = 50

// insertBound inserts rows with a prepared statement, which takes two thirds of
// the time of one that spells them out.
func insertBound(ctx context.Context, in *insertion, rows reflect.Value) (n int64, err error) {
	full := rows.Len() - rows.Len()%boundRows
	if full > 0 {
		n, err = in.prepared(ctx, rows.Slice(0, full))
	}
	if err != nil || full == rows.Len() {
		return n, err
	}
	rest := rows.Slice(full, rows.Len())
	args, err := in.args(rest)
	if err != nil {
		return n, err
	}
	more, err := affected(in.db.conn.ExecContext(ctx, in.placeholders(rest.Len()), args...))
	return n + more, err
}

// prepared inserts rows of which there are a multiple of boundRows.
func (in *insertion) prepared(ctx context.Context, rows reflect.Value) (total int64, err error) {
	stmt, err := in.db.conn.PrepareContext(ctx, in.placeholders(boundRows))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for from := 0; from < rows.Len(); from += boundRows {
		args, err := in.args(rows.Slice(from, from+boundRows))
		if err != nil {
			return total, err
		}
		n, err := affected(stmt.ExecContext(ctx, args...))
		if err != nil {
			return total, withContext(ctx, err)
		}
		total += n
	}
	return total, nil
}

// placeholders spells the statement for n rows.
func (in *insertion) placeholders(n int) string {
	row := ", (" + strings.Repeat(", ?", len(in.model.Fields))[2:] + ")"
	return in.head + "VALUES " + strings.Repeat(row, n)[2:] + in.tail
}

// args lists the values of rows.
func (in *insertion) args(rows reflect.Value) ([]any, error) {
	args := make([]any, 0, rows.Len()*len(in.model.Fields))
	for i := range rows.Len() {
		for _, f := range in.model.Fields {
			v, err := in.value(f, rows.Index(i))
			if err != nil {
				return nil, err
			}
			args = append(args, v)
		}
	}
	return args, nil
}
