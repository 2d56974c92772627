package consent

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// lift makes releases of the kind of block that stands against the channels of a
// declaration. A block of a wildcard goes as a whole; what was in force under it for
// other channels is withdrawn.
func lift(kind Action) more {
	return func(d Declaration, events []Event, states []State) []Event {
		first := events[0]
		var list []Event
		everywhere := false
		for _, s := range states {
			if s.Layer != Layer(kind) || s.Action != kind || !slices.ContainsFunc(events, func(e Event) bool {
				return e.Channel == AnyChannel || s.Cell().Blocks(s.Purpose, e.Channel)
			}) || kind == Object && s.Purpose != d.purpose() {
				continue
			}
			everywhere = everywhere || s.Channel == AnyChannel && first.Channel != AnyChannel
			e := first
			e.Purpose, e.Channel, e.Lifts = s.Purpose, s.Channel, kind
			list = append(list, e.identified(e.RecordedAt))
		}
		if everywhere {
			list = append(list, withdrawOthers(first, events, states, d.purpose())...)
		}
		return list
	}
}

// withdrawOthers withdraws what is in force for other channels than those of the events.
func withdrawOthers(first Event, events []Event, states []State, p Purpose) []Event {
	var list []Event
	for _, s := range states {
		granted := (s.Layer == Consents || s.Layer == Customers) && s.Action.Grants() && s.Purpose == p
		if !granted || slices.ContainsFunc(events, func(e Event) bool { return e.Channel == s.Channel }) {
			continue
		}
		e := first
		e.Purpose, e.Channel, e.Action = p, s.Channel, Withdraw
		list = append(list, e.identified(e.RecordedAt))
	}
	return list
}

// purpose is that of a declaration whose event has none.
func (d Declaration) purpose() Purpose {
	if d.Purpose == AnyPurpose {
		return Marketing
	}
	return d.Purpose
}

// extended asks for the states of the contact and gives them to then.
func (s *Service) extended(ctx context.Context, store Stores, d Declaration, events []Event, then more) ([]Event, error) {
	states, err := store.ConsentStates(ctx, []contact.ID{events[0].Contact})
	if err != nil {
		return nil, err
	}
	return then(d, events, states), nil
}
