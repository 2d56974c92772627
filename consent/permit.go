package consent

import (
	"time"

	"github.com/stammkunde/crm/contact"
)

// Permission is the answer to "may we?".
type Permission string

// The answers.
const (
	Granted Permission = "granted"
	// ToCustomers: there is no consent, but electronic mail about similar goods may
	// be sent under section 7 (3) UWG, with a notice of the right to object in
	// each message.
	ToCustomers Permission = "to_customers"
	NoConsent   Permission = "no_consent"
	Suppressed  Permission = "suppressed"
	Objected    Permission = "objected"
	Restricted  Permission = "restricted"
)

// Permit answers from the states of one contact whether the channel may be
// used for the purpose now. What blocks beats every grant, the restriction the
// objection, and that a suppression. A refusal takes the exception for existing
// customers away as well: it is an objection to that, whenever it came.
func Permit(states []State, p Purpose, ch contact.Channel, now time.Time) Permission {
	answer, blocked := NoConsent, Permission("")
	customer, refused := false, false
	for _, s := range states {
		c := s.Cell()
		if s.Action.Blocks() && c.Blocks(p, ch) {
			blocked = stricter(blocked, s.Action)
		}
		if c.Purpose != p || c.Channel != ch {
			continue
		}
		switch {
		case c.Layer == Consents && s.InForce(now):
			answer = Granted
		case c.Layer == Consents && s.Action.Refuses():
			refused = true
		case c.Layer == Customers && s.InForce(now):
			customer = true
		}
	}
	switch {
	case blocked != "":
		return blocked
	case answer == NoConsent && customer && !refused:
		return ToCustomers
	}
	return answer
}

// stricter gives the answer for what blocks.
func stricter(p Permission, a Action) Permission {
	switch {
	case a == Restrict || p == Restricted:
		return Restricted
	case a == Object || p == Objected:
		return Objected
	}
	return Suppressed
}

// Agrees reports whether the states of one contact hold an explicit consent to the
// purpose, on whatever channel, that is in force: it has not ended, and there is no
// objection to the purpose and no restriction on that channel. A suppression is about
// a channel and not a purpose, so it changes nothing.
func Agrees(states []State, p Purpose, now time.Time) bool {
	for _, s := range states {
		explicit := s.Layer == Consents && s.Purpose == p && s.Basis == Agreed && s.InForce(now)
		if explicit && !unwished(states, p, s.Channel) {
			return true
		}
	}
	return false
}

// unwished reports whether an objection or a restriction stands against the channel.
func unwished(states []State, p Purpose, ch contact.Channel) bool {
	for _, s := range states {
		c := s.Cell()
		wish := c.Layer == Objections || c.Layer == Restrictions
		if wish && s.Action.Blocks() && c.Blocks(p, ch) {
			return true
		}
	}
	return false
}
