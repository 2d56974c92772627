package segment

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/cursor"
)

// SnapshotID identifies a snapshot.
type SnapshotID = id.ID[Snapshot]

// Snapshot is a list of contacts that does not change any more: whom a rule
// selected at an instant.
type Snapshot struct {
	ID SnapshotID `json:"id"`
	// Name is unique per tenant, for instance "lapsed-2026-03".
	Name string `json:"name"`
	// Rule is the one that was evaluated. What segments and ranks in it stood
	// for has taken their place.
	Rule Rule `json:"rule"`
	// AsOf is the instant as of which it was evaluated.
	AsOf      time.Time `json:"as_of"`
	CreatedAt time.Time `json:"created_at"`
}

// Freeze stores whom the rule selects under a new name. It returns
// errs.ErrConflict when the name exists.
func (s *Service) Freeze(ctx context.Context, name string, r Rule) (snap Snapshot, err error) {
	const op = "segment.Freeze"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "snapshot", ""); err != nil {
		return snap, err
	}
	var f errs.Fields
	check.Name(&f, "name", name)
	s.ready(&f, r)
	if err := f.Err(op); err != nil {
		return Snapshot{}, err
	}
	snap = Snapshot{ID: s.env.NewID(), Name: name, AsOf: s.now(), CreatedAt: s.env.Now()}
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		told, bound, err := s.bind(ctx, store, r, snap.AsOf)
		if err != nil {
			return err
		}
		snap.Rule = told.Frozen()
		if err := store.InsertSnapshot(ctx, snap); err != nil {
			return err
		}
		return copyMembers(ctx, store, Resolve(bound, snap.AsOf, s.env.Zone), snap.ID)
	})
	if err != nil {
		return Snapshot{}, err
	}
	return snap, nil
}

func copyMembers(ctx context.Context, store Stores, r Resolved, into SnapshotID) error {
	if c, ok := able[MemberCopier](store); ok {
		return c.CopyMembers(ctx, r, into)
	}
	return walk(ctx, store, r, func(page []contact.ID) error { return store.InsertSnapshotMembers(ctx, into, page) })
}

// Snapshot returns the snapshot with the id, or errs.ErrNotFound.
func (s *Service) Snapshot(ctx context.Context, snapshot SnapshotID) (found Snapshot, err error) {
	defer errs.SetOp(&err, "segment.Snapshot")
	if ctx, err = s.env.Ask(ctx, "segment.Snapshot", "snapshot", snapshot.String()); err != nil {
		return found, err
	}
	return s.store.Snapshot(ctx, snapshot)
}

// Snapshots returns all snapshots, by name.
func (s *Service) Snapshots(ctx context.Context) (list []Snapshot, err error) {
	defer errs.SetOp(&err, "segment.Snapshots")
	if ctx, err = s.env.Ask(ctx, "segment.Snapshots", "snapshot", ""); err != nil {
		return list, err
	}
	return s.store.Snapshots(ctx)
}

// SnapshotMembers returns the members of a snapshot, in ascending order of id,
// limit at a time (1 to 1000). Pass the empty cursor first, then Page.Next. It
// returns errs.ErrNotFound when there is no such snapshot.
func (s *Service) SnapshotMembers(ctx context.Context, of SnapshotID, cursorText string, limit int) (Page, error) {
	const op = "segment.SnapshotMembers"
	ctx, err := s.env.Ask(ctx, op, "snapshot", of.String())
	if err != nil {
		return Page{}, err
	}
	return s.snapshotPage(ctx, op, SnapshotQuery{In: of}, cursorText, limit)
}

// Movement is what became of a contact between two snapshots.
type Movement string

// The movements.
const (
	// Entered: is in the later one only.
	Entered Movement = "entered"
	// Left: is in the earlier one only.
	Left Movement = "left"
	// Stayed: is in both.
	Stayed Movement = "stayed"
)

// CompareSnapshots returns the contacts that entered, left or stayed between
// two snapshots, in ascending order of id, limit at a time (1 to 1000). Pass
// the empty cursor first, then Page.Next. It returns errs.ErrNotFound when
// there is no such snapshot.
func (s *Service) CompareSnapshots(ctx context.Context, earlier, later SnapshotID, who Movement, cursorText string, limit int) (Page, error) {
	const op = "segment.CompareSnapshots"
	ctx, err := s.env.Ask(ctx, op, "snapshot", later.String())
	if err != nil {
		return Page{}, err
	}
	var q SnapshotQuery
	switch who {
	case Entered:
		q = SnapshotQuery{In: later, AndNot: earlier}
	case Left:
		q = SnapshotQuery{In: earlier, AndNot: later}
	case Stayed:
		q = SnapshotQuery{In: earlier, And: later}
	default:
		var f errs.Fields
		f.Add("who", "unknown_movement", "must be entered, left or stayed")
		return Page{}, f.Err(op)
	}
	return s.snapshotPage(ctx, op, q, cursorText, limit)
}

func (s *Service) snapshotPage(ctx context.Context, op string, q SnapshotQuery, cursorText string, limit int) (page Page, err error) {
	defer errs.SetOp(&err, op)
	var f errs.Fields
	q.After, q.Limit = cursor.DecodeID[contact.Contact](&f, "cursor", cursorText), limit+1
	cursor.CheckLimit(&f, limit)
	if err := f.Err(op); err != nil {
		return Page{}, err
	}
	for _, snapshot := range []SnapshotID{q.In, q.And, q.AndNot} {
		if snapshot.IsZero() && snapshot != q.In {
			continue
		}
		if _, err := s.store.Snapshot(ctx, snapshot); err != nil {
			return Page{}, err
		}
	}
	ids, err := s.store.SnapshotMembers(ctx, q)
	if err != nil {
		return Page{}, err
	}
	page = Page{Contacts: ids}
	if len(ids) > limit {
		page.Contacts = ids[:limit]
		page.Next = cursor.EncodeID(ids[limit-1])
	}
	return page, nil
}
