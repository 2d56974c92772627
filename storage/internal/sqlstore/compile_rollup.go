package sqlstore

import (
	"time"

	"github.com/stammkunde/crm/segment"
)

// ever is where windows without a beginning begin; no activity lies before it.
var ever = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)

// onRollup reports whether the rollup of (kind, category) can answer the test.
// It keeps, per contact and currency, the number of activities and items, the
// total, and the first and last instant, over all time. That answers
//
//   - any test without a beginning, and
//   - "at least one" and "none" in any window,
//
// as long as no filter looks deeper than one category; rows that lie behind the
// window's end are told by their last instant, and then the activities
// themselves are asked.
func (t test) onRollup() bool {
	if t.Kind == "" || len(t.Channels) > 0 || t.Direction != "" || len(t.Campaigns) > 0 || len(t.SKUs) > 0 ||
		len(t.Categories) > 1 || t.Where != nil || t.Of != nil {
		return false
	}
	switch t.Aggregate {
	case segment.Min, segment.Max, segment.Items, segment.Distinct:
		return false
	case segment.Count:
		if _, ok := t.exists(); ok {
			return true
		}
	}
	return !t.From.After(ever)
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

// narrow adds a condition on single rollup rows, so that an index range
// suffices, where all tests ask for existence: rows that end before every
// window hold nothing that such a test could see.
func narrow(tests []test, s string) frag {
	from := tests[0].From
	for _, t := range tests {
		if _, ok := t.exists(); !ok || !t.onRollup() {
			return frag{}
		}
		if t.From.Before(from) {
			from = t.From
		}
	}
	return raw(" AND "+s+".last_at >= ?", from.UnixMicro())
}

// rollupHaving answers the test from the rollup rows of one contact, one per
// currency.
func (c *compiler) rollupHaving(t test, s string) frag {
	from, to := t.From.UnixMicro(), t.To.UnixMicro()
	if some, ok := t.exists(); ok {
		f := cat(raw("(MAX("+s+".last_at) >= ? AND MIN("+s+".first_at) < ? AND (MAX("+s+".last_at) < ? OR MIN("+s+".first_at) >= ? OR EXISTS (SELECT 1 ",
			from, to, to, from), c.fromRaw(t, c.alias(), s+".contact_id"), raw(")))"))
		if some {
			return f
		}
		return cat(raw("NOT "), f)
	}
	// All rows lie before the window's end, or the activities are asked.
	inner := c.alias()
	return cat(
		raw("CASE WHEN MAX("+s+".last_at) < ? THEN ", to), rollupTest(t, s),
		raw(" ELSE (SELECT "), c.answer(t, inner), raw(" "), c.fromRaw(t, inner, s+".contact_id"), raw(") END"),
	)
}

// answer is rawHaving for a selection that may be empty.
func (c *compiler) answer(t test, s string) frag {
	f := c.rawHaving(t, s)
	if t.Aggregate == segment.First || t.Aggregate == segment.Last {
		return cat(raw("COALESCE("), f, raw(", FALSE)"))
	}
	return f
}

// rollupTest computes the aggregate over rollup rows.
func rollupTest(t test, s string) frag {
	op := " " + operator(t.Op) + " ?"
	of := func(column string) string {
		return "SUM(CASE WHEN " + s + ".currency = ? THEN " + s + "." + column + " ELSE 0 END)"
	}
	switch t.Aggregate {
	case segment.Count:
		return raw("(SUM("+s+".activities)"+op+")", t.Bound)
	case segment.First:
		return raw("(MIN("+s+".first_at)"+op+")", t.Bound)
	case segment.Last:
		return raw("(MAX("+s+".last_at)"+op+")", t.Bound)
	case segment.Sum:
		return raw("("+of("total")+op+")", t.Currency, t.Bound)
	}
	values := "activities"
	if t.OnItems() {
		values = "items"
	}
	return raw("("+of(values)+" > 0 AND "+of("total")+" "+operator(t.Op)+" ? * "+of(values)+")",
		t.Currency, t.Currency, t.Bound, t.Currency)
}
