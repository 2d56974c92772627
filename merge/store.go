package merge

import (
	"context"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// Store persists merges. Each method is atomic by itself; the service puts several
// into one transaction. Implementations must be safe for concurrent use.
type Store interface {
	// InsertMerge stores a merge; errs.ErrConflict (path "loser", code "exists") when
	// the loser was merged already.
	InsertMerge(ctx context.Context, m Merge) error
	// UpdateMerges replaces merges, found by Loser. Unknown ones are passed over.
	UpdateMerges(ctx context.Context, list []Merge) error
	// DeleteMerge forgets the merge of a loser, if there is one.
	DeleteMerge(ctx context.Context, loser contact.ID) error
	// MergesInto returns what was merged into the contacts directly, ordered by
	// winner and number.
	MergesInto(ctx context.Context, winners []contact.ID) ([]Merge, error)
	// MergeOf returns the merge of a loser; errs.ErrNotFound (path "id") when there is
	// none.
	MergeOf(ctx context.Context, loser contact.ID) (Merge, error)
	// MoveContact moves what is kept of a contact, beside its record and its
	// identities, to another one; see Move. Both contacts exist, and the caller has
	// locked them. Live segments learn of it as of Move.At.
	MoveContact(ctx context.Context, m Move) error
	// DeleteConsent removes events from ledgers, found by Contact and ID, and folds
	// what stays into the states. Live segments learn of it as of at. The caller has
	// locked the contacts.
	DeleteConsent(ctx context.Context, events []consent.Event, at time.Time) error
}

// Stores is everything that a merge touches.
type Stores interface {
	contact.Store
	consent.Store
	Store
}

// Move takes rows from one contact to another: activities with their references, the
// ledger of consent, and what campaigns have planned, sent and handed out. A row keeps
// the contact for which it was made as its Origin, which is zero while that contact has
// it.
//
// What a campaign has for From stays where it is if To is in its plan, too (but two change
// places of whom To was excluded and From was not, and when that is undone), or if its
// planning has not come to To yet: nobody is written to twice. So it does while a delivery
// of it to From is being sent; and a delivery stays that To has already. Vouchers and redemptions always move.
type Move struct {
	From, To contact.ID
	// Origins, where there are any, are those of the rows that are moved. Without any
	// all are.
	Origins []contact.ID
	At      time.Time
}
