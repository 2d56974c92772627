package segment

import (
	"context"
	"slices"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
)

// FactReader is what a store may offer beside Store: to read only those facts
// that rules look at. Without it the library reads whole records, activities
// and events.
type FactReader interface {
	// ReadFacts returns the facts of the contacts with the ids, each once, in
	// any order; unknown ids are left out. What is not needed may be missing.
	// The items of an activity come in their order.
	ReadFacts(ctx context.Context, ids []contact.ID, n FactNeeds) ([]Facts, error)
}

// FactNeeds says what rules look at. ID, CreatedAt and UpdatedAt of a record
// are always needed.
type FactNeeds struct {
	// Record is the rest of the record without its identities.
	Record, Identities bool
	// Activities with Contact, Kind, At, RecordedAt and Amount; of Kinds only,
	// where given.
	Activities bool
	Kinds      []activity.Kind
	// Details are Direction, Channel, Campaign, Subject and Ref.Source of
	// activities.
	Details, Data bool
	// Items of activities, with Category and Amount; ItemDetails are SKU, Name
	// and Quantity.
	Items, ItemDetails bool
	// Consents is the ledger.
	Consents bool
}

// FactNeedsOf says what the rules look at. They must be bound where they name
// segments.
func FactNeedsOf(rules ...Rule) FactNeeds {
	var n FactNeeds
	for i := range rules {
		n.add(&rules[i])
	}
	return n
}

// add notes what a rule looks at.
func (n *FactNeeds) add(r *Rule) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for i := range list {
			n.add(&list[i])
		}
	}
	switch {
	case r.Not != nil:
		n.add(r.Not)
	case r.bound != nil:
		n.add(r.bound)
	case r.Field != nil:
		n.Record = true
	case r.Has != nil:
		n.Record = true
		n.Identities = n.Identities || r.Has.List == Identities
	case r.Activity != nil:
		n.measure(&r.Activity.Measure)
	case r.Ratio != nil:
		n.measure(&r.Ratio.Of)
		n.measure(&r.Ratio.Per)
	case r.Sequence != nil:
		n.selection(&r.Sequence.First)
		n.selection(&r.Sequence.Then)
	case r.Consent != nil:
		n.Consents = true
	}
}

func (n *FactNeeds) measure(m *Measure) {
	n.selection(&m.Selection)
	n.Items = n.Items || m.Aggregate == Items
	if m.Of != "" {
		n.field(m.Of)
	}
}

func (n *FactNeeds) selection(s *Selection) {
	any := n.Activities && len(n.Kinds) == 0
	n.Activities = true
	switch {
	case any || s.Kind == "":
		n.Kinds = nil
	case !slices.Contains(n.Kinds, s.Kind):
		n.Kinds = append(n.Kinds, s.Kind)
	}
	n.Details = n.Details || s.Direction != "" || len(s.Channels)+len(s.Campaigns) > 0
	n.Items = n.Items || len(s.Categories)+len(s.SKUs) > 0
	n.ItemDetails = n.ItemDetails || len(s.SKUs) > 0
	n.where(s.Where)
}

func (n *FactNeeds) where(r *Rule) {
	if r == nil {
		return
	}
	for _, list := range [][]Rule{r.All, r.Any} {
		for i := range list {
			n.where(&list[i])
		}
	}
	n.where(r.Not)
	if r.Field != nil {
		n.field(r.Field.Name)
		if r.Field.Other != "" {
			n.field(r.Field.Other)
		}
	}
}

// field notes a field of activities or their items.
func (n *FactNeeds) field(name string) {
	switch {
	case strings.HasPrefix(name, DataPrefix):
		n.Data = true
	case name == "item.category", name == "item.amount":
		n.Items = true
	case onItem(name):
		n.Items, n.ItemDetails = true, true
	case name != "kind" && name != "amount":
		n.Details = true
	}
}

// ReadFacts reads at least what is needed, with the store's own FactReader or
// without.
func ReadFacts(ctx context.Context, store FactStore, ids []contact.ID, n FactNeeds) ([]Facts, error) {
	if r, ok := able[FactReader](store); ok {
		return r.ReadFacts(ctx, ids, n)
	}
	return factsFor(ctx, store, ids, needs{n.Activities, n.Consents})
}
