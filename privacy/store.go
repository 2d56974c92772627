package privacy

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/segment"
)

// Store reads and removes what is kept of contacts wherever it lies, and persists
// holds, restrictions and certificates. Each method is atomic by itself; the
// service puts several into one transaction. Implementations must be safe for
// concurrent use.
type Store interface {
	MeasureStore

	// PersonalRows returns what names the contacts and no other method returns by
	// contact, in the order that the comments on Rows give.
	PersonalRows(ctx context.Context, ids []contact.ID) (Rows, error)
	// LockAlone is contact.Store.LockContacts, but until the transaction ends
	// nothing can be recorded for the contacts either.
	LockAlone(ctx context.Context, ids []contact.ID) ([]contact.Contact, error)
	// ReplaceCampaignRows removes the rows that campaigns have for the contacts and
	// puts others in their place, as they are. With a campaign only its rows are
	// removed. It returns errs.ErrConflict (state, at "delivery"), and changes
	// nothing, when one of the deliveries is being sent.
	ReplaceCampaignRows(ctx context.Context, of []contact.ID, in campaign.ID, with CampaignRows) error
	// EraseContacts removes all rows that name one of the contacts, but for holds,
	// what is held and certificates. What live segments keep of one that is a member
	// of some stays, and they learn that it is gone, as of at; its changes so far go.
	// The caller has locked the contacts alone.
	EraseContacts(ctx context.Context, ids []contact.ID, at time.Time) error
	// DeleteWatches removes what live segments keep of the contacts: memberships,
	// changes and marks.
	DeleteWatches(ctx context.Context, ids []contact.ID) error
	// IdleContacts returns up to limit contacts with an id greater than after, in
	// ascending order of id, whose record was last written, and whose activities and
	// declarations all happened, before the instant.
	IdleContacts(ctx context.Context, before time.Time, after contact.ID, limit int) ([]contact.ID, error)
	// ContactsWithHistory returns up to limit contacts with an id greater than after,
	// in ascending order of id, that have an activity from before the instant.
	ContactsWithHistory(ctx context.Context, before time.Time, after contact.ID, limit int) ([]contact.ID, error)
}

// MeasureStore persists what was decided about contacts. No method looks at whether
// the contacts exist.
type MeasureStore interface {
	// PutRestriction stores the restriction of a contact in the place of the one that
	// it may have. Live segments learn of it as of its At.
	PutRestriction(ctx context.Context, r Restriction) error
	// DeleteRestriction ends the restriction of a contact, if there is one. Live
	// segments learn of it as of at.
	DeleteRestriction(ctx context.Context, of contact.ID, at time.Time) error
	// Restrictions returns those of the contacts, by contact.
	Restrictions(ctx context.Context, ids []contact.ID) ([]Restriction, error)

	// PutHold stores a hold in the place of the one with its contact and ID.
	PutHold(ctx context.Context, h Hold) error
	// DeleteHold removes a hold, found by contact and ID, and tells whether it was
	// there.
	DeleteHold(ctx context.Context, of contact.ID, hold HoldID) (bool, error)
	// Holds returns the holds of the contacts, by contact and ID.
	Holds(ctx context.Context, ids []contact.ID) ([]Hold, error)
	// EndedHolds returns up to limit holds whose Until is set and not after now, by
	// contact and ID.
	EndedHolds(ctx context.Context, now time.Time, limit int) ([]Hold, error)

	// InsertHeld stores rows that are held; errs.ErrConflict (path "held", code
	// "exists") when there is one with the Contact, Class and Position.
	InsertHeld(ctx context.Context, rows []Held) error
	// HeldOf returns what is held of a contact, by Class and Position.
	HeldOf(ctx context.Context, of contact.ID) ([]Held, error)
	// HeldContacts returns up to limit contacts with an id greater than after of whom
	// something is held, each once, in ascending order of id.
	HeldContacts(ctx context.Context, after contact.ID, limit int) ([]contact.ID, error)
	// DeleteHeld removes what is held of a contact in the class and returns how many
	// rows it removed.
	DeleteHeld(ctx context.Context, of contact.ID, class Class) (int64, error)

	// PutCertificate stores a certificate for each of the ids, in the place of those
	// that are there.
	PutCertificate(ctx context.Context, ids []contact.ID, c Certificate) error
	// CertificateOf returns the certificate of an id; errs.ErrNotFound (path "id")
	// when there is none.
	CertificateOf(ctx context.Context, id contact.ID) (Certificate, error)
	// PendingCertificates returns up to limit certificates that are Pending, of
	// contacts greater than after, by contact, in ascending order. Each is given once,
	// for the id that is its Contact.
	PendingCertificates(ctx context.Context, after contact.ID, limit int) ([]Certificate, error)
}

// Stores is everything that may be held about a person.
type Stores interface {
	contact.Store
	activity.Store
	consent.Store
	segment.Store
	campaign.Store
	exchange.Store
	merge.Store
	duplicates.Store
	Store
}

// Rows are what names contacts in tables that are read otherwise by what else they
// are about.
type Rows struct {
	CampaignRows
	// Snapshots by contact and snapshot.
	Snapshots []SnapshotRow `json:"snapshots,omitempty"`
	// Imports by import, contact and Seq.
	Imports []ImportRow `json:"imports,omitempty"`
	// Pairs by scan, A and B.
	Pairs []duplicates.Found `json:"-"`
}

// CampaignRows are what campaigns have for contacts.
type CampaignRows struct {
	// Audience by contact and campaign.
	Audience []campaign.Member `json:"audience,omitempty"`
	// Deliveries by contact and id.
	Deliveries []campaign.Delivery `json:"deliveries,omitempty"`
	// Vouchers by code.
	Vouchers []campaign.Voucher `json:"vouchers,omitempty"`
	// Redemptions by the source and key of the order.
	Redemptions []campaign.Redemption `json:"redemptions,omitempty"`
}

func (r CampaignRows) count() int {
	return len(r.Audience) + len(r.Deliveries) + len(r.Vouchers) + len(r.Redemptions)
}

// SnapshotRow is a contact in a snapshot.
type SnapshotRow struct {
	Contact  contact.ID         `json:"contact"`
	Snapshot segment.SnapshotID `json:"snapshot"`
}

// ImportRow is what an import changed, with its import.
type ImportRow struct {
	Import exchange.ID     `json:"import"`
	Change exchange.Change `json:"change"`
}

// Held is one row that a hold has kept from an erasure.
type Held struct {
	Contact contact.ID `json:"contact"`
	Class   Class      `json:"class"`
	// Position counts the rows of the class from 1.
	Position int `json:"position"`
	// Kind says what Record is: contact, activity, consent, audience, delivery,
	// voucher, redemption, merge or import.
	Kind string `json:"kind"`
	// Record is the row as JSON.
	Record json.RawMessage `json:"record"`
}

// String hides the row, so that no log takes it along by accident.
func (h Held) String() string { return "held " + h.Kind + " of " + h.Contact.String() }

// GoString hides the row from %#v.
func (h Held) GoString() string { return h.String() }
