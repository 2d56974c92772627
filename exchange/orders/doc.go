// Package orders reads orders from tables: what was bought, or given back, when and
// by whom. It makes an activity and the record of the customer of each, and writes to
// no store.
//
//	t, err := table.NewReader(file, nil)
//	...
//	o := &orders.Options{Options: people.Options{Source: "shop", Currency: "EUR"}}
//	m, unplaced := orders.Guess(t.Columns(), o)
//	d, err := orders.NewDecoder(t, m, o)
//	...
//	for order, err := range d.Orders() {
//		var broken *table.RowError
//		if errors.As(err, &broken) {
//			log.Print(order.Broken) // costs this order only
//			continue
//		}
//		if err != nil {
//			return err // the file itself cannot be read
//		}
//		... // store order.Customer, and order.Activity with its contact
//	}
//
// A dry run is the same loop that stores nothing. An import that was cut off reads the
// file again and goes on with [Options.Skip]: the same file gives the same sequence.
//
// # Fields
//
// Of an order: order.key, which is required, its number; order.at, required too;
// order.kind, a word for purchase or return; order.channel, .subject and .text;
// order.currency, an ISO 4217 code; order.amount, the total.
//
// Of a line: item.sku, .name, .category, .quantity; item.amount, the price of the
// whole line, or else item.price, that of a piece, and item.discount, an amount that is
// taken off price times quantity, whatever its sign.
//
// data.<name> is a value for rules that [Options] declares, with its type. All other
// paths are fields of the customer's record, as package people has them. One of them
// must tell customers apart: identities, emails[0].address or id.
//
// # Rows
//
// A row is a line of an order if the mapping has a column of a line, and else a
// whole order. Rows with the same order.key are one order. They need not stand
// together: an order stays open until [Options.Apart] rows have come behind its last
// one, so at most [Options.MaxHeld] bytes are held. A row that comes later is refused
// (apart). A row of an order in which all cells of the line are empty adds no line. Two
// rows that are alike are two lines. Without lines a second row breaks the order
// (duplicate).
//
// Of what is not of a line the first value counts. Some must not contradict each
// other (differs): the customer's keys, or e-mail addresses where the mapping has no
// keys, kind, currency and amount of the order; and its times must be of the same day.
//
// An order is imported as a whole or not at all. A broken line breaks its order, and
// the other lines are refused with it (with_order). A row that cannot be split into
// cells, or that has no order.key, may be of the order before it or of the one behind:
// it breaks both, if the table has lines. Nobody can tell whether rows that come too
// late, or that are missing at the end of a file, were meant to be part of an order.
//
// # Amounts
//
// All arithmetic is decimal and exact. The amount of a line is rounded once, half
// away from zero, to the minor unit of its currency, and an order's total is the sum
// of its rounded lines: 261.965 is 261.97 EUR. [Options.Strict] refuses what would be
// rounded. The currency is that beside the number, else that of order.currency, else
// that of the column. An order.amount that is not the sum of the lines is refused,
// unless [Options.Rest] names a line for the difference.
//
// A quantity is one piece if the cell is empty, and what is no whole number counts as
// one, too: 2.5 m at 4.00 are one piece for 10.00. The sign of a quantity makes the
// price negative; zero is refused. Beside an amount the quantity only counts.
//
// An order of less than zero is a return: a credit note, or an invoice that was
// cancelled. All its signs are changed, so that a return has a positive amount. Lines
// of less than zero in a purchase are rebates. A return that order.kind names may
// have either sign; what order.kind names a purchase must not be negative. An order
// of nothing is a purchase.
//
// # Cells
//
// They are read as package people reads them, and dates and numbers as the first rows
// tell. Where each order.key, or each key of a customer, in the first rows is a whole
// number with ".0" behind it, as programs write that take keys for numbers, the ".0" is
// dropped: 17850.0 is 17850.
package orders
