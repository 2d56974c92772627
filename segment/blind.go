package segment

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// Custom fields of a sensitive kind are stored sealed where the host has set
// crm.Config.Keys. Stores know only blind indexes of them, and compare those: so rules
// can ask for equality, and their constants are made blind before a store sees them.

// CheckSealed is Check where values of some custom fields may be sealed: a condition on
// such a field is equals, one of or missing, as it stands, and the field is searchable.
func CheckSealed(r Rule, custom map[string]contact.Type, sealing *contact.Sealing) error {
	var f errs.Fields
	checkRule(&f, r, custom, sealing)
	return f.Err("segment.Check")
}

// sealedField adds what is wrong with a condition on a sealed field.
func (c *checker) sealedField(f *errs.Fields, cond FieldCondition) {
	own, custom := customName(cond.Name)
	other, otherCustom := customName(cond.Other)
	if otherCustom && c.sealing.Seals(other) {
		f.Add("other", "operator", "is sealed, and can be compared with constants only")
	}
	switch {
	case !custom || !c.sealing.Seals(own):
	case !c.sealing.Searches(own):
		f.Add("name", "operator", "is sealed, and not declared as searchable")
	case cond.Other != "":
		f.Add("other", "operator", "cannot be compared with a sealed field")
	default:
		blindOp(f, cond)
	}
}

// blindOp refuses what a blind index cannot tell.
func blindOp(f *errs.Fields, cond FieldCondition) {
	if cond.Op != Equals && cond.Op != OneOf && cond.Op != Missing {
		f.Add("op", "operator", "does not fit a sealed field: only equals, one_of and missing do")
	}
	if cond.Folded {
		f.Add("folded", "operator", "does not fit a sealed field")
	}
}

// sealedList adds what is wrong with a condition on a sealed list.
func (c *checker) sealedList(f *errs.Fields, h HasCondition) {
	name, custom := h.List.custom()
	if !custom || !c.sealing.Seals(name) {
		return
	}
	if !c.sealing.Searches(name) {
		f.Add("list", "operator", "is sealed, and not declared as searchable")
		return
	}
	if h.Where != nil {
		eachField(*h.Where, func(cond FieldCondition) { blindOp(f.At("where"), cond) })
	}
}

// eachField calls f with the conditions on fields in a rule about elements.
func eachField(r Rule, f func(FieldCondition)) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for _, child := range list {
			eachField(child, f)
		}
	}
	if r.Not != nil {
		eachField(*r.Not, f)
	}
	if r.Field != nil {
		f(*r.Field)
	}
}

// customName gives the name of the custom field that a condition names.
func customName(name string) (own string, custom bool) { return List(name).custom() }

// Blinded returns a bound rule with blind indexes in the place of the constants for sealed
// fields, as the stores of the tenant know them. A constant that is blind already stays.
// With a nil sealing it returns the rule itself.
func Blinded(r Rule, sealing *contact.Sealing, tenant string) Rule {
	b := blinder{sealing, tenant}
	if sealing == nil {
		return r
	}
	return b.rule(r)
}

type blinder struct {
	sealing *contact.Sealing
	tenant  string
}

// blinds reports whether a custom field has blind indexes. A condition on a sealed one
// that has none, which was saved before it was sealed, selects as if it were missing.
func (b blinder) blinds(name string) bool { return b.sealing.Seals(name) && b.sealing.Searches(name) }

func (b blinder) rule(r Rule) Rule {
	r.All, r.Any = b.list(r.All, b.rule), b.list(r.Any, b.rule)
	r.Not, r.bound = b.one(r.Not, b.rule), b.one(r.bound, b.rule)
	switch {
	case r.Field != nil:
		if name, custom := customName(r.Field.Name); custom && b.blinds(name) {
			r.Field = b.field(*r.Field, name)
		}
	case r.Has != nil && r.Has.Where != nil:
		if name, custom := r.Has.List.custom(); custom && b.blinds(name) {
			has := *r.Has
			has.Where = b.one(has.Where, func(where Rule) Rule { return b.where(where, name) })
			r.Has = &has
		}
	}
	return r
}

// where is rule for the conditions on the elements of a list.
func (b blinder) where(r Rule, name string) Rule {
	inner := func(r Rule) Rule { return b.where(r, name) }
	r.All, r.Any, r.Not = b.list(r.All, inner), b.list(r.Any, inner), b.one(r.Not, inner)
	if r.Field != nil {
		r.Field = b.field(*r.Field, name)
	}
	return r
}

func (b blinder) list(rules []Rule, f func(Rule) Rule) []Rule {
	if rules == nil {
		return nil
	}
	out := make([]Rule, len(rules))
	for i, r := range rules {
		out[i] = f(r)
	}
	return out
}

func (b blinder) one(r *Rule, f func(Rule) Rule) *Rule {
	if r == nil {
		return nil
	}
	out := f(*r)
	return &out
}

func (b blinder) field(c FieldCondition, name string) *FieldCondition {
	values := make([]Literal, len(c.Values))
	for i, v := range c.Values {
		values[i] = Literal(b.sealing.Blind(b.tenant, name, contact.Value(v)))
	}
	if c.Values = values; len(values) == 0 {
		c.Values = nil
	}
	return &c
}

// bind is Bind, and gives the rule for people and the one for stores.
func (s *Service) bind(ctx context.Context, store Stores, r Rule, now time.Time) (told, blind Rule, err error) {
	told, err = Bind(ctx, store, r, now, s.env.Zone)
	return told, s.blinded(told), err
}

// blinded makes a bound rule ready for the store.
func (s *Service) blinded(r Rule) Rule { return Blinded(r, s.sealing, s.store.Tenant()) }

// explained puts the sentences of the rule for people into the explanation of the one for
// stores, and says of sensitive values no more than whether they are there.
func (s *Service) explained(e, told Explanation, r Rule) Explanation {
	if len(e.Parts) == 0 && r.Field != nil {
		if name, custom := customName(r.Field.Name); custom && s.sealing.IsSensitive(name) && e.Seen != "missing" {
			e.Seen = "there"
		}
		if name, custom := customName(r.Field.Other); custom && s.sealing.IsSensitive(name) {
			e.Seen = ""
		}
	}
	e.Condition = told.Condition
	var rules []Rule
	switch {
	case len(r.All) > 0:
		rules = r.All
	case len(r.Any) > 0:
		rules = r.Any
	case r.Not != nil:
		rules = []Rule{*r.Not}
	case r.bound != nil:
		rules = []Rule{*r.bound}
	}
	for i := range e.Parts {
		e.Parts[i] = s.explained(e.Parts[i], told.Parts[i], rules[i])
	}
	return e
}
