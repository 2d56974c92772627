package sqlstore

import (
	"bytes"
	"context"
	"encoding/hex"
	"reflect"
	"strconv"

	"github.com/uptrace/bun/schema"
)

// insertArrays inserts rows as one array for each column, which the server reads
// in half the time of as many rows of VALUES. A column in which all rows have the
// same, as those mostly do that are NULL, is a constant.
func insertArrays(ctx context.Context, in *insertion, rows reflect.Value) (int64, error) {
	columns := []byte(in.head + "SELECT ")
	arrays := []byte(" FROM unnest(")
	names := []byte(") AS a (")
	n := 0
	for i, f := range in.model.Fields {
		array, same, err := in.array(f, rows)
		if err != nil {
			return 0, err
		}
		if i > 0 {
			columns = append(columns, ", "...)
		}
		typ := arrayType(f.StructField.Type)
		if same {
			columns = append(columns, '(')
			columns = in.appendCast(columns, array, typ)
			columns = append(columns, ")[1]"...)
			continue
		}
		if n++; n > 1 {
			arrays, names = append(arrays, ", "...), append(names, ", "...)
		}
		arrays = in.appendCast(arrays, array, typ)
		names = append(names, f.SQLName...)
		columns = append(append(columns, "a."...), f.SQLName...)
	}
	if n > 0 {
		columns = append(append(append(columns, arrays...), names...), ')')
	}
	columns = append(columns, in.tail...)
	return affected(in.db.conn.ExecContext(ctx, string(columns)))
}

func (in *insertion) appendCast(b, array []byte, typ string) []byte {
	b = in.db.bun.Dialect().AppendString(b, string(array))
	return append(append(b, "::"...), typ...)
}

// arrayType names the type of arrays of the values of a field.
func arrayType(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[dbID]():
		return "uuid[]"
	case reflect.TypeFor[packed]():
		return "bytea[]"
	case reflect.TypeFor[string]():
		return "text[]"
	case reflect.TypeFor[bool]():
		return "boolean[]"
	}
	return "bigint[]"
}

// array writes a column as the text of an array, with one element if all are the
// same, of several rows.
func (in *insertion) array(f *schema.Field, rows reflect.Value) (b []byte, same bool, err error) {
	b, same = []byte{'{'}, rows.Len() > 1
	first := 0 // end of the first element
	for i := range rows.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		start := len(b)
		if b, err = in.appendValue(b, f, rows.Index(i)); err != nil {
			return nil, false, err
		}
		if i == 0 {
			first = len(b)
		}
		same = same && bytes.Equal(b[start:], b[1:first])
	}
	if same {
		b = b[:first]
	}
	return append(b, '}'), same, nil
}

// appendValue writes a field as an element of an array.
func (in *insertion) appendValue(b []byte, f *schema.Field, row reflect.Value) ([]byte, error) {
	v, err := in.value(f, row)
	switch v := v.(type) {
	case nil:
		b = append(b, "NULL"...)
	case int64:
		b = strconv.AppendInt(b, v, 10)
	case bool:
		b = strconv.AppendBool(b, v)
	case string:
		b = appendElement(b, v)
	case []byte:
		if f.StructField.Type == reflect.TypeFor[packed]() {
			b = append(b, `"\\x`...)
			b = hex.AppendEncode(b, v)
			b = append(b, '"')
		} else {
			b = hex.AppendEncode(b, v)
		}
	}
	return b, err
}

// appendElement writes a text as an element of an array.
func appendElement(b []byte, text string) []byte {
	b = append(b, '"')
	for i := range len(text) {
		if c := text[i]; c == '"' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, text[i])
	}
	return append(b, '"')
}
