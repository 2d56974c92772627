// Package consent answers "what we may": an append-only ledger of what each
// customer allowed, per purpose and channel, with the wording shown, the
// source and the proof.
//
// The ledger falls into cells: a purpose, a channel, and a [Layer], which keeps
// consents apart from what stands above them, such as objections. The state of
// a cell is the fold of its events: the latest one counts, and of two at the
// same instant the stricter one. The order in which events arrive therefore
// does not matter, and an import of old grants cannot undo a later withdrawal.
// [Permit] reads the answer off the states.
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

// Wildcards, for events that block. Nothing can be granted for them.
const (
	AnyPurpose Purpose         = ""
	AnyChannel contact.Channel = ""
)

// Action is what an event does.
type Action string

// The actions.
const (
	// Grant: the customer agreed, or there is another basis.
	Grant Action = "grant"
	// Confirm: the customer confirmed what was asked by mail (double opt-in). It
	// counts as a grant.
	Confirm Action = "confirm"
	// Expire: what was granted for a time has ended. A grant with ExpiresAt ends
	// by itself; the event only notes it.
	Expire Action = "expire"
	// Withdraw: the customer no longer agrees.
	Withdraw Action = "withdraw"
	// Deny: the customer was asked, and said no.
	Deny Action = "deny"
	// Suppress blocks a channel for every purpose, for instance after a hard
	// bounce.
	Suppress Action = "suppress"
	// Listed blocks a channel because an external list names its address.
	Listed Action = "list"
	// Object is the objection of Article 21 GDPR, to a purpose on a channel or on
	// all of them. No grant lifts it, whenever it comes.
	Object Action = "object"
	// Restrict is the restriction of Article 18 GDPR.
	Restrict Action = "restrict"
	// Release ends what Event.Lifts names.
	Release Action = "release"
	// Request: the customer was asked by mail to confirm. It permits nothing.
	Request Action = "request"
	// Use: a consent was used. Section 7a of the German act against unfair
	// competition (UWG) wants that noted for telephone calls.
	Use Action = "use"
)

// Basis is why data may be used, after Article 6 (1) GDPR.
type Basis string

// The bases.
const (
	// Agreed is consent: point (a).
	Agreed Basis = "consent"
	// ExistingCustomer is section 7 (3) UWG, Article 13 (2) of directive
	// 2002/58/EC: electronic mail about similar goods to somebody who bought.
	ExistingCustomer Basis = "existing_customer"
	// Contract is point (b): messages that a contract needs, and no marketing.
	Contract Basis = "contract"
	// LegitimateInterest is point (f). For marketing it serves for letters only.
	LegitimateInterest Basis = "legitimate_interest"
)

// Method is how something was declared.
type Method string

// The methods.
const (
	ByForm   Method = "form"
	ByOptIn  Method = "doi" // double opt-in
	ByPhone  Method = "phone"
	ByPaper  Method = "paper"
	ByImport Method = "import"
	ByAPI    Method = "api"
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
	// Lifts says what a Release ends: Suppress, Listed, Object or Restrict.
	Lifts Action `json:"lifts,omitempty"`
	// Basis of a grant. That of other events is empty, but an expiry has that of
	// its grant.
	Basis Basis `json:"basis,omitempty"`
	// At is when the customer declared it.
	At time.Time `json:"at"`
	// RecordedAt is when the CRM learned of it.
	RecordedAt time.Time `json:"recorded_at"`
	// ExpiresAt is when a grant ends, zero where it does not.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// Wording is the text that the customer saw, verbatim, where it is not that of
	// the Notice.
	Wording string `json:"wording,omitempty"`
	// Notice names the text that the customer saw.
	Notice NoticeRef `json:"notice,omitzero"`
	// Source says where it was declared, for instance "checkout".
	Source string `json:"source,omitempty"`
	// Proof refers to the evidence, for instance a form's number.
	Proof    string `json:"proof,omitempty"`
	Evidence `json:"evidence,omitzero"`
}

// Evidence is what else shows how something was declared. All of it is optional.
type Evidence struct {
	Method Method `json:"method,omitempty"`
	// Actor is the host's id of whoever noted it, never a name.
	Actor string `json:"actor,omitempty"`
	// URL is that of the page.
	URL string `json:"url,omitempty"`
	// IP and UserAgent of the customer. They are personal data: keep them only
	// where the proof needs them.
	IP        string `json:"ip,omitempty"`
	UserAgent string `json:"user_agent,omitempty"`
	// Sale refers to the purchase by which somebody became an existing customer.
	Sale string `json:"sale,omitempty"`
	// Categories are those of the goods bought, to which the others are similar.
	Categories []string `json:"categories,omitempty"`
}

// IsZero reports whether there is no evidence.
func (e Evidence) IsZero() bool {
	return e.Method == "" && e.Actor == "" && e.URL == "" && e.IP == "" && e.UserAgent == "" && e.Sale == "" && len(e.Categories) == 0
}

// State is the present state of one cell.
type State struct {
	Contact contact.ID      `json:"contact"`
	Purpose Purpose         `json:"purpose"`
	Channel contact.Channel `json:"channel"`
	Layer   Layer           `json:"layer,omitempty"`
	// Action is that of the event that counts.
	Action Action `json:"action"`
	Basis  Basis  `json:"basis,omitempty"`
	// At and Event are the instant and id of that event.
	At    time.Time `json:"at"`
	Event ID        `json:"event"`
	// ExpiresAt is when a grant ends, zero where it does not.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// Cell returns the cell of which it is the state.
func (s State) Cell() Cell { return Cell{s.Purpose, s.Channel, s.Layer} }

// InForce reports whether the state is a grant that has not ended by now. What
// stands above it, such as an objection, is not looked at; see Permit.
func (s State) InForce(now time.Time) bool {
	return s.Action.Grants() && (s.ExpiresAt.IsZero() || now.Before(s.ExpiresAt))
}

// StateOf is the state that an event leaves behind when it counts.
func StateOf(e Event) State {
	c := e.Cell()
	return State{e.Contact, c.Purpose, c.Channel, c.Layer, e.Action, e.Basis, e.At, e.ID, e.ExpiresAt}
}
