package orders

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/table"
)

var errApart = errs.Refuse("apart", "stands too far behind the other rows of its order, which was delivered without it")

// read reads one row, first of those that were read to learn. The error is that of
// the underlying reader.
func (d *Decoder) read() error {
	if len(d.head) > 0 {
		next := d.head[0]
		d.head = d.head[1:]
		return d.add(next.row, next.err)
	}
	for row, err := range d.t.Rows() {
		return d.add(row, err)
	}
	d.queue.ended = true
	return nil
}

// add puts a row to its order.
func (d *Decoder) add(row table.Row, err error) error {
	var broken *table.RowError
	if err != nil && !errors.As(err, &broken) {
		return err
	}
	d.queue.rows++
	if broken != nil {
		d.nobodys(row.Line, broken)
		d.suspect(row.Line)
		return nil
	}
	if row.Blank() {
		return nil
	}
	key, _, c := d.cell("order.key", of(row))
	if c.Whole {
		key = cell.Whole(key)
	}
	switch {
	case key == "":
		d.nobodys(row.Line, c.broken(row.Line, errRequired))
		d.suspect(row.Line)
	case d.queue.open[key] == nil && d.queue.late.has(key):
		d.nobodys(row.Line, c.broken(row.Line, errApart))
	default:
		d.take(key, row)
	}
	return nil
}

// nobodys keeps the place of a row that is put to no order.
func (d *Decoder) nobodys(line int, err *table.RowError) {
	b := &draft{loose: true, lines: []int{line}, broken: []*table.RowError{err}}
	d.queue.add(b)
	d.queue.hold(b, 400)
}

// suspect refuses the order of the row before, and marks the line for the row
// behind: a row of which nobody can tell the order is most likely one of theirs.
func (d *Decoder) suspect(line int) {
	if !d.lines {
		return
	}
	if b := d.before; b != nil && b.cause == 0 {
		b.cause = line
	}
	if d.doubt == 0 {
		d.doubt = line
	}
}

// take puts a row to the order with the key.
func (d *Decoder) take(key string, row table.Row) {
	b := d.queue.open[key]
	size := d.sizeOf(row)
	switch {
	case b == nil:
		b = &draft{key: strings.Clone(key), first: row}
		d.queue.add(b)
		size += 1000 // of the order
	case d.lines:
		d.compare(b, row)
	default:
		b.note(d.own["order.key"][0].broken(row.Line, errTwice))
	}
	b.lines = append(b.lines, row.Line)
	if d.doubt > 0 && b.cause == 0 {
		b.cause = d.doubt
	}
	d.doubt, d.before = 0, b
	d.see(b, row)
	if d.lines {
		d.line(b, row)
	}
	d.queue.hold(b, size)
}

// compare looks at what a further row says about order and customer.
func (d *Decoder) compare(b *draft, row table.Row) {
	for _, w := range d.watched {
		s := w.column.present(row.At(w.at))
		if s == "" {
			continue
		}
		first, _ := b.at(w.at)
		first = w.column.present(first)
		switch {
		case first == "":
			if b.more == nil {
				b.more = make(map[int]value)
			}
			b.more[w.at] = value{s, row.Line}
		case s != first && w.differs != nil:
			if err := w.differs(first, s); err != nil {
				b.note(w.column.broken(row.Line, err))
			}
		}
	}
}

// see notes the columns that hold something and are not read.
func (d *Decoder) see(b *draft, row table.Row) {
	for k, i := range d.unread {
		if strings.TrimSpace(row.At(i)) == "" {
			continue
		}
		if b.unread == nil {
			b.unread = make([]bool, len(d.unread))
		}
		b.unread[k] = true
	}
}

// withOrder is what is wrong with the line of an order that another line breaks.
func withOrder(line, because int) *table.RowError {
	return &table.RowError{
		Line: line, Code: "with_order",
		Message: fmt.Sprintf("is refused with the rest of its order, because of line %d", because),
	}
}
