package segment

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// FactStore is what evaluation without an Evaluator needs.
type FactStore interface {
	contact.Store
	activity.Store
	consent.Store
}

// EvaluatorOf returns the store's own Evaluator, or one that reads the facts
// and calls Match.
func EvaluatorOf(store FactStore) Evaluator {
	if e, ok := able[Evaluator](store); ok {
		return e
	}
	return matcher{store}
}

// FactsOf reads the facts of the contacts with the ids, in ascending order of
// id and each once; unknown ids are left out.
func FactsOf(ctx context.Context, store FactStore, ids []contact.ID) ([]Facts, error) {
	return factsFor(ctx, store, ids, needs{true, true})
}

func factsFor(ctx context.Context, store FactStore, ids []contact.ID, n needs) ([]Facts, error) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, contact.ID.Compare)
	contacts, err := store.Contacts(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	return complete(ctx, store, contacts, n)
}

// needs tells which facts beside the record a rule looks at.
type needs struct{ activities, consents bool }

func (n *Node) needs() needs {
	sum := needs{n.Activity != nil || n.Ratio != nil || n.Sequence != nil, n.Consent != nil}
	for i := range n.Children {
		child := n.Children[i].needs()
		sum.activities, sum.consents = sum.activities || child.activities, sum.consents || child.consents
	}
	return sum
}

// complete adds to the records what else is needed.
func complete(ctx context.Context, store FactStore, contacts []contact.Contact, n needs) ([]Facts, error) {
	facts := make([]Facts, len(contacts))
	index := make(map[contact.ID]int, len(contacts))
	ids := make([]contact.ID, len(contacts))
	for i, c := range contacts {
		facts[i].Contact, index[c.ID], ids[i] = c, i, c.ID
	}
	var activities []activity.Activity
	var ledger []consent.Event
	restricted, err := store.Restricted(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range restricted {
		facts[index[id]].Restricted = true
	}
	if n.activities {
		if activities, err = store.ActivitiesOf(ctx, ids); err != nil {
			return nil, err
		}
	}
	if n.consents {
		if ledger, err = store.ConsentEvents(ctx, ids); err != nil {
			return nil, err
		}
	}
	for _, a := range activities {
		f := &facts[index[a.Contact]]
		f.Activities = append(f.Activities, a)
	}
	for _, e := range ledger {
		f := &facts[index[e.Contact]]
		f.Consents = append(f.Consents, e)
	}
	return facts, nil
}

// matcher evaluates by reading facts in pages and calling Match.
type matcher struct{ store FactStore }

const factPage = 500

// each calls f with every contact after the id, in order, until f returns
// false.
func (m matcher) each(ctx context.Context, n needs, after contact.ID, f func(*Facts) bool) error {
	if s, ok := able[Scanner](m.store); ok {
		return s.ScanFacts(ctx, after, f)
	}
	for {
		contacts, err := m.store.ListContacts(ctx, after, factPage)
		if err != nil || len(contacts) == 0 {
			return err
		}
		facts, err := complete(ctx, m.store, contacts, n)
		if err != nil {
			return err
		}
		for i := range facts {
			if !f(&facts[i]) {
				return nil
			}
		}
		after = contacts[len(contacts)-1].ID
	}
}

func (m matcher) CountMembers(ctx context.Context, r Resolved) (int64, error) {
	var n int64
	err := m.each(ctx, r.Root.needs(), contact.ID{}, func(f *Facts) bool {
		if Match(r, f) {
			n++
		}
		return true
	})
	return n, err
}

func (m matcher) Members(ctx context.Context, r Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	var ids []contact.ID
	err := m.each(ctx, r.Root.needs(), after, func(f *Facts) bool {
		if Match(r, f) {
			ids = append(ids, f.Contact.ID)
		}
		return len(ids) < limit
	})
	return ids, err
}

func (m matcher) MembersAmong(ctx context.Context, r Resolved, ids []contact.ID) ([]contact.ID, error) {
	facts, err := factsFor(ctx, m.store, ids, r.Root.needs())
	if err != nil {
		return nil, err
	}
	var members []contact.ID
	for i := range facts {
		if Match(r, &facts[i]) {
			members = append(members, facts[i].Contact.ID)
		}
	}
	return members, nil
}

func (m matcher) RankBound(ctx context.Context, t RankTest) (int64, bool, error) {
	var values []int64
	err := m.each(ctx, needs{activities: true}, contact.ID{}, func(f *Facts) bool {
		if v, ok := t.value(f.Activities); ok {
			values = append(values, v)
		}
		return true
	})
	if err != nil || len(values) == 0 {
		return 0, false, err
	}
	slices.Sort(values)
	if !t.Least {
		slices.Reverse(values)
	}
	return values[t.Place(int64(len(values)))-1], true, nil
}

// value gives the value with which a contact takes part in the rank.
func (t RankTest) value(list []activity.Activity) (int64, bool) {
	sum := collect(t.Of, list)
	v, ok := t.Of.number(&sum)
	switch t.Of.Aggregate {
	case Count, Items, Distinct:
		return v, v > 0
	}
	return v, ok && sum.values > 0
}
