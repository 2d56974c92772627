package sqlstore

import (
	"bytes"
	"reflect"

	"github.com/uptrace/bun/schema"
)

// datum is a value of a row on its way into the database.
type datum struct {
	is     datumKind
	text   string
	number int64
	bytes  []byte
}

type datumKind int

const (
	isNull datumKind = iota
	isText
	isNumber
	isBool // 0 or 1
	isID
	isBytes
)

func (d *datum) equal(e *datum) bool {
	return d.is == e.is && d.number == e.number && d.text == e.text && bytes.Equal(d.bytes, e.bytes)
}

// any gives the value as one of database/sql.
func (d *datum) any() any {
	switch d.is {
	case isText:
		return d.text
	case isNumber:
		return d.number
	case isBool:
		return d.number != 0
	case isID, isBytes:
		return d.bytes
	}
	return nil
}

// read reads a field of a row, which is an element of a slice: by its address, which
// costs no memory.
func (d *datum) read(f *schema.Field, row reflect.Value) error {
	*d = datum{}
	switch p := row.FieldByIndex(f.Index).Addr().Interface().(type) {
	case *string:
		if *p != "" || !f.NullZero {
			d.is, d.text = isText, *p
		}
	case *int64:
		if *p != 0 || !f.NullZero {
			d.is, d.number = isNumber, *p
		}
	case *dbID:
		if *p != (dbID{}) || !f.NullZero {
			d.is, d.bytes = isID, p[:]
		}
	case *dbTime:
		if !p.t.IsZero() {
			d.is, d.number = isNumber, p.t.UnixMicro()
		}
	case *packed:
		if *p != nil || !f.NullZero {
			d.is, d.bytes = isBytes, *p
		}
	case *bool:
		d.setBool(*p)
	case **string:
		if *p != nil {
			d.is, d.text = isText, **p
		}
	case **int64:
		if *p != nil {
			d.is, d.number = isNumber, **p
		}
	case **bool:
		if *p != nil {
			d.setBool(**p)
		}
	default:
		return errValue
	}
	return nil
}

func (d *datum) setBool(v bool) {
	d.is = isBool
	if v {
		d.number = 1
	}
}

// same reports whether a field has one value in all of several rows, as those
// mostly have that are NULL, and reads that of the first.
func (d *datum) same(f *schema.Field, rows reflect.Value) (bool, error) {
	err := d.read(f, rows.Index(0))
	for i := 1; i < rows.Len() && err == nil; i++ {
		var e datum
		if err = e.read(f, rows.Index(i)); err == nil && !d.equal(&e) {
			return false, nil
		}
	}
	return rows.Len() > 1, err
}
