package storagetest_test

import (
	"context"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

var snapshotBreakages = []breakage{
	{name: "forgets_the_other_snapshot", fails: storagetest.SnapshotCompare, wrap: func(s storage.Store) storage.Store { return oneSnapshot{s} }},
	{name: "freezes_the_first_only", fails: storagetest.SnapshotFreeze, wrap: func(s storage.Store) storage.Store { return firstOnly{s} }},
	{name: "lists_snapshots_backwards", fails: storagetest.SnapshotContract, wrap: func(s storage.Store) storage.Store { return snapshotsBackwards{s} }},
}

type oneSnapshot struct{ storage.Store }

func (s oneSnapshot) SnapshotMembers(ctx context.Context, q segment.SnapshotQuery) ([]contact.ID, error) {
	q.And, q.AndNot = segment.SnapshotID{}, segment.SnapshotID{}
	return s.Store.SnapshotMembers(ctx, q)
}

type firstOnly struct{ storage.Store }

func (s firstOnly) InsertSnapshotMembers(ctx context.Context, of segment.SnapshotID, members []contact.ID) error {
	return s.Store.InsertSnapshotMembers(ctx, of, members[:min(1, len(members))])
}

type snapshotsBackwards struct{ storage.Store }

func (s snapshotsBackwards) Snapshots(ctx context.Context) ([]segment.Snapshot, error) {
	list, err := s.Store.Snapshots(ctx)
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list, err
}
