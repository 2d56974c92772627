package orders

import (
	"time"
	"unicode/utf8"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// column is a column of orders or lines, ready to read.
type column struct {
	people.Column
	at        int // index in the table, or -1
	ambiguous bool
}

var (
	errDate     = errs.Refuse("not_a_date", "is no date of the form that is expected")
	errRequired = errs.Refuse("required", "must not be empty")
)

// present gives what stands in the cell, or "".
func (c *column) present(s string) string { return cell.Present(s, c.Missing) }

// broken tells what is wrong with the column's cell on a line.
func (c *column) broken(line int, err error) *table.RowError {
	name := c.Column.Column
	if name == "" {
		name = c.Field
	}
	return cell.Broken(line, name, err)
}

func (c *column) isDate() bool { return c.Field == "order.at" }

func (c *column) isNumber() bool {
	switch c.Field {
	case "order.amount", "item.quantity", "item.amount", "item.price", "item.discount":
		return true
	}
	return false
}

// wantsRows reports whether rows must be seen to know how to read the column.
func (c *column) wantsRows() bool {
	return c.at >= 0 && (c.isDate() && c.Layout == "" || c.isNumber() && c.Decimal == "" || c.Field == "order.key" && !c.Whole)
}

// learn guesses how the column is written.
func (c *column) learn(head []table.Row) {
	var values []string
	for _, row := range head {
		if s := c.present(row.At(c.at)); s != "" && len(s) <= 100 && !(c.isDate() && cell.IsNoDate(s)) {
			values = append(values, s)
		}
	}
	switch {
	case c.isDate():
		c.Layout, c.ambiguous = table.GuessDateLayout(values)
	case c.isNumber():
		c.Decimal = cell.Decimal(values)
	default:
		c.Whole = cell.Floating(values)
	}
}

// time reads a date. A column that had none in the first rows is learnt from the
// first one that comes.
func (c *column) time(s string, zone *time.Location) (time.Time, error) {
	if cell.IsNoDate(s) {
		return time.Time{}, errRequired
	}
	if c.Layout == "" {
		c.Layout, c.ambiguous = table.GuessDateLayout([]string{s})
	}
	if c.Layout == "" {
		return time.Time{}, errDate
	}
	return table.ParseDate(s, c.Layout, zone)
}

func (c *column) number(s string) (table.Number, error) {
	decimal := rune(0)
	if c.Decimal != "" {
		decimal, _ = utf8.DecodeRuneInString(c.Decimal)
	}
	return table.ParseNumber(s, decimal)
}
