package exchange

import (
	"maps"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// ledger is what a contact has declared.
type ledger struct {
	events map[consent.ID]bool
	states map[cell]consent.State
	// origins are for whom events were noted who were merged into the contact since.
	origins map[contact.ID]bool
}

type cell struct {
	purpose consent.Purpose
	channel contact.Channel
}

func (l *ledger) add(e consent.Event) {
	if l.events == nil {
		l.events, l.states = map[consent.ID]bool{}, map[cell]consent.State{}
	}
	l.events[e.ID] = true
	if !e.Origin.IsZero() {
		if l.origins == nil {
			l.origins = map[contact.ID]bool{}
		}
		l.origins[e.Origin] = true
	}
	c := cell{e.Purpose, e.Channel}
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
	if e.Action != consent.Grant && e.Action != consent.Release {
		return false
	}
	return l.states[cell{e.Purpose, e.Channel}].Action == consent.Withdraw ||
		l.states[cell{consent.AnyPurpose, e.Channel}].Action == consent.Suppress
}

// consentsTo reports whether a consent to the purpose is in force.
func (l ledger) consentsTo(purpose string) bool {
	for c, s := range l.states {
		if c.purpose == consent.Purpose(purpose) && s.Action == consent.Grant {
			return true
		}
	}
	return false
}
