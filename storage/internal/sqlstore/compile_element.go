package sqlstore

import (
	"cmp"

	"github.com/stammkunde/crm/segment"
)

// listed is a row of the table contact_element or contact_identity.
type listed struct {
	alias string
	list  segment.List
}

func (p listed) column(t *segment.FieldTest) (value, currency string) {
	column := t.Name
	if isOfValues(p.list) {
		column = "value"
	}
	return p.alias + "." + column + foldSuffix(t), ""
}

// isOfValues reports whether an element of the list is one text.
func isOfValues(l segment.List) bool { return l != segment.Addresses && l != segment.Identities }

func (listed) rows(string) (table, link string) { return "", "" }

// has gives the set of those with so many elements, as group does for
// activities.
func (c *compiler) has(t *segment.HasTest, negated bool) set {
	atZero := holds(cmp.Compare(0, t.Bound), t.Op) != negated
	rows := func(contact string) frag {
		if contact == "" {
			c.notes.elements(t)
		}
		s := c.alias()
		from := cat(c.elements(t, s, contact), raw(" AND "), c.where(&t.Where, listed{s, t.List}))
		if firsts[t.List] != "" {
			from = cat(raw("SELECT m.contact_id FROM ("), from, raw(" UNION ALL "), c.first(t, contact), raw(") AS m"))
			s = "m"
		}
		having := raw("(COUNT(*) "+operator(t.Op)+" ?)", t.Bound)
		return cat(from, raw(" GROUP BY "+s+".contact_id HAVING "), not(having, negated != atZero))
	}
	// An identity can be bound before its contact exists.
	return set{rows: rows, complement: atZero, loose: t.List == segment.Identities}
}

// elements selects the elements that have rows of their own.
func (c *compiler) elements(t *segment.HasTest, s, contact string) frag {
	if t.List == segment.Identities {
		return cat(raw("SELECT "+s+".contact_id FROM "+c.table("contact_identity")+" AS "+s+" WHERE "+s+".tenant_id = ?", c.tenant), c.ofContact(s, contact))
	}
	return cat(raw("SELECT "+s+".contact_id FROM "+c.table("contact_element")+" AS "+s+" WHERE "+s+".tenant_id = ? AND "+s+".list = ?",
		c.tenant, string(t.List)), c.ofContact(s, contact))
}

// where compiles conditions on the fields of one place.
func (c *compiler) where(n *segment.Node, p place) frag {
	word := " AND "
	switch n.Kind {
	case segment.NodeField:
		return c.field(n.Field, p)
	case segment.NodeNot:
		return not(c.where(&n.Children[0], p), true)
	case segment.NodeAny:
		word = " OR "
	}
	if len(n.Children) == 0 {
		if n.Kind == segment.NodeAny {
			return raw("(1=0)")
		}
		return raw("(1=1)")
	}
	list := make([]frag, len(n.Children))
	for i := range n.Children {
		list[i] = c.where(&n.Children[i], p)
	}
	return cat(raw("("), join(word, list...), raw(")"))
}

// holds reports whether a comparison with the outcome c satisfies op.
func holds(c int, op segment.Op) bool {
	switch op {
	case segment.Equals:
		return c == 0
	case segment.Less:
		return c < 0
	case segment.AtMost:
		return c <= 0
	case segment.Greater:
		return c > 0
	}
	return c >= 0
}
