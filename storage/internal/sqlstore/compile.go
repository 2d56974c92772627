package sqlstore

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/segment"
)

// form is one of the two shapes in which a rule is compiled. The wrong one
// costs a factor of thousands.
type form int8

const (
	// population is for all contacts: every condition that looks beyond the
	// record becomes a set of contacts, made once.
	population form = iota
	// handful is for a few contacts: every such condition looks up the rows of
	// the contact at hand.
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

// not negates a condition that is never NULL.
func not(f frag, negated bool) frag {
	if negated {
		return cat(raw("NOT "), f)
	}
	return f
}

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
	return c.with(), condition
}

func (c *compiler) with() frag {
	if len(c.sets) == 0 {
		return frag{}
	}
	return cat(raw("WITH "), join(", ", c.sets...), raw(" "))
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
		return not(c.field(n.Field, record{alias}), negated)
	case segment.NodeShare:
		return not(share(n.Share, alias), negated)
	case segment.NodeActivity:
		return c.group([]test{{n.Activity, negated}}, alias)
	case segment.NodeHas:
		return c.has(n.Has, alias, negated)
	case segment.NodeRatio:
		return c.ratio(n.Ratio, alias, negated)
	case segment.NodeSequence:
		return c.sequence(n.Sequence, alias, negated)
	case segment.NodeConsent:
		return c.consent(n.Consent, alias, negated)
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
		if n := &children[i]; c.form == population && beyondRecord(n) {
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

// beyondRecord reports whether a condition looks at other tables than that of
// the contacts, so that it is a set.
func beyondRecord(n *segment.Node) bool {
	switch n.Kind {
	case segment.NodeActivity, segment.NodeHas, segment.NodeRatio, segment.NodeSequence, segment.NodeConsent:
		return true
	}
	for i := range n.Children {
		if beyondRecord(&n.Children[i]) {
			return true
		}
	}
	return false
}

func (c *compiler) alias() string {
	c.aliases++
	return fmt.Sprintf("x%d", c.aliases)
}

// linked says that the contact row under the alias is among the contacts of
// the rows that rows selects, or, negated, is not. rows is given the contact
// to which it must keep, empty for all, and selects contact_id.
func (c *compiler) linked(alias string, negated bool, rows func(contact string) frag) frag {
	if c.form == handful {
		return not(cat(raw("EXISTS ("), rows(alias+".id"), raw(")")), negated)
	}
	set := c.define(rows(""))
	switch {
	case !negated:
		return cat(raw(alias+".id IN ("), set, raw(")"))
	case c.dialect.materialize: // an anti-join; NOT IN would be none
		return cat(raw("NOT EXISTS ("), set, raw(" AS y WHERE y.contact_id = "+alias+".id)"))
	}
	// contact_id is never NULL, so this is plain complement.
	return cat(raw(alias+".id NOT IN ("), set, raw(")"))
}

// ofContact keeps rows to one contact, where one is given.
func ofContact(s, contact string) string {
	if contact == "" {
		return ""
	}
	return " AND " + s + ".contact_id = " + contact
}

// share compiles segment.ShareTest; the products fit 64 bits.
func share(t *segment.ShareTest, alias string) frag {
	place := "((" + alias + ".bucket * ? + ?) % ?)"
	return raw("("+place+" >= ? AND "+place+" < ?)", t.Factor, t.Addend, int64(segment.Modulus), t.From,
		t.Factor, t.Addend, int64(segment.Modulus), t.To)
}
