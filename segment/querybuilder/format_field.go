package querybuilder

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// operatorNames are the operators as they are written.
var operatorNames = map[operator]string{
	{segment.Equals, false}: "=", {segment.Equals, true}: "!=",
	{segment.Less, false}: "<", {segment.Greater, false}: ">",
	{segment.AtMost, false}: "<=", {segment.AtLeast, false}: ">=",
	{segment.Contains, false}: "contains", {segment.Contains, true}: "doesNotContain",
	{segment.StartsWith, false}: "beginsWith", {segment.StartsWith, true}: "doesNotBeginWith",
	{segment.EndsWith, false}: "endsWith", {segment.EndsWith, true}: "doesNotEndWith",
	{segment.Missing, false}: "null", {segment.Missing, true}: "notNull",
	{segment.OneOf, false}: "in", {segment.OneOf, true}: "notIn",
	{segment.Between, false}: "between",
}

func operatorOf(op segment.Op, negated bool) string { return operatorNames[operator{op, negated}] }

// field writes a condition on a field, or its negation.
func (w formatter) field(c segment.FieldCondition, negated bool, s scope) (any, bool) {
	name, ok := fieldOf(c, s)
	rule := ruleJSON{Field: name, Operator: operatorOf(c.Op, negated)}
	if !ok || rule.Operator == "" {
		return nil, false
	}
	switch {
	case c.Other != "":
		rule.ValueSource = "field"
		rule.Value, ok = otherName(c.Other, s)
	case c.Op == segment.Missing:
	case c.Op == segment.OneOf || c.Op == segment.Between:
		if !w.listable(c) {
			return w.spelled(c, negated, s)
		}
		list := make([]any, len(c.Values))
		for i, v := range c.Values {
			list[i] = constantOf(v)
		}
		rule.Value = list
	default:
		rule.Value = constantOf(c.Values[0])
	}
	return rule, ok
}

// listable reports whether the constants keep their meaning in a list, whose
// texts are trimmed and whose bounds are swapped.
func (w formatter) listable(c segment.FieldCondition) bool {
	for _, v := range c.Values {
		if v.Type == contact.TypeText && strings.TrimSpace(v.Text) != v.Text {
			return false
		}
	}
	return c.Op != segment.Between || w.PreserveValueOrder || !descending(c.Values[0], c.Values[1])
}

// spelled writes OneOf and Between as a group.
func (w formatter) spelled(c segment.FieldCondition, negated bool, s scope) (any, bool) {
	if negated {
		return nil, false
	}
	op := []segment.Op{segment.AtLeast, segment.AtMost}
	g := and()
	if c.Op == segment.OneOf {
		g = or()
	}
	for i, v := range c.Values {
		one := segment.FieldCondition{Name: c.Name, Op: segment.Equals, Values: []segment.Literal{v}, Folded: c.Folded}
		if c.Op == segment.Between {
			one.Op = op[i]
		}
		rule, ok := w.field(one, false, s)
		if !ok {
			return nil, false
		}
		g.Rules = append(g.Rules, rule)
	}
	return g, true
}

// outside writes "less or greater" as a range that is left.
func (w formatter) outside(r segment.Rule, s scope) (any, bool) {
	if len(r.Any) != 2 || r.Any[0].Field == nil || r.Any[1].Field == nil {
		return nil, false
	}
	low, high := *r.Any[0].Field, *r.Any[1].Field
	if low.Name != high.Name || low.Op != segment.Less || high.Op != segment.Greater || low.Other != "" || high.Other != "" {
		return nil, false
	}
	low.Op, low.Values = segment.Between, []segment.Literal{low.Values[0], high.Values[0]}
	if low.Values[0].Type != low.Values[1].Type || !w.listable(low) {
		return nil, false
	}
	rule, ok := w.field(low, false, s)
	between, isRule := rule.(ruleJSON)
	between.Operator = "notBetween"
	return between, ok && isRule
}

// fieldOf finds the name of a field that has the condition's type, and folds
// as it does.
func fieldOf(c segment.FieldCondition, s scope) (string, bool) {
	for name := range sorted(s.targets) {
		t, ok := s.targets[name].(Field)
		ok = ok && t.Name == c.Name && (!foldable(c.Op) || t.Folded == c.Folded)
		for _, v := range c.Values {
			ok = ok && v.Type == t.Type && (v.Type != contact.TypeMoney || v.Money.Currency == t.Currency)
		}
		if ok {
			return name, true
		}
	}
	return "", false
}

func otherName(field string, s scope) (string, bool) {
	for name := range sorted(s.targets) {
		if t, ok := s.targets[name].(Field); ok && t.Name == field && strings.TrimSpace(name) == name {
			return name, true
		}
	}
	return "", false
}

// constantOf gives the value of a constant in the query builder.
func constantOf(l segment.Literal) any {
	switch l.Type {
	case contact.TypeText:
		return l.Text
	case contact.TypeDate:
		return l.Date.String()
	case contact.TypeTime:
		return l.Time.UTC().Format(time.RFC3339Nano)
	case contact.TypeMoney:
		return json.Number(l.Money.Decimal())
	}
	return l
}
