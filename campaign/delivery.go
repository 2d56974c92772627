package campaign

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// DeliveryID identifies a delivery.
type DeliveryID = id.ID[Delivery]

// DeliveryState is the state of a delivery.
type DeliveryState string

// The states of a delivery. Queued, Claimed, Sending and InDoubt are open; the
// others are final.
const (
	Queued     DeliveryState = "queued"     // waits for its time
	Claimed    DeliveryState = "claimed"    // a worker holds it under a lease
	Sending    DeliveryState = "sending"    // passed the gate; may be on the wire
	Sent       DeliveryState = "sent"       // the provider took it
	Failed     DeliveryState = "failed"     // the provider refused it for good
	Dead       DeliveryState = "dead"       // given up after too many attempts
	Skipped    DeliveryState = "skipped"    // the gate said no
	Stopped    DeliveryState = "cancelled"  // the campaign was cancelled
	Expired    DeliveryState = "expired"    // its time had passed
	InDoubt    DeliveryState = "in_doubt"   // nobody knows whether it was sent
	Unresolved DeliveryState = "unresolved" // in doubt for good
)

// Open reports whether the delivery can still change by itself or needs
// somebody's decision.
func (s DeliveryState) Open() bool {
	switch s {
	case Queued, Claimed, Sending, InDoubt:
		return true
	}
	return false
}

// Delivery is one message to one contact on one channel. There is at most one
// per (campaign, step, channel, contact).
type Delivery struct {
	ID       DeliveryID      `json:"id"`
	Campaign ID              `json:"campaign"`
	Step     int             `json:"step"` // 0 in a campaign of one message
	Channel  contact.Channel `json:"channel"`
	Contact  contact.ID      `json:"contact"`
	// Origin is as that of Member.
	Origin contact.ID    `json:"origin,omitzero"`
	State  DeliveryState `json:"state"`
	Reason Reason        `json:"reason,omitempty"`
	// NotBefore is when it may go out at the earliest.
	NotBefore time.Time `json:"not_before"`
	// Attempts counts the calls of Sender.Send; Crashes the workers that died
	// while they held it.
	Attempts int `json:"attempts"`
	Crashes  int `json:"crashes"`
	// FirstAttemptAt is when it first passed the gate, GatedAt when it last
	// did.
	FirstAttemptAt time.Time `json:"first_attempt_at,omitzero"`
	GatedAt        time.Time `json:"gated_at,omitzero"`
	SentAt         time.Time `json:"sent_at,omitzero"`
	ProviderID     string    `json:"provider_id,omitempty"`
	UpdatedAt      time.Time `json:"updated_at"`
}

// Token names one claim of a batch of deliveries. Zero means none.
type Token int64

// Move takes one delivery from one state to another.
type Move struct {
	Delivery DeliveryID
	Contact  contact.ID
	From, To DeliveryState
	Reason   Reason
	// NotBefore is the new earliest instant; the zero time keeps the old one.
	NotBefore time.Time
	// Attempts is added to the counter.
	Attempts int
	// ProviderID is kept where it is not empty.
	ProviderID string
}
