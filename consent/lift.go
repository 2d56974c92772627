package consent

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// lift makes releases of the kind of block that stands against the channels of a
// declaration. A block of all channels is released as a whole, and noted anew for each of
// the others, so that nothing gets through there, be it noted before, later, or brought by
// a merge.
func lift(kind Action) more {
	return func(d Declaration, events []Event, states []State) []Event {
		first := events[0]
		var list []Event
		for _, s := range states {
			if s.Layer != Layer(kind) || s.Action != kind || kind == Object && s.Purpose != d.purpose() || !touches(s.Cell(), events) {
				continue
			}
			e := first
			e.Purpose, e.Channel, e.Lifts = s.Purpose, s.Channel, kind
			list = append(list, e.identified(e.RecordedAt))
			if s.Channel == AnyChannel && first.Channel != AnyChannel {
				list = append(list, blockOthers(e, kind, events, states)...)
			}
		}
		return list
	}
}

// touches reports whether a block stands against the channel of one of the events.
func touches(c Cell, events []Event) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Channel == AnyChannel || c.Blocks(c.Purpose, e.Channel) })
}

// blockOthers notes a block of all channels, which is released, for each channel that is
// not among those of the events.
func blockOthers(release Event, kind Action, events []Event, states []State) []Event {
	channels := slices.Clone(addressed)
	for _, s := range states {
		if s.Channel != AnyChannel && !slices.Contains(channels, s.Channel) {
			channels = append(channels, s.Channel)
		}
	}
	var list []Event
	for _, ch := range channels {
		if slices.ContainsFunc(events, func(e Event) bool { return e.Channel == ch }) {
			continue
		}
		e := release
		e.Channel, e.Action, e.Lifts = ch, kind, ""
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
