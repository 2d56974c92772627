package segment

import (
	"cmp"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
)

// liveRule is a live segment that is being evaluated.
type liveRule struct {
	Following
	looks looks
	lens  *lens // made by who looks through it
}

// timeline is what is known of a contact, by the instants at which it was
// recorded.
type timeline struct {
	watch *Watch
	now   time.Time
	facts Facts
	// gone is true when the contact is not there any more.
	gone bool
	// acts and events are when the activities and events, which are sorted by
	// it, were recorded, but not after now.
	acts, events []time.Time
	// recent is what known gave last, as of recentAt: all rules ask for the
	// same.
	recent   *Facts
	recentAt time.Time
}

func newTimeline(w *Watch, f *Facts, now time.Time) *timeline {
	t := &timeline{watch: w, now: now, facts: *f}
	slices.SortStableFunc(t.facts.Activities, func(a, b activity.Activity) int { return a.RecordedAt.Compare(b.RecordedAt) })
	slices.SortStableFunc(t.facts.Consents, func(a, b consent.Event) int { return a.RecordedAt.Compare(b.RecordedAt) })
	for i := range t.facts.Activities {
		t.acts = append(t.acts, earlier(t.facts.Activities[i].RecordedAt, now))
	}
	for i := range t.facts.Consents {
		t.events = append(t.events, earlier(t.facts.Consents[i].RecordedAt, now))
	}
	return t
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// known gives the facts that were recorded up to and including the instant.
func (t *timeline) known(at time.Time) *Facts {
	if t.recent == nil || !t.recentAt.Equal(at) {
		f := t.facts
		f.Activities, f.Consents = f.Activities[:upTo(t.acts, at)], f.Consents[:upTo(t.events, at)]
		t.recent, t.recentAt = &f, at
	}
	return t.recent
}

// before gives the facts that were recorded before the instant.
func (t *timeline) before(at time.Time) *Facts { return t.known(at.Add(-time.Microsecond)) }

func upTo(list []time.Time, at time.Time) int {
	n, _ := slices.BinarySearchFunc(list, at, func(a, b time.Time) int {
		if a.After(b) {
			return 1
		}
		return -1
	})
	return n
}

// affected reports whether something was written, and not looked at yet, that
// the rule looks at.
func (t *timeline) affected(l *looks) bool {
	since := t.watch.Changed
	switch {
	case since.IsZero():
		return false
	case !t.watch.Removed.IsZero():
		return true // of what was removed nothing tells what it was
	}
	news := func(at time.Time) bool { return at.IsZero() || !at.Before(since) }
	return l.record && news(t.facts.Contact.UpdatedAt) ||
		l.consents && slices.ContainsFunc(t.facts.Consents, func(e consent.Event) bool { return news(e.RecordedAt) }) ||
		l.activities() && t.written(l, since)
}

// written reports whether an activity that the rule looks at was recorded since.
func (t *timeline) written(l *looks, since time.Time) bool {
	for i := range t.facts.Activities {
		if a := &t.facts.Activities[i]; (a.RecordedAt.IsZero() || !a.RecordedAt.Before(since)) && l.at(a.Kind) {
			return true
		}
	}
	return false
}

// instants lists the instants after the first at which something was recorded
// that the rule looks at, ascending, with the first before them.
func (t *timeline) instants(l *looks, first time.Time) []time.Time {
	list := []time.Time{first}
	if l.activities() {
		for i := upTo(t.acts, first); i < len(t.acts); i++ {
			if l.at(t.facts.Activities[i].Kind) {
				list = append(list, t.acts[i])
			}
		}
	}
	if l.consents {
		list = append(list, t.events[upTo(t.events, first):]...)
	}
	slices.SortFunc(list, time.Time.Compare)
	return slices.CompactFunc(list, time.Time.Equal)
}

// begin gives the first instant of the walk for a rule, and the cause of what
// differs then; ok is false when nothing was written.
func (t *timeline) begin(r *liveRule) (first time.Time, cause Cause, ok bool) {
	w, c := t.watch, &t.facts.Contact
	unseen := !w.Changed.IsZero() && !c.UpdatedAt.Before(w.Changed)
	switch {
	case t.fresh(r):
		first, cause = later(later(r.Since, w.Evaluated), later(c.CreatedAt, w.Removed)), CauseRule
		if later(c.CreatedAt, w.Removed).After(r.Since) {
			cause = CauseData
		}
		unseen = unseen || w.Evaluated.IsZero()
	case t.affected(&r.looks):
		first, cause = later(later(w.Changed, w.Removed), w.Evaluated), CauseData
	default:
		return time.Time{}, "", false
	}
	if unseen && r.looks.record {
		first = later(first, c.UpdatedAt)
	}
	return earlier(first, t.now), cause, true
}

// fresh reports whether the contact was never looked at under the rule.
func (t *timeline) fresh(r *liveRule) bool {
	return t.watch.Evaluated.IsZero() || !r.Built && t.watch.Contact.Compare(r.BuiltTo) > 0
}

// walk brings a membership from the last look to now: through the instants at
// which something was recorded, and those at which time changed the answer in
// between.
func (t *timeline) walk(r *liveRule, m Membership) (Membership, []Change) {
	p := pace{t: t, r: r, m: m}
	first, cause, ok := t.begin(r)
	if ok {
		changed := !t.watch.Removed.IsZero() || r.looks.record && !t.facts.Contact.UpdatedAt.Before(t.watch.Changed)
		if t.fresh(r) || changed && p.m.Next.Before(first) {
			p.m.Next = time.Time{} // that of another rule, another record or another history
		}
		for i, at := range t.instants(&r.looks, first) {
			if i > 0 {
				cause = CauseData
			}
			p.data(at, cause)
		}
	}
	if next := p.m.Next; !next.IsZero() && !next.After(t.now) {
		p.time(t.known(t.now), t.now.Add(time.Microsecond))
	}
	return p.m, p.changes
}

// leave ends a membership of a contact that is gone.
func (t *timeline) leave(r *liveRule, m Membership) (Membership, []Change) {
	p := pace{t: t, r: r, m: m}
	if m.Member {
		p.turn(earlier(later(later(t.watch.Changed, t.watch.Removed), t.watch.Evaluated), t.now), CauseData)
	}
	p.m.Next = time.Time{}
	return p.m, p.changes
}

// pace is a walk under way.
type pace struct {
	t       *timeline
	r       *liveRule
	m       Membership
	changes []Change
}

func (p *pace) match(at time.Time, f *Facts) bool { return p.r.lens.match(at, f) }

// time goes through what time alone changed before the end.
func (p *pace) time(f *Facts, end time.Time) {
	for next := p.m.Next; !next.IsZero() && next.Before(end); next = p.m.Next {
		if p.match(next, f) != p.m.Member {
			p.turn(next, CauseTime)
		}
		p.m.Next = p.r.lens.next(f, next)
	}
}

// data looks at what was recorded up to the instant.
func (p *pace) data(at time.Time, cause Cause) {
	if next := p.m.Next; !next.IsZero() && !next.After(at) {
		before := p.t.before(at)
		p.time(before, at)
		if p.m.Next.Equal(at) && p.match(at, before) != p.m.Member {
			cause = CauseTime // it would have changed without the write
		}
	}
	known := p.t.known(at)
	if p.match(at, known) != p.m.Member {
		p.turn(at, cause)
	}
	p.m.Next = p.r.lens.next(known, at)
}

func (p *pace) turn(at time.Time, cause Cause) {
	p.m.Member, p.m.Since = !p.m.Member, at
	p.changes = append(p.changes, Change{
		Contact: p.t.watch.Contact, Segment: p.r.Segment, Entered: p.m.Member, At: at, FoundAt: p.t.now, Cause: cause,
	})
}

// update evaluates all live segments for one contact. A contact that is not
// there any more belongs to none, and is a new one should it come back.
func (t *timeline) update(live []liveRule) WatchUpdate {
	w := t.watch
	u := WatchUpdate{Contact: w.Contact, Version: w.Version, Evaluated: t.now, Changes: w.Changes}
	walk := t.walk
	if t.gone {
		walk, u.Evaluated = t.leave, time.Time{}
	}
	old := make(map[ID]Membership, len(w.Memberships))
	for _, m := range w.Memberships {
		old[m.Segment] = m
	}
	for i := range live {
		r := &live[i]
		was, stored := old[r.Segment]
		delete(old, r.Segment)
		was.Segment = r.Segment
		m, changes := walk(r, was)
		u.Add = append(u.Add, changes...)
		switch keep := m.Member || !m.Next.IsZero(); {
		case keep && (!stored || m != was):
			u.Put = append(u.Put, m)
		case !keep && stored:
			u.Drop = append(u.Drop, r.Segment)
		}
		if !m.Next.IsZero() && (u.Due.IsZero() || m.Next.Before(u.Due)) {
			u.Due = m.Next
		}
	}
	for of := range old { // of segments that are not live any more
		u.Drop = append(u.Drop, of)
	}
	slices.SortStableFunc(u.Add, func(a, b Change) int { return cmp.Or(a.At.Compare(b.At), a.Segment.Compare(b.Segment)) })
	for i := range u.Add {
		u.Changes++
		u.Add[i].Number = u.Changes
	}
	return u
}
