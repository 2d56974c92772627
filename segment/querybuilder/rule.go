package querybuilder

import (
	"regexp"
	"strings"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// placeholder is the name of a field or operator that is still to be chosen.
const placeholder = "~"

// operator is what an operator of the query builder means.
type operator struct {
	op      segment.Op
	negated bool
}

// operators are found by their names in lower case, as the query builder does.
var operators = map[string]operator{
	"=": {segment.Equals, false}, "!=": {segment.Equals, true},
	"<": {segment.Less, false}, ">": {segment.Greater, false},
	"<=": {segment.AtMost, false}, ">=": {segment.AtLeast, false},
	"contains": {segment.Contains, false}, "doesnotcontain": {segment.Contains, true},
	"beginswith": {segment.StartsWith, false}, "doesnotbeginwith": {segment.StartsWith, true},
	"endswith": {segment.EndsWith, false}, "doesnotendwith": {segment.EndsWith, true},
	"null": {segment.Missing, false}, "notnull": {segment.Missing, true},
	"in": {segment.OneOf, false}, "notin": {segment.OneOf, true},
	"between": {segment.Between, false}, "notbetween": {segment.Between, true},
}

// comparison is the operator and value of a rule.
type comparison struct {
	operator
	value   any
	ofField bool // the value names fields
}

// rule reads a rule; false when it is left out.
func (p *parser) rule(f *errs.Fields, m map[string]any, depth int, s scope) (segment.Rule, bool) {
	name, ok := m["field"].(string)
	if !ok {
		f.Add("field", "required", "must be the name of a field")
		return segment.Rule{}, false
	}
	if name == placeholder || m["operator"] == placeholder {
		return segment.Rule{}, false
	}
	target := s.targets[name]
	if target == nil {
		f.Add("field", "unknown_field", "is not mapped to anything")
		return segment.Rule{}, false
	}
	list, isList := target.(List)
	if mode := modeOf(m); mode != "" {
		if isList {
			return p.match(f, list, m, mode, depth)
		}
		f.Add("match", "unexpected", "is for lists only")
		return segment.Rule{}, false
	}
	c, ok := readComparison(f, m)
	if !ok {
		return segment.Rule{}, false
	}
	switch t := target.(type) {
	case List:
		return p.plain(f, t, c)
	case Field:
		return p.field(f, t, c, s)
	case Consent:
		return p.oneOf(f, c, t.rule)
	}
	return p.oneOf(f, c, segmentRule)
}

func readComparison(f *errs.Fields, m map[string]any) (comparison, bool) {
	name, _ := m["operator"].(string)
	op, known := operators[strings.ToLower(name)]
	if !known {
		f.Add("operator", "unknown_operator", "is none of the query builder's own operators")
		return comparison{}, false
	}
	source := m["valueSource"]
	if source != nil && source != "value" && source != "field" {
		f.Add("valueSource", "unknown_source", `must be "value" or "field"`)
		return comparison{}, false
	}
	c := comparison{op, m["value"], source == "field"}
	if c.op == segment.Equals && c.value == nil {
		c.op = segment.Missing
	}
	return c, true
}

// field reads a comparison of a field.
func (p *parser) field(f *errs.Fields, t Field, c comparison, s scope) (segment.Rule, bool) {
	var r segment.Rule
	ok := true
	switch {
	case c.op == segment.Missing:
		r = t.condition(c.op)
	case c.op == segment.Between:
		low, high, complete := p.bounds(f, t, c, s)
		if !complete {
			return segment.Rule{}, false
		}
		if r = between(low, high); c.negated {
			r = segment.Any(low(segment.Less), high(segment.Greater))
			c.negated = false
		}
	case c.op == segment.OneOf:
		r, ok = p.among(f, t, c, s)
	case c.ofField:
		r, ok = p.compare(f, "value", t, c.op, c.value, s)
	default:
		r, ok = p.constant(f, t, c.op, c.value)
	}
	if !ok {
		return segment.Rule{}, false
	}
	if c.negated {
		r = negate(r)
	}
	return r, p.check(f, s.whole(r), c)
}

// negate is Not, but does not pile up.
func negate(r segment.Rule) segment.Rule {
	if r.Not != nil {
		return *r.Not
	}
	return segment.Not(r)
}

// nobody is what the query builder can say for segment.Any().
func nobody() segment.Rule { return segment.Not(segment.All(segment.Everyone())) }

// condition makes a condition on the field.
func (t Field) condition(op segment.Op, values ...segment.Literal) segment.Rule {
	c := segment.FieldCondition{Name: t.Name, Op: op, Values: values, Folded: t.Folded && foldable(op)}
	return segment.Rule{Field: &c}
}

func foldable(op segment.Op) bool {
	switch op {
	case segment.Equals, segment.OneOf, segment.StartsWith, segment.EndsWith, segment.Contains:
		return true
	}
	return false
}

// compare makes a comparison with another field.
func (p *parser) compare(f *errs.Fields, path string, t Field, op segment.Op, other any, s scope) (segment.Rule, bool) {
	name, _ := other.(string)
	field, ok := s.targets[strings.TrimSpace(name)].(Field)
	if !ok {
		f.Add(path, "unknown_field", "is not mapped to a field")
		return segment.Rule{}, false
	}
	r := t.condition(op)
	r.Field.Other = field.Name
	return r, true
}

// oneOf reads a comparison with one or several names.
func (p *parser) oneOf(f *errs.Fields, c comparison, rule func(name string) segment.Rule) (segment.Rule, bool) {
	if c.ofField || c.op != segment.Equals && c.op != segment.OneOf {
		f.Add("operator", "operator", "must be =, !=, in or notIn, with a value")
		return segment.Rule{}, false
	}
	values, paths := []any{c.value}, func(int) string { return "value" }
	if c.op == segment.OneOf {
		values, paths = elements(c.value)
	}
	if !p.fewEnough(f, values) {
		return segment.Rule{}, false
	}
	rules := []segment.Rule{}
	for i, v := range values {
		name, _ := v.(string)
		r := rule(name)
		for _, field := range errs.FieldsOf(segment.Check(r, nil)) {
			f.Add(paths(i), field.Code, field.Message)
			return segment.Rule{}, false
		}
		rules = append(rules, r)
	}
	r := segment.Any(rules...)
	switch {
	case len(rules) == 0:
		r = nobody()
	case c.op == segment.Equals:
		r = rules[0]
	}
	if c.negated {
		r = negate(r)
	}
	return r, true
}

func (t Consent) rule(is string) segment.Rule {
	c := segment.ConsentCondition{Purpose: t.Purpose, Channel: t.Channel, Is: segment.ConsentIs(is)}
	if c.Is == segment.ConsentSuppressed {
		c.Purpose = ""
	}
	return segment.Rule{Consent: &c}
}

// segmentRule refuses the empty name, which would be no rule, by another one
// that is not valid.
func segmentRule(name string) segment.Rule {
	if name == "" {
		name = placeholder
	}
	return segment.InSegment(name)
}

var conditionPath = regexp.MustCompile(`field\.(op|folded|other|values)(\[\d+\])?$`)

// check notes what segment.Check finds in the rule that a comparison has
// become, under the path of the part of the query that is wrong.
func (p *parser) check(f *errs.Fields, r segment.Rule, c comparison) bool {
	list := errs.FieldsOf(segment.Check(r, p.custom))
	for _, field := range list {
		path := "field"
		if m := conditionPath.FindStringSubmatch(field.Path); m != nil {
			switch path = "operator"; m[1] {
			case "other":
				path = "value"
			case "values":
				path = "value"
				if _, several := c.value.([]any); several {
					path += m[2]
				}
			}
		}
		f.Add(path, field.Code, field.Message)
	}
	return len(list) == 0
}
