package people

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
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
	t       *table.Reader
	o       Options
	columns []*column
	unread  []int    // columns that are not mapped
	names   []string // of all columns

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
	var f errs.Fields
	d := &Decoder{t: t, o: settings(&f, o), names: t.Columns()}
	m.check(&f, d.names, d.o.Fields)
	if err := f.Err(opNewDecoder); err != nil {
		return nil, err
	}
	read := make(map[int]bool)
	for i, c := range m {
		own := d.compile(c)
		read[own.at] = true
		d.columns = append(d.columns, own)
		at := f.At(fmt.Sprintf("mapping[%d]", i))
		if own.place.list == "identities" && own.place.member == "" {
			at.Add("field", "required", "must name its source: set Options.Source")
		} else if c.Constant != "" {
			at.Report("constant", d.put(new(draft), own, c.Constant))
		}
	}
	for i, name := range d.names {
		if !read[i] && name != "" {
			d.unread = append(d.unread, i)
		}
	}
	return d, f.Err(opNewDecoder)
}

// compile completes a column. An identity without source stays so.
func (d *Decoder) compile(c Column) *column {
	own := &column{Column: c, at: -1}
	own.place, _ = parsePlace(c.Field)
	if i, ok := d.t.Column(c.Column); ok && c.Column != "" {
		own.at = i
	}
	if own.place.list == "identities" {
		own.place.member = orElse(own.place.member, d.o.Source)
	}
	if i := slices.IndexFunc(d.o.Fields, func(f contact.Field) bool { return f.Name == own.place.member }); i >= 0 && own.place.list == "custom" {
		own.kind = d.o.Fields[i].Type
	}
	own.Layout = orElse(c.Layout, d.o.Layout)
	own.Decimal = orElse(c.Decimal, d.o.Decimal)
	own.Currency = orElse(c.Currency, d.o.Currency)
	own.Missing = slices.Concat(c.Missing, d.o.Missing)
	return own
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
	var b draft
	note := func(c *column, err error) {
		if err != nil {
			r.Broken = append(r.Broken, c.broken(row.Line, err))
		}
	}
	for _, c := range d.columns {
		if s := c.text(row); s != "" {
			note(c, d.put(&b, c, s))
		}
	}
	for _, c := range d.columns {
		if c.Constant != "" && c.place.list == "addresses" {
			note(c, d.complete(&b, c))
		}
	}
	for _, i := range d.unread {
		if strings.TrimSpace(row.At(i)) != "" {
			r.Unread = append(r.Unread, d.names[i])
		}
	}
	if len(r.Broken) == 0 {
		r.Contact = b.finish()
	}
	return r
}

// complete puts a constant into an address that is there. It does not make one.
func (d *Decoder) complete(b *draft, c *column) error {
	for i := range b.addresses {
		a := &b.addresses[i]
		if ref := a.element.ref(c.place.member); a.index == c.place.index && !a.element.isEmpty() && !isSet(ref) {
			if err := d.putOne(ref, c, c.Constant); err != nil {
				return err
			}
		}
	}
	return nil
}

// Mapping gives the mapping with what was learnt from the first rows, which it
// reads if nobody did. With it another Decoder reads the cells the same way.
func (d *Decoder) Mapping() Mapping {
	d.learn()
	m := make(Mapping, len(d.columns))
	for i, c := range d.columns {
		m[i] = c.Column
	}
	return m
}

// Ambiguous names the columns of which the first rows do not tell the day from the
// month. They are read with the day first, unless a layout is given.
func (d *Decoder) Ambiguous() []string {
	d.learn()
	var names []string
	for _, c := range d.columns {
		if c.ambiguous {
			names = append(names, c.Column.Column)
		}
	}
	return names
}

// maxHead is how many bytes of cells are held to learn from.
const maxHead = 1 << 20

// learn looks ahead, once.
func (d *Decoder) learn() {
	if d.learnt {
		return
	}
	d.learnt = true
	if !slices.ContainsFunc(d.columns, (*column).wantsRows) {
		return
	}
	size := 0
	for row, err := range d.t.Rows() {
		d.head = append(d.head, rowOrError{row, err})
		for _, field := range row.Fields() {
			size += len(field)
		}
		if len(d.head) >= d.o.LookAhead || size >= maxHead {
			break
		}
	}
	for _, c := range d.columns {
		if c.wantsRows() {
			c.learn(d.head)
		}
	}
}
