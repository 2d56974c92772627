package segment

import (
	"context"

	"github.com/stammkunde/crm/contact"
)

// Store persists segments. Each method is atomic by itself. Implementations
// must be safe for concurrent use.
type Store interface {
	LiveStore
	SnapshotStore

	// InsertSegment stores a new segment; errs.ErrConflict when its id or
	// name exists.
	InsertSegment(ctx context.Context, s Segment) error
	// UpdateSegment replaces name, rule and UpdatedAt of an existing segment;
	// errs.ErrNotFound when there is none, errs.ErrConflict when the name
	// belongs to another.
	UpdateSegment(ctx context.Context, s Segment) error
	// Segment returns a segment by id, or errs.ErrNotFound.
	Segment(ctx context.Context, id ID) (Segment, error)
	// SegmentByName returns a segment by name, or errs.ErrNotFound.
	SegmentByName(ctx context.Context, name string) (Segment, error)
	// Segments returns all segments, by name.
	Segments(ctx context.Context) ([]Segment, error)
}

// Scanner is what a store without an Evaluator may offer: to show the facts of
// all contacts where they lie, which saves copying them.
type Scanner interface {
	// ScanFacts calls f with the facts of every contact with an id greater
	// than after, in ascending order of id, until f returns false. All of them
	// are of one moment. f must neither change nor keep what it is given.
	ScanFacts(ctx context.Context, after contact.ID, f func(*Facts) bool) error
}

// Evaluator is what a store may offer beside Store: to evaluate a rule itself.
// It must agree with Match in every case. Without it the library reads the
// facts in pages and calls Match.
type Evaluator interface {
	// CountMembers counts the contacts that the rule selects.
	CountMembers(ctx context.Context, r Resolved) (int64, error)
	// Members returns up to limit selected contacts with an id greater than
	// after, in ascending order of id. limit is at least 1.
	Members(ctx context.Context, r Resolved, after contact.ID, limit int) ([]contact.ID, error)
	// MembersAmong returns those of the ids that the rule selects, in
	// ascending order of id. It is for a handful of contacts, not for the
	// whole population.
	MembersAmong(ctx context.Context, r Resolved, ids []contact.ID) ([]contact.ID, error)
	// RankBound returns the value of the test's measure that the last one of
	// the rank has, or false when nobody has a value.
	RankBound(ctx context.Context, t RankTest) (bound int64, ok bool, err error)
}
