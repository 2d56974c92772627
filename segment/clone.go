package segment

import (
	"slices"

	"github.com/stammkunde/crm/contact"
)

// Clone returns a copy that shares nothing with the rule.
func (r Rule) Clone() Rule {
	r.All, r.Any = cloneRules(r.All), cloneRules(r.Any)
	r.Not, r.bound = cloneRule(r.Not), cloneRule(r.bound)
	if r.Field = clone(r.Field); r.Field != nil {
		r.Field.Values = slices.Clone(r.Field.Values)
		for i, v := range r.Field.Values {
			r.Field.Values[i] = v.clone()
		}
		r.Field.Window = r.Field.Window.clone()
		r.Field.Days = clone(r.Field.Days)
	}
	if r.Has = clone(r.Has); r.Has != nil {
		r.Has.Where = cloneRule(r.Has.Where)
	}
	if r.Activity = clone(r.Activity); r.Activity != nil {
		a := r.Activity
		a.Selection = a.Selection.clone()
		a.Amount, a.Value, a.Time = clone(a.Amount), cloneLiteral(a.Value), clone(a.Time)
	}
	if r.Ratio = clone(r.Ratio); r.Ratio != nil {
		r.Ratio.Value = r.Ratio.Value.clone()
		r.Ratio.Of.Selection, r.Ratio.Per.Selection = r.Ratio.Of.Selection.clone(), r.Ratio.Per.Selection.clone()
	}
	if r.Sequence = clone(r.Sequence); r.Sequence != nil {
		r.Sequence.First, r.Sequence.Then = r.Sequence.First.clone(), r.Sequence.Then.clone()
	}
	r.Consent = clone(r.Consent)
	if r.Share = clone(r.Share); r.Share != nil {
		r.Share.From, r.Share.To = r.Share.From.clone(), r.Share.To.clone()
	}
	if r.Rank = clone(r.Rank); r.Rank != nil {
		r.Rank.Selection = r.Rank.Selection.clone()
		r.Rank.Percent = cloneLiteral(r.Rank.Percent)
	}
	return r
}

func (l Literal) clone() Literal { return Literal(contact.Value(l).Clone()) }

func cloneLiteral(l *Literal) *Literal {
	if l == nil {
		return nil
	}
	c := l.clone()
	return &c
}

func cloneRule(r *Rule) *Rule {
	if r == nil {
		return nil
	}
	c := r.Clone()
	return &c
}

func cloneRules(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i] = rules[i].Clone()
	}
	return rules
}

func (s Selection) clone() Selection {
	s.Channels, s.Campaigns = slices.Clone(s.Channels), slices.Clone(s.Campaigns)
	s.Categories, s.SKUs = slices.Clone(s.Categories), slices.Clone(s.SKUs)
	s.Where, s.Window = cloneRule(s.Where), s.Window.clone()
	return s
}

func (w Window) clone() Window {
	w.From, w.To = clone(w.From), clone(w.To)
	w.Last, w.Next, w.Calendar = clone(w.Last), clone(w.Next), clone(w.Calendar)
	return w
}

// clone copies what p points to.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
