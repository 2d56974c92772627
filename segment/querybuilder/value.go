package querybuilder

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// constant makes a comparison with one constant. The empty text needs words of
// its own, because rules know it as a missing one.
func (p *parser) constant(f *errs.Fields, t Field, op segment.Op, v any) (segment.Rule, bool) {
	if v == "" && t.Type == contact.TypeText {
		missing := t.condition(segment.Missing)
		switch op {
		case segment.Equals:
			return missing, true
		case segment.Less, segment.AtMost:
			return nobody(), true
		}
		return segment.Not(missing), true
	}
	l, ok := p.literal(f, "value", t, v)
	return t.condition(op, l), ok
}

// among makes a comparison with several constants or fields.
func (p *parser) among(f *errs.Fields, t Field, c comparison, s scope) (segment.Rule, bool) {
	values, paths := elements(c.value)
	var constants []segment.Literal
	var rules []segment.Rule
	ok := p.fewEnough(f, values)
	for i, v := range values {
		if !ok {
			break
		}
		switch {
		case c.ofField:
			r, known := p.compare(f, paths(i), t, segment.Equals, v, s)
			rules, ok = append(rules, r), ok && known
		case v == "" && t.Type == contact.TypeText:
			rules = []segment.Rule{t.condition(segment.Missing)}
		default:
			l, known := p.literal(f, paths(i), t, v)
			constants, ok = append(constants, l), ok && known
		}
	}
	switch {
	case len(rules) == 0 && len(constants) == 0:
		return nobody(), ok
	case len(rules) == 0:
		return t.condition(segment.OneOf, constants...), ok
	case len(constants) > 0:
		rules = append(rules, t.condition(segment.OneOf, constants...))
	}
	return segment.Any(rules...), ok
}

// fewEnough checks the number of elements before each is looked at, of this
// list and of all so far.
func (p *parser) fewEnough(f *errs.Fields, values []any) bool {
	if p.elements += len(values); p.elements > maxElements {
		f.Add("value", "too_large", fmt.Sprintf("must not bring the elements of all lists above %d", maxElements))
		return false
	}
	if len(values) > segment.MaxValues {
		f.Add("value", "out_of_range", fmt.Sprintf("must hold at most %d elements", segment.MaxValues))
		return false
	}
	return true
}

// bound makes a comparison with one end of a range.
type bound func(op segment.Op) segment.Rule

// bounds reads the two ends of a range; false when the rule is left out.
func (p *parser) bounds(f *errs.Fields, t Field, c comparison, s scope) (low, high bound, ok bool) {
	values, paths := elements(c.value)
	if len(values) < 2 || values[0] == "" || values[1] == "" {
		return nil, nil, false
	}
	if c.ofField {
		end := func(i int) (bound, bool) {
			_, known := p.compare(f, paths(i), t, segment.Less, values[i], s)
			return func(op segment.Op) segment.Rule {
				r, _ := p.compare(&errs.Fields{}, "", t, op, values[i], s)
				return r
			}, known
		}
		low, first := end(0)
		high, second := end(1)
		return low, high, first && second
	}
	a, first := p.literal(f, paths(0), t, values[0])
	b, second := p.literal(f, paths(1), t, values[1])
	if !p.PreserveValueOrder && descending(a, b) {
		a, b = b, a
	}
	return t.bound(a), t.bound(b), first && second
}

func (t Field) bound(l segment.Literal) bound {
	return func(op segment.Op) segment.Rule { return t.condition(op, l) }
}

// descending reports whether two numbers or amounts stand in the wrong order.
// Texts, dates and instants are left as they are, as the query builder does.
func descending(a, b segment.Literal) bool {
	switch a.Type {
	case contact.TypeNumber:
		return b.Number < a.Number
	case contact.TypeMoney:
		return b.Money.Amount < a.Money.Amount
	}
	return false
}

// between makes a condition of two ends, one where they are constants.
func between(low, high bound) segment.Rule {
	from, to := low(segment.AtLeast), high(segment.AtMost)
	if from.Field.Other != "" {
		return segment.All(from, to)
	}
	from.Field.Op = segment.Between
	from.Field.Values = append(from.Field.Values, to.Field.Values...)
	return from
}

// elements gives the elements of a value that is a list, a text with commas
// between them, or a single one, and their paths. Texts are trimmed. An escaped
// comma separates nothing.
func elements(v any) ([]any, func(i int) string) {
	single := func(int) string { return "value" }
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			if text, ok := e.(string); ok {
				e = strings.TrimSpace(text)
			}
			list[i] = e
		}
		return list, func(i int) string { return at("value", i) }
	case string:
		return split(v), single
	case nil:
		return nil, single
	}
	return []any{v}, single
}

// split separates a text at its commas and leaves out empty parts. A backslash
// before a comma makes it part of the text.
func split(text string) []any {
	var list []any
	part := ""
	for piece := range strings.SplitSeq(text, ",") {
		if inner, escaped := strings.CutSuffix(piece, `\`); escaped {
			part += inner + ","
			continue
		}
		if part = strings.TrimSpace(part + piece); part != "" {
			list = append(list, part)
		}
		part = ""
	}
	if part = strings.TrimSpace(strings.TrimSuffix(part, ",")); part != "" {
		list = append(list, part+`\`)
	}
	return list
}

// literal reads a constant of the field's type.
func (p *parser) literal(f *errs.Fields, path string, t Field, v any) (segment.Literal, bool) {
	value, ok := contact.Value{}, false
	text, isText := plainText(v)
	switch t.Type {
	case contact.TypeText:
		value, ok = contact.Text(text), isText
	case contact.TypeNumber:
		value, ok = number(text)
	case contact.TypeBool:
		value, ok = truth(v)
	case contact.TypeDate:
		d, err := contact.ParseDate(text)
		value, ok = contact.Day(d), err == nil
	case contact.TypeTime:
		value, ok = p.instant(text)
	case contact.TypeMoney:
		m, err := money.Parse(strings.TrimSpace(text), t.Currency)
		value, ok = contact.Amount(m), err == nil
	}
	if !ok {
		f.Add(path, "wrong_type", fmt.Sprintf("must be of type %s", t.Type))
	}
	return segment.Literal(value), ok
}

// plainText gives the text of a text or number.
func plainText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case map[string]any: // a number beyond 2^53
		text, ok := v["$bigint"].(string)
		return text, ok && len(v) == 1
	}
	return "", false
}

func number(text string) (contact.Value, bool) {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		v := contact.Int(n)
		return v, v.Valid()
	}
	var l segment.Literal
	if strings.Trim(text, "+-.0123456789") != "" || l.UnmarshalJSON([]byte(text)) != nil {
		return contact.Value{}, false
	}
	return contact.Value(l), l.Type == contact.TypeNumber
}

func truth(v any) (contact.Value, bool) {
	return contact.Bool(v == true || v == "true"), v == true || v == false || v == "true" || v == "false"
}

// layouts are those of the browser's inputs, and RFC 3339.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", time.DateOnly}

func (p *parser) instant(text string) (contact.Value, bool) {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return contact.Time(t.UTC().Truncate(time.Microsecond)), true
		}
	}
	return contact.Value{}, false
}
