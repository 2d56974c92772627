package sqlstore

import (
	"time"

	"github.com/stammkunde/crm/segment"
)

// ever is where windows without a beginning begin; no activity lies before it.
var ever = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)

// onRollup reports whether the rollup of (kind, category) can answer the test.
// It keeps, per contact, the number of activities and of amounts, the total,
// and the first and last instant, over all time. That answers
//
//   - any test without a beginning, and
//   - "at least one" and "none" in any window,
//
// as long as no filter looks deeper than one category; rows that lie behind the
// window's end are told by their last instant, and amounts in several
// currencies by the currency, and then the activities themselves are asked.
func (t test) onRollup() bool { return t.beyondRollup() == "" }

// beyondRollup says why the rollup cannot answer the test, empty where it can.
func (t test) beyondRollup() string {
	switch {
	case t.Kind == "":
		return "no rollup is over all kinds"
	case len(t.Channels) > 0 || t.Direction != "" || len(t.Campaigns) > 0:
		return "no rollup knows channel, direction or campaign"
	case len(t.SKUs) > 0 || len(t.Categories) > 1:
		return "a rollup is over one category"
	case t.Where != nil:
		return "no rollup knows single fields"
	case t.Of != nil:
		return "no rollup knows numbers other than amounts"
	}
	switch t.Aggregate {
	case segment.Min, segment.Max, segment.Items, segment.Distinct:
		return "no rollup answers " + aggregateWords[t.Aggregate]
	case segment.Count:
		if _, ok := t.exists(); ok {
			return ""
		}
	}
	if t.windowed() {
		return "no rollup answers " + aggregateWords[t.Aggregate] + " in a window"
	}
	return ""
}

// exists reports whether a count asks for "at least one" (true) or "none"
// (false).
func (t test) exists() (some, ok bool) {
	if t.Aggregate != segment.Count {
		return false, false
	}
	switch {
	case t.Op == segment.AtLeast && t.Bound == 1, t.Op == segment.Greater && t.Bound == 0:
		return true, true
	case t.Op == segment.Equals && t.Bound == 0, t.Op == segment.AtMost && t.Bound == 0, t.Op == segment.Less && t.Bound == 1:
		return false, true
	}
	return false, false
}

// rollup selects, from the rollup, the contacts that satisfy all of the tests,
// or those that break one. For the population the rows are told apart by
// whether all of their activities lie before the windows' end, because then the
// conditions are plain. SQLite, which reads all rows, is asked the plain conditions first,
// so that it compares a row's last instant with the end once and not twice.
func (c *compiler) rollup(tests []test, contact string, breaking bool) frag {
	s := c.alias()
	rows := cat(raw("SELECT "+s+".contact_id FROM "+c.table("rollup")+" AS "+s+" WHERE "+s+".tenant_id = ? AND "+s+".kind = ? AND "+
		s+".category = ?", c.tenant, string(tests[0].Kind), tests[0].category()), c.ofContact(s, contact), raw(" AND "))
	any := c.rollupTests(tests, s, breaking, time.Time{})
	if contact != "" {
		return cat(rows, any)
	}
	end := tests[0].To
	for _, t := range tests {
		if t.To.After(end) {
			end = t.To
		}
	}
	past, to := c.rollupTests(tests, s, breaking, end), end.UnixMicro()
	if c.dialect.apart {
		return cat(raw("("), rows, raw(s+".last_at < ? AND ", to), past, raw(" UNION ALL "), rows, raw(s+".last_at >= ? AND ", to), any, raw(")"))
	}
	return cat(rows, raw("("), past, raw(" OR "+s+".last_at >= ?) AND ("+s+".last_at < ? OR ", to, to), any, raw(")"))
}

// rollupTests joins the tests on a row whose last instant lies before the end,
// or on any row where no end is given.
func (c *compiler) rollupTests(tests []test, s string, breaking bool, end time.Time) frag {
	list := make([]frag, len(tests))
	for i, t := range tests {
		t.negated = t.negated != breaking
		if t.To.Equal(end) {
			list[i] = c.pastTest(t, s)
		} else {
			list[i] = c.rollupTest(t, s)
		}
	}
	if breaking {
		return cat(raw("("), join(" OR ", list...), raw(")"))
	}
	return cat(raw("("), join(" AND ", list...), raw(")"))
}

// rollupTest answers the test from a row of the rollup, whatever lies in it.
func (c *compiler) rollupTest(t test, s string) frag {
	from, to := t.From.UnixMicro(), t.To.UnixMicro()
	if some, ok := t.exists(); ok {
		seen := raw("("+s+".last_at >= ? AND "+s+".first_at < ? AND ("+s+".last_at < ? OR "+s+".first_at >= ? OR EXISTS (SELECT 1 ",
			from, to, to, from)
		return not(cat(seen, c.fromRaw(t, c.alias(), s+".contact_id"), raw(")))")), some == t.negated)
	}
	return cat(raw("CASE WHEN "+s+".last_at < ? THEN ", to), c.pastTest(t, s), raw(" ELSE "), c.asked(t, s), raw(" END"))
}

// pastTest answers the test from a row of the rollup that lies before the end
// of its window as a whole.
func (c *compiler) pastTest(t test, s string) frag {
	if some, ok := t.exists(); ok {
		if some != t.negated {
			return raw(s+".last_at >= ?", t.From.UnixMicro())
		}
		return raw(s+".last_at < ?", t.From.UnixMicro())
	}
	compare := func(value string) frag { return raw("("+value+" "+operator(t.Op)+" ?)", t.Bound) }
	switch t.Aggregate {
	case segment.Count:
		return not(compare(s+".activities"), t.negated)
	case segment.First:
		return not(compare(s+".first_at"), t.negated)
	case segment.Last:
		return not(compare(s+".last_at"), t.negated)
	}
	// The amounts are in the currency, in another one, or in several.
	same := raw(s+".total "+operator(t.Op)+" ?", t.Bound)
	if t.Aggregate == segment.Average {
		same = raw(s+".total "+operator(t.Op)+" ? * "+s+".amounts", t.Bound)
	}
	parts := []frag{
		cat(raw(s+".currency = ? AND ", t.Currency), not(cat(raw("("), same, raw(")")), t.negated)),
		cat(raw(s+".currency = ? AND ", mixed), c.asked(t, s)),
	}
	if t.atZero() {
		parts = append(parts, raw(s+".currency NOT IN (?, ?)", t.Currency, mixed))
	}
	return cat(raw("("), join(" OR ", parts...), raw(")"))
}

// asked answers the test, or its negation, from the activities of the contact
// of a row.
func (c *compiler) asked(t test, s string) frag {
	inner := c.alias()
	f := c.rawHaving(t, inner)
	if t.Aggregate == segment.First || t.Aggregate == segment.Last {
		f = cat(raw("COALESCE("), f, raw(", FALSE)")) // there may be none
	}
	return cat(raw("(SELECT "), not(f, t.negated), raw(" "), c.fromRaw(t, inner, s+".contact_id"), raw(")"))
}
