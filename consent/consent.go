// Package consent answers "what we may": an append-only ledger of what each
// customer allowed, per purpose and channel, with the wording shown, the
// source and the proof.
//
// The state of a cell (purpose x channel) is the fold of its events: the
// latest one counts, and of two at the same instant the stricter one. The
// order in which events arrive therefore does not matter, and an import of old
// grants cannot undo a later withdrawal.
package consent

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// ID identifies an event of the ledger.
type ID = id.ID[Event]

// Purpose is what the customer's data is used for: a lower-case name such as
// "marketing".
type Purpose string

// Marketing is the purpose that campaigns have unless they say otherwise.
const Marketing Purpose = "marketing"

// AnyPurpose stands in events that block a channel for every purpose. No grant
// can be given for it.
const AnyPurpose Purpose = ""

// Action is what an event does.
type Action string

// The actions, from mild to strict.
const (
	Grant    Action = "grant"
	Withdraw Action = "withdraw"
	// Suppress blocks a channel for every purpose, for instance after a hard
	// bounce.
	Suppress Action = "suppress"
	// Release ends a suppression.
	Release Action = "release"
)

// Event is one entry of the ledger.
type Event struct {
	// ID follows from the content.
	ID      ID         `json:"id"`
	Contact contact.ID `json:"contact"`
	// Origin is the contact for which it was noted, where that one was merged into
	// Contact since, else zero.
	Origin  contact.ID      `json:"origin,omitzero"`
	Purpose Purpose         `json:"purpose"`
	Channel contact.Channel `json:"channel"`
	Action  Action          `json:"action"`
	// At is when the customer declared it.
	At time.Time `json:"at"`
	// RecordedAt is when the CRM learned of it.
	RecordedAt time.Time `json:"recorded_at"`
	// Wording is the text that the customer saw, verbatim.
	Wording string `json:"wording,omitempty"`
	// Source says where it was declared, for instance "checkout".
	Source string `json:"source,omitempty"`
	// Proof refers to the evidence, for instance a form's number.
	Proof string `json:"proof,omitempty"`
}

// State is the present state of one cell.
type State struct {
	Contact contact.ID      `json:"contact"`
	Purpose Purpose         `json:"purpose"`
	Channel contact.Channel `json:"channel"`
	// Action is that of the event that counts.
	Action Action `json:"action"`
	// At and Event are the instant and id of that event.
	At    time.Time `json:"at"`
	Event ID        `json:"event"`
}

// Supersedes reports whether an event takes the place of the present state of
// its cell: it is later, or at the same instant and stricter, or equally
// strict with a greater id. It is the whole of the fold.
func Supersedes(e Event, s State) bool {
	if !e.At.Equal(s.At) {
		return e.At.After(s.At)
	}
	if a, b := strictness(e.Action), strictness(s.Action); a != b {
		return a > b
	}
	return e.ID.Compare(s.Event) > 0
}

// StateOf is the state that an event leaves behind when it counts.
func StateOf(e Event) State {
	return State{e.Contact, e.Purpose, e.Channel, e.Action, e.At, e.ID}
}

// StricterThan reports whether an action forbids more than another one. No action at all
// is the mildest.
func (a Action) StricterThan(b Action) bool { return strictness(a) > strictness(b) }

func strictness(a Action) int {
	switch a {
	case "", Grant, Release:
		return 0
	case Withdraw:
		return 1
	}
	return 2
}

// Permission is the answer to "may we?".
type Permission string

// The answers.
const (
	Granted    Permission = "granted"
	NoConsent  Permission = "no_consent"
	Suppressed Permission = "suppressed"
)

// Permit answers from the states of one contact whether the channel may be
// used for the purpose. A suppression of the channel beats every grant.
func Permit(states []State, p Purpose, ch contact.Channel) Permission {
	answer := NoConsent
	for _, s := range states {
		switch {
		case s.Channel != ch:
		case s.Purpose == AnyPurpose && s.Action == Suppress:
			return Suppressed
		case s.Purpose == p && s.Action == Grant:
			answer = Granted
		}
	}
	return answer
}
