package segment

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/internal/caltime"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/money"
)

// Explanation says why a contact is, or is not, selected by one condition.
type Explanation struct {
	// Matched tells whether the condition holds.
	Matched bool `json:"matched"`
	// Condition is its sentence.
	Condition string `json:"condition"`
	// Seen is what was found in the contact; empty for All, Any and Not.
	Seen string `json:"seen,omitempty"`
	// NextChange is the first later instant at which the condition changes
	// by the passing of time alone; the zero time means never.
	NextChange time.Time `json:"next_change,omitzero"`
	// Parts explains the conditions within All, Any and Not.
	Parts []Explanation `json:"parts,omitempty"`
}

// String draws the explanation as an indented list.
func (e Explanation) String() string {
	var b strings.Builder
	e.write(&b, 0)
	return strings.TrimSuffix(b.String(), "\n")
}

func (e Explanation) write(b *strings.Builder, depth int) {
	mark := "no "
	if e.Matched {
		mark = "yes"
	}
	fmt.Fprintf(b, "%s%s  %s", strings.Repeat("  ", depth), mark, e.Condition)
	if e.Seen != "" {
		fmt.Fprintf(b, ": %s", e.Seen)
	}
	if !e.NextChange.IsZero() {
		fmt.Fprintf(b, " (changes %s)", formatTime(e.NextChange))
	}
	b.WriteByte('\n')
	for _, p := range e.Parts {
		p.write(b, depth+1)
	}
}

// Explain evaluates a checked rule for one contact as of now and says per
// condition what was seen and when time alone will change it.
func Explain(r Rule, f *Facts, now time.Time, zone *time.Location) Explanation {
	resolved := Resolve(r, now, zone)
	e := Explanation{
		Matched:    Match(resolved, f),
		Condition:  r.String(),
		NextChange: NextChange(r, f, now, zone),
	}
	switch {
	case len(r.All) > 0:
		e.Condition, e.Parts = "all of", explainList(r.All, f, now, zone)
	case len(r.Any) > 0:
		e.Condition, e.Parts = "any of", explainList(r.Any, f, now, zone)
	case r.Not != nil:
		e.Condition, e.Parts = "not", explainList([]Rule{*r.Not}, f, now, zone)
	case r.Field != nil:
		e.Seen = seenField(resolved.Root.Field, f)
	case r.Activity != nil:
		e.Seen = seenActivity(resolved.Root.Activity, f, zone)
	}
	if !e.NextChange.IsZero() {
		e.NextChange = e.NextChange.In(zone)
	}
	return e
}

func explainList(rules []Rule, f *Facts, now time.Time, zone *time.Location) []Explanation {
	parts := make([]Explanation, len(rules))
	for i, r := range rules {
		parts[i] = Explain(r, f, now, zone)
	}
	return parts
}

func seenField(t *FieldTest, f *Facts) string {
	v, ok := readField(&f.Contact, fieldName(t))
	if !ok {
		return "missing"
	}
	return formatValue(v)
}

func seenActivity(t *ActivityTest, f *Facts, zone *time.Location) string {
	s := collect(t, f.Activities)
	if s.activities == 0 {
		return "none"
	}
	seen := fmt.Sprintf("%d, last on %s", s.activities, formatTime(s.last.In(zone)))
	switch {
	case t.Aggregate == Count || t.Aggregate == Last:
	case t.Aggregate == First:
		seen = fmt.Sprintf("%d, first on %s", s.activities, formatTime(s.first.In(zone)))
	case s.values == 0:
		seen = "no amount in " + t.Currency
	default:
		amount := map[Aggregate]int64{Sum: s.sum, Min: s.min, Max: s.max, Average: s.sum / s.values}[t.Aggregate]
		seen = money.New(amount, t.Currency).String()
	}
	return seen
}

// NextChange returns the first instant after now at which the rule's answer
// for the contact changes by the passing of time alone, or the zero time when
// it never does.
func NextChange(r Rule, f *Facts, now time.Time, zone *time.Location) time.Time {
	var at []time.Time
	r.turningPoints(f, zone, &at)
	sort.Slice(at, func(i, j int) bool { return at[i].Before(at[j]) })
	present := Match(Resolve(r, now, zone), f)
	for i, t := range at {
		if !t.After(now) || i > 0 && t.Equal(at[i-1]) {
			continue
		}
		if Match(Resolve(r, t, zone), f) != present {
			return t
		}
	}
	return time.Time{}
}

// turningPoints collects the instants at which an activity of the contact
// enters or leaves a window of the rule. Between two of them the answer cannot
// change.
func (r Rule) turningPoints(f *Facts, zone *time.Location, at *[]time.Time) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for _, child := range list {
			child.turningPoints(f, zone, at)
		}
	}
	if r.Not != nil {
		r.Not.turningPoints(f, zone, at)
	}
	if r.Activity == nil {
		return
	}
	for i := range f.Activities {
		if a := &f.Activities[i]; a.Kind == r.Activity.Kind {
			*at = append(*at, a.At)
			*at = append(*at, r.Activity.Window.turns(a, zone)...)
		}
	}
}

// turns gives the instants at which an activity enters or leaves the window,
// beside its own.
func (w Window) turns(a *activity.Activity, zone *time.Location) []time.Time {
	switch {
	case w.Last != nil && w.Last.Unit == Hours:
		return []time.Time{a.At.Add(time.Duration(w.Last.N) * time.Hour)}
	case w.Last != nil:
		return w.Last.turns(a.At, zone)
	case w.Calendar != nil:
		u := caltimeUnit(w.Calendar.Unit)
		return []time.Time{
			caltime.Next(a.At, u, -w.Calendar.Offset, zone),
			caltime.Next(a.At, u, -w.Calendar.Offset+1, zone),
		}
	}
	return nil
}

// turns gives the instants at which the beginning of a rolling window of days,
// weeks, months or years may pass t. That is when the clock shows t's time of
// day on a day that leads to t's day. Several days lead to the last one of a
// short month, so t can leave, come back when a new day begins, and leave again;
// and where the clock is changed, the beginning jumps.
func (s Span) turns(t time.Time, zone *time.Location) []time.Time {
	base := Span{-s.N, s.Unit}.before(t, zone).In(zone)
	clocks := clocksOf(t, base, zone)
	var list []time.Time
	for d := -1; d <= 4; d++ {
		year, month, day := base.Date()
		begin := caltime.Date(year, month, day+d, 0, 0, 0, 0, zone)
		list = append(list, begin)
		for _, c := range clocks {
			hour, minute, second := c.Clock()
			list = append(list, core.Instant(caltime.Date(year, month, day+d, hour, minute, second, c.Nanosecond(), zone)))
		}
		if _, change := begin.In(zone).ZoneBounds(); !change.IsZero() {
			list = append(list, core.Instant(change))
		}
	}
	return list
}

// clocksOf gives the times of day, in the zone, that lead to t: its own, and the
// first reading that the clock skipped before t or the first one after t's hour
// had come a second time.
func clocksOf(t, base time.Time, zone *time.Location) []time.Time {
	const tick = time.Microsecond
	before := t.Add(-tick).In(zone)
	_, offset := before.Zone()
	skipped := before.Add(tick).In(time.FixedZone("", offset))
	return []time.Time{t.In(zone), skipped, base}
}
