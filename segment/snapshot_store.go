package segment

import (
	"context"

	"github.com/stammkunde/crm/contact"
)

// SnapshotStore persists snapshots.
type SnapshotStore interface {
	// InsertSnapshot stores a new snapshot without members; errs.ErrConflict
	// when its id or name exists.
	InsertSnapshot(ctx context.Context, s Snapshot) error
	// InsertSnapshotMembers adds members to a snapshot, each of which is none
	// yet.
	InsertSnapshotMembers(ctx context.Context, of SnapshotID, members []contact.ID) error
	// Snapshot returns a snapshot by id, or errs.ErrNotFound.
	Snapshot(ctx context.Context, id SnapshotID) (Snapshot, error)
	// Snapshots returns all snapshots, by name.
	Snapshots(ctx context.Context) ([]Snapshot, error)
	// SnapshotMembers returns the members that the query selects, in ascending
	// order of id.
	SnapshotMembers(ctx context.Context, q SnapshotQuery) ([]contact.ID, error)
}

// SnapshotQuery selects members of snapshots.
type SnapshotQuery struct {
	// In is the snapshot whose members are wanted.
	In SnapshotID
	// And, where given, has them too, and AndNot, where given, does not.
	And, AndNot SnapshotID
	// After and Limit select up to Limit members with an id greater than After.
	After contact.ID
	Limit int
}

// MemberCopier is what a store with an Evaluator may offer beside
// SnapshotStore: to copy the members itself. Without it they are read and
// written in batches.
type MemberCopier interface {
	Evaluator

	// CopyMembers makes all contacts that the rule selects members of a
	// snapshot that has none.
	CopyMembers(ctx context.Context, r Resolved, into SnapshotID) error
}
