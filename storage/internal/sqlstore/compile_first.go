package sqlstore

import (
	"fmt"

	"github.com/stammkunde/crm/segment"
)

// firsts are the lists whose first element stands in columns of the contact and not
// in contact_element, unless it is empty, and the condition that it does.
var firsts = map[segment.List]string{
	segment.Emails:    "%s.email IS NOT NULL",
	segment.Phones:    "%s.phone IS NOT NULL",
	segment.Addresses: "COALESCE(%[1]s.street, %[1]s.extra, %[1]s.postal_code, %[1]s.city, %[1]s.region, %[1]s.country) IS NOT NULL",
}

// first selects the first elements that satisfy the test and stand in columns of
// the contact.
func (c *compiler) first(t *segment.HasTest, contact string) frag {
	x := c.alias()
	there := fmt.Sprintf(firsts[t.List], x)
	if contact != "" {
		there += " AND " + x + ".id = " + contact
	}
	return c.contacts(x, cat(raw(there+" AND "), c.where(&t.Where, first{x, t.List})))
}

// first is a row of the table contact as the place of the first element of a list.
type first struct {
	alias string
	list  segment.List
}

func (p first) column(t *segment.FieldTest) (value, currency string) {
	column := t.Name
	switch p.list {
	case segment.Emails:
		column = "email"
	case segment.Phones:
		column = "phone"
	}
	return p.alias + "." + column + foldSuffix(t), ""
}

func (first) rows(string) (table, link string) { return "", "" }
