package orders

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
)

// Mapping says what the columns of a table mean. Columns that it does not name are
// not read. For the fields of orders and lines, Separator and Exact mean nothing and
// are refused.
type Mapping []people.Column

// The fields of orders and of their lines.
var ownFields = []string{
	"order.key", "order.kind", "order.at", "order.channel", "order.subject", "order.text", "order.currency", "order.amount",
	"item.sku", "item.name", "item.category", "item.quantity", "item.amount", "item.price", "item.discount",
}

// room tells who reads a field.
type room int

const (
	ofCustomer room = iota
	ofOrder         // and of lines
	ofData
)

func roomOf(field string) room {
	switch {
	case strings.HasPrefix(field, "data."):
		return ofData
	case strings.HasPrefix(field, "order."), strings.HasPrefix(field, "item."):
		return ofOrder
	}
	return ofCustomer
}

// has reports whether a field is mapped that the function likes.
func (m Mapping) has(f func(c people.Column) bool) bool { return slices.ContainsFunc(m, f) }

func (m Mapping) hasField(fields ...string) bool {
	return m.has(func(c people.Column) bool { return slices.Contains(fields, c.Field) })
}

// hasLines reports whether a row is a line of an order, and no whole one.
func (m Mapping) hasLines() bool {
	return m.has(func(c people.Column) bool { return strings.HasPrefix(c.Field, "item.") && c.Column != "" })
}

// Validate checks the mapping against the columns of a table and the options. The
// error is an errs.ErrInvalid that names every broken column.
func (m Mapping) Validate(columns []string, o *Options) error {
	_, err := newDecoder("orders.Mapping.Validate", columns, m, o)
	return err
}

// check checks the columns of orders and lines, and what must be there.
func (m Mapping) check(f *errs.Fields, columns []string) {
	first := make(map[string]int)
	for i, c := range m {
		if roomOf(c.Field) != ofOrder {
			continue
		}
		at := f.At(fmt.Sprintf("mapping[%d]", i))
		if !slices.Contains(ownFields, c.Field) {
			at.Add("field", "unknown_field", "is no field of an order or its lines")
		}
		if c.Separator != "" || c.Exact {
			at.Add("separator", "unexpected", "must be empty for orders and lines, and exact not be set")
		}
		if other, twice := first[c.Field]; !twice {
			first[c.Field] = i
		} else if !c.Else {
			at.Add("field", "duplicate", fmt.Sprintf("is that of mapping[%d], too", other))
		}
		c.Field, c.Separator, c.Exact = "owner", "", false // any text: the rest is the same for all
		report(f, people.Mapping{c}.Validate(columns, nil), []int{i})
	}
	m.checkWhole(f)
}

// checkWhole checks that nothing is missing.
func (m Mapping) checkWhole(f *errs.Fields) {
	if !m.has(func(c people.Column) bool { return c.Field == "order.key" && c.Column != "" && c.Constant == "" }) {
		f.Add("mapping", "required", "must have a column for order.key, without a constant")
	}
	if !m.hasField("order.at") {
		f.Add("mapping", "required", "must have order.at")
	}
	switch lines := m.hasLines(); {
	case lines && !m.hasField("item.amount", "item.price"):
		f.Add("mapping", "required", "must have item.amount or item.price, since it has lines")
	case !lines && !m.hasField("order.amount"):
		f.Add("mapping", "required", "must have order.amount, or lines")
	}
	if !m.has(func(c people.Column) bool { return c.Field == "id" || isKey(c.Field) || isEmail(c.Field) }) {
		f.Add("mapping", "required", "must have a column by which customers are known: identities or emails[0].address")
	}
}

// isKey reports whether the field is a key of the customer.
func isKey(field string) bool {
	return field == "identities" || strings.HasPrefix(field, "identities.")
}

func isEmail(field string) bool {
	return strings.HasPrefix(field, "emails[") && strings.HasSuffix(field, "].address")
}

// part takes the columns of a room, and tells their places in the mapping.
func (m Mapping) part(r room) (own people.Mapping, places []int) {
	for i, c := range m {
		if roomOf(c.Field) != r {
			continue
		}
		if r == ofData {
			c.Field = "custom." + strings.TrimPrefix(c.Field, "data.")
		}
		own, places = append(own, c), append(places, i)
	}
	return own, places
}

// report adds the broken fields of a part of the mapping.
func report(f *errs.Fields, err error, places []int) {
	for _, field := range errs.FieldsOf(err) {
		var i int
		rest := field.Path
		if n, _ := fmt.Sscanf(field.Path, "mapping[%d]", &i); n == 1 && i < len(places) {
			_, rest, _ = strings.Cut(field.Path, "].")
			rest = fmt.Sprintf("mapping[%d].%s", places[i], rest)
		}
		f.Report(rest, errs.Refuse(field.Code, field.Message))
	}
}
