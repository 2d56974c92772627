package orders

import (
	"iter"
	"slices"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// Decoder reads orders from a table. It is for one goroutine.
type Decoder struct {
	t         *table.Reader
	o         Options
	mapping   Mapping
	own       map[string][]*column // of orders and lines, by field
	customers *people.RowDecoder
	data      *people.RowDecoder
	names     []string // of all columns of the table
	lines     bool     // a row is a line
	lineCells []int    // columns of lines
	watched   []watch  // columns of which the first value of an order counts
	unread    []int    // columns that are not mapped
	known     *column  // by which customers are known, for what is wrong with it

	head   []rowOrError // that was read to learn from
	learnt bool
	queue  queue
	before *draft // order of the row before
	doubt  int    // first line before the next row of which nobody can tell the order
}

type rowOrError struct {
	row table.Row
	err error
}

// watch is a column of which the first value counts.
type watch struct {
	at      int
	column  *column // reads whether there is a value
	differs func(first, other string) error
}

// NewDecoder makes a Decoder. A mapping or options that cannot be are an
// errs.ErrInvalid.
func NewDecoder(t *table.Reader, m Mapping, o *Options) (*Decoder, error) {
	d, err := newDecoder(opNewDecoder, t.Columns(), m, o)
	if err != nil {
		return nil, err
	}
	d.t = t
	return d, nil
}

func newDecoder(op string, columns []string, m Mapping, o *Options) (*Decoder, error) {
	var f errs.Fields
	d := &Decoder{o: settings(&f, o), mapping: slices.Clone(m), own: make(map[string][]*column), names: columns, lines: m.hasLines()}
	d.queue = newQueue(d.o)
	m.check(&f, columns)
	d.compose(&f)
	if err := f.Err(op); err != nil {
		return nil, err
	}
	for i := range m {
		if roomOf(m[i].Field) == ofOrder {
			d.compile(m[i])
		}
	}
	d.constants(&f)
	d.knownBy()
	d.watch()
	for i, name := range columns {
		if !m.has(func(c people.Column) bool { return c.Column == name }) && name != "" {
			d.unread = append(d.unread, i)
		}
	}
	return d, f.Err(op)
}

// compose makes the decoders of what is no order.
func (d *Decoder) compose(f *errs.Fields) {
	var err error
	part, places := d.mapping.part(ofCustomer)
	d.customers, err = people.NewRowDecoder(d.names, part, &d.o.Options)
	report(f, err, places)
	if part, places = d.mapping.part(ofData); err == nil && len(part) > 0 {
		own := d.o.Options
		own.Fields = d.o.Data
		d.data, err = people.NewRowDecoder(d.names, part, &own)
		report(f, err, places)
	}
}

// compile completes a column of orders or lines.
func (d *Decoder) compile(c people.Column) {
	own := &column{Column: c, at: -1}
	if c.Column != "" {
		own.at = slices.Index(d.names, c.Column)
	}
	if own.Layout == "" {
		own.Layout = d.o.Layout
	}
	if own.Decimal == "" {
		own.Decimal = d.o.Decimal
	}
	if own.Currency == "" {
		own.Currency = d.o.Currency
	}
	own.Missing = slices.Concat(c.Missing, d.o.Missing)
	d.own[c.Field] = append(d.own[c.Field], own)
	if strings.HasPrefix(c.Field, "item.") && own.at >= 0 {
		d.lineCells = append(d.lineCells, own.at)
	}
}

// Orders gives the orders that were not read yet, in the order of their first rows.
// An order that is refused comes with a table.RowError, and so does a row of which
// nobody can tell the order; the loop goes on. Any other error is that of the
// underlying reader, and comes last; orders that may have had more rows are not
// delivered then. Rows without any value are passed over.
//
// The sequence depends on nothing but the file, the mapping and the options. See
// [Options.Skip] to go on at another time.
func (d *Decoder) Orders() iter.Seq2[Order, error] {
	return func(yield func(Order, error) bool) {
		d.learn()
		for {
			for b := d.queue.next(); b != nil; b = d.queue.next() {
				if !d.deliver(b, yield) {
					return
				}
			}
			if d.queue.ended {
				return
			}
			if err := d.read(); err != nil {
				yield(Order{}, err)
				return
			}
		}
	}
}

// deliver passes on one order. It reports whether to go on.
func (d *Decoder) deliver(b *draft, yield func(Order, error) bool) bool {
	o := d.finish(b)
	o.Number = d.queue.delivered
	switch {
	case o.Number <= d.o.Skip:
		return true
	case len(o.Broken) > 0:
		return yield(o, o.Broken[0])
	}
	return yield(o, nil)
}

// Mapping gives the mapping with what was learnt from the first rows, which it reads
// if nobody did. With it another Decoder reads the cells the same way.
func (d *Decoder) Mapping() Mapping {
	d.learn()
	m := slices.Clone(d.mapping)
	_, places := m.part(ofCustomer)
	for k, c := range d.customers.Mapping() {
		m[places[k]] = c
	}
	if d.data != nil {
		_, places = m.part(ofData)
		for k, c := range d.data.Mapping() {
			c.Field = m[places[k]].Field
			m[places[k]] = c
		}
	}
	nth := make(map[string]int)
	for i, c := range m {
		if roomOf(c.Field) == ofOrder {
			m[i] = d.own[c.Field][nth[c.Field]].Column
			nth[c.Field]++
		}
	}
	return m
}

// Ambiguous names the columns of which the first rows do not tell the day from the
// month. They are read with the day first, unless a layout is given.
func (d *Decoder) Ambiguous() []string {
	d.learn()
	names := d.customers.Ambiguous()
	if d.data != nil {
		names = append(names, d.data.Ambiguous()...)
	}
	for _, c := range d.own["order.at"] {
		if c.ambiguous {
			names = append(names, c.Column.Column)
		}
	}
	return names
}
