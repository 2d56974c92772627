package people

import (
	"errors"
	"iter"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/table"
)

// Record is a contact as it was read.
type Record struct {
	// Number counts the rows from 1, broken ones too. Line is the line of the file
	// on which the row begins.
	Number, Line int
	// Contact is not checked: the service does that.
	Contact contact.Contact
	// Unread names the columns that hold something in this row, but that the
	// mapping does not read.
	Unread []string
	// Broken is all that is wrong with the cells of the row. The error that comes
	// with the record is the first of them.
	Broken []*table.RowError
}

// Decoder reads contacts from a table. It is for one goroutine.
type Decoder struct {
	t      *table.Reader
	rows   *RowDecoder
	unread []int    // columns that are not mapped
	names  []string // of all columns

	head   []rowOrError // that was read to learn from, and not delivered
	learnt bool
}

type rowOrError struct {
	row table.Row
	err error
}

// NewDecoder makes a Decoder. A mapping or options that cannot be are an
// errs.ErrInvalid.
func NewDecoder(t *table.Reader, m Mapping, o *Options) (*Decoder, error) {
	rows, err := newRowDecoder(opNewDecoder, t.Columns(), m, o)
	if err != nil {
		return nil, err
	}
	d := &Decoder{t: t, rows: rows, names: t.Columns()}
	for i, name := range d.names {
		if !rows.Reads(i) && name != "" {
			d.unread = append(d.unread, i)
		}
	}
	return d, nil
}

// Contacts gives the contacts that were not read yet. A row that cannot be read
// comes with a table.RowError, and the loop goes on. Any other error is that of the
// underlying reader, and comes last. Rows without any value are passed over.
//
// To go on at another time, give the Number of the last Record that was handled to
// table.Options.Skip, and use the Mapping of this Decoder: the Reader is ahead of it.
func (d *Decoder) Contacts() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		d.learn()
		for len(d.head) > 0 {
			next := d.head[0]
			d.head = d.head[1:]
			if !d.deliver(next.row, next.err, yield) {
				return
			}
		}
		for row, err := range d.t.Rows() {
			if !d.deliver(row, err, yield) {
				return
			}
		}
	}
}

// deliver passes on one row. It reports whether to go on.
func (d *Decoder) deliver(row table.Row, err error, yield func(Record, error) bool) bool {
	if err != nil {
		var broken *table.RowError
		return yield(Record{Number: row.Number, Line: row.Line}, err) && errors.As(err, &broken)
	}
	if row.Blank() {
		return true
	}
	r := d.record(row)
	if len(r.Broken) > 0 {
		return yield(r, r.Broken[0])
	}
	return yield(r, nil)
}

// record makes a contact of a row.
func (d *Decoder) record(row table.Row) Record {
	r := Record{Number: row.Number, Line: row.Line}
	r.Contact, r.Broken = d.rows.Decode(row.Line, func(i int) (string, int) { return row.At(i), row.Line })
	for _, i := range d.unread {
		if strings.TrimSpace(row.At(i)) != "" {
			r.Unread = append(r.Unread, d.names[i])
		}
	}
	return r
}

// Mapping gives the mapping with what was learnt from the first rows, which it
// reads if nobody did. With it another Decoder reads the cells the same way.
func (d *Decoder) Mapping() Mapping {
	d.learn()
	return d.rows.Mapping()
}

// Ambiguous names the columns of which the first rows do not tell the day from the
// month. They are read with the day first, unless a layout is given.
func (d *Decoder) Ambiguous() []string {
	d.learn()
	return d.rows.Ambiguous()
}

// maxHead is how many bytes of cells are held to learn from.
const maxHead = 1 << 20

// learn looks ahead, once.
func (d *Decoder) learn() {
	if d.learnt {
		return
	}
	d.learnt = true
	if !d.rows.WantsRows() {
		return
	}
	size := 0
	var whole []table.Row
	for row, err := range d.t.Rows() {
		d.head = append(d.head, rowOrError{row, err})
		if err == nil {
			whole = append(whole, row)
		}
		for _, field := range row.Fields() {
			size += len(field)
		}
		if len(d.head) >= d.rows.o.LookAhead || size >= maxHead {
			break
		}
	}
	d.rows.Learn(whole)
}
