package orders

import (
	"slices"
	"strings"

	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/people"
)

// watch finds the columns of which the first value in an order counts.
func (d *Decoder) watch() {
	for i, name := range d.names {
		w := watch{at: i}
		for _, c := range d.mapping {
			if c.Column == name && name != "" && !strings.HasPrefix(c.Field, "item.") {
				d.watchFor(&w, c)
			}
		}
		if w.column != nil {
			d.watched = append(d.watched, w)
		}
	}
}

// watchFor adds what a column of the mapping wants of the rows of an order. Customers
// are told apart by their keys, or where the table has none, by their e-mail
// addresses.
func (d *Decoder) watchFor(w *watch, c people.Column) {
	own := &column{Column: c, at: w.at}
	own.Missing = slices.Concat(c.Missing, d.o.Missing)
	switch {
	case c.Field == "order.at":
		own = d.ownAt(c.Field, w.at)
		w.differs = func(first, other string) error { return d.otherDay(own, first, other) }
	case w.differs != nil:
	case isKey(c.Field), c.Field == "order.currency", c.Field == "order.amount":
		w.differs = unless(func(a, b string) bool { return a == b })
	case isEmail(c.Field) && !isKey(d.known.Field):
		w.differs = unless(strings.EqualFold)
	case c.Field == "order.kind":
		w.differs = unless(func(a, b string) bool { return cell.Key(a) == cell.Key(b) })
	}
	if w.column == nil {
		w.column = own
	}
}

// knownBy finds the column by which customers are known, keys before others.
func (d *Decoder) knownBy() {
	for _, c := range d.mapping {
		if c.Field != "id" && !isKey(c.Field) && !isEmail(c.Field) {
			continue
		}
		if d.known == nil || isKey(c.Field) && !isKey(d.known.Field) {
			d.known = &column{Column: c}
		}
	}
}

// unless refuses texts that are not the same.
func unless(same func(a, b string) bool) func(string, string) error {
	return func(a, b string) error {
		if same(a, b) {
			return nil
		}
		return errDiffers
	}
}

// ownAt is the compiled column of the field in a column of the table.
func (d *Decoder) ownAt(field string, i int) *column {
	all := d.own[field]
	return all[slices.IndexFunc(all, func(c *column) bool { return c.at == i })]
}

// otherDay tells whether two texts are of different days. Times of one day go
// together: a till writes the minute of each line.
func (d *Decoder) otherDay(c *column, first, other string) error {
	b, err := c.time(other, d.o.Location)
	if err != nil {
		return err
	}
	a, err := c.time(first, d.o.Location)
	if err != nil {
		return nil // is told where it stands
	}
	a, b = a.In(d.o.Location), b.In(d.o.Location)
	if a.YearDay() != b.YearDay() || a.Year() != b.Year() {
		return errDiffers
	}
	return nil
}
