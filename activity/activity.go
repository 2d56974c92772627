// Package activity answers "what happened": the append-only history of each
// customer, from purchases with their items to letters, calls and complaints.
//
// Hosts record under a reference of their own, so that recording twice is
// harmless: an order import that was cut off is simply run again.
package activity

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
)

// ID identifies an activity.
type ID = id.ID[Activity]

// Kind says what happened. Hosts may use names of their own beside those
// below: a lower-case letter followed by lower-case letters, digits, '_', '-'
// and '.'.
type Kind string

// The kinds for which the library brings rules of its own.
const (
	Purchase       Kind = "purchase"
	Return         Kind = "return"
	Letter         Kind = "letter"
	Call           Kind = "call"
	Email          Kind = "email"
	Complaint      Kind = "complaint"
	ServiceRequest Kind = "service_request"
	Charge         Kind = "charge"
	Refund         Kind = "refund"
	// Settlement is the provider's later word about a charge that was pending.
	Settlement Kind = "settlement"
	// How a customer reacted to a message of a campaign.
	Opened   Kind = "opened"
	Clicked  Kind = "clicked"
	Redeemed Kind = "redeemed" // a voucher
)

// CampaignID is the id of the campaign that an activity belongs to.
type CampaignID = id.ID[campaign]

type campaign struct{}

// Direction tells what the customer did from what the shop did.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"  // from the customer to the shop
	Outbound Direction = "outbound" // from the shop to the customer
)

// Activity is one thing that happened with one customer.
//
// The service trims the spaces around Subject and Text and around SKU, Name and
// Category of the items. Ref is a key: it is kept and compared as it is, spaces
// and case included. Payment is kept as it is too. A line of text has at most
// 200 characters, Text 100,000; an activity has at most 10,000 items. Payment
// card numbers are refused in every text, but not in keys.
type Activity struct {
	// ID is made by the service where it is zero.
	ID      ID         `json:"id"`
	Contact contact.ID `json:"contact"`
	// Origin is the contact for which it was recorded, where that one was merged
	// into Contact since, else zero; set by the service.
	Origin contact.ID `json:"origin,omitzero"`
	Kind   Kind       `json:"kind"`
	// Ref is the host's own reference, unique per tenant. Recording the same
	// reference again gives back the first activity. It may be empty.
	Ref Ref `json:"ref,omitzero"`
	// At is when it happened; the zero time means now.
	At time.Time `json:"at"`
	// RecordedAt is when the CRM learned of it; set by the service.
	RecordedAt time.Time `json:"recorded_at"`
	// Direction defaults to Inbound for purchases, returns, complaints and
	// service requests.
	Direction Direction `json:"direction,omitempty"`
	// Channel is the way on which it came or went, where known.
	Channel contact.Channel `json:"channel,omitempty"`
	Subject string          `json:"subject,omitempty"`
	Text    string          `json:"text,omitempty"`
	// Amount is the total. With items, Amount must be zero or exactly their
	// sum; where it is zero the service fills in the sum. Enter a voucher's
	// discount as an item with a negative amount. Purchases, returns, charges,
	// refunds and settlements need an amount, which must not be negative. At
	// most 10^12 minor units.
	//
	// JSON always holds it: left out where it is zero, it would lose the
	// currency of an amount of nothing.
	Amount money.Money `json:"amount"`
	Items  []Item      `json:"items,omitempty"`
	// Campaign that the activity is a message of, or an answer to; zero for
	// none.
	Campaign CampaignID `json:"campaign,omitzero"`
	// Data holds what the host wants rules to see beside the above. Names
	// are as those of custom fields; they need no declaration.
	Data map[string]contact.Value `json:"data,omitempty"`
	// Payment is set on charges, refunds and settlements only.
	Payment *Payment `json:"payment,omitempty"`
}

// Ref is the reference of an activity in the host's own system.
type Ref struct {
	// Source names the system, for instance "shop": a name as that of a Kind,
	// at most 64 characters.
	Source string `json:"source"`
	// Key is the key in it, for instance an order number: 1 to 200 characters,
	// kept as they are.
	Key string `json:"key"`
}

// IsZero reports whether there is no reference.
func (r Ref) IsZero() bool { return r == Ref{} }

// Item is one line of a purchase or return.
type Item struct {
	SKU      string `json:"sku,omitempty"`
	Name     string `json:"name,omitempty"`
	Category string `json:"category,omitempty"`
	// Quantity counts pieces, at least 1.
	Quantity int64 `json:"quantity"`
	// Amount is the price of the whole line, in the activity's currency. A
	// rebate line has a negative amount.
	Amount money.Money `json:"amount"`
}

// PaymentStatus is the state of a charge or refund as its provider reports it.
type PaymentStatus string

// The states of a payment.
const (
	PaymentPending   PaymentStatus = "pending"
	PaymentSucceeded PaymentStatus = "succeeded"
	PaymentFailed    PaymentStatus = "failed"
)

// Payment is all that the CRM keeps of a charge or refund: who handled it, the
// provider's token for it, and its state. The amount is Activity.Amount.
type Payment struct {
	Provider string        `json:"provider"`
	Token    string        `json:"token"`
	Status   PaymentStatus `json:"status"`
	// Purchase is the reference of the purchase that was paid.
	Purchase Ref `json:"purchase"`
}

// String hides the content, so that no log takes it along by accident.
func (a Activity) String() string { return "activity " + a.ID.String() }

// GoString hides the content from %#v.
func (a Activity) GoString() string { return a.String() }
