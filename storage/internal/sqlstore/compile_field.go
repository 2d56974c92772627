package sqlstore

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// place is where the fields of a scope stand in the database.
type place interface {
	// column gives the column of a field, and of its currency where it is an
	// amount; the column is NULL where the value is missing.
	column(t *segment.FieldTest) (value, currency string)
	// rows tells the table of the fields that hosts name themselves, and how
	// its rows, under the alias, are tied to this place.
	rows(f string) (table, link string)
}

// record is a row of the table contact.
type record struct{ alias string }

// columns maps the fields of the record to columns of the contact table.
var columns = map[string]string{
	"kind": "kind", "name.salutation": "salutation", "name.title": "title", "name.given": "given", "name.family": "family", "name.company": "company",
	"language": "language", "time_zone": "time_zone", "preferred_channel": "preferred_channel", "owner": "owner",
	"occupation": "occupation", "education": "education", "marital_status": "marital_status", "vat_number": "vat_number",
	"email": "email", "phone": "phone", "address.street": "street", "address.postal_code": "postal_code",
	"address.city": "city", "address.region": "region", "address.country": "country",
	"born": "born", "created_at": "created_at",
}

func (p record) column(t *segment.FieldTest) (value, currency string) {
	return p.alias + "." + columns[t.Name] + foldSuffix(t), ""
}

func foldSuffix(t *segment.FieldTest) string {
	if t.Folded {
		return "_fold"
	}
	return ""
}

func (p record) rows(f string) (table, link string) {
	return "contact_field", f + ".contact_id = " + p.alias + ".id"
}

// typed maps the types to columns of the tables contact_field and
// activity_data.
var typed = map[contact.Type]string{
	contact.TypeText: "text_value", contact.TypeNumber: "number_value", contact.TypeTime: "time_value",
	contact.TypeBool: "bool_value", contact.TypeDate: "date_value", contact.TypeMoney: "amount_value",
}

// field compiles a condition on a field. It is never NULL.
func (c *compiler) field(t *segment.FieldTest, p place) frag {
	if t.Other != nil {
		return c.compareFields(t, p)
	}
	if !t.Custom {
		value, currency := p.column(t)
		if t.Op == segment.Missing {
			return raw("(" + value + " IS NULL)")
		}
		return cat(raw("("+value+" IS NOT NULL AND "), c.compare(value, currency, t), raw(")"))
	}
	f, from := c.own(t, p)
	if t.Op == segment.Missing {
		return cat(raw("NOT EXISTS (SELECT 1 "), from, raw(")"))
	}
	value, currency := ownColumn(f, t)
	return cat(raw("EXISTS (SELECT 1 "), from, raw(" AND "+f+".type = ? AND ", string(t.Type)), c.compare(value, currency, t), raw(")"))
}

// customSet gives the set of those whose custom field satisfies the test.
func (c *compiler) customSet(t *segment.FieldTest, negated bool) set {
	missing := t.Op == segment.Missing
	rows := func(contact string) frag {
		hint := ""
		if contact == "" {
			c.notes.custom(t)
			hint = c.customHint(t)
		}
		f := c.alias()
		from := cat(raw("SELECT "+f+".contact_id FROM "+c.table("contact_field")+" AS "+f+hint+" WHERE "+f+".tenant_id = ? AND "+f+".name = ?",
			c.tenant, t.Name), c.ofContact(f, contact))
		if missing {
			return from
		}
		value, currency := ownColumn(f, t)
		return cat(from, raw(" AND "+f+".type = ? AND "+f+"."+typed[t.Type]+" IS NOT NULL AND ", string(t.Type)), c.compare(value, currency, t))
	}
	return set{rows: rows, complement: negated != missing}
}

// customHint names the index in the order of a custom field's values.
func (c *compiler) customHint(t *segment.FieldTest) string {
	switch {
	case t.Op == segment.Missing:
	case t.Type == contact.TypeNumber, t.Type == contact.TypeTime, t.Type == contact.TypeBool:
		return c.hint("contact_field_" + string(t.Type))
	}
	return ""
}

// own selects the row of a field that the host named.
func (c *compiler) own(t *segment.FieldTest, p place) (alias string, from frag) {
	f := c.alias()
	table, link := p.rows(f)
	return f, raw("FROM "+c.table(table)+" AS "+f+" WHERE "+f+".tenant_id = ? AND "+link+" AND "+f+".name = ?", c.tenant, t.Name)
}

func ownColumn(f string, t *segment.FieldTest) (value, currency string) {
	if t.Type == contact.TypeText && t.Folded {
		return f + ".text_fold", ""
	}
	return f + "." + typed[t.Type], f + ".currency"
}

// compare compares a column that is not NULL with the constants of the test.
func (c *compiler) compare(column, currency string, t *segment.FieldTest) frag {
	if t.Op == segment.Anniversary {
		return anniversary(column, t)
	}
	first := t.Values[0]
	switch {
	case t.Op == segment.StartsWith:
		return raw(fmt.Sprintf(c.dialect.position, column, "?")+" = 1", first.Text)
	case t.Op == segment.EndsWith:
		return raw(fmt.Sprintf(c.dialect.suffix, column, fmt.Sprint(utf8.RuneCountInString(first.Text)))+" = ?", first.Text)
	case t.Op == segment.Contains:
		return raw(fmt.Sprintf(c.dialect.position, column, "?")+" > 0", first.Text)
	case t.Type == contact.TypeMoney:
		return amounts(column, currency, t)
	case t.Type == contact.TypeDate:
		return cat(raw("("+whole(column)+" AND "), c.constants(column, t), raw(")"))
	}
	return c.constants(column, t)
}

func (c *compiler) constants(column string, t *segment.FieldTest) frag {
	if t.Op != segment.OneOf {
		return raw(column+" "+operator(t.Op)+" ?", fieldArg(t.Values[0]))
	}
	values := make([]any, len(t.Values))
	for i, v := range t.Values {
		values[i] = fieldArg(v)
	}
	return raw(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
}

// amounts compares amounts, each in the currency of the constant.
func amounts(column, currency string, t *segment.FieldTest) frag {
	list := make([]frag, len(t.Values))
	for i, v := range t.Values {
		list[i] = raw("("+currency+" = ? AND "+column+" "+operator(t.Op)+" ?)", v.Money.Currency, v.Money.Amount)
	}
	return cat(raw("("), join(" OR ", list...), raw(")"))
}

// whole tests that year, month and day of a date are known.
func whole(column string) string { return column + " >= 10000000 AND " + column + " % 100 > 0" }

// anniversary tests that a date or instant lies in one of the ranges. A list
// of values, and not a chain of OR, because there may be hundreds.
func anniversary(column string, t *segment.FieldTest) frag {
	list := make([]frag, len(t.Ranges))
	for i, r := range t.Ranges {
		list[i] = raw("(CAST(? AS bigint), CAST(? AS bigint), CAST(? AS bigint))", r.From, r.To, r.Before)
	}
	within := column + " BETWEEN r.column1 AND r.column2"
	if t.Type == contact.TypeDate {
		within = column + " % 100 > 0 AND " + column + " % 10000 BETWEEN r.column1 AND r.column2 AND " + column + " / 10000 < r.column3"
	}
	return cat(raw("EXISTS (SELECT 1 FROM (VALUES "), join(", ", list...), raw(") AS r WHERE "+within+")"))
}

func fieldArg(v contact.Value) any {
	switch v.Type {
	case contact.TypeText:
		return v.Text
	case contact.TypeNumber:
		return v.Number
	case contact.TypeTime:
		return v.Time.UnixMicro()
	case contact.TypeDate:
		return v.Date.Number()
	}
	return v.Bool
}

func operator(op segment.Op) string {
	switch op {
	case segment.Less:
		return "<"
	case segment.AtMost:
		return "<="
	case segment.Greater:
		return ">"
	case segment.AtLeast:
		return ">="
	}
	return "="
}

// compareFields compares two fields of one place.
func (c *compiler) compareFields(t *segment.FieldTest, p place) frag {
	var from, where []frag
	side := func(t *segment.FieldTest) (f string) {
		if !t.Custom {
			return ""
		}
		f = c.alias()
		table, link := p.rows(f)
		from = append(from, raw(c.table(table)+" AS "+f))
		where = append(where, raw(f+".tenant_id = ? AND "+link+" AND "+f+".name = ?", c.tenant, t.Name))
		return f
	}
	other := *t.Other
	other.Folded = t.Folded
	a, b := side(t), side(&other)
	types := []contact.Type{t.Type}
	if t.Type == "" {
		types = comparableTypes(t.Op)
	}
	alternatives := make([]frag, len(types))
	for i, typ := range types {
		alternatives[i] = c.typedPair(*t, other, a, b, typ, p)
	}
	where = append(where, cat(raw("("), join(" OR ", alternatives...), raw(")")))
	if len(from) == 0 {
		return cat(raw("COALESCE("), join(" AND ", where...), raw(", FALSE)"))
	}
	return cat(raw("EXISTS (SELECT 1 FROM "), join(", ", from...), raw(" WHERE "), join(" AND ", where...), raw(")"))
}

// comparableTypes lists the types of which two values can be compared.
func comparableTypes(op segment.Op) []contact.Type {
	list := []contact.Type{contact.TypeText}
	switch op {
	case segment.StartsWith, segment.EndsWith, segment.Contains:
		return list
	case segment.Equals:
		list = append(list, contact.TypeBool)
	}
	return append(list, contact.TypeNumber, contact.TypeTime, contact.TypeDate, contact.TypeMoney)
}

// typedPair compares two fields as values of one type; it may be NULL.
func (c *compiler) typedPair(x, y segment.FieldTest, a, b string, typ contact.Type, p place) frag {
	x.Type, y.Type = typ, typ
	column := func(t *segment.FieldTest, f string) (value, currency, is string) {
		if f == "" {
			value, currency = p.column(t)
			return value, currency, ""
		}
		value, currency = ownColumn(f, t)
		return value, currency, " AND " + f + ".type = '" + string(typ) + "'"
	}
	v, vc, vis := column(&x, a)
	w, wc, wis := column(&y, b)
	sql := c.comparison(x.Op, v, w) + vis + wis
	switch typ {
	case contact.TypeMoney:
		sql += " AND " + vc + " = " + wc
	case contact.TypeDate:
		sql += " AND " + whole(v) + " AND " + whole(w)
	}
	return raw("(" + sql + ")")
}

// comparison compares two columns.
func (c *compiler) comparison(op segment.Op, v, w string) string {
	switch op {
	case segment.StartsWith:
		return fmt.Sprintf(c.dialect.position, v, w) + " = 1"
	case segment.EndsWith:
		return fmt.Sprintf(c.dialect.suffix, v, "length("+w+")") + " = " + w
	case segment.Contains:
		return fmt.Sprintf(c.dialect.position, v, w) + " > 0"
	}
	return v + " " + operator(op) + " " + w
}
