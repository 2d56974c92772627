package sqlstore

import (
	"context"
	"encoding/hex"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/uptrace/bun/schema"
)

// boundRows is how many rows one statement with placeholders holds: enough for
// the way to the driver not to count.
const boundRows = 50

// insertBound inserts rows with a prepared statement, which takes two thirds of
// the time of one that spells them out.
func insertBound(in *insertion, rows reflect.Value) (execution, error) {
	b, err := in.bind(rows)
	if err != nil {
		return nil, err
	}
	args, err := b.args(rows)
	full := rows.Len() / boundRows
	return func(ctx context.Context) (n int64, err error) {
		if full > 0 {
			n, err = b.prepared(ctx, full, args)
		}
		if rest := rows.Len() % boundRows; err == nil && rest > 0 {
			var more int64
			more, err = affected(in.db.conn.ExecContext(ctx, b.placeholders(rest), args[full*boundRows*len(b.bound):]...))
			n += more
		}
		return n, err
	}, err
}

// binding is an insertion of rows some of whose columns have one value in all of
// them, which stands in the statement and is not bound for each row anew.
type binding struct {
	*insertion
	row   string // of placeholders and constants
	bound []*schema.Field
}

func (in *insertion) bind(rows reflect.Value) (*binding, error) {
	b := &binding{insertion: in}
	row := []byte{'('}
	for i, f := range in.model.Fields {
		if i > 0 {
			row = append(row, ", "...)
		}
		var first datum
		same, err := first.same(f, rows)
		if err != nil {
			return nil, err
		}
		if same && first.spellable() {
			row = in.appendConstant(row, &first)
		} else {
			row = append(row, '?')
			b.bound = append(b.bound, f)
		}
	}
	b.row = string(append(row, ')'))
	return b, nil
}

// maxConstant is how long a text may be to stand in each row of a statement.
const maxConstant = 40

func (d *datum) spellable() bool {
	return len(d.text) <= maxConstant && len(d.bytes) <= maxConstant && strings.IndexByte(d.text, 0) < 0
}

// appendConstant writes a value as a literal.
func (in *insertion) appendConstant(b []byte, d *datum) []byte {
	switch d.is {
	case isText:
		return in.db.bun.Dialect().AppendString(b, d.text)
	case isNumber, isBool:
		return strconv.AppendInt(b, d.number, 10)
	case isID, isBytes:
		return append(hex.AppendEncode(append(b, "X'"...), d.bytes), '\'')
	}
	return append(b, "NULL"...)
}

// prepared runs a statement several times, for boundRows rows each.
func (b *binding) prepared(ctx context.Context, times int, args []any) (total int64, err error) {
	stmt, err := b.db.conn.PrepareContext(ctx, b.placeholders(boundRows))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	each := boundRows * len(b.bound)
	for i := range times {
		n, err := affected(stmt.ExecContext(ctx, args[i*each:(i+1)*each]...))
		if err != nil {
			return total, withContext(ctx, err)
		}
		total += n
	}
	return total, nil
}

// placeholders spells the statement for n rows.
func (b *binding) placeholders(n int) string {
	return b.head + "VALUES " + b.row + strings.Repeat(", "+b.row, n-1) + b.tail
}

// args lists the values of rows that are not constant.
func (b *binding) args(rows reflect.Value) ([]any, error) {
	list := make([]any, 0, rows.Len()*len(b.bound))
	var d datum
	for i := range rows.Len() {
		row := rows.Index(i)
		for _, f := range b.bound {
			if err := d.read(f, row); err != nil {
				return nil, err
			}
			list = append(list, d.any())
		}
	}
	return list, nil
}
