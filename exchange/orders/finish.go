package orders

import (
	"cmp"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
)

var errSum = errs.Refuse("not_the_sum", "is not the sum of the lines: Options.Rest can name a line for the difference")

// finish makes an order of what its rows told.
func (d *Decoder) finish(b *draft) Order {
	o := Order{Line: b.lines[0], Lines: b.lines}
	for k, i := range d.unread {
		if b.unread != nil && b.unread[k] {
			o.Unread = append(o.Unread, d.names[i])
		}
	}
	if b.loose {
		o.Broken = b.broken
		return o
	}
	o.Activity.Ref = activity.Ref{Source: d.o.Source, Key: b.key}
	a := o.Activity
	d.order(b, &a)
	customer := d.customer(b)
	if len(b.broken) > 0 || b.cause > 0 {
		o.Broken = b.report()
		return o
	}
	o.Customer, o.Activity = customer, a
	return o
}

// report tells of each line why it is refused.
func (b *draft) report() []*table.RowError {
	slices.SortStableFunc(b.broken, func(x, y *table.RowError) int { return cmp.Compare(x.Line, y.Line) })
	because := b.cause
	own := make(map[int]bool, len(b.broken))
	for _, err := range b.broken {
		own[err.Line] = true
	}
	if len(b.broken) > 0 {
		because = b.broken[0].Line
	}
	for _, line := range b.lines {
		if !own[line] {
			b.broken = append(b.broken, withOrder(line, because))
		}
	}
	slices.SortStableFunc(b.broken, func(x, y *table.RowError) int { return cmp.Compare(x.Line, y.Line) })
	return b.broken
}

// customer makes the record of the customer.
func (d *Decoder) customer(b *draft) contact.Contact {
	c, broken := d.customers.Decode(b.first.Line, b.at)
	b.broken = append(b.broken, broken...)
	if len(broken) == 0 && len(c.Identities) == 0 && len(c.Emails) == 0 && c.ID.IsZero() {
		b.note(d.known.broken(b.first.Line, errRequired))
	}
	return c
}

// order reads what is of the whole order.
func (d *Decoder) order(b *draft, a *activity.Activity) {
	var err error
	read := func(field string, f func(s string, c *column) error) {
		s, on, c := d.cell(field, b.at)
		switch {
		case c == nil:
			return
		case s != "":
			err = f(s, c)
		case field == "order.at", field == "order.amount" && !d.lines:
			err = errRequired
		default:
			return
		}
		if err != nil {
			b.note(c.broken(cmp.Or(on, b.first.Line), err))
		}
	}
	read("order.at", func(s string, c *column) (err error) { a.At, err = c.time(s, d.o.Location); return err })
	read("order.kind", func(s string, _ *column) (err error) { a.Kind, err = readKind(s); return err })
	read("order.channel", func(s string, _ *column) (err error) { a.Channel, err = readChannel(s); return err })
	read("order.subject", func(s string, _ *column) error { a.Subject = oneLine(s); return nil })
	read("order.text", func(s string, _ *column) error { a.Text = s; return nil })
	currency := ""
	read("order.currency", func(s string, c *column) (err error) { currency, err = readCurrency(s, c.Currency); return err })
	var total figure
	read("order.amount", func(s string, c *column) (err error) {
		total.c = c
		total.n, err = c.number(s)
		return err
	})
	if d.data != nil {
		values, broken := d.data.Decode(b.first.Line, b.at)
		a.Data = values.Custom
		b.broken = append(b.broken, broken...)
	}
	if len(b.broken) == 0 {
		d.amounts(b, a, total, currency)
	}
}
