package consent

import (
	"cmp"

	"github.com/stammkunde/crm/contact"
)

// Layer keeps apart what must not take the place of one another: a later grant
// takes the place of a withdrawal, but not of an objection.
type Layer string

// The layers.
const (
	// Consents holds what was granted, confirmed, withdrawn, denied, or expired.
	Consents Layer = ""
	// Customers holds what was granted on the basis ExistingCustomer.
	Customers Layer = "customer"
	// Suppressions, Listings, Objections and Restrictions block.
	Suppressions Layer = "suppress"
	Listings     Layer = "list"
	Objections   Layer = "object"
	Restrictions Layer = "restrict"
	// Requests holds the latest request to confirm, and Uses the latest use. They
	// permit and block nothing.
	Requests Layer = "request"
	Uses     Layer = "use"
)

// Cell is what an event is about. Purpose and Channel may be wildcards in the
// layers that block.
type Cell struct {
	Purpose Purpose
	Channel contact.Channel
	Layer   Layer
}

// Cell returns the cell to which the event belongs.
func (e Event) Cell() Cell { return Cell{e.Purpose, e.Channel, e.layer()} }

func (e Event) layer() Layer {
	switch e.Action {
	case Suppress, Listed, Object, Restrict, Request, Use:
		return Layer(e.Action)
	case Release:
		return Layer(cmp.Or(e.Lifts, Suppress))
	}
	if e.Basis == ExistingCustomer {
		return Customers
	}
	return Consents
}

// Compare orders cells by purpose, channel and layer, byte by byte.
func (c Cell) Compare(d Cell) int {
	return cmp.Or(cmp.Compare(c.Purpose, d.Purpose), cmp.Compare(c.Channel, d.Channel), cmp.Compare(c.Layer, d.Layer))
}

// Blocks reports whether the cell blocks the channel for the purpose while an
// event that blocks counts in it.
func (c Cell) Blocks(p Purpose, ch contact.Channel) bool {
	switch c.Layer {
	case Suppressions, Listings, Objections, Restrictions:
		return (c.Purpose == AnyPurpose || c.Purpose == p) && (c.Channel == AnyChannel || c.Channel == ch)
	}
	return false
}

// Supersedes reports whether an event takes the place of the present state of
// its cell: it is later, or at the same instant and stricter, or equally
// strict with a greater id. It is the whole of the fold.
func Supersedes(e Event, s State) bool {
	if !e.At.Equal(s.At) {
		return e.At.After(s.At)
	}
	if a, b := e.Action.Strictness(), s.Action.Strictness(); a != b {
		return a > b
	}
	return e.ID.Compare(s.Event) > 0
}

// Grants reports whether the action allows something.
func (a Action) Grants() bool { return a == Grant || a == Confirm }

// Refuses reports whether the action is the customer's no.
func (a Action) Refuses() bool { return a == Withdraw || a == Deny }

// Blocks reports whether the action blocks whatever was granted.
func (a Action) Blocks() bool {
	return a == Suppress || a == Listed || a == Object || a == Restrict
}

// StricterThan reports whether an action forbids more than another one. No action at all
// is the mildest.
func (a Action) StricterThan(b Action) bool { return a.Strictness() > b.Strictness() }

// Strict lists the actions that forbid something, with their strictness, which
// grows from 1.
var Strict = []Action{Expire, Withdraw, Deny, Suppress, Listed, Object, Restrict}

// Strictness says how much an action forbids: zero for those that forbid nothing,
// else its place in Strict, counted from 1.
func (a Action) Strictness() int {
	for i, s := range Strict {
		if a == s {
			return i + 1
		}
	}
	return 0
}
