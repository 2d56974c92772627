package querybuilder

import (
	"encoding/json"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// count writes a comparison of a number of elements.
func (w formatter) count(f *errs.Fields, r segment.Rule) (any, bool) {
	op, n, path := segment.Op(""), int64(0), "has"
	if r.Has != nil {
		op, n = r.Has.Op, r.Has.Number
	} else {
		op, n, path = r.Activity.Op, r.Activity.Number, "activity"
	}
	name, l, where, ok := w.listOf(r)
	if !ok {
		return nil, false
	}
	switch op { // whole numbers
	case segment.Greater:
		op, n = segment.AtLeast, n+1
	case segment.Less:
		if op, n = segment.AtMost, n-1; n < 0 {
			return not(and()), true
		}
	}
	match := matchJSON{Mode: modes[op], Threshold: threshold(n)}
	switch {
	case op == segment.AtLeast && n == 1:
		match = matchJSON{Mode: "some"}
	case op != segment.AtLeast && n == 0 && where.Not != nil:
		match, where = matchJSON{Mode: "all"}, *where.Not
	case op != segment.AtLeast && n == 0:
		match = matchJSON{Mode: "none"}
	}
	return w.matching(f.At(path+".where"), name, l, where, match), true
}

var modes = map[segment.Op]string{segment.AtLeast: "atLeast", segment.AtMost: "atMost", segment.Equals: "exactly"}

func threshold(n int64) *segment.Literal {
	l := segment.Literal(contact.Int(n))
	return &l
}

func (w formatter) matching(f *errs.Fields, name string, l List, where segment.Rule, m matchJSON) ruleJSON {
	return ruleJSON{Field: name, Operator: "=", Value: w.group(f, where, l.scope()), Match: &m}
}

// listOf finds the list whose elements a rule counts, and what is asked of
// them beside belonging to it.
func (w formatter) listOf(r segment.Rule) (string, List, segment.Rule, bool) {
	for name := range sorted(w.Fields) {
		l, ok := w.Fields[name].(List)
		if !ok || !l.check(&errs.Fields{}) {
			continue
		}
		if r.Has != nil && r.Has.List == l.Elements {
			where := segment.Everyone()
			if r.Has.Where != nil {
				where = *r.Has.Where
			}
			return name, l, where, true
		}
		if r.Activity == nil || l.Elements != "" {
			continue
		}
		if where, ok := l.rest(r.Activity.Measure); ok {
			return name, l, where, true
		}
	}
	return "", List{}, segment.Rule{}, false
}

// rest gives what a measure of the list's elements asks beside belonging to
// it; false where it measures something else.
func (l List) rest(m segment.Measure) (segment.Rule, bool) {
	all := l.measure(nil)
	belongs, where := all.Where, m.Where
	all.Where, m.Where = nil, nil
	if !same(all, m) {
		return segment.Rule{}, false
	}
	switch {
	case belongs == nil && where == nil, belongs != nil && where != nil && same(*belongs, *where):
		return segment.Everyone(), true
	case belongs == nil:
		return *where, true
	case where != nil && len(where.All) == 2 && same(*belongs, where.All[0]):
		return where.All[1], true
	}
	return segment.Rule{}, false
}

// isShare reports whether a rule has the form of List.share.
func isShare(r segment.Rule) bool {
	if len(r.Any) != 2 || r.Any[0].Activity == nil || r.Any[1].Ratio == nil {
		return false
	}
	none, ratio := r.Any[0].Activity, r.Any[1].Ratio
	v := ratio.Value.Number
	return none.Op == segment.Equals && none.Number == 0 && same(none.Measure, ratio.Per) &&
		modes[ratio.Op] != "" && v > 0 && v < contact.NumberScale
}

// share writes what List.share makes.
func (w formatter) share(f *errs.Fields, r segment.Rule) (any, bool) {
	ratio := r.Any[1].Ratio
	name, l, all, ok := w.listOf(r.Any[0])
	if !ok || all.All == nil || len(all.All) > 0 {
		return nil, false
	}
	where, ok := l.rest(ratio.Of)
	if !ok {
		return nil, false
	}
	m := matchJSON{Mode: modes[ratio.Op], Threshold: &ratio.Value}
	return w.matching(f.At("where"), name, l, where, m), true
}

// same reports whether two parts of rules are written alike.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	y, other := json.Marshal(b)
	return err == nil && other == nil && string(x) == string(y)
}
