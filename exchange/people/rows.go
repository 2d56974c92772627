package people

import (
	"fmt"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/table"
)

// RowDecoder makes contacts of cells that somebody else reads, for tables that hold
// more than contacts: orders with their customers. It is for one goroutine.
type RowDecoder struct {
	o       Options
	columns []*column
}

// NewRowDecoder makes a RowDecoder for a table with the columns. A mapping or options
// that cannot be are an errs.ErrInvalid.
func NewRowDecoder(columns []string, m Mapping, o *Options) (*RowDecoder, error) {
	return newRowDecoder("people.NewRowDecoder", columns, m, o)
}

func newRowDecoder(op string, columns []string, m Mapping, o *Options) (*RowDecoder, error) {
	var f errs.Fields
	d := &RowDecoder{o: settings(&f, o)}
	m.check(&f, columns, d.o.Fields)
	if err := f.Err(op); err != nil {
		return nil, err
	}
	for i, c := range m {
		own := d.compile(c, slices.Index(columns, c.Column))
		d.columns = append(d.columns, own)
		at := f.At(fmt.Sprintf("mapping[%d]", i))
		if own.place.list == "identities" && own.place.member == "" {
			at.Add("field", "required", "must name its source: set Options.Source")
		} else if c.Constant != "" {
			at.Report("constant", d.put(new(draft), own, c.Constant))
		}
	}
	return d, f.Err(op)
}

// compile completes a column. An identity without source stays so.
func (d *RowDecoder) compile(c Column, at int) *column {
	own := &column{Column: c, at: at}
	if c.Column == "" {
		own.at = -1
	}
	own.place, _ = parsePlace(c.Field)
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

// Reads reports whether the column of the table with the index is read.
func (d *RowDecoder) Reads(i int) bool {
	return slices.ContainsFunc(d.columns, func(c *column) bool { return c.at == i })
}

// WantsRows reports whether rows must be seen to know how to read the columns.
func (d *RowDecoder) WantsRows() bool { return slices.ContainsFunc(d.columns, (*column).wantsRows) }

// Learn looks at the first rows of the table, as [Options.LookAhead] says, to learn
// how dates and numbers are written. It is called once, before Decode.
func (d *RowDecoder) Learn(rows []table.Row) {
	for _, c := range d.columns {
		if c.wantsRows() {
			c.learn(rows)
		}
	}
}

// Decode makes a contact of the cells that at gives, by the index of the column, with
// the line on which each stands. What stands in no column stands on the given line.
// The contact is not checked: the service does that. Where cells are broken it is
// empty.
func (d *RowDecoder) Decode(line int, at func(column int) (text string, line int)) (contact.Contact, []*table.RowError) {
	var b draft
	var broken []*table.RowError
	note := func(c *column, line int, err error) {
		if err != nil {
			broken = append(broken, cell.Broken(line, orElse(c.Column.Column, c.Field), err))
		}
	}
	for _, c := range d.columns {
		s, on := "", line
		if c.at >= 0 {
			s, on = at(c.at)
		}
		if s = c.text(s); s != "" {
			note(c, on, d.put(&b, c, s))
		}
	}
	for _, c := range d.columns {
		if c.Constant != "" && c.place.list == "addresses" {
			note(c, line, d.complete(&b, c))
		}
	}
	if len(broken) > 0 {
		return contact.Contact{}, broken
	}
	return b.finish(), nil
}

// complete puts a constant into an address that is there. It does not make one.
func (d *RowDecoder) complete(b *draft, c *column) error {
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

// Mapping gives the mapping with what was learnt.
func (d *RowDecoder) Mapping() Mapping {
	m := make(Mapping, len(d.columns))
	for i, c := range d.columns {
		m[i] = c.Column
	}
	return m
}

// Ambiguous names the columns of which the first rows do not tell the day from the
// month.
func (d *RowDecoder) Ambiguous() []string {
	var names []string
	for _, c := range d.columns {
		if c.ambiguous {
			names = append(names, c.Column.Column)
		}
	}
	return names
}
