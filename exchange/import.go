package exchange

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// ID identifies an import.
type ID = id.ID[Import]

// State says how far an import is.
type State string

// The states of an import, in the order in which they come.
const (
	Running  State = "running" // or cut off
	Finished State = "finished"
	Undoing  State = "undoing" // or cut off while it was taken back
	Undone   State = "undone"
)

// Import is one import, with what became of its entries.
type Import struct {
	ID ID `json:"id"`
	// Name is the host's own, unique per tenant: 1 to 200 characters.
	Name  string `json:"name"`
	State State  `json:"state"`
	// Position is the Number of the last entry that was handled.
	Position int `json:"position"`
	// Entries counts those that were handled: Created, Updated, Unchanged and
	// Refused, which stand for one each.
	Entries   int `json:"entries"`
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
	// Activities and Consents count what was added to the histories and to the
	// ledger.
	Activities int `json:"activities"`
	Consents   int `json:"consents"`
	// Problems counts what is listed by Service.Problems.
	Problems int `json:"problems"`
	// Kept counts what Undo had to leave, because something has come to depend
	// on it; it is listed among the problems.
	Kept int `json:"kept"`
	// Changes is the Seq of the last change.
	Changes int64 `json:"changes"`
	// Digest is a hash of the entries so far. It tells the file from another one.
	Digest [32]byte `json:"-"`
	// Forgotten tells that the import can no longer be taken back.
	Forgotten bool      `json:"forgotten,omitempty"`
	StartedAt time.Time `json:"started_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// ChangeKind says what an import changed.
type ChangeKind string

// The kinds of change.
const (
	ChangeCreated  ChangeKind = "created"  // a contact
	ChangeUpdated  ChangeKind = "updated"  // a contact's record or identities
	ChangeRecorded ChangeKind = "recorded" // an activity
	ChangeDeclared ChangeKind = "declared" // a consent or its withdrawal
)

// Change is one thing that an import changed, kept to take it back.
type Change struct {
	// Seq counts the changes of an import from 1.
	Seq int64
	// Number and Line are those of the entry.
	Number, Line int
	Kind         ChangeKind
	Contact      contact.ID
	// Activity is the one that was recorded.
	Activity activity.ID
	// Consent is the event that was added to the ledger.
	Consent consent.ID
	// Digest is contact.Digest of the record that was created.
	Digest [16]byte
	// Before and After are the record with its identities before and after it
	// was updated; nil otherwise.
	Before, After *contact.Contact
}
