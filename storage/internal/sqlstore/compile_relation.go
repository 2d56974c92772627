package sqlstore

import (
	"github.com/stammkunde/crm/segment"
)

// sequence compiles "this, then (not) that, within so long".
func (c *compiler) sequence(t *segment.SequenceTest, alias string, negated bool) frag {
	return c.linked(alias, negated, func(contact string) frag {
		a, b := c.alias(), c.alias()
		first, then := test{ActivityTest: t.First}, test{ActivityTest: t.Then}
		span := t.Span.Microseconds()
		f := cat(raw("SELECT "+a+".contact_id "), c.fromRaw(first, a, contact))
		if t.Absent {
			f = cat(f, raw(" AND "+a+".at <= ?", t.Now.Add(-t.Span).UnixMicro()))
		}
		followed := cat(raw("EXISTS (SELECT 1 "), c.fromRaw(then, b, a+".contact_id"),
			raw(" AND "+b+".at > "+a+".at AND "+b+".at <= "+a+".at + ?)", span))
		return cat(f, raw(" AND "), not(followed, t.Absent))
	})
}

// ratio compiles the comparison of two measures. A contact without rows of the
// second is out, so for the population its rows lead.
func (c *compiler) ratio(t *segment.RatioTest, alias string, negated bool) frag {
	of, per := test{ActivityTest: t.Of}, test{ActivityTest: t.Per}
	const limit = int64(segment.RatioLimit)
	holds := func(x, y frag) frag {
		return cat(y, raw(" > 0 AND "), y, raw(" <= ? AND ", limit), x, raw(" BETWEEN ? AND ? AND ", -limit, limit),
			x, raw(" * 1000 "+operator(t.Op)+" ? * ", t.Bound), y)
	}
	if c.form == handful {
		one := func(t test) frag {
			s := c.alias()
			from := c.fromRaw(t, s, alias+".id")
			return cat(raw("(SELECT "), aggregated(t, s), raw(" "), from, raw(")"))
		}
		return not(cat(raw("("), holds(one(of), one(per)), raw(")")), negated)
	}
	return c.linked(alias, negated, func(string) frag {
		all := func(t test) frag {
			s := c.alias()
			from := c.fromRaw(t, s, "")
			return cat(raw("(SELECT "+s+".contact_id, "), aggregated(t, s), raw(" AS v "), from, raw(" GROUP BY "+s+".contact_id)"))
		}
		x, y := c.alias(), c.alias()
		return cat(raw("SELECT "+y+".contact_id FROM "), all(per), raw(" AS "+y+" LEFT JOIN "), all(of),
			raw(" AS "+x+" ON "+x+".contact_id = "+y+".contact_id WHERE "), holds(raw("COALESCE("+x+".v, 0)"), raw(y+".v")))
	})
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
