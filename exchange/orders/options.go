package orders

import (
	"cmp"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
)

// Options tells a Decoder what a table does not. Source is required: it is that of
// the orders' references, and of identities that name none.
type Options struct {
	// Options are those for the customers. Missing, Layout, Decimal, Currency,
	// Location and LookAhead are those of all columns.
	people.Options
	// Data declares the values of data.<name>, with their types. Bounds are not
	// checked.
	Data []contact.Field
	// Apart is how many rows the rows of one order may stand apart. Defaults to
	// 10,000.
	Apart int
	// MaxHeld is roughly how many bytes are held of orders that may have more rows.
	// Beyond it the oldest is delivered although more rows may come. Defaults to 64
	// MiB. A row is held whatever its size.
	MaxHeld int
	// Remember is of how many orders that were delivered the Decoder knows, to
	// refuse rows that come too late. It costs some 30 bytes for each. Defaults to
	// 1,000,000. A late row of an order that it has forgotten begins an order with
	// the same reference, which the store refuses as reused.
	Remember int
	// Skip is how many orders are not delivered: the Number of the last one that was
	// handled, to go on where an earlier reading of the same file stopped. All other
	// options, and the mapping, must be as they were then.
	Skip int
	// Rest is the name of a line that takes what order.amount is more or less than
	// the lines of the order, such as "Shipping and taxes". Without it such an order
	// is refused (not_the_sum).
	Rest string
	// Strict refuses amounts with more decimals than their currency has
	// (not_an_amount), in place of rounding them.
	Strict bool
}

// opNewDecoder is for errors.
const opNewDecoder = "orders.NewDecoder"

// settings copies and completes o, and adds what is wrong to f, but for what is
// the people's.
func settings(f *errs.Fields, o *Options) Options {
	var own Options
	if o != nil {
		own = *o
	}
	own.Data, own.Fields, own.Missing = slices.Clone(own.Data), slices.Clone(own.Fields), slices.Clone(own.Missing)
	own.LookAhead = cmp.Or(own.LookAhead, 200)
	own.Apart = cmp.Or(own.Apart, 10_000)
	own.MaxHeld = cmp.Or(own.MaxHeld, 64<<20)
	own.Remember = cmp.Or(own.Remember, 1_000_000)
	if own.Location == nil {
		own.Location = time.UTC
	}
	at := f.At("options")
	if own.Source == "" {
		at.Add("source", "required", "must name the source of the orders")
	}
	for _, n := range []struct {
		path  string
		value int
		least int
	}{{"apart", own.Apart, 1}, {"max_held", own.MaxHeld, 1}, {"remember", own.Remember, 1}, {"skip", own.Skip, 0}} {
		if n.value < n.least {
			at.Add(n.path, "out_of_range", "must not be negative")
		}
	}
	return own
}
