package querybuilder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// MaxBytes is the size of the largest query. Its rules and groups are at most
// segment.MaxNodes, nested at most segment.MaxDepth deep.
const MaxBytes = 128 << 10

// maxElements bounds the elements of all values that are lists.
const maxElements = 10 * segment.MaxValues

// maxMistakes is how many mistakes are told before Parse gives up.
const maxMistakes = 50

// Parse reads a query and returns a rule that segment.Check takes. It returns
// errs.ErrInvalid with the mistakes, some 50 at most, and their paths inside the
// query.
func Parse(data []byte, m Mapping) (segment.Rule, error) {
	var f errs.Fields
	p := parser{Mapping: m, custom: m.custom()}
	r := p.query(&f, data)
	if err := f.Err("querybuilder.Parse"); err != nil {
		return segment.Rule{}, err
	}
	return r, nil
}

type parser struct {
	Mapping
	custom   map[string]contact.Type
	nodes    int
	elements int // of values that are lists
}

func (p *parser) query(f *errs.Fields, data []byte) segment.Rule {
	if len(data) > MaxBytes {
		f.Add("", "too_large", fmt.Sprintf("must have at most %d bytes", MaxBytes))
		return segment.Rule{}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var root any
	err := dec.Decode(&root)
	if _, more := dec.Token(); err != nil || more != io.EOF || !isGroup(root) {
		f.Add("", "syntax", "is not the JSON of a group of rules")
		return segment.Rule{}
	}
	r, kept := p.member(f, root, 0, p.scope())
	if !kept {
		r = segment.Everyone()
	}
	if f.Len() == 0 { // what is left are the limits of the whole
		for _, field := range errs.FieldsOf(segment.Check(r, p.custom)) {
			f.Add("", field.Code, field.Message)
		}
	}
	return r
}

func isGroup(v any) bool {
	g, _ := v.(map[string]any)
	_, ok := g["rules"].([]any)
	return ok
}

// member reads a rule or group; false when it is left out.
func (p *parser) member(f *errs.Fields, v any, depth int, s scope) (segment.Rule, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		f.Add("", "shape", "must be a rule or a group")
		return segment.Rule{}, false
	}
	if m["muted"] == true {
		return segment.Rule{}, false
	}
	if p.nodes++; p.nodes > segment.MaxNodes {
		if p.nodes == segment.MaxNodes+1 {
			f.Add("", "too_large", fmt.Sprintf("must have at most %d rules and groups", segment.MaxNodes))
		}
		return segment.Rule{}, false
	}
	if isGroup(m) {
		return p.group(f, m, depth+1, s), true
	}
	return p.rule(f, m, depth, s)
}

func (p *parser) group(f *errs.Fields, g map[string]any, depth int, s scope) segment.Rule {
	if depth > segment.MaxDepth {
		f.Add("", "too_deep", fmt.Sprintf("must be nested at most %d deep", segment.MaxDepth))
		return segment.Rule{}
	}
	not, ok := g["not"].(bool)
	if !ok && g["not"] != nil {
		f.Add("not", "wrong_type", "must be true or false")
	}
	var r segment.Rule
	list := g["rules"].([]any)
	if combinator := g["combinator"]; combinator != nil {
		r = p.combined(f, combinator, list, depth, s)
	} else {
		r = p.independent(f, list, depth, s)
	}
	if not && len(r.All)+len(r.Any) > 0 {
		return segment.Not(r)
	}
	return r
}

// combined reads the rules of a group with one combinator.
func (p *parser) combined(f *errs.Fields, combinator any, list []any, depth int, s scope) segment.Rule {
	or, ok := isOr(combinator)
	if !ok {
		f.Add("combinator", "unknown_combinator", `must be "and" or "or"`)
	}
	var rules []segment.Rule
	for i, v := range list {
		if f.Len() >= maxMistakes {
			break
		}
		if r, kept := p.member(f.At(at("rules", i)), v, depth, s); kept {
			rules = append(rules, r)
		}
	}
	if or && len(rules) > 0 {
		return segment.Any(rules...)
	}
	return segment.All(rules...)
}

// independent reads rules with combinators between them.
func (p *parser) independent(f *errs.Fields, list []any, depth int, s scope) segment.Rule {
	chains := [][]segment.Rule{nil}
	for i, v := range list {
		if f.Len() >= maxMistakes {
			break
		}
		if i%2 == 0 {
			if r, kept := p.member(f.At(at("rules", i)), v, depth, s); kept {
				chains[len(chains)-1] = append(chains[len(chains)-1], r)
			}
			continue
		}
		or, ok := isOr(v)
		if !ok || i == len(list)-1 {
			f.Add(at("rules", i), "unknown_combinator", `must be "and" or "or", with a rule behind it`)
		}
		if or {
			chains = append(chains, nil)
		}
	}
	return anyOf(chains)
}

// anyOf joins the chains that have a rule left.
func anyOf(chains [][]segment.Rule) segment.Rule {
	var rules []segment.Rule
	var last []segment.Rule
	for _, chain := range chains {
		switch last = chain; len(chain) {
		case 0:
			continue
		case 1:
			rules = append(rules, chain[0])
		default:
			rules = append(rules, segment.All(chain...))
		}
	}
	switch {
	case len(chains) == 1:
		return segment.All(last...)
	case len(rules) == 0:
		return segment.Everyone()
	}
	return segment.Any(rules...)
}

func isOr(combinator any) (or, ok bool) {
	text, _ := combinator.(string)
	text = strings.ToLower(text)
	return text == "or", text == "or" || text == "and"
}

// at gives the path of an element.
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
