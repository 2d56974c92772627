package segment

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// FactStore is what evaluation without an Evaluator needs.
type FactStore interface {
	contact.Store
	activity.Store
}

// EvaluatorOf returns the store's own Evaluator, or one that reads the facts
// and calls Match.
func EvaluatorOf(store FactStore) Evaluator {
	if e, ok := store.(Evaluator); ok {
		return e
	}
	return matcher{store}
}

// FactsOf reads the facts of the contacts with the ids, in ascending order of
// id and each once; unknown ids are left out.
func FactsOf(ctx context.Context, store FactStore, ids []contact.ID) ([]Facts, error) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, contact.ID.Compare)
	contacts, err := store.Contacts(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	return addActivities(ctx, store, contacts)
}

func addActivities(ctx context.Context, store FactStore, contacts []contact.Contact) ([]Facts, error) {
	facts := make([]Facts, len(contacts))
	index := make(map[contact.ID]int, len(contacts))
	ids := make([]contact.ID, len(contacts))
	for i, c := range contacts {
		facts[i].Contact, index[c.ID], ids[i] = c, i, c.ID
	}
	activities, err := store.ActivitiesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range activities {
		f := &facts[index[a.Contact]]
		f.Activities = append(f.Activities, a)
	}
	return facts, nil
}

// matcher evaluates by reading facts in pages and calling Match.
type matcher struct{ store FactStore }

const factPage = 500

// each calls f with every contact after the id, in order, until f returns
// false.
func (m matcher) each(ctx context.Context, after contact.ID, f func(*Facts) bool) error {
	for {
		contacts, err := m.store.ListContacts(ctx, after, factPage)
		if err != nil || len(contacts) == 0 {
			return err
		}
		facts, err := addActivities(ctx, m.store, contacts)
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
	err := m.each(ctx, contact.ID{}, func(f *Facts) bool {
		if Match(r, f) {
			n++
		}
		return true
	})
	return n, err
}

func (m matcher) Members(ctx context.Context, r Resolved, after contact.ID, limit int) ([]contact.ID, error) {
	var ids []contact.ID
	err := m.each(ctx, after, func(f *Facts) bool {
		if Match(r, f) {
			ids = append(ids, f.Contact.ID)
		}
		return len(ids) < limit
	})
	return ids, err
}

func (m matcher) MembersAmong(ctx context.Context, r Resolved, ids []contact.ID) ([]contact.ID, error) {
	facts, err := FactsOf(ctx, m.store, ids)
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
