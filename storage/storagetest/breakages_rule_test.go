package storagetest_test

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// ruleBreakages are the mistakes that are made when rules are translated.
func ruleBreakages() []breakage {
	list := []breakage{
		{name: "orders_members_backwards", wrap: func(s storage.Store) storage.Store { return misorders{s, segment.EvaluatorOf(s)} }},
		{name: "repeats_whom_it_was_asked_for", wrap: func(s storage.Store) storage.Store { return stutters{s, segment.EvaluatorOf(s)} }},
	}
	for name, change := range mistranslations {
		list = append(list, breakage{name: name, wrap: func(s storage.Store) storage.Store {
			return mistranslates{s, segment.EvaluatorOf(s), change}
		}})
	}
	for i := range list {
		list[i].fails = storagetest.RulesAgree
	}
	return append(list, breakage{name: "does_not_notice_that_time_passes", fails: storagetest.RulesOverTime, wrap: func(s storage.Store) storage.Store {
		return mistranslates{s, segment.EvaluatorOf(s), mistranslations["counts_the_future"]}
	}})
}

// mistranslations change a test in a rule into what careless SQL makes of it.
var mistranslations = map[string]func(n segment.Node) segment.Node{
	"begins_a_window_too_late":  onActivity(func(t *segment.ActivityTest) { t.From = t.From.Add(time.Microsecond) }),
	"begins_a_window_too_early": onActivity(func(t *segment.ActivityTest) { t.From = t.From.Add(-time.Microsecond) }),
	"ends_a_window_too_late":    onActivity(func(t *segment.ActivityTest) { t.To = t.To.Add(time.Microsecond) }),
	"ends_a_window_too_early":   onActivity(func(t *segment.ActivityTest) { t.To = t.To.Add(-time.Microsecond) }),
	"counts_the_future":         onActivity(func(t *segment.ActivityTest) { t.To = t.To.AddDate(0, 0, 1) }),
	"takes_greater_for_at_least": onActivity(func(t *segment.ActivityTest) {
		if t.Op == segment.AtLeast {
			t.Op = segment.Greater
		}
	}),
	"forgets_the_direction": onActivity(func(t *segment.ActivityTest) { t.Direction = "" }),
	"forgets_the_channels":  onActivity(func(t *segment.ActivityTest) { t.Channels = nil }),
	"forgets_the_sku_beside_a_category": onActivity(func(t *segment.ActivityTest) {
		if len(t.Categories) > 0 {
			t.SKUs = nil
		}
	}),
	"adds_up_everything_for_an_item": onActivity(func(t *segment.ActivityTest) {
		if t.Aggregate == segment.Sum {
			t.Categories, t.SKUs = nil, nil
		}
	}),
	"takes_only_the_first_of_one_of": onField(func(t *segment.FieldTest) {
		if t.Op == segment.OneOf {
			t.Values = t.Values[:1]
		}
	}),
	"compares_less_like_at_most": onField(func(t *segment.FieldTest) {
		if t.Op == segment.Less {
			t.Op = segment.AtMost
		}
	}),
	"leaves_out_who_has_no_activity": func(n segment.Node) segment.Node {
		if n.Kind != segment.NodeActivity {
			return n
		}
		some := *n.Activity
		some.Aggregate, some.Op, some.Bound = segment.Count, segment.AtLeast, 1
		return segment.Node{Kind: segment.NodeAll, Children: []segment.Node{n, {Kind: segment.NodeActivity, Activity: &some}}}
	},
	"negates_in_three_values": func(n segment.Node) segment.Node {
		if n.Kind != segment.NodeNot || n.Children[0].Kind != segment.NodeField || n.Children[0].Field.Op == segment.Missing {
			return n
		}
		missing := *n.Children[0].Field
		missing.Op, missing.Values = segment.Missing, nil
		known := segment.Node{Kind: segment.NodeNot, Children: []segment.Node{{Kind: segment.NodeField, Field: &missing}}}
		return segment.Node{Kind: segment.NodeAll, Children: []segment.Node{n, known}}
	},
	"takes_any_of_nothing_for_everyone": func(n segment.Node) segment.Node {
		if n.Kind == segment.NodeAny && len(n.Children) == 0 {
			n.Kind = segment.NodeAll
		}
		return n
	},
}

func onActivity(change func(*segment.ActivityTest)) func(segment.Node) segment.Node {
	return func(n segment.Node) segment.Node {
		if n.Kind == segment.NodeActivity {
			t := *n.Activity
			change(&t)
			n.Activity = &t
		}
		return n
	}
}

func onField(change func(*segment.FieldTest)) func(segment.Node) segment.Node {
	return func(n segment.Node) segment.Node {
		if n.Kind == segment.NodeField {
			t := *n.Field
			change(&t)
			n.Field = &t
		}
		return n
	}
}

// mistranslates evaluates changed rules.
type mistranslates struct {
	storage.Store
	inner  segment.Evaluator
	change func(segment.Node) segment.Node
}

func (s mistranslates) node(n segment.Node) segment.Node {
	n.Children = slices.Clone(n.Children)
	for i := range n.Children {
		n.Children[i] = s.node(n.Children[i])
	}
	return s.change(n)
}

func (s mistranslates) rule(r segment.Resolved) segment.Resolved {
	r.Root = s.node(r.Root)
	return r
}

func (s mistranslates) CountMembers(ctx context.Context, r segment.Resolved) (int64, error) {
	return s.inner.CountMembers(ctx, s.rule(r))
}

func (s mistranslates) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	return s.inner.Members(ctx, s.rule(r), after, limit)
}

func (s mistranslates) RankBound(ctx context.Context, t segment.RankTest) (int64, bool, error) {
	return s.inner.RankBound(ctx, t)
}

func (s mistranslates) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	return s.inner.MembersAmong(ctx, s.rule(r), ids)
}

// misorders lists the members of a page in the wrong order.
type misorders struct {
	storage.Store
	segment.Evaluator
}

func (s misorders) Members(ctx context.Context, r segment.Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	ids, err := s.Evaluator.Members(ctx, r, after, limit)
	if len(ids) > 2 {
		ids[0], ids[1] = ids[1], ids[0]
	}
	return ids, err
}

// stutters gives a member as often as it was asked for.
type stutters struct {
	storage.Store
	segment.Evaluator
}

func (s stutters) MembersAmong(ctx context.Context, r segment.Resolved, ids []contact.ID) ([]contact.ID, error) {
	var all []contact.ID
	for _, id := range ids {
		some, err := s.Evaluator.MembersAmong(ctx, r, []contact.ID{id})
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, contact.ID.Compare)
	return all, nil
}

// A wrapper that is no Evaluator would be passed by.
var _, _, _, _ segment.Evaluator = handle{}, mistranslates{}, misorders{}, stutters{}
