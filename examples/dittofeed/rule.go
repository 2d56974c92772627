package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// node is a node of a segment of Dittofeed.
type node struct {
	ID, Type string
	// And, Or
	Children []string
	// Trait, Includes
	Path     string
	Item     any
	Operator operator
	// Performed, LastPerformed
	Event           string
	TimesOperator   string
	Times           *int64
	WithinSeconds   float64
	Properties      []property
	HasProperties   []property
	WhereProperties []property
	// Email
	TemplateID string `json:"templateId"`
	// SubscriptionGroup
	SubscriptionGroupID   string `json:"subscriptionGroupId"`
	SubscriptionGroupType string `json:"subscriptionGroupType"`
	// Manual
	Version any
	// RandomBucket
	Percent float64
}

type property struct {
	Path     string
	Operator operator
}

type operator struct {
	Type              string
	Value             any
	Comparator        string
	WindowSeconds     float64
	AbsoluteTimestamp string
	Direction         string
}

// definition is a segment of Dittofeed.
type definition struct {
	Name       string
	Definition struct {
		EntryNode node
		Nodes     []node
	}
}

// translator turns segments into rules. Dittofeed counts time in seconds, rules
// count hours: seconds is how many seconds become one hour.
type translator struct {
	seconds float64
	base    time.Time
	fields  map[string]contact.Type
	nodes   map[string]node
}

// scale moves an instant of the case to one of the CRM.
func (t *translator) scale(at time.Time) time.Time {
	if t.seconds == 3600 {
		return at
	}
	micro := float64(at.Sub(t.base).Microseconds()) * 3600 / t.seconds
	return t.base.Add(time.Duration(micro) * time.Microsecond).Truncate(time.Microsecond)
}

func (t *translator) rule(d definition) (segment.Rule, error) {
	t.nodes = map[string]node{}
	for _, n := range d.Definition.Nodes {
		t.nodes[n.ID] = n
	}
	return t.node(d.Definition.EntryNode)
}

// node translates one node. KeyedPerformed is left out, because there a person
// is a member once per key and a contact only once; so is Broadcast, and
// LastPerformed with conditions on which event is the last: rules count
// activities but do not pick the last one of some.
func (t *translator) node(n node) (segment.Rule, error) {
	switch n.Type {
	case "Everyone":
		return segment.Everyone(), nil
	case "And", "Or":
		return t.children(n)
	case "Trait":
		return t.operator(segment.Field, "custom.", traitName(n.Path), n.Operator)
	case "Includes":
		return segment.Rule{Has: &segment.HasCondition{List: segment.Tags, Op: segment.AtLeast, Number: 1,
			Where: pointer(segment.Field("name").Equals(tagOf(n.Path, n.Item)))}}, nil
	case "Performed":
		return t.performed(n, n.Event, n.Properties)
	case "Email":
		return t.performed(n, n.Event, []property{{"templateId", operator{Type: "Equals", Value: n.TemplateID}}})
	case "LastPerformed":
		if len(n.WhereProperties) > 0 {
			break
		}
		rules := []segment.Rule{}
		for _, p := range n.HasProperties {
			r, err := t.operator(segment.Field, "custom.", lastName(n.Event, p.Path), p.Operator)
			if err != nil {
				return segment.Rule{}, err
			}
			rules = append(rules, r)
		}
		performed, err := t.performed(node{}, n.Event, nil)
		return segment.All(append(rules, performed)...), err
	case "Manual":
		return t.operator(segment.Field, "custom.", manualName(n.Version), operator{Type: "Equals", Value: "1"})
	case "SubscriptionGroup":
		return subscribed(n), nil
	case "RandomBucket": // the share is the same, the members are others
		return bucket(n), nil
	}
	return segment.Rule{}, fmt.Errorf("a node of type %q cannot be said as a rule", n.Type)
}

func pointer(r segment.Rule) *segment.Rule { return &r }

func (t *translator) children(n node) (segment.Rule, error) {
	rules := []segment.Rule{}
	for _, id := range n.Children {
		r, err := t.node(t.nodes[id])
		if err != nil {
			return r, err
		}
		rules = append(rules, r)
	}
	if n.Type == "Or" {
		return segment.Any(rules...), nil
	}
	return segment.All(rules...), nil
}

// performed counts events with properties.
func (t *translator) performed(n node, event string, properties []property) (segment.Rule, error) {
	rules := []segment.Rule{t.named(event)}
	for _, p := range properties {
		r, err := t.operator(segment.Field, "data.", dataName(p.Path), p.Operator)
		if err != nil {
			return r, err
		}
		rules = append(rules, r)
	}
	a := segment.Activities(trackKind).Where(segment.All(rules...))
	rule := segment.Rule{}
	times := int64(1)
	if n.Times != nil {
		times = *n.Times
	}
	switch n.TimesOperator {
	case "=":
		rule = a.Exactly(times)
	case "<":
		rule = a.AtMost(times - 1)
		if times <= 0 {
			return segment.Any(), nil
		}
	default:
		rule = a.AtLeast(times)
	}
	if n.WithinSeconds > 0 {
		last := t.span(n.WithinSeconds)
		rule.Activity.Window = segment.Window{Last: &last}
	}
	return rule, nil
}

const trackKind activity.Kind = "track"

// named selects events by name; one that ends with * is a prefix.
func (t *translator) named(event string) segment.Rule {
	if n := len(event); n > 1 && event[n-1] == '*' {
		return segment.Field("data." + nameField).StartsWith(event[:n-1])
	}
	return segment.Field("data." + nameField).Equals(event)
}

// span turns seconds into hours.
func (t *translator) span(seconds float64) segment.Span {
	n := int(seconds/t.seconds + 0.5)
	if n > 10_000 && n%24 == 0 {
		return segment.Span{N: n / 24, Unit: segment.Days}
	}
	return segment.Span{N: max(n, 1), Unit: segment.Hours}
}

// operator translates a condition on a value. Texts, numbers and instants have
// a field each, since a field of the CRM has one type.
func (t *translator) operator(field func(string) segment.FieldRule, prefix, name string, o operator) (segment.Rule, error) {
	use := func(kind string, typ contact.Type) segment.FieldRule {
		if prefix == segment.CustomPrefix {
			t.fields[kind+name] = typ
		}
		return field(prefix + kind + name)
	}
	text := func() segment.FieldRule { return use(textOf, contact.TypeText) }
	switch o.Type {
	case "Equals":
		return equals(text(), textOfValue(o.Value)), nil
	case "NotEquals":
		return segment.Not(equals(text(), textOfValue(o.Value))), nil
	case "Exists":
		return segment.Not(text().Missing()), nil
	case "NotExists":
		return text().Missing(), nil
	case "GreaterThanOrEqual", "LessThan":
		x, err := strconv.ParseFloat(textOfValue(o.Value), 64)
		if err != nil {
			return segment.Rule{}, err
		}
		if o.Type == "LessThan" {
			return use(numberOf, contact.TypeNumber).Less(x), nil
		}
		return use(numberOf, contact.TypeNumber).AtLeast(x), nil
	case "Within":
		r := use(timeOf, contact.TypeTime).Missing()
		last := t.span(o.WindowSeconds)
		r.Field.Op, r.Field.Window = segment.Within, segment.Window{Last: &last}
		return r, nil
	case "HasBeen":
		r := use(sinceOf, contact.TypeTime).Missing()
		last := t.span(o.WindowSeconds)
		r.Field.Op, r.Field.Window = segment.Within, segment.Window{Last: &last}
		if o.Comparator != "LT" {
			r = segment.Not(r)
		}
		return segment.All(equals(text(), textOfValue(o.Value)), r), nil
	case "AbsoluteTimestamp":
		at, err := time.Parse(time.RFC3339, o.AbsoluteTimestamp)
		if err != nil {
			return segment.Rule{}, err
		}
		if o.Direction == "before" {
			return use(timeOf, contact.TypeTime).Less(t.scale(at)), nil
		}
		return use(timeOf, contact.TypeTime).AtLeast(t.scale(at)), nil
	}
	return segment.Rule{}, fmt.Errorf("the operator %q cannot be said as a rule", o.Type)
}

// equals compares with a text; the empty one is stored as missing.
func equals(f segment.FieldRule, text string) segment.Rule {
	if text == "" {
		return f.Missing()
	}
	return f.Equals(text)
}

// subscribed asks for a consent: who opts in must have granted, who may opt out
// must not have withdrawn.
func subscribed(n node) segment.Rule {
	c := segment.ConsentCondition{Purpose: consent.Purpose(nameOf("", n.SubscriptionGroupID)), Channel: contact.ChannelEmail, Is: segment.ConsentGranted}
	if n.SubscriptionGroupType == "OptOut" {
		c.Is = segment.ConsentWithdrawn
		return segment.Not(segment.Rule{Consent: &c})
	}
	return segment.Rule{Consent: &c}
}

func bucket(n node) segment.Rule {
	switch {
	case n.Percent <= 0:
		return segment.Any()
	case n.Percent >= 1:
		return segment.Everyone()
	}
	return segment.Rule{Share: &segment.ShareCondition{Seed: "bucket-" + n.ID,
		From: segment.Literal(contact.Int(0)), To: segment.Literal(contact.Float(n.Percent))}}
}

// textOfValue is a value as Dittofeed compares it.
func textOfValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
