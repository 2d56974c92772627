package segment

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/internal/core"
)

// next gives an instant after now up to which time alone does not change the
// answer; the zero time when it never does. At times it is earlier than the
// change itself, or there is none: an activity that may leave a window some day
// is looked at when that day comes near, and not evaluated for every edge of
// every window before.
func (l *lens) next(f *Facts, now time.Time) time.Time {
	if l.exact || l.consents && declaredAhead(f, now) {
		return core.Instant(NextChange(l.rule, f, now, l.zone))
	}
	l.at(now)
	e := edges{f: f, zone: l.zone, now: now, near: l.near[:0]}
	for i := range l.panes {
		e.pane(&l.panes[i])
	}
	l.near = e.near
	switch {
	case len(e.near) > 0:
		return core.Instant(l.among(&e))
	case e.next.IsZero():
		return time.Time{}
	}
	return core.Instant(e.next)
}

// declaredAhead reports whether a declaration of consent lies after now, or ends then.
func declaredAhead(f *Facts, now time.Time) bool {
	for i := range f.Consents {
		if e := &f.Consents[i]; e.At.After(now) || e.ExpiresAt.After(now) {
			return true
		}
	}
	return false
}

// among asks at every edge of what is near, up to the next one of the others.
func (l *lens) among(e *edges) time.Time {
	some := Facts{Contact: e.f.Contact}
	slices.Sort(e.near)
	for _, i := range slices.Compact(e.near) {
		some.Activities = append(some.Activities, e.f.Activities[i])
	}
	t := turner{f: &some, zone: e.zone, now: e.now}
	t.rule(l.rule)
	slices.SortFunc(t.at, time.Time.Compare)
	present := l.match(e.now, e.f)
	for i, at := range t.at {
		switch {
		case !at.After(e.now) || i > 0 && at.Equal(t.at[i-1]):
		case !e.next.IsZero() && !at.Before(e.next):
			return e.next
		case l.match(at, e.f) != present:
			return at
		}
	}
	return e.next
}

// edges finds the first instant after now at which an edge of a window may be
// near something in the contact.
type edges struct {
	f    *Facts
	zone *time.Location
	now  time.Time
	next time.Time
	// near are the activities that may enter or leave a window about now; next
	// is not about them.
	near []int
}

// pane looks at the activities that the selection may be about.
func (e *edges) pane(p *pane) {
	for i := range e.f.Activities {
		a := &e.f.Activities[i]
		switch w := &p.Window; {
		case a.At.After(e.now):
			if p.mayBe(a) {
				e.near = append(e.near, i)
			}
		case w.Last != nil && a.At.After(p.gone) && p.mayBe(a):
			if a.At.After(p.soon) {
				e.turn(a.At.Add(p.least))
			} else {
				e.near = append(e.near, i)
			}
		case w.Calendar != nil && !a.At.Before(p.from) && p.mayBe(a):
			e.calendar(a.At, p)
		}
	}
}

// mayBe reports whether the activity may be selected, as far as is told without
// its items and the window.
func (s *Selection) mayBe(a *activity.Activity) bool {
	return (s.Kind == "" || a.Kind == s.Kind) && (s.Direction == "" || a.Direction == s.Direction) &&
		(len(s.Channels) == 0 || slices.Contains(s.Channels, a.Channel)) &&
		(len(s.Campaigns) == 0 || slices.Contains(s.Campaigns, a.Campaign)) &&
		(len(s.Categories)+len(s.SKUs) == 0 || slices.ContainsFunc(a.Items, func(it activity.Item) bool {
			return (len(s.Categories) == 0 || slices.Contains(s.Categories, it.Category)) &&
				(len(s.SKUs) == 0 || slices.Contains(s.SKUs, it.SKU))
		}))
}

// calendar notes when an activity that lies not before the unit of the calendar
// enters and leaves it.
func (e *edges) calendar(at time.Time, p *pane) {
	if at.Before(p.to) {
		e.turn(p.turn)
		return
	}
	for _, turn := range p.Window.turns(at, e.zone) {
		if turn.After(e.now) {
			e.turn(turn)
		}
	}
}

func (e *edges) turn(at time.Time) {
	if e.next.IsZero() || at.Before(e.next) {
		e.next = at
	}
}

// lengths bounds how long the span is, with some days to spare for short months
// and for clocks that are changed.
func (s Span) lengths() (least, greatest time.Duration) {
	const day = 24 * time.Hour
	low, high, n := time.Hour, time.Hour, time.Duration(s.N)
	switch s.Unit {
	case Hours:
		return n * time.Hour, n * time.Hour
	case Days:
		low, high = day, day
	case Weeks:
		low, high = 7*day, 7*day
	case Months, Quarters, Years:
		if s.Unit == Quarters {
			n *= 3
		} else if s.Unit == Years {
			n *= 12
		}
		average := n * 2_629_746 * time.Second // 400 years are 146,097 days
		return average - 8*day, average + 8*day
	}
	return n*low - 2*day, n*high + 2*day
}
