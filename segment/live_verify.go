package segment

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// Difference is what VerifyLive found, in ascending order of id.
type Difference struct {
	// Missing are members by the rule that the stored membership lacks, Extra
	// are stored members whom the rule does not select.
	Missing, Extra []contact.ID
}

// IsEmpty reports whether there is no difference.
func (d Difference) IsEmpty() bool { return len(d.Missing)+len(d.Extra) == 0 }

// VerifyLive calls Refresh, evaluates the rule of a live segment for all
// contacts as of one instant, and compares the result with the stored
// membership. Every difference is a mistake of the library or of somebody who
// wrote into its tables; Unfollow and Follow mend it. What differs at first is
// looked at a second time, so that contacts about whom something is written
// meanwhile are not taken for differences. It returns errs.ErrNotFound when
// there is no such live segment.
func (s *Service) VerifyLive(ctx context.Context, name string) (d Difference, err error) {
	const op = "segment.VerifyLive"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "segment", ""); err != nil {
		return d, err
	}
	now := s.env.Now()
	if err := s.refresh(ctx); err != nil {
		return Difference{}, err
	}
	live, err := s.findLive(ctx, op, name)
	if err != nil {
		return Difference{}, err
	}
	want, err := s.allMembers(ctx, func(after contact.ID) ([]contact.ID, error) {
		return EvaluatorOf(s.store).Members(ctx, Resolve(live.Rule, now, s.env.Zone), after, liveChunk)
	})
	if err != nil {
		return Difference{}, err
	}
	have, err := s.allMembers(ctx, func(after contact.ID) ([]contact.ID, error) {
		return s.store.LiveMembers(ctx, live.Segment, after, liveChunk)
	})
	if err != nil {
		return Difference{}, err
	}
	d = Difference{Missing: without(want, have), Extra: without(have, want)}
	if d.IsEmpty() {
		return d, nil
	}
	return s.confirm(ctx, live, d)
}

func (s *Service) allMembers(ctx context.Context, page func(after contact.ID) ([]contact.ID, error)) ([]contact.ID, error) {
	var all []contact.ID
	var after contact.ID
	for {
		ids, err := page(after)
		if err != nil {
			return nil, err
		}
		all = append(all, ids...)
		if len(ids) < liveChunk {
			return all, ctx.Err()
		}
		after = ids[len(ids)-1]
	}
}

// without gives what is in a and not in b. Both are sorted.
func without(a, b []contact.ID) []contact.ID {
	var list []contact.ID
	for _, id := range a {
		for len(b) > 0 && b[0].Compare(id) < 0 {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != id {
			list = append(list, id)
		}
	}
	return list
}

// confirm looks at the differences again and leaves those that still are.
func (s *Service) confirm(ctx context.Context, live Following, d Difference) (Difference, error) {
	if err := s.refresh(ctx); err != nil {
		return Difference{}, err
	}
	now := s.env.Now()
	var sure Difference
	for chunk := range slices.Chunk(append(slices.Clone(d.Missing), d.Extra...), liveChunk) {
		part, err := s.compareLive(ctx, live, chunk, now)
		if err != nil {
			return Difference{}, err
		}
		sure.Missing, sure.Extra = append(sure.Missing, part.Missing...), append(sure.Extra, part.Extra...)
	}
	slices.SortFunc(sure.Missing, contact.ID.Compare)
	slices.SortFunc(sure.Extra, contact.ID.Compare)
	return sure, nil
}

// compareLive compares the contacts about whom nothing is to be looked at.
func (s *Service) compareLive(ctx context.Context, live Following, ids []contact.ID, now time.Time) (Difference, error) {
	watches, err := s.store.Watches(ctx, ids)
	if err != nil {
		return Difference{}, err
	}
	found, err := EvaluatorOf(s.store).MembersAmong(ctx, Resolve(live.Rule, now, s.env.Zone), ids)
	if err != nil {
		return Difference{}, err
	}
	selected := make(map[contact.ID]bool, len(found))
	for _, id := range found {
		selected[id] = true
	}
	var d Difference
	for _, w := range watches {
		member := slices.ContainsFunc(w.Memberships, func(m Membership) bool { return m.Segment == live.Segment && m.Member })
		switch {
		case !w.Changed.IsZero() || member == selected[w.Contact]:
		case member:
			d.Extra = append(d.Extra, w.Contact)
		default:
			d.Missing = append(d.Missing, w.Contact)
		}
	}
	return d, nil
}
