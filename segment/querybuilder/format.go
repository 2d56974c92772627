package querybuilder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// Format writes a rule as a query, from which Parse makes a rule of the same
// meaning; one that came from Parse comes back as it was. It returns
// errs.ErrInvalid when the rule is not valid, or says what the query builder
// has no words for or the mapping no field, with the path inside the rule.
func Format(r segment.Rule, m Mapping) ([]byte, error) {
	if err := segment.Check(r, m.custom()); err != nil {
		return nil, err
	}
	var f errs.Fields
	w := formatter{m}
	g := w.group(f.At("rule"), r, m.scope())
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(g); err != nil || out.Len() > MaxBytes {
		f.Add("rule", "too_large", fmt.Sprintf("must have at most %d bytes as a query", MaxBytes))
	}
	if err := f.Err("querybuilder.Format"); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

type groupJSON struct {
	Combinator string `json:"combinator"`
	Not        bool   `json:"not,omitempty"`
	Rules      []any  `json:"rules"`
}

type ruleJSON struct {
	Field       string     `json:"field"`
	Operator    string     `json:"operator"`
	ValueSource string     `json:"valueSource,omitempty"`
	Value       any        `json:"value"`
	Match       *matchJSON `json:"match,omitempty"`
}

type matchJSON struct {
	Mode      string           `json:"mode"`
	Threshold *segment.Literal `json:"threshold,omitempty"`
}

func and(rules ...any) groupJSON {
	return groupJSON{Combinator: "and", Rules: append([]any{}, rules...)}
}

func or(rules ...any) groupJSON { return groupJSON{Combinator: "or", Rules: rules} }

func not(rule any) groupJSON {
	g := and(rule)
	g.Not = true
	return g
}

type formatter struct{ Mapping }

// group writes a rule as a group.
func (w formatter) group(f *errs.Fields, r segment.Rule, s scope) groupJSON {
	switch {
	case r.All != nil:
		return and(w.list(f.At("all"), r.All, s)...)
	case len(r.Any) > 0 && !isShare(r):
		return or(w.list(f.At("any"), r.Any, s)...)
	case r.Not != nil && (len(r.Not.All) > 0 || len(r.Not.Any) > 0 && !isShare(*r.Not)):
		g := w.group(f.At("not"), *r.Not, s)
		g.Not = true
		return g
	}
	n := w.node(f, r, s)
	if g, ok := n.(groupJSON); ok {
		return g
	}
	return and(n)
}

func (w formatter) list(f *errs.Fields, rules []segment.Rule, s scope) []any {
	list := make([]any, len(rules))
	for i, r := range rules {
		list[i] = w.node(f.At(at("", i)), r, s)
	}
	return list
}

// node writes a rule as a rule of the query builder, or else as a group.
func (w formatter) node(f *errs.Fields, r segment.Rule, s scope) any {
	if leaf, ok := w.leaf(f, r, false, s); ok {
		return leaf
	}
	switch {
	case r.All != nil, len(r.Any) > 0 && !isShare(r):
		return w.group(f, r, s)
	case r.Any != nil && len(r.Any) == 0:
		return not(and())
	case r.Not == nil:
		f.Add("", "unsayable", "cannot be said in the query builder with the fields of the mapping")
		return nil
	}
	if leaf, ok := w.leaf(f.At("not"), *r.Not, true, s); ok {
		return leaf
	}
	if (len(r.Not.All) > 0 || len(r.Not.Any) > 0) && !isShare(*r.Not) {
		return w.group(f, r, s)
	}
	return not(w.node(f.At("not"), *r.Not, s))
}

// leaf writes a rule, or its negation, as one rule of the query builder; false
// when it has no such rule.
func (w formatter) leaf(f *errs.Fields, r segment.Rule, negated bool, s scope) (any, bool) {
	switch {
	case r.Field != nil:
		return w.field(*r.Field, negated, s)
	case r.Consent != nil:
		return w.named(string(r.Consent.Is), negated, func(t Target) bool {
			c, ok := t.(Consent)
			return ok && *c.rule(string(r.Consent.Is)).Consent == *r.Consent
		})
	case r.Segment != "":
		return w.named(r.Segment, negated, func(t Target) bool { _, ok := t.(Segment); return ok })
	case negated:
		return nil, false
	case r.Has != nil, r.Activity != nil:
		return w.count(f, r)
	case isShare(r):
		return w.share(f.At("any[1].ratio.of"), r)
	}
	return w.outside(r, s)
}

// named writes a comparison with a name.
func (w formatter) named(name string, negated bool, is func(Target) bool) (any, bool) {
	for field := range sorted(w.Fields) {
		if is(w.Fields[field]) {
			return ruleJSON{Field: field, Operator: operatorOf(segment.Equals, negated), Value: name}, true
		}
	}
	return nil, false
}

// sorted iterates over the names of targets in their order.
func sorted(targets map[string]Target) func(func(string) bool) {
	return slices.Values(slices.Sorted(maps.Keys(targets)))
}
