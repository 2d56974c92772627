package segment

import (
	"time"

	"github.com/stammkunde/crm/internal/caltime"
	"github.com/stammkunde/crm/internal/core"
)

// lens evaluates one rule for many contacts, as of one instant after another.
// The rule is resolved once; for another instant only what depends on it is set
// anew. A lens is not safe for concurrent use.
type lens struct {
	rule     Rule
	zone     *time.Location
	resolved Resolved
	ready    bool // resolved is set
	// windows and nows are the parts of resolved that depend on the instant.
	windows []moving
	nows    []*time.Time
	// whole is true when others do: then the rule is resolved as a whole.
	whole bool

	// panes are the selections of the rule.
	panes []pane
	// exact is true when something else than windows of activities and
	// declarations of consent depends on the time, and consents when the rule
	// looks at consent.
	exact, consents bool
	// near is the list that next fills, kept for the next contact.
	near []int
}

// moving is a test whose window moves with the instant.
type moving struct {
	test   *ActivityTest
	window Window
}

// pane is a selection, and what is known of its window as of the instant.
type pane struct {
	*Selection
	// Of a rolling window: what lies behind soon does not leave before the
	// least length of the span is over, what lies behind gone may leave any
	// time, and all else has left.
	least      time.Duration
	greatest   time.Duration
	soon, gone time.Time
	// Of a calendar unit: what lies from its beginning to its end leaves at
	// turn; what lies before has left.
	from, to, turn time.Time
}

func newLens(r Rule, zone *time.Location) *lens {
	l := &lens{rule: r, zone: zone}
	l.scan(&l.rule)
	return l
}

// at makes the lens look as of the instant.
func (l *lens) at(now time.Time) {
	now = core.Instant(now)
	switch {
	case !l.ready:
		l.resolved = Resolve(l.rule, now, l.zone)
		l.bind(&l.rule, &l.resolved.Root)
		l.ready = true
	case now.Equal(l.resolved.Now):
		return
	case l.whole:
		l.resolved = Resolve(l.rule, now, l.zone)
	default:
		l.move(now)
	}
	for i := range l.panes {
		l.panes[i].set(now, l.zone)
	}
}

// move sets what depends on the instant.
func (l *lens) move(now time.Time) {
	l.resolved.Now = now
	v := resolver{now, l.zone}
	for _, m := range l.windows {
		m.test.From, m.test.To = v.window(m.window)
	}
	for _, at := range l.nows {
		*at = now
	}
}

// match is Match as of the instant.
func (l *lens) match(at time.Time, f *Facts) bool {
	l.at(at)
	return Match(l.resolved, f)
}

// bind finds what depends on the instant in the node that the rule was resolved
// to.
func (l *lens) bind(r *Rule, n *Node) {
	switch {
	case r.All != nil:
		l.bindAll(r.All, n.Children)
	case r.Any != nil:
		l.bindAll(r.Any, n.Children)
	case r.Not != nil:
		l.bind(r.Not, &n.Children[0])
	case r.Field != nil:
		l.whole = l.whole || timed(r)
	case r.Has != nil:
		l.whole = l.whole || timed(r.Has.Where)
	case r.Activity != nil:
		l.moves(n.Activity, &r.Activity.Selection)
	case r.Ratio != nil:
		l.moves(n.Ratio.Of, &r.Ratio.Of.Selection)
		l.moves(n.Ratio.Per, &r.Ratio.Per.Selection)
	case r.Sequence != nil:
		l.moves(n.Sequence.First, &r.Sequence.First)
		l.moves(n.Sequence.Then, &r.Sequence.Then)
		l.nows = append(l.nows, &n.Sequence.Now)
	case r.Consent != nil:
		l.nows = append(l.nows, &n.Consent.Now)
	case r.bound != nil:
		l.bind(r.bound, n)
	}
}

func (l *lens) bindAll(rules []Rule, nodes []Node) {
	for i := range rules {
		l.bind(&rules[i], &nodes[i])
	}
}

func (l *lens) moves(t *ActivityTest, s *Selection) {
	l.whole = l.whole || timed(s.Where)
	l.windows = append(l.windows, moving{t, s.Window})
}

// timed reports whether a condition on fields depends on the time.
func timed(r *Rule) bool {
	if r == nil {
		return false
	}
	for _, list := range [][]Rule{r.All, r.Any} {
		for i := range list {
			if timed(&list[i]) {
				return true
			}
		}
	}
	f := r.Field
	return timed(r.Not) || f != nil && (f.Op == Within || f.Op == Anniversary || f.Name == age)
}

// scan finds what may change by time alone.
func (l *lens) scan(r *Rule) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for i := range list {
			l.scan(&list[i])
		}
	}
	switch {
	case r.Not != nil:
		l.scan(r.Not)
	case r.bound != nil:
		l.scan(r.bound)
	case r.Activity != nil:
		l.pane(&r.Activity.Selection)
	case r.Ratio != nil:
		l.pane(&r.Ratio.Of.Selection)
		l.pane(&r.Ratio.Per.Selection)
	case r.Sequence != nil:
		l.exact = true
	case r.Consent != nil:
		l.consents = true
	case r.Has != nil:
		l.exact = l.exact || timed(r.Has.Where)
	case r.Field != nil:
		l.exact = l.exact || timed(r)
	}
}

func (l *lens) pane(s *Selection) {
	p := pane{Selection: s}
	if span := s.Window.Last; span != nil {
		p.least, p.greatest = span.lengths()
	}
	l.panes = append(l.panes, p)
	l.exact = l.exact || timed(s.Where)
}

// set computes what is known of the window as of the instant.
func (p *pane) set(now time.Time, zone *time.Location) {
	switch w := p.Window; {
	case w.Last != nil:
		p.soon, p.gone = now.Add(-p.least), now.Add(-p.greatest)
	case w.Calendar != nil:
		u := caltimeUnit(w.Calendar.Unit)
		p.from, p.to = caltime.Next(now, u, w.Calendar.Offset, zone), caltime.Next(now, u, w.Calendar.Offset+1, zone)
		p.turn = caltime.Next(now, u, 1, zone)
	}
}
