package segment

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
)

// LiveStore persists live segments. InsertContacts, UpdateContacts,
// InsertActivities and AppendConsent mark their contacts, in their own
// transaction: they set Watch.Changed to the least of its own value and the
// write's instant (UpdatedAt of records, RecordedAt of activities and events),
// and let Watch.Version grow. DeleteActivities and DeleteContacts do so, too, for
// those of whom they removed something, with their instant, and set Watch.Removed
// to the greatest of its own value and the instant. Two writers of one contact, and a writer and
// SaveWatches, must never both proceed from the same version.
//
// The methods that take rows take them by contact and segment as a whole;
// none of them judges what they mean.
type LiveStore interface {
	// Followings returns all live segments, by the id of the segment.
	Followings(ctx context.Context) ([]Following, error)
	// Following returns a live segment; errs.ErrNotFound when it is not live.
	Following(ctx context.Context, segment ID) (Following, error)
	// InsertFollowing makes a segment live; errs.ErrConflict when it is.
	InsertFollowing(ctx context.Context, f Following) error
	// UpdateFollowing puts next in the place of old, if the stored one has the
	// Generation, Built and BuiltTo of old, and tells whether it did.
	UpdateFollowing(ctx context.Context, old, next Following) (bool, error)
	// DeleteFollowing ends a live segment, but leaves its memberships;
	// errs.ErrNotFound when it is not live.
	DeleteFollowing(ctx context.Context, segment ID) error
	// HoldFollowings counts those of the segments that are live and sees to it
	// that none of them is deleted before the transaction ends.
	HoldFollowings(ctx context.Context, segments []ID) (int, error)
	// PurgeMemberships deletes up to limit memberships of a segment and
	// returns how many it deleted.
	PurgeMemberships(ctx context.Context, segment ID, limit int) (int64, error)

	// ChangedContacts returns up to limit contacts whose Watch.Changed is set,
	// by that instant and the id, ascending.
	ChangedContacts(ctx context.Context, limit int) ([]contact.ID, error)
	// DueContacts returns up to limit contacts whose WatchUpdate.Due is set and
	// not after now, by that instant and the id, ascending.
	DueContacts(ctx context.Context, now time.Time, limit int) ([]contact.ID, error)
	// Watches returns what is kept of each contact, by id, each once. A
	// contact of which nothing is kept has an empty Watch.
	Watches(ctx context.Context, contacts []contact.ID) ([]Watch, error)
	// SaveWatches applies each update whose Version is still the stored one:
	// it clears Watch.Changed and Watch.Removed and lets Version grow. Others are left out, and
	// so may be those of contacts that another transaction is writing about.
	// It returns the contacts whose updates were applied, by id.
	SaveWatches(ctx context.Context, updates []WatchUpdate) ([]contact.ID, error)

	// LiveMembers returns up to limit members with an id greater than after,
	// in ascending order of id.
	LiveMembers(ctx context.Context, segment ID, after contact.ID, limit int) ([]contact.ID, error)
	// CountLiveMembers counts the members.
	CountLiveMembers(ctx context.Context, segment ID) (int64, error)

	// Changes returns the changes that the query selects, by FoundAt, contact
	// and number, ascending.
	Changes(ctx context.Context, q ChangeQuery) ([]Change, error)
	// MarkDelivered makes the changes delivered. Unknown ones are left out.
	MarkDelivered(ctx context.Context, changes []Change) error
	// PurgeChanges deletes up to limit changes that were delivered and found
	// before the instant, and returns how many it deleted.
	PurgeChanges(ctx context.Context, before time.Time, limit int) (int64, error)
	// TakeLease takes or prolongs a lease until d from now, by the clock of
	// the store, unless another token holds it, and tells whether it did.
	TakeLease(ctx context.Context, name string, token int64, d time.Duration) (bool, error)
	// EndLease gives a lease back, if the token holds it.
	EndLease(ctx context.Context, name string, token int64) error
}

// ChangeQuery selects changes.
type ChangeQuery struct {
	// Contact and Segment, where given.
	Contact contact.ID
	Segment ID
	// Undelivered selects only those that were not delivered yet.
	Undelivered bool
	// After is the position behind which to begin: FoundAt, Contact and Number
	// of a change. The zero Change means from the beginning.
	After Change
	Limit int
}
