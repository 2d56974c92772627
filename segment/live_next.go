package segment

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/internal/core"
)

// nextLook gives an instant after now up to which time alone does not change
// the answer; the zero time when it never does. At times it is earlier than the
// change itself, or there is none: an activity that may leave a window some day
// is looked at when that day comes near, and not evaluated for every edge of
// every window before.
func nextLook(r Rule, f *Facts, now time.Time, zone *time.Location) time.Time {
	e := edges{f: f, zone: zone, now: now, near: map[int]bool{}}
	e.rule(r)
	switch {
	case e.exact:
		return core.Instant(NextChange(r, f, now, zone))
	case len(e.near) > 0:
		return core.Instant(e.among(r))
	case e.next.IsZero():
		return time.Time{}
	}
	return core.Instant(e.next)
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
	near map[int]bool
	// exact is true when it is not about windows of activities alone.
	exact bool
}

// among asks at every edge of what is near, up to the next one of the others.
func (e *edges) among(r Rule) time.Time {
	some := Facts{Contact: e.f.Contact}
	for i := range e.f.Activities {
		if e.near[i] {
			some.Activities = append(some.Activities, e.f.Activities[i])
		}
	}
	t := turner{f: &some, zone: e.zone, now: e.now}
	t.rule(r)
	slices.SortFunc(t.at, time.Time.Compare)
	present := Match(Resolve(r, e.now, e.zone), e.f)
	for i, at := range t.at {
		switch {
		case !at.After(e.now) || i > 0 && at.Equal(t.at[i-1]):
		case !e.next.IsZero() && !at.Before(e.next):
			return e.next
		case Match(Resolve(r, at, e.zone), e.f) != present:
			return at
		}
	}
	return e.next
}

func (e *edges) rule(r Rule) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for _, child := range list {
			e.rule(child)
		}
	}
	switch {
	case r.Not != nil:
		e.rule(*r.Not)
	case r.bound != nil:
		e.rule(*r.bound)
	case r.Activity != nil:
		e.selection(r.Activity.Selection)
	case r.Ratio != nil:
		e.selection(r.Ratio.Of.Selection)
		e.selection(r.Ratio.Per.Selection)
	case r.Sequence != nil:
		e.exact = true
	case r.Consent != nil:
		e.consents()
	case r.Has != nil:
		e.where(r.Has.Where)
	case r.Field != nil:
		e.where(&r)
	}
}

// where is exact when a condition on a field is about time.
func (e *edges) where(r *Rule) {
	if r == nil {
		return
	}
	for _, list := range [][]Rule{r.All, r.Any} {
		for i := range list {
			e.where(&list[i])
		}
	}
	e.where(r.Not)
	if f := r.Field; f != nil && (f.Op == Within || f.Op == Anniversary || f.Name == age) {
		e.exact = true
	}
}

// consents are exact while one lies ahead.
func (e *edges) consents() {
	for i := range e.f.Consents {
		if e.f.Consents[i].At.After(e.now) {
			e.exact = true
			return
		}
	}
}

// selection looks at the activities that the selection may be about.
func (e *edges) selection(s Selection) {
	e.where(s.Where)
	for i := range e.f.Activities {
		a := &e.f.Activities[i]
		if !s.mayBe(a) {
			continue
		}
		switch w := s.Window; {
		case a.At.After(e.now):
			e.near[i] = true
		case w.Last != nil:
			e.leaves(i, a.At, *w.Last)
		case w.Calendar != nil:
			e.calendar(a.At, w)
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

// leaves notes when an activity may begin to leave a rolling window: not before
// the least length of the span, and it has left for good behind the greatest.
func (e *edges) leaves(i int, at time.Time, span Span) {
	least, greatest := span.lengths()
	switch begin, end := at.Add(least), at.Add(greatest); {
	case begin.After(e.now):
		e.turn(begin)
	case end.After(e.now):
		e.near[i] = true
	}
}

// calendar notes when an activity may enter and leave a unit of the calendar.
func (e *edges) calendar(at time.Time, w Window) {
	for _, turn := range w.turns(at, e.zone) {
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
