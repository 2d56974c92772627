package sqlstore

import (
	"fmt"
	"strings"

	"github.com/stammkunde/crm/segment"
)

// A resolved rule is compiled in one of two forms; the wrong one costs a factor
// of thousands. The population form selects ids by the algebra of sets: every
// condition is a set of contacts or its complement, AND is INTERSECT or EXCEPT,
// and OR is UNION. The handful form is a condition on rows of the contact table,
// in which every part looks up the rows of the contact at hand.

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

// compiler turns a resolved rule into SQL. segment.Match is its specification,
// to the letter.
type compiler struct {
	dialect *dialect
	tenant  string
	table   func(name string) string
	hintFor func(index string) string
	aliases int
	notes   *notes   // nil where nobody wants to know
	stretch *stretch // nil for all contacts
}

func (s *Store) compiler() *compiler {
	return &compiler{dialect: s.d, tenant: s.tenant, table: s.table, hintFor: s.hint}
}

// hint gives the hint to use an index, to stand behind a table.
func (c *compiler) hint(index string) string {
	if text := c.hintFor(index); text != "" {
		return " " + text
	}
	return ""
}

func (c *compiler) alias() string {
	c.aliases++
	return fmt.Sprintf("x%d", c.aliases)
}

// literal is a node or its negation. Negation is pushed down to the leaves,
// which two-valued logic allows (De Morgan).
type literal struct {
	*segment.Node
	negated bool
}

// conjuncts takes a conjunction apart, down to what is none.
func conjuncts(l literal, list []literal) []literal {
	switch {
	case l.Kind == segment.NodeNot:
		return conjuncts(literal{&l.Children[0], !l.negated}, list)
	case l.Kind == segment.NodeAll && !l.negated, l.Kind == segment.NodeAny && l.negated:
		for i := range l.Children {
			list = conjuncts(literal{&l.Children[i], l.negated}, list)
		}
		return list
	}
	return append(list, l)
}

// disjuncts gives the parts of a disjunction.
func (l literal) disjuncts() []literal {
	list := make([]literal, len(l.Children))
	for i := range l.Children {
		list[i] = literal{&l.Children[i], l.negated}
	}
	return list
}

// isOr reports whether the literal is a disjunction.
func (l literal) isOr() bool {
	return l.Kind == segment.NodeAny && !l.negated || l.Kind == segment.NodeAll && l.negated
}

// set is a set of contacts, or its complement.
type set struct {
	// rows selects the contact_id of its members, among all contacts or, where
	// one is given, for that one only.
	rows       func(contact string) frag
	complement bool
	// repeats is true where a contact may be selected more than once, and
	// loose where contacts may be that do not exist.
	repeats, loose bool
}

// sets gives the sets whose intersection a conjunction is, and the conditions
// on the record that are left. Conditions on the same activities are computed
// together, over one pass.
func (c *compiler) sets(parts []literal) (sets []set, plain []literal) {
	var tests []test
	for _, l := range parts {
		switch l.Kind {
		case segment.NodeActivity:
			tests = append(tests, test{l.Activity, l.negated})
		case segment.NodeHas:
			sets = append(sets, c.has(l.Has, l.negated))
		case segment.NodeRatio:
			sets = append(sets, c.ratio(l.Ratio, l.negated))
		case segment.NodeSequence:
			sets = append(sets, c.sequence(l.Sequence, l.negated))
		default:
			plain = append(plain, l)
		}
	}
	for _, g := range groupTests(tests) {
		sets = append(sets, c.group(g))
	}
	return sets, plain
}

// beyondRecord reports whether a condition looks at other tables than that of
// the contacts, so that it is better a set than a condition on each contact.
func beyondRecord(n *segment.Node) bool {
	switch n.Kind {
	case segment.NodeActivity, segment.NodeHas, segment.NodeRatio, segment.NodeSequence, segment.NodeConsent:
		return true
	case segment.NodeField:
		return n.Field.Custom && n.Field.Other == nil
	}
	for i := range n.Children {
		if beyondRecord(&n.Children[i]) {
			return true
		}
	}
	return false
}

// stretch is a part of the contacts in the order of their ids: those after one of them
// up to and including another one.
type stretch struct{ after, to dbID }

// ofContact keeps rows to one contact, where one is given, else to the stretch.
func (c *compiler) ofContact(s, contact string) frag {
	if contact == "" {
		return c.inStretch(s + ".contact_id")
	}
	return raw(" AND " + s + ".contact_id = " + contact)
}

// inStretch keeps rows to the stretch, if there is one.
func (c *compiler) inStretch(column string) frag {
	if c.stretch == nil {
		return frag{}
	}
	return raw(" AND "+column+" > ? AND "+column+" <= ?", c.stretch.after, c.stretch.to)
}

// share compiles segment.ShareTest; the products fit 64 bits.
func share(t *segment.ShareTest, alias string) frag {
	place := "((" + alias + ".bucket * ? + ?) % ?)"
	return raw("("+place+" >= ? AND "+place+" < ?)", t.Factor, t.Addend, int64(segment.Modulus), t.From,
		t.Factor, t.Addend, int64(segment.Modulus), t.To)
}
