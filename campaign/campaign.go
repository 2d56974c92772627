// Package campaign answers "how": from the audience over the offer and the
// channel to the delivery, the response and the report.
//
// A delivery is a row, never a position in a list: every recipient has one
// before anything is sent, and it is taken through its states by guarded
// writes. What cannot be known after a crash is listed as in doubt and never
// sent again blindly.
package campaign

import (
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

// ID identifies a campaign.
type ID = id.ID[Campaign]

// Definition is what a host says about a campaign.
type Definition struct {
	// Name is unique per tenant: a lower-case letter followed by lower-case
	// letters, digits, '_', '-' and '.'. The hold-out is drawn from it, so
	// the same name draws the same contacts in every store.
	Name string `json:"name"`
	// Segment is the audience.
	Segment segment.ID `json:"segment"`
	// Purpose that recipients must have agreed to. Defaults to
	// consent.Marketing.
	Purpose consent.Purpose `json:"purpose"`
	// Currency (ISO 4217) in which revenue is reported.
	Currency string `json:"currency"`
	// Offer gives each recipient a voucher; nil means none.
	Offer *Offer `json:"offer,omitempty"`
	// Channels in order of preference; at least one.
	Channels []contact.Channel `json:"channels"`
	// Templates has one template for each channel.
	Templates map[contact.Channel]Template `json:"templates"`
	// From and Until bound the sending; zero times leave a side open. Nothing
	// goes out at Until or later.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// HoldOut is the share, 0 to 0.9, of the contacts who could be addressed
	// but are not, to measure what the campaign changes.
	HoldOut float64 `json:"hold_out,omitempty"`
	// QuietHours defers sending in the recipient's night.
	QuietHours *QuietHours `json:"quiet_hours,omitempty"`
	// Cap skips recipients who got much from all campaigns together.
	Cap *Cap `json:"cap,omitempty"`
	// Customers, where it is set, reaches existing customers without consent, too.
	Customers *Customers `json:"customers,omitempty"`
}

// Offer is a voucher for a part of the next order's price.
type Offer struct {
	// Percent off, above 0 and up to 100, with at most two decimals.
	Percent float64 `json:"percent"`
	// ValidFrom and ValidUntil bound the redemption; zero times leave a side
	// open. At ValidUntil the voucher is no longer valid.
	ValidFrom  time.Time `json:"valid_from,omitzero"`
	ValidUntil time.Time `json:"valid_until,omitzero"`
}

// Template makes a message. Subject and Text are in the syntax of text/template,
// HTML in that of html/template. All values are texts:
//
//   - .Contact has Name, Title, Given, Family, Company and Language.
//   - .Address has Street, Extra, PostalCode, City, Region and Country.
//   - .Campaign has Name.
//   - .Voucher has Code, with dashes as it is to be printed; Percent, such as 10
//     or 7.5; and ValidUntil, the last day on which it is valid as YYYY-MM-DD in
//     the shop's time zone, empty if it is open. It needs an Offer: without one,
//     a template that mentions .Voucher is refused when the campaign is created.
//
// A value that is not known is empty; a name that does not stand here is an
// error.
type Template struct {
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"`
}

// QuietHours is a time of the day in which nothing goes out, in the
// recipient's time zone. From may be later than To: the night.
type QuietHours struct {
	// From and To are minutes since midnight, 0 to 1439; at To it is over.
	From int `json:"from"`
	To   int `json:"to"`
}

// Cap limits how many messages of all campaigns a contact gets.
type Cap struct {
	Max int `json:"max"`
	// Days of 24 hours, 1 to 366.
	Days int `json:"days"`
}

// State is the state of a campaign.
type State string

// The states of a campaign, in their usual order.
const (
	Draft     State = "draft"
	Planning  State = "planning"
	Scheduled State = "scheduled"
	Running   State = "running"
	Paused    State = "paused"
	Finished  State = "finished"
	Cancelled State = "cancelled"
)

// Campaign is a definition and how far it has come.
type Campaign struct {
	ID ID `json:"id"`
	Definition
	State State `json:"state"`
	// Rule is the audience's rule and AsOf the instant as of which it counts;
	// both are taken when planning begins, so that a later change of the
	// segment does not split the audience.
	Rule *segment.Rule `json:"rule,omitempty"`
	AsOf time.Time     `json:"as_of,omitzero"`
	// PlannedTo is the last contact that was planned; planning goes on
	// behind it.
	PlannedTo  contact.ID `json:"planned_to,omitzero"`
	CreatedAt  time.Time  `json:"created_at"`
	StartedAt  time.Time  `json:"started_at,omitzero"`
	FinishedAt time.Time  `json:"finished_at,omitzero"`
}

// Outcome is what planning decided for one contact of the audience.
type Outcome string

// The outcomes.
const (
	Addressed Outcome = "addressed" // has a delivery
	HeldOut   Outcome = "held_out"  // could be addressed, but is kept for comparison
	Excluded  Outcome = "excluded"  // cannot be addressed, see the reason
)

// Reason says why somebody was excluded, or why a delivery did not end as sent.
type Reason string

// The reasons.
const (
	NoConsent     Reason = "no_consent"
	NoAddress     Reason = "no_address"
	IsSuppressed  Reason = "suppressed"
	Objected      Reason = "objected"
	FrequencyCap  Reason = "frequency_cap"
	QuietTime     Reason = "quiet_hours"
	ContactGone   Reason = "contact_gone"
	IsRestricted  Reason = "restricted"
	WindowClosed  Reason = "window_closed"
	OfferOver     Reason = "offer_over"
	CampaignEnded Reason = "campaign_cancelled"
	CampaignHeld  Reason = "campaign_paused"
	BadTemplate   Reason = "template"
	NotSent       Reason = "not_sent"
	Throttled     Reason = "throttled"
	Rejected      Reason = "rejected"
	BadAddress    Reason = "bad_address"
	Unknown       Reason = "unknown"
	LeaseLost     Reason = "lease_expired"
	TooManyDeaths Reason = "worker_died"
	ByPerson      Reason = "by_person"
)

// Member is the plan's row for one contact of the audience.
type Member struct {
	Campaign ID         `json:"campaign"`
	Contact  contact.ID `json:"contact"`
	// Origin is who was planned, where that contact was merged into Contact since,
	// else zero.
	Origin  contact.ID `json:"origin,omitzero"`
	Outcome Outcome    `json:"outcome"`
	// Reason is set where Outcome is Excluded.
	Reason Reason `json:"reason,omitempty"`
	// Channel is the chosen one, for the held-out the one that would have
	// been; empty for the excluded.
	Channel contact.Channel `json:"channel,omitempty"`
	// Orders and Revenue, in minor units, are what the contact had bought since the
	// campaign started when this row was made nobody's; see package privacy. Else 0.
	Orders  int64 `json:"orders,omitempty"`
	Revenue int64 `json:"revenue,omitempty"`
}
