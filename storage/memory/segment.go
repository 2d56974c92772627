package memory

import (
	"context"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
)

// InsertSegment implements segment.Store.
func (s *Store) InsertSegment(ctx context.Context, seg segment.Segment) error {
	const op = "memory.InsertSegment"
	return s.write(ctx, op, func(st *state) error {
		if st.segments.has(seg.ID) {
			return errs.Conflict(op, "id", "exists", "exists already")
		}
		return st.putSegment(op, seg)
	})
}

// putSegment stores a segment unless its name belongs to another.
func (st *state) putSegment(op string, seg segment.Segment) error {
	name := text(seg.Name)
	if owner, taken := st.segmentNames.get(name); taken && owner != seg.ID {
		return errs.Conflict(op, "name", "taken", "belongs to another segment")
	}
	st.segmentNames.put(st.edit, name, seg.ID)
	st.segments.put(st.edit, seg.ID, cloneSegment(seg))
	return nil
}

// UpdateSegment implements segment.Store.
func (s *Store) UpdateSegment(ctx context.Context, seg segment.Segment) error {
	const op = "memory.UpdateSegment"
	return s.write(ctx, op, func(st *state) error {
		old, found := st.segments.get(seg.ID)
		if !found {
			return errs.NotFound(op, "id")
		}
		st.segmentNames.remove(st.edit, text(old.Name))
		seg.CreatedAt = old.CreatedAt
		return st.putSegment(op, seg)
	})
}

// Segment implements segment.Store.
func (s *Store) Segment(ctx context.Context, id segment.ID) (segment.Segment, error) {
	const op = "memory.Segment"
	st, err := s.read(ctx, op)
	if err != nil {
		return segment.Segment{}, err
	}
	seg, found := st.segments.get(id)
	if !found {
		return segment.Segment{}, errs.NotFound(op, "id")
	}
	return *cloneSegment(*seg), nil
}

// SegmentByName implements segment.Store.
func (s *Store) SegmentByName(ctx context.Context, name string) (segment.Segment, error) {
	const op = "memory.SegmentByName"
	st, err := s.read(ctx, op)
	if err != nil {
		return segment.Segment{}, err
	}
	id, found := st.segmentNames.get(text(name))
	if !found {
		return segment.Segment{}, errs.NotFound(op, "name")
	}
	seg, _ := st.segments.get(id)
	return *cloneSegment(*seg), nil
}

// Segments implements segment.Store.
func (s *Store) Segments(ctx context.Context) ([]segment.Segment, error) {
	st, err := s.read(ctx, "memory.Segments")
	if err != nil {
		return nil, err
	}
	list := make([]segment.Segment, 0, st.segments.size)
	for _, id := range st.segmentNames.from("") {
		seg, _ := st.segments.get(id)
		list = append(list, *cloneSegment(*seg))
	}
	return list, nil
}
