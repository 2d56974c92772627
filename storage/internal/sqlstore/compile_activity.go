package sqlstore

import (
	"cmp"
	"fmt"

	"github.com/stammkunde/crm/contact"
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
	zero := false
	switch t.Aggregate {
	case segment.Count, segment.Items, segment.Distinct, segment.Sum:
		zero = holds(cmp.Compare(0, t.Bound), t.Op)
	}
	return zero != t.negated
}

// source names the rows over which a test is computed; tests with the same
// source are computed together.
func (t test) source() string {
	if t.onRollup() {
		return fmt.Sprintf("rollup %q %q", t.Kind, t.category())
	}
	of := ""
	if t.Of != nil {
		of = fmt.Sprintf("%s %v %s", t.Of.Name, t.Of.Custom, t.Of.Type)
	}
	return fmt.Sprintf("raw %q %q %q %v %q %q %p %v %q %d %d", t.Kind, t.Channels, t.Direction, t.Campaigns, t.Categories, t.SKUs,
		t.Where, t.Items, of, t.From.UnixMicro(), t.To.UnixMicro())
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

// group gives the conjunction of tests with one source as a set. A contact without
// a row in the source has to be answered too: where one test is false at zero,
// the conjunction is, and the contact is in when it is among those that
// satisfy all. Where all are true at zero, the contact is in unless it is among
// those that break one.
func (c *compiler) group(tests []test) set {
	atZero := true
	for _, t := range tests {
		atZero = atZero && t.atZero()
	}
	word := " AND "
	if atZero {
		word = " OR "
	}
	rows := func(contact string) frag {
		if contact == "" {
			c.notes.tests(tests)
		}
		if tests[0].onRollup() {
			return c.rollup(tests, contact, atZero)
		}
		s := c.alias()
		having := make([]frag, len(tests))
		for i, t := range tests {
			having[i] = not(c.rawHaving(t, s), t.negated != atZero)
		}
		return cat(raw("SELECT "+s+".contact_id "), c.fromRaw(tests[0], s, contact),
			raw(" GROUP BY "+s+".contact_id HAVING "), join(word, having...))
	}
	return set{rows: rows, complement: atZero}
}

// measure gives the column that is aggregated, NULL where there is nothing.
func measure(t test, s string) frag {
	switch {
	case t.Of == nil:
		return raw("CASE WHEN "+s+".currency = ? THEN "+s+".amount END", t.Currency)
	case t.Of.Custom:
		return raw(dataAlias(s) + "." + typed[t.Of.Type])
	case t.Of.Type == contact.TypeNumber:
		return raw(s + ".quantity")
	}
	value, _ := event{s, t.Items}.column(t.Of)
	return raw(value)
}

// aggregated gives the aggregate over activities or items, which is NULL where
// it is missing. Average has none: it is compared by multiplying out.
func aggregated(t test, s string) frag {
	switch t.Aggregate {
	case segment.Count:
		if t.rowsAreItems() {
			return raw("COUNT(DISTINCT " + s + ".activity_id)")
		}
		return raw("COUNT(*)")
	case segment.Items:
		return raw("COUNT(*)")
	case segment.First:
		return raw("MIN(" + s + ".at)")
	case segment.Last:
		return raw("MAX(" + s + ".at)")
	case segment.Distinct:
		return cat(raw("COUNT(DISTINCT "), measure(t, s), raw(")"))
	case segment.Sum:
		return cat(raw("COALESCE(SUM("), measure(t, s), raw("), 0)"))
	}
	name := map[segment.Aggregate]string{segment.Min: "MIN(", segment.Max: "MAX("}[t.Aggregate]
	return cat(raw(name), measure(t, s), raw(")"))
}

// rawHaving compares the aggregate over activities or items.
func (c *compiler) rawHaving(t test, s string) frag {
	value, op := aggregated(t, s), operator(t.Op)
	switch t.Aggregate {
	case segment.Average:
		m := measure(t, s)
		return cat(raw("(COUNT("), m, raw(") > 0 AND SUM("), m, raw(") "+op+" ? * COUNT(", t.Bound), m, raw("))"))
	case segment.Min, segment.Max:
		return cat(raw("("), value, raw(" IS NOT NULL AND "), value, raw(" "+op+" ?)", t.Bound))
	}
	return cat(raw("("), value, raw(" "+op+" ?)", t.Bound))
}
