package querybuilder

import (
	"encoding/json"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// modeOf gives the match mode of a rule in lower case, empty for none.
func modeOf(m map[string]any) string {
	match, _ := m["match"].(map[string]any)
	mode, _ := match["mode"].(string)
	return strings.ToLower(mode)
}

// match reads a rule on the elements of a list; false when it is left out.
func (p *parser) match(f *errs.Fields, l List, m map[string]any, mode string, depth int) (segment.Rule, bool) {
	if !l.check(f) || !isGroup(m["value"]) {
		return segment.Rule{}, false
	}
	where := p.group(f.At("value"), m["value"].(map[string]any), depth+1, l.scope())
	switch mode {
	case "all":
		where = segment.Not(where)
		return l.count(&where, segment.Equals, 0), true
	case "none":
		return l.count(&where, segment.Equals, 0), true
	case "some":
		return l.count(&where, segment.AtLeast, 1), true
	case "atleast", "atmost", "exactly":
		threshold, ok := m["match"].(map[string]any)["threshold"].(json.Number)
		if !ok {
			return segment.Rule{}, false
		}
		return l.threshold(f, where, mode, threshold)
	}
	f.Add("match.mode", "unknown_mode", "must be all, some, none, atLeast, atMost or exactly")
	return segment.Rule{}, false
}

// threshold compares how many elements fit with a number, or with a share of
// all.
func (l List) threshold(f *errs.Fields, where segment.Rule, mode string, threshold json.Number) (segment.Rule, bool) {
	v, ok := number(threshold.String())
	const one, step = contact.NumberScale, contact.NumberScale / 1000
	n := v.Number
	op := map[string]segment.Op{"atleast": segment.AtLeast, "atmost": segment.AtMost, "exactly": segment.Equals}[mode]
	switch {
	case !ok || n > 1_000_000_000*one:
		f.Add("match.threshold", "out_of_range", "must be a number up to 1,000,000,000 with at most six decimals")
		return segment.Rule{}, false
	case n < 0:
		return segment.Rule{}, false
	case n > 0 && n < one && n%step != 0:
		f.Add("match.threshold", "out_of_range", "must have at most three decimals where it is a share")
		return segment.Rule{}, false
	case n > 0 && n < one && l.Elements != "":
		f.Add("match.threshold", "operator", "must be a whole number for a list in the record, which rules cannot compare with a share")
		return segment.Rule{}, false
	case n > 0 && n < one:
		return l.share(where, op, segment.Literal(v)), true
	case op == segment.Equals && n%one != 0:
		return nobody(), true
	case op == segment.AtLeast:
		n += one - 1
	case n < one: // at most or exactly none
		op = segment.Equals
	}
	return l.count(&where, op, n/one), true
}

// share compares how many of the elements fit with a share of all of them; it
// is true where there are none.
func (l List) share(where segment.Rule, op segment.Op, share segment.Literal) segment.Rule {
	ratio := segment.RatioCondition{Of: l.measure(&where), Per: l.measure(nil), Op: op, Value: share}
	return segment.Any(l.count(nil, segment.Equals, 0), segment.Rule{Ratio: &ratio})
}

// count compares the number of elements on which a rule holds; nil means all.
func (l List) count(where *segment.Rule, op segment.Op, n int64) segment.Rule {
	if l.Elements != "" {
		return segment.Rule{Has: &segment.HasCondition{List: l.Elements, Where: where, Op: op, Number: n}}
	}
	return segment.Rule{Activity: &segment.ActivityCondition{Measure: l.measure(where), Op: op, Number: n}}
}

// measure counts the activities or items on which a rule holds too.
func (l List) measure(where *segment.Rule) segment.Measure {
	m := segment.Measure{Aggregate: segment.Count}
	if l.Activities != nil {
		m.Selection = *l.Activities
	}
	if l.Items != nil {
		m.Aggregate, m.Selection = segment.Items, *l.Items
	}
	switch {
	case where != nil && m.Where != nil:
		both := segment.All(*m.Where, *where)
		m.Where = &both
	case where != nil:
		m.Where = where
	}
	m.Selection = segment.Rule{Activity: &segment.ActivityCondition{Measure: m}}.Clone().Activity.Selection
	return m
}

// plain reads a rule without match on a list of plain values: one of them
// fits, or for a negated operator none of them does.
func (p *parser) plain(f *errs.Fields, l List, c comparison) (segment.Rule, bool) {
	if !l.check(f) {
		return segment.Rule{}, false
	}
	switch {
	case c.op == segment.Missing:
		return l.some(segment.Everyone(), !c.negated), true
	case c.ofField:
		f.Add("valueSource", "operator", "must be a value, because elements are not compared with fields of the contact")
		return segment.Rule{}, false
	}
	field, ok := l.Fields[""]
	if !ok {
		f.Add("match", "required", "must tell how many elements fit, because they are no plain values")
		return segment.Rule{}, false
	}
	none := c.negated
	c.negated = false
	r, ok := p.field(f, field, c, l.scope())
	return l.some(segment.All(r), none), ok
}

// some is true when one element fits, or none of them.
func (l List) some(where segment.Rule, none bool) segment.Rule {
	if none {
		return l.count(&where, segment.Equals, 0)
	}
	return l.count(&where, segment.AtLeast, 1)
}
