package segment

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
)

// A live segment keeps its membership as rows. Every write that changes a
// contact marks it, in its own transaction, as to be looked at; Refresh looks
// at what is marked and at what time alone has changed, and writes each
// difference into the feed. See docs/decisions/011-live-segments.md.

// Cause says why a contact entered or left a live segment.
type Cause string

// The causes.
const (
	// CauseData: something was written about the contact.
	CauseData Cause = "data"
	// CauseTime: time went by.
	CauseTime Cause = "time"
	// CauseRule: the segment was made live, or its rule was changed.
	CauseRule Cause = "rule"
)

// Change tells that a contact entered or left a live segment. The changes of a
// contact, in the order of Number, lead from no membership to the present one.
type Change struct {
	Contact contact.ID `json:"contact"`
	// Number counts the changes of the contact from 1. Neither At nor FoundAt
	// ever goes back from one number to the next.
	Number  int64 `json:"number"`
	Segment ID    `json:"segment"`
	// Name of the segment; set on what the service returns.
	Name    string `json:"name,omitempty"`
	Entered bool   `json:"entered"`
	// At is when it became true, however late it was found.
	//
	// CauseTime: the exact instant, also when several changes followed each
	// other while nobody worked. CauseData: the instant of the write as the
	// library's clock gave it, which is RecordedAt of activities and consents
	// and UpdatedAt of records; changes by several writes that were found
	// together are told apart by it. CauseRule: the instant at which the
	// segment was made live or the new rule was noticed.
	//
	// Four things blur it. The fields of the record have no history: what a
	// rule that looks at them would have said before the record's last update
	// is not known, so such a change is never dated before that update. What was
	// removed has left no trace: what a rule would have said with it is not known,
	// so a change is never dated before the last removal that was not looked at. A
	// write that was committed only after the contact had been looked at again
	// counts from that look on. And a write whose clock ran ahead of that of
	// the worker counts from when the worker found it.
	At time.Time `json:"at"`
	// FoundAt is when Refresh found it, in whole microseconds of its clock.
	FoundAt time.Time `json:"found_at"`
	Cause   Cause     `json:"cause"`
}

// Handler takes changes, in the order of their numbers per contact. It must
// respect the end of its context. When it returns an error, or the process
// dies in it, the same changes come again; so it must be able to take a change
// twice, which it can tell by contact and number.
type Handler func(ctx context.Context, changes []Change) error

// Following is a live segment as stores keep it.
type Following struct {
	Segment ID `json:"segment"`
	// Rule is what the membership is of: the segment's, with the rules of
	// those that it names put in.
	Rule Rule `json:"rule"`
	// Since is when the segment was made live, or Rule last replaced.
	Since time.Time `json:"since"`
	// Generation grows by one with each replacement of Rule.
	Generation int64 `json:"generation"`
	// Built is true when every contact was looked at under Rule, else those up
	// to and including BuiltTo were.
	Built   bool       `json:"built"`
	BuiltTo contact.ID `json:"built_to"`
}

// Membership is the state of a contact in a live segment.
type Membership struct {
	Segment ID   `json:"segment"`
	Member  bool `json:"member"`
	// Since is the instant of the last change, the zero time where there was
	// none.
	Since time.Time `json:"since,omitzero"`
	// Next is the next instant at which time alone may change Member; zero for
	// never.
	Next time.Time `json:"next,omitzero"`
}

// Watch is all that a store keeps of a contact for the live segments.
type Watch struct {
	Contact contact.ID
	// Version grows with every mark and every SaveWatches; 0 when there is
	// nothing yet.
	Version int64
	// Changed is the earliest instant among the writes that were not looked at
	// yet; zero for none.
	Changed time.Time
	// Removed is the latest instant at which something about the contact was
	// removed, among the removals that were not looked at yet; zero for none.
	Removed time.Time
	// Evaluated is the instant as of which the memberships hold; zero for
	// none.
	Evaluated time.Time
	// Changes is the greatest Number of the contact's changes.
	Changes int64
	// Memberships are those that are stored, in any order.
	Memberships []Membership
}

// WatchUpdate replaces what a store keeps of a contact.
type WatchUpdate struct {
	Contact contact.ID
	// Version that was read.
	Version int64
	// Evaluated and Due, which is the least Next of all memberships.
	Evaluated, Due time.Time
	// Put are memberships to store, Drop are segments whose are to be deleted.
	Put  []Membership
	Drop []ID
	// Add are the new changes, numbered from Watch.Changes + 1.
	Add []Change
	// Changes is the greatest number afterwards.
	Changes int64
}
