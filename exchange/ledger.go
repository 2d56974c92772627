package exchange

import (
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// ledger is what a contact has declared.
type ledger struct {
	events map[consent.ID]bool
	states map[consent.Cell]consent.State
	// origins are for whom events were noted who were merged into the contact since.
	origins map[contact.ID]bool
}

func (l *ledger) add(e consent.Event) {
	if l.events == nil {
		l.events, l.states = map[consent.ID]bool{}, map[consent.Cell]consent.State{}
	}
	l.events[e.ID] = true
	if !e.Origin.IsZero() {
		if l.origins == nil {
			l.origins = map[contact.ID]bool{}
		}
		l.origins[e.Origin] = true
	}
	c := e.Cell()
	if old, known := l.states[c]; !known || consent.Supersedes(e, old) {
		l.states[c] = consent.StateOf(e)
	}
}

func (l ledger) clone() ledger {
	return ledger{maps.Clone(l.events), maps.Clone(l.states), maps.Clone(l.origins)}
}

func (l ledger) holds(id consent.ID) bool { return l.events[id] }

// forbids reports whether the customer's wish stands against an event.
func (l ledger) forbids(e consent.Event) bool {
	if !e.Action.Grants() && e.Action != consent.Release && e.Action != consent.Expire {
		return false
	}
	for c, s := range l.states {
		refused := s.Action.Refuses() && c.Purpose == e.Purpose && c.Channel == e.Channel
		if refused || s.Action.Blocks() && c.Blocks(e.Purpose, e.Channel) {
			return true
		}
	}
	return false
}

// consentsTo tells whether an explicit consent to a purpose is in force.
func (l ledger) consentsTo(now time.Time) func(purpose string) bool {
	states := slices.Collect(maps.Values(l.states))
	return func(purpose string) bool { return consent.Agrees(states, consent.Purpose(purpose), now) }
}
