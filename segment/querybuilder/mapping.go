package querybuilder

import (
	"strings"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// Mapping tells what the fields of the query builder stand for.
type Mapping struct {
	// Fields holds the targets by the names that the query builder uses.
	Fields map[string]Target
	// PreserveValueOrder leaves the bounds of "between" as they are. A range
	// that ends before it begins selects nobody.
	PreserveValueOrder bool
	// Zone is that of instants without one; nil means UTC.
	Zone *time.Location
}

// Target is what a field stands for: a Field, List, Consent or Segment.
type Target interface{ target() }

// Field is a field of the contact, or of the activity or element of a List.
type Field struct {
	// Name is as in segment.FieldCondition.
	Name string
	// Type is that of the field. Numbers, truth values and amounts may be
	// written as texts too; dates are as in 2026-01-31 and instants as in RFC
	// 3339, with or without seconds and zone.
	Type contact.Type
	// Currency is that of amounts, which are written in its major unit.
	Currency string
	// Folded disregards case where texts are compared for more than order.
	Folded bool
}

// List is a list that belongs to the contact. Exactly one of Activities, Items
// and Elements is set.
type List struct {
	// Activities makes the selected activities the elements.
	Activities *segment.Selection
	// Items makes the selected items of activities the elements.
	Items *segment.Selection
	// Elements is a list in the record, or segment.CustomList of a custom field.
	Elements segment.List
	// Fields holds the fields of an element; the one with the empty name makes
	// it a list of plain values. Only those of Items belong to an item.
	Fields map[string]Field
}

// Consent is the state of consent, one of those that segment.ConsentIs names.
type Consent struct {
	Purpose consent.Purpose
	Channel contact.Channel
}

// Segment is membership in a saved segment, by its name.
type Segment struct{}

func (Field) target()   {}
func (List) target()    {}
func (Consent) target() {}
func (Segment) target() {}

// custom gives the types of the custom fields that the mapping names.
func (m Mapping) custom() map[string]contact.Type {
	types := map[string]contact.Type{}
	for _, t := range m.Fields {
		switch t := t.(type) {
		case Field:
			if name, own := strings.CutPrefix(t.Name, segment.CustomPrefix); own {
				types[name] = t.Type
			}
		case List:
			if name, own := strings.CutPrefix(string(t.Elements), segment.CustomPrefix); own {
				types[name] = contact.TypeMany
			}
		}
	}
	return types
}

// scope is where the names in a query are looked up.
type scope struct {
	targets map[string]Target
	// whole makes a rule on a contact of a condition in the scope.
	whole func(segment.Rule) segment.Rule
}

func (m Mapping) scope() scope {
	return scope{m.Fields, func(r segment.Rule) segment.Rule { return r }}
}

// scope is that of the list's elements.
func (l List) scope() scope {
	s := scope{map[string]Target{}, func(r segment.Rule) segment.Rule { return l.some(r, false) }}
	for name, f := range l.Fields {
		s.targets[name] = f
	}
	return s
}

// check tells whether the mapping of the list makes sense.
func (l List) check(f *errs.Fields) bool {
	set := 0
	for _, is := range []bool{l.Activities != nil, l.Items != nil, l.Elements != ""} {
		if is {
			set++
		}
	}
	if set != 1 {
		f.Add("field", "mapping", "must be mapped to exactly one of activities, items and elements")
		return false
	}
	for _, field := range l.Fields {
		if l.Items == nil && strings.HasPrefix(field.Name, "item.") {
			f.Add("field", "mapping", "must be mapped to items, because a field of its elements belongs to an item")
			return false
		}
	}
	return true
}
