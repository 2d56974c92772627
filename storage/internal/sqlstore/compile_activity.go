package sqlstore

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/stammkunde/crm/segment"
)

// test is a condition on activities, or its negation.
type test struct {
	*segment.ActivityTest
	negated bool
}

// atZero reports whether the test holds for a contact without any selected
// activity: there count and sum are zero, and all else is missing.
func (t test) atZero() bool {
	holds := false
	if t.Aggregate == segment.Count || t.Aggregate == segment.Sum {
		c := cmp.Compare(0, t.Bound)
		switch t.Op {
		case segment.Equals:
			holds = c == 0
		case segment.Less:
			holds = c < 0
		case segment.AtMost:
			holds = c <= 0
		case segment.Greater:
			holds = c > 0
		case segment.AtLeast:
			holds = c >= 0
		}
	}
	return holds != t.negated
}

// source names the rows over which a test is computed; tests with the same
// source are computed together.
func (t test) source() string {
	if t.onRollup() {
		return fmt.Sprintf("rollup %q %q", t.Kind, t.category())
	}
	return fmt.Sprintf("raw %q %q %q %q %q %d %d", t.Kind, t.Channels, t.Direction, t.Categories, t.SKUs,
		t.From.UnixMicro(), t.To.UnixMicro())
}

func (t test) category() string {
	if len(t.Categories) == 0 {
		return ""
	}
	return t.Categories[0]
}

// groupTests puts tests with the same source together, in order of their first
// appearance.
func groupTests(tests []test) [][]test {
	var groups [][]test
	index := map[string]int{}
	for _, t := range tests {
		i, known := index[t.source()]
		if !known {
			i = len(groups)
			index[t.source()] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], t)
	}
	return groups
}

// group compiles the conjunction of tests with one source. A contact without
// a row in the source has to be answered too: where one test is false at zero,
// the conjunction is, and the contact is in when it is among those that
// satisfy all. Where all are true at zero, the contact is in unless it is among
// those that break one.
func (c *compiler) group(tests []test, alias string) frag {
	atZero := true
	for _, t := range tests {
		atZero = atZero && t.atZero()
	}
	having := make([]frag, len(tests))
	s := c.alias()
	for i, t := range tests {
		having[i] = c.having(t, s, t.negated != atZero)
	}
	word := " AND "
	if atZero {
		word = " OR "
	}
	return c.link(tests, s, alias, join(word, having...), atZero)
}

// link ties the contacts whose group satisfies the condition to the contact
// row, or, negated, keeps the others.
func (c *compiler) link(tests []test, s, alias string, having frag, negated bool) frag {
	t := tests[0]
	group := raw(" GROUP BY " + s + ".contact_id HAVING ")
	if c.form == handful {
		exists := "EXISTS ("
		if negated {
			exists = "NOT EXISTS ("
		}
		return cat(raw(exists+"SELECT 1 "), c.from(t, s, alias+".id"), group, having, raw(")"))
	}
	set := c.define(cat(raw("SELECT "+s+".contact_id "), c.from(t, s, ""), narrow(tests, s), group, having))
	switch {
	case !negated:
		return cat(raw(alias+".id IN ("), set, raw(")"))
	case c.dialect.materialize: // an anti-join; NOT IN would be none
		return cat(raw("NOT EXISTS ("), set, raw(" AS y WHERE y.contact_id = "+alias+".id)"))
	}
	// contact_id is never NULL, so this is plain complement.
	return cat(raw(alias+".id NOT IN ("), set, raw(")"))
}

// from selects the rows of the source under the alias s, those of one contact
// where one is given.
func (c *compiler) from(t test, s, contact string) frag {
	if !t.onRollup() {
		return c.fromRaw(t, s, contact)
	}
	f := raw("FROM "+c.table("rollup")+" AS "+s+" WHERE "+s+".tenant_id = ? AND "+s+".kind = ? AND "+s+".category = ?",
		c.tenant, string(t.Kind), t.category())
	if contact != "" {
		f.sql += " AND " + s + ".contact_id = " + contact
	}
	return f
}

// fromRaw selects activities, or the items of activities where the test looks
// at items. For one contact the indexes that begin with the kind are of no
// use, and SQLite must be told so.
func (c *compiler) fromRaw(t test, s, contact string) frag {
	kind := s + ".kind"
	if contact != "" {
		kind = c.dialect.unindexed + kind
	}
	table, rows := "activity", s
	if t.OnItems() {
		table = "activity_item"
	}
	from := "FROM " + c.table(table) + " AS " + s
	if t.OnItems() && (t.Direction != "" || len(t.Channels) > 0) {
		rows = c.alias()
		from += " JOIN " + c.table("activity") + " AS " + rows + " ON " + rows + ".tenant_id = " + s + ".tenant_id AND " +
			rows + ".contact_id = " + s + ".contact_id AND " + rows + ".id = " + s + ".activity_id"
	}
	where := []frag{
		raw(s+".tenant_id = ?", c.tenant), raw(kind+" = ?", string(t.Kind)),
		raw(s+".at >= ?", t.From.UnixMicro()), raw(s+".at < ?", t.To.UnixMicro()),
	}
	if contact != "" {
		where = append(where, raw(s+".contact_id = "+contact))
	}
	if t.Direction != "" {
		where = append(where, raw(rows+".direction = ?", string(t.Direction)))
	}
	channels := make([]string, len(t.Channels))
	for i, ch := range t.Channels {
		channels[i] = string(ch)
	}
	where = oneOf(where, rows+".channel", channels)
	where = oneOf(where, s+".category", t.Categories)
	where = oneOf(where, s+".sku", t.SKUs)
	return cat(raw(from+" WHERE "), join(" AND ", where...))
}

// oneOf adds "column IN (list)" where the list is not empty.
func oneOf(where []frag, column string, list []string) []frag {
	switch len(list) {
	case 0:
		return where
	case 1:
		return append(where, raw(column+" = ?", list[0]))
	}
	values := make([]any, len(list))
	for i, v := range list {
		values[i] = v
	}
	return append(where, raw(column+" IN (?"+strings.Repeat(", ?", len(list)-1)+")", values...))
}

// having compiles the test, or its negation, into a condition on the group of
// one contact. A contact with a group has at least one selected row.
func (c *compiler) having(t test, s string, negated bool) frag {
	f := c.rawHaving(t, s)
	if t.onRollup() {
		f = c.rollupHaving(t, s)
	}
	if negated {
		return cat(raw("NOT "), f)
	}
	return f
}

// rawHaving computes the aggregate over activities or items.
func (c *compiler) rawHaving(t test, s string) frag {
	op := " " + operator(t.Op) + " ?"
	switch t.Aggregate {
	case segment.Count:
		if t.OnItems() {
			return raw("(COUNT(DISTINCT "+s+".activity_id)"+op+")", t.Bound)
		}
		return raw("(COUNT(*)"+op+")", t.Bound)
	case segment.First:
		return raw("(MIN("+s+".at)"+op+")", t.Bound)
	case segment.Last:
		return raw("(MAX("+s+".at)"+op+")", t.Bound)
	}
	amount := "CASE WHEN " + s + ".currency = ? THEN " + s + ".amount END"
	switch t.Aggregate {
	case segment.Sum:
		return raw("(COALESCE(SUM("+amount+"), 0)"+op+")", t.Currency, t.Bound)
	case segment.Average:
		return raw("(COUNT("+amount+") > 0 AND SUM("+amount+") "+operator(t.Op)+" ? * COUNT("+amount+"))",
			t.Currency, t.Currency, t.Bound, t.Currency)
	}
	extreme := map[segment.Aggregate]string{segment.Min: "MIN", segment.Max: "MAX"}[t.Aggregate] + "(" + amount + ")"
	return raw("("+extreme+" IS NOT NULL AND "+extreme+op+")", t.Currency, t.Currency, t.Bound)
}
