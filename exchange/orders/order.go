package orders

import (
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/table"
)

// Order is an order as it was read, or refused.
type Order struct {
	// Number counts the orders from 1 as they are delivered, refused ones too, and
	// so do rows of which nobody can tell the order. Line is the line of the file on
	// which its first row begins, and Lines are those of all its rows.
	Number, Line int
	Lines        []int
	// Customer is who ordered. The record is not checked: the service does that.
	// Empty if the order is refused.
	Customer contact.Contact
	// Activity is the purchase or the return, without its contact. The service
	// checks it, too. Of a refused order it has nothing but Ref, if that is known.
	Activity activity.Activity
	// Unread names the columns that hold something in a row of the order, but that
	// the mapping does not read.
	Unread []string
	// Broken is all that is wrong, in the order of the lines. It names each line of
	// the order, with code with_order where the line is refused only because of
	// another one. The error that comes with the order is the first.
	Broken []*table.RowError
}

// line is what is held of a row until its order is complete.
type line struct {
	on   int // line of the file
	item activity.Item
	// As it was written: the amount of the line, or the price of a piece.
	amount, price, quantity, discount figure
}

// figure is a number in a cell.
type figure struct {
	n table.Number
	c *column // nil where there is none
}

// draft is an order in the making.
type draft struct {
	key    string
	first  table.Row
	more   map[int]value // what the first row lacks, by column of the table
	lines  []int
	items  []line
	broken []*table.RowError
	cause  int    // line that nobody can read, and that may be of this order
	unread []bool // by index in Decoder.unread
	loose  bool   // a row of which nobody knows the order
	over   bool   // has too many lines
	last   int    // number of the last row
	size   int    // bytes held, roughly
}

// value is what stands in a cell.
type value struct {
	text string
	line int
}

// at gives the first value in the column of the table.
func (b *draft) at(i int) (string, int) {
	if v, ok := b.more[i]; ok {
		return v.text, v.line
	}
	return b.first.At(i), b.first.Line
}

// note adds what is wrong with the order.
func (b *draft) note(err *table.RowError) {
	if err != nil {
		b.broken = append(b.broken, err)
	}
}
