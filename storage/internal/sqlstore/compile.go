package sqlstore

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// form is one of the two shapes in which a rule is compiled. The wrong one
// costs a factor of thousands.
type form int8

const (
	// population is for all contacts: every condition on activities becomes a
	// set of contacts, made once.
	population form = iota
	// handful is for a few contacts: every condition looks up the activities
	// of the contact at hand.
	handful
)

// frag is a piece of SQL with the values for its placeholders.
type frag struct {
	sql  string
	args []any
}

func raw(sql string, args ...any) frag { return frag{sql, args} }

// join puts the pieces one behind the other with a separator between them.
func join(sep string, list ...frag) frag {
	var out frag
	parts := make([]string, len(list))
	for i, f := range list {
		parts[i] = f.sql
		out.args = append(out.args, f.args...)
	}
	out.sql = strings.Join(parts, sep)
	return out
}

func cat(list ...frag) frag { return join("", list...) }

// compiler turns a resolved rule into a condition on rows of the contact
// table. segment.Match is its specification, to the letter.
type compiler struct {
	dialect *dialect
	tenant  string
	table   func(name string) string
	form    form
	aliases int
	sets    []frag // the WITH list
}

// compile turns a resolved rule into a WITH clause, empty where none is
// needed, and a condition on the contact row under the alias.
func (c *compiler) compile(r segment.Resolved, alias string) (with, condition frag) {
	condition = c.condition(&r.Root, alias, false)
	if len(c.sets) > 0 {
		with = cat(raw("WITH "), join(", ", c.sets...), raw(" "))
	}
	return with, condition
}

// define makes a set of contacts and returns how to select from it. On
// PostgreSQL it is made once, before all else: left to itself, a planner that
// expects few rows makes it again for every contact, and a set within a set
// for every contact of every contact. SQLite makes each set once anyway.
func (c *compiler) define(set frag) frag {
	if !c.dialect.materialize {
		return set
	}
	name := c.alias()
	c.sets = append(c.sets, cat(raw(name+" (contact_id) AS MATERIALIZED ("), set, raw(")")))
	return raw("SELECT contact_id FROM " + name)
}

// condition compiles a node into a condition on the contact row under the
// alias. Negation is pushed down to the leaves, which two-valued logic allows
// (De Morgan), so that every set is used as it is or not at all.
func (c *compiler) condition(n *segment.Node, alias string, negated bool) frag {
	switch n.Kind {
	case segment.NodeNot:
		return c.condition(&n.Children[0], alias, !negated)
	case segment.NodeField:
		f := c.field(n.Field, alias)
		if negated {
			return cat(raw("NOT "), f)
		}
		return f
	case segment.NodeActivity:
		return c.group([]test{{n.Activity, negated}}, alias)
	}
	if (n.Kind == segment.NodeAll) != negated {
		return c.all(n.Children, alias, negated)
	}
	return c.any(n.Children, alias, negated)
}

// all compiles a conjunction. Conditions on the same activities are computed
// together, over one pass.
func (c *compiler) all(children []segment.Node, alias string, negated bool) frag {
	parts := []frag{}
	var tests []test
	for i := range children {
		n, neg := &children[i], negated
		for n.Kind == segment.NodeNot {
			n, neg = &n.Children[0], !neg
		}
		if n.Kind == segment.NodeActivity {
			tests = append(tests, test{n.Activity, neg})
			continue
		}
		parts = append(parts, c.condition(n, alias, neg))
	}
	for _, g := range groupTests(tests) {
		parts = append(parts, c.group(g, alias))
	}
	if len(parts) == 0 {
		return raw("1=1")
	}
	return cat(raw("("), join(" AND ", parts...), raw(")"))
}

// any compiles a disjunction. For the population a condition on activities
// under OR would be looked up contact by contact; a union of sets is not.
func (c *compiler) any(children []segment.Node, alias string, negated bool) frag {
	var plain, sets []*segment.Node
	for i := range children {
		if n := &children[i]; c.form == population && onActivities(n) {
			sets = append(sets, n)
		} else {
			plain = append(plain, n)
		}
	}
	if len(sets) == 0 {
		return c.or(plain, alias, negated)
	}
	union := make([]frag, 0, len(sets)+1)
	for _, n := range sets {
		x := c.alias()
		union = append(union, c.contacts(x, c.condition(n, x, negated)))
	}
	if len(plain) > 0 {
		x := c.alias()
		union = append(union, c.contacts(x, c.or(plain, x, negated)))
	}
	return cat(raw(alias+".id IN ("), c.define(join(" UNION ALL ", union...)), raw(")"))
}

func (c *compiler) or(nodes []*segment.Node, alias string, negated bool) frag {
	if len(nodes) == 0 {
		return raw("1=0")
	}
	list := make([]frag, len(nodes))
	for i, n := range nodes {
		list[i] = c.condition(n, alias, negated)
	}
	return cat(raw("("), join(" OR ", list...), raw(")"))
}

// contacts selects the contacts that satisfy a condition on the alias.
func (c *compiler) contacts(alias string, condition frag) frag {
	return cat(raw("SELECT "+alias+".id FROM "+c.table("contact")+" AS "+alias+" WHERE "+alias+".tenant_id = ? AND ", c.tenant), condition)
}

func onActivities(n *segment.Node) bool {
	if n.Kind == segment.NodeActivity {
		return true
	}
	for i := range n.Children {
		if onActivities(&n.Children[i]) {
			return true
		}
	}
	return false
}

func (c *compiler) alias() string {
	c.aliases++
	return fmt.Sprintf("x%d", c.aliases)
}

// columns maps the fields of the record to columns of the contact table.
var columns = map[string]string{
	"kind": "kind", "name.title": "title", "name.given": "given", "name.family": "family", "name.company": "company",
	"language": "language", "time_zone": "time_zone", "preferred_channel": "preferred_channel",
	"email": "email", "phone": "phone", "address.street": "street", "address.postal_code": "postal_code",
	"address.city": "city", "address.region": "region", "address.country": "country", "created_at": "created_at",
}

// field compiles a condition on the record. It is never NULL.
func (c *compiler) field(t *segment.FieldTest, alias string) frag {
	if t.Custom {
		return c.customField(t, alias)
	}
	column := alias + "." + columns[t.Name]
	if t.Op == segment.Missing {
		return raw("(" + column + " IS NULL)")
	}
	return cat(raw("("+column+" IS NOT NULL AND "), c.compare(column, t), raw(")"))
}

// customField looks the field up among the contact's custom values.
func (c *compiler) customField(t *segment.FieldTest, alias string) frag {
	f := c.alias()
	from := raw("EXISTS (SELECT 1 FROM "+c.table("contact_field")+" AS "+f+" WHERE "+f+".tenant_id = ? AND "+
		f+".contact_id = "+alias+".id AND "+f+".name = ?", c.tenant, t.Name)
	if t.Op == segment.Missing {
		return cat(raw("NOT "), from, raw(")"))
	}
	column := f + "." + map[contact.Type]string{
		contact.TypeText: "text_value", contact.TypeNumber: "number_value",
		contact.TypeTime: "time_value", contact.TypeBool: "bool_value",
	}[t.Type]
	return cat(from, raw(" AND "+f+".type = ? AND ", string(t.Type)), c.compare(column, t), raw(")"))
}

// compare compares a column that is not NULL with the constants of the test.
func (c *compiler) compare(column string, t *segment.FieldTest) frag {
	v := fieldArg(t.Values[0])
	switch t.Op {
	case segment.StartsWith:
		return raw(fmt.Sprintf(c.dialect.position, column)+" = 1", v)
	case segment.Contains:
		return raw(fmt.Sprintf(c.dialect.position, column)+" > 0", v)
	case segment.OneOf:
		list := make([]frag, len(t.Values))
		for i, w := range t.Values {
			list[i] = raw("?", fieldArg(w))
		}
		return cat(raw(column+" IN ("), join(", ", list...), raw(")"))
	}
	return raw(column+" "+operator(t.Op)+" ?", v)
}

func fieldArg(v contact.Value) any {
	switch v.Type {
	case contact.TypeText:
		return v.Text
	case contact.TypeNumber:
		return v.Number
	case contact.TypeTime:
		return v.Time.UnixMicro()
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
