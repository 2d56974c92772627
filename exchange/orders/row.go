package orders

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
)

// maxItems is how many lines an activity has at most, and maxQuantity how many
// pieces a line.
const (
	maxItems    = 10_000
	maxQuantity = 1_000_000_000
)

var (
	errQuantity = errs.Refuse("out_of_range", "must be a quantity of at most 1,000,000,000, and not zero")
	errSign     = errs.Refuse("shape", "must be negative, as the quantity is")
	errDiffers  = errs.Refuse("differs", "is not as in the order's rows before")
	errItems    = errs.Refuse("too_many", fmt.Sprintf("has more than %d lines in its order", maxItems))
	errTwice    = errs.Refuse("duplicate", "is another row of the same order, and the table has no lines")
)

// cell gives the first value of the columns of a field, and the column. Without a
// value the column is the one to name as empty; it is nil if none has the field.
func (d *Decoder) cell(field string, at func(int) (string, int)) (s string, on int, c *column) {
	for _, c := range d.own[field] {
		s, on := "", 0
		if c.at >= 0 {
			s, on = at(c.at)
		}
		if s = c.present(s); s == "" {
			s = c.Constant
		}
		if s != "" {
			return s, on, c
		}
	}
	if all := d.own[field]; len(all) > 0 {
		return "", 0, all[0]
	}
	return "", 0, nil
}

// of reads cells of one row.
func of(row table.Row) func(int) (string, int) {
	return func(i int) (string, int) { return row.At(i), row.Line }
}

// oneLine makes one line of several.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\r\n\t") {
		return s
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' })
	return strings.TrimSpace(strings.Join(parts, " "))
}

// line reads the line of an order that stands in a row. It adds nothing where the
// cells of the line are all empty.
func (d *Decoder) line(b *draft, row table.Row) {
	filled := false
	for _, i := range d.lineCells {
		filled = filled || strings.TrimSpace(row.At(i)) != ""
	}
	if !filled {
		return
	}
	if len(b.items) == maxItems {
		b.note(d.own["order.key"][0].broken(row.Line, errItems))
		b.items = nil
		b.over = true
	}
	if b.over {
		return
	}
	l := line{on: row.Line}
	for _, f := range []struct {
		field string
		to    *string
	}{{"item.sku", &l.item.SKU}, {"item.name", &l.item.Name}, {"item.category", &l.item.Category}} {
		s, _, _ := d.cell(f.field, of(row))
		*f.to = oneLine(s)
	}
	d.figures(b, &l, row)
	b.items = append(b.items, l)
}

// figures reads the numbers of a line.
func (d *Decoder) figures(b *draft, l *line, row table.Row) {
	l.item.Quantity = 1
	sound := true
	for _, f := range []struct {
		field string
		to    *figure
	}{{"item.quantity", &l.quantity}, {"item.amount", &l.amount}, {"item.price", &l.price}, {"item.discount", &l.discount}} {
		s, _, c := d.cell(f.field, of(row))
		if s == "" {
			continue
		}
		n, err := c.number(s)
		if err == nil && c.Field == "item.quantity" {
			l.item.Quantity, err = pieces(n)
		}
		if err != nil {
			b.note(c.broken(row.Line, err))
			sound = false
		}
		f.to.n, f.to.c = n, c
	}
	if !sound {
		return
	}
	if l.amount.c == nil && l.price.c == nil {
		_, _, c := d.cell("item.amount", of(row))
		if c == nil {
			_, _, c = d.cell("item.price", of(row))
		}
		b.note(c.broken(row.Line, errRequired))
	}
	if l.quantity.n.Unscaled < 0 && l.amount.n.Unscaled > 0 {
		b.note(l.amount.c.broken(row.Line, errSign))
	}
}

// pieces makes a count of a quantity. A broken one counts as one piece: 2.5 m of
// cloth.
func pieces(n table.Number) (int64, error) {
	units := n.Unscaled
	for ; n.Scale > 0 && units%10 == 0; n.Scale-- {
		units /= 10
	}
	if units < 0 {
		units = -units
	}
	switch {
	case units == 0:
		return 1, errQuantity
	case n.Scale > 0:
		return 1, nil
	case units < 0 || units > maxQuantity:
		return 1, errQuantity
	}
	return units, nil
}
