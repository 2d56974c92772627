package sqlstore

import (
	"context"
	"encoding/hex"
	"reflect"
	"strconv"

	"github.com/uptrace/bun/schema"
)

// insertArrays inserts rows as one array for each column, which the server reads
// in half the time of as many rows of VALUES.
func insertArrays(ctx context.Context, in *insertion, rows reflect.Value) (int64, error) {
	b := []byte(in.head + "SELECT * FROM unnest(")
	for i, f := range in.model.Fields {
		if i > 0 {
			b = append(b, ", "...)
		}
		array, err := in.array(f, rows)
		if err != nil {
			return 0, err
		}
		b = in.db.bun.Dialect().AppendString(b, string(array))
		b = append(b, "::"...)
		b = append(b, arrayType(f.StructField.Type)...)
	}
	b = append(b, ')')
	b = append(b, in.tail...)
	return affected(in.db.conn.ExecContext(ctx, string(b)))
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

// array writes a column as the text of an array.
func (in *insertion) array(f *schema.Field, rows reflect.Value) ([]byte, error) {
	b := []byte{'{'}
	for i := range rows.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		v, err := in.value(f, rows.Index(i))
		if err != nil {
			return nil, err
		}
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
	}
	return append(b, '}'), nil
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
