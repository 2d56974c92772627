package orders

import (
	"fmt"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/table"
)

// maxHead is how many bytes of cells are held to learn from.
const maxHead = 1 << 20

// learn looks ahead, once.
func (d *Decoder) learn() {
	if d.learnt {
		return
	}
	d.learnt = true
	size := 0
	var whole []table.Row
	for row, err := range d.t.Rows() {
		d.head = append(d.head, rowOrError{row, err})
		if err == nil {
			whole = append(whole, row)
			size += d.sizeOf(row)
		}
		if len(d.head) >= d.o.LookAhead || size >= maxHead {
			break
		}
	}
	d.customers.Learn(whole)
	if d.data != nil {
		d.data.Learn(whole)
	}
	for _, all := range d.own {
		for _, c := range all {
			if c.wantsRows() {
				c.learn(whole)
			}
		}
	}
}

// sizeOf is roughly how many bytes a row takes that is held.
func (d *Decoder) sizeOf(row table.Row) int {
	size := 400 // of the line that is made of it
	for i := range d.names {
		size += len(row.At(i)) + 16
	}
	return size
}

// constants checks those of orders and lines.
func (d *Decoder) constants(f *errs.Fields) {
	for i, c := range d.mapping {
		if c.Constant == "" || roomOf(c.Field) != ofOrder {
			continue
		}
		own := column{Column: c}
		own.Layout, own.Decimal = orElse(c.Layout, d.o.Layout), orElse(c.Decimal, d.o.Decimal)
		var err error
		switch {
		case own.isDate():
			_, err = own.time(c.Constant, d.o.Location)
		case own.isNumber():
			_, err = own.number(c.Constant)
		case c.Field == "order.kind":
			_, err = readKind(c.Constant)
		case c.Field == "order.channel":
			_, err = readChannel(c.Constant)
		case c.Field == "order.currency":
			_, err = readCurrency(c.Constant, "")
		}
		f.Report(fmt.Sprintf("mapping[%d].constant", i), err)
	}
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}
