package memory

import (
	"context"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// InsertSnapshot implements segment.SnapshotStore.
func (s *Store) InsertSnapshot(ctx context.Context, snap segment.Snapshot) error {
	const op = "memory.InsertSnapshot"
	return s.write(ctx, op, func(st *state) error {
		if st.snapshots.has(snap.ID) {
			return errs.Conflict(op, "id", "exists", "exists already")
		}
		if st.snapshotNames.has(text(snap.Name)) {
			return errs.Conflict(op, "name", "taken", "belongs to another snapshot")
		}
		st.snapshotNames.put(st.edit, text(snap.Name), snap.ID)
		st.snapshots.put(st.edit, snap.ID, cloneSnapshot(snap))
		return nil
	})
}

// InsertSnapshotMembers implements segment.SnapshotStore.
func (s *Store) InsertSnapshotMembers(ctx context.Context, of segment.SnapshotID, members []contact.ID) error {
	const op = "memory.InsertSnapshotMembers"
	return s.write(ctx, op, func(st *state) error {
		for _, m := range members {
			key := frozenKey{of, m}
			if st.frozen.has(key) {
				return errs.Conflict(op, "contact", "exists", "is a member already")
			}
			st.frozen.put(st.edit, key, struct{}{})
		}
		return nil
	})
}

// Snapshot implements segment.SnapshotStore.
func (s *Store) Snapshot(ctx context.Context, id segment.SnapshotID) (segment.Snapshot, error) {
	const op = "memory.Snapshot"
	st, err := s.read(ctx, op)
	if err != nil {
		return segment.Snapshot{}, err
	}
	snap, found := st.snapshots.get(id)
	if !found {
		return segment.Snapshot{}, errs.NotFound(op, "id")
	}
	return *cloneSnapshot(*snap), nil
}

// Snapshots implements segment.SnapshotStore.
func (s *Store) Snapshots(ctx context.Context) ([]segment.Snapshot, error) {
	st, err := s.read(ctx, "memory.Snapshots")
	if err != nil {
		return nil, err
	}
	list := make([]segment.Snapshot, 0, st.snapshots.size)
	for _, id := range st.snapshotNames.from("") {
		snap, _ := st.snapshots.get(id)
		list = append(list, *cloneSnapshot(*snap))
	}
	return list, nil
}

// SnapshotMembers implements segment.SnapshotStore.
func (s *Store) SnapshotMembers(ctx context.Context, q segment.SnapshotQuery) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.SnapshotMembers")
	if err != nil {
		return nil, err
	}
	var list []contact.ID
	for k := range st.frozen.from(frozenKey{q.In, q.After}) {
		if k.snapshot != q.In || len(list) >= q.Limit {
			break
		}
		wanted := (q.And.IsZero() || st.frozen.has(frozenKey{q.And, k.contact})) &&
			(q.AndNot.IsZero() || !st.frozen.has(frozenKey{q.AndNot, k.contact}))
		if wanted && k.contact != q.After {
			list = append(list, k.contact)
		}
	}
	return list, nil
}
