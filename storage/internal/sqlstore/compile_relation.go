package sqlstore

import (
	"github.com/stammkunde/crm/segment"
)

// sequence gives the set of those for whom that did, or did not, follow.
func (c *compiler) sequence(t *segment.SequenceTest, negated bool) set {
	rows := func(contact string) frag {
		a, b := c.alias(), c.alias()
		first, then := test{ActivityTest: t.First}, test{ActivityTest: t.Then}
		if contact == "" {
			c.notes.activities(first, "for each of them it is looked up what followed")
		}
		f := cat(raw("SELECT "+a+".contact_id "), c.fromRaw(first, a, contact))
		if t.Absent {
			f = cat(f, raw(" AND "+a+".at <= ?", t.Now.Add(-t.Span).UnixMicro()))
		}
		followed := cat(raw("EXISTS (SELECT 1 "), c.fromRaw(then, b, a+".contact_id"),
			raw(" AND "+b+".at > "+a+".at AND "+b+".at <= "+a+".at + ?"+c.dialect.fence+")", t.Span.Microseconds()))
		return cat(f, raw(" AND "), not(followed, t.Absent))
	}
	return set{rows: rows, complement: negated, repeats: true}
}

// ratio gives the set of those whose measures compare so. A contact without
// rows of the second is out, so these rows lead.
func (c *compiler) ratio(t *segment.RatioTest, negated bool) set {
	of, per := test{ActivityTest: t.Of}, test{ActivityTest: t.Per}
	const (
		limit   = int64(segment.RatioLimit)
		noRatio = "no rollup answers a ratio"
	)
	rows := func(contact string) frag {
		if contact == "" {
			c.notes.activities(per, noRatio)
			c.notes.activities(of, noRatio)
		}
		s, sums, other := c.alias(), c.alias(), c.alias()
		dividend := cat(raw("(SELECT "), aggregated(of, other), raw(" "), c.fromRaw(of, other, sums+".contact_id"), raw(")"))
		if contact == "" {
			dividend = raw("COALESCE(" + other + ".v, 0)")
		}
		divisors := cat(raw("SELECT "+s+".contact_id, "), aggregated(per, s), raw(" AS v "), c.fromRaw(per, s, contact), raw(" GROUP BY "+s+".contact_id"))
		f := cat(raw("SELECT "+sums+".contact_id FROM ("), divisors, raw(") AS "+sums))
		if contact == "" {
			x := c.alias()
			f = cat(f, raw(" LEFT JOIN (SELECT "+x+".contact_id, "), aggregated(of, x), raw(" AS v "), c.fromRaw(of, x, ""),
				raw(" GROUP BY "+x+".contact_id) AS "+other+" ON "+other+".contact_id = "+sums+".contact_id"))
		}
		return cat(f, raw(" WHERE "+sums+".v > 0 AND "+sums+".v <= ? AND ", limit), dividend, raw(" BETWEEN ? AND ? AND ", -limit, limit),
			dividend, raw(" * 1000 "+operator(t.Op)+" ? * "+sums+".v", t.Bound))
	}
	return set{rows: rows, complement: negated}
}

// ranked selects, under the name v, the values of all contacts that take part
// in a rank.
func (c *compiler) ranked(t segment.RankTest) frag {
	of, s := test{ActivityTest: t.Of}, c.alias()
	value := aggregated(of, s)
	from := c.fromRaw(of, s, "")
	var has frag
	switch of.Aggregate {
	case segment.Count, segment.Items, segment.Distinct:
		has = cat(value, raw(" > 0"))
	default:
		has = cat(raw("COUNT("), measure(of, s), raw(") > 0"))
	}
	return cat(raw("SELECT "), value, raw(" AS v "), from, raw(" GROUP BY "+s+".contact_id HAVING "), has)
}
