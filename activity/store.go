package activity

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
)

// Store persists activities. Each method is atomic by itself; the services
// put several into one transaction. Implementations must be safe for
// concurrent use.
type Store interface {
	// ClaimRefs binds each reference to its activity unless it is bound
	// already, and returns what it is bound to now, in the order of the
	// entries. Of two concurrent claims to one reference exactly one wins and
	// both see the winner.
	ClaimRefs(ctx context.Context, entries []RefEntry) ([]RefEntry, error)
	// FindRefs returns what each reference is bound to, a zero entry where it
	// is bound to nothing.
	FindRefs(ctx context.Context, refs []Ref) ([]RefEntry, error)
	// InsertActivities appends to the history. It returns errs.ErrNotFound
	// when a contact does not exist, else errs.ErrConflict when the contact has
	// an activity with the id already. Whether the id of another contact's
	// activity is refused is left to the store: ids are made so that they do
	// not meet.
	InsertActivities(ctx context.Context, activities []Activity) error
	// Activity returns one activity of a contact, or errs.ErrNotFound.
	Activity(ctx context.Context, of contact.ID, id ID) (Activity, error)
	// History returns the activities of one contact that the query selects,
	// ordered by At and then ID, both descending.
	History(ctx context.Context, q HistoryQuery) ([]Activity, error)
	// ActivitiesOf returns all activities of the contacts, ordered by
	// contact, At and ID, ascending.
	ActivitiesOf(ctx context.Context, contacts []contact.ID) ([]Activity, error)
	// ChannelUse counts, per contact and channel, the inbound activities up
	// to and including the instant that have a channel. Order does not
	// matter.
	ChannelUse(ctx context.Context, contacts []contact.ID, until time.Time) ([]ChannelUse, error)
	// DeleteActivities removes activities, by Contact and ID, each with its own Ref
	// where that is bound to it. Unknown ones are passed over. Live segments learn of
	// it as of at. The caller has locked the contacts.
	DeleteActivities(ctx context.Context, activities []Activity, at time.Time) error
}

// Stores is what the service needs: the history, and the contacts to tell which
// one is missing.
type Stores interface {
	Store
	contact.Store
}

// RefEntry binds a host's reference to an activity.
type RefEntry struct {
	Ref      Ref
	Contact  contact.ID
	Activity ID
	// Digest is a hash of what was recorded, but for whom. It tells a harmless repetition
	// from a reference that was used for something else.
	Digest [16]byte
}

// HistoryQuery selects a part of one contact's history.
type HistoryQuery struct {
	Contact contact.ID
	// Kinds to give; empty means all.
	Kinds []Kind
	// BeforeAt and BeforeID: only activities that sort behind this position,
	// that is At < BeforeAt, or At == BeforeAt and ID < BeforeID. The zero
	// time means from the newest on.
	BeforeAt time.Time
	BeforeID ID
	Limit    int
}

// ChannelUse says how often a contact came on a channel, and when last.
type ChannelUse struct {
	Contact contact.ID
	Channel contact.Channel
	Count   int64
	Last    time.Time
}
