package segment

import (
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/caltime"
	"github.com/stammkunde/crm/internal/core"
)

// turner collects the instants at which a rule's answer for a contact may
// change by the passing of time alone. Between two of them it cannot.
type turner struct {
	f    *Facts
	zone *time.Location
	now  time.Time
	at   []time.Time
}

func (t *turner) rule(r Rule) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for _, child := range list {
			t.rule(child)
		}
	}
	switch {
	case r.Not != nil:
		t.rule(*r.Not)
	case r.bound != nil:
		t.rule(*r.bound)
	case r.Field != nil:
		t.field(*r.Field)
	case r.Activity != nil:
		t.selection(r.Activity.Selection)
	case r.Ratio != nil:
		t.selection(r.Ratio.Of.Selection)
		t.selection(r.Ratio.Per.Selection)
	case r.Sequence != nil:
		t.sequence(*r.Sequence)
	case r.Consent != nil:
		for _, e := range t.f.Consents {
			t.add(e.At)
			if !e.ExpiresAt.IsZero() {
				t.add(e.ExpiresAt)
			}
		}
	}
}

func (t *turner) add(at ...time.Time) { t.at = append(t.at, at...) }

// selection adds when activities enter and leave the window.
func (t *turner) selection(s Selection) {
	for i := range t.f.Activities {
		if a := &t.f.Activities[i]; s.Kind == "" || a.Kind == s.Kind {
			t.add(a.At)
			t.add(s.Window.turns(a.At, t.zone)...)
			if s.Where != nil {
				t.where(*s.Where, subject{activity: a})
			}
		}
	}
}

// where adds when data of an activity enter and leave windows. Nothing else that
// such a condition looks at depends on the time.
func (t *turner) where(r Rule, s subject) {
	for _, list := range [][]Rule{r.All, r.Any} {
		for _, child := range list {
			t.where(child, s)
		}
	}
	switch {
	case r.Not != nil:
		t.where(*r.Not, s)
	case r.Field != nil && (r.Field.Op == Within || r.Field.Op == Anniversary):
		if v, ok := newTest(r.Field.Name, eventScope, "").read(s); ok {
			t.value(*r.Field, v)
		}
	}
}

// sequence adds when the time for an answer is over, too.
func (t *turner) sequence(c SequenceCondition) {
	t.selection(c.First)
	t.selection(c.Then)
	for i := range t.f.Activities {
		if a := &t.f.Activities[i]; c.First.Kind == "" || a.Kind == c.First.Kind {
			t.add(a.At.Add(time.Duration(c.Hours) * time.Hour))
		}
	}
}

// field adds when the value enters and leaves the window, and when birthdays
// and anniversaries do.
func (t *turner) field(c FieldCondition) {
	name := c.Name
	if name == age {
		name = "born"
	} else if c.Op != Within && c.Op != Anniversary {
		return
	}
	if v, ok := newTest(name, recordScope, "").read(subject{contact: &t.f.Contact}); ok {
		t.value(c, v)
	}
}

// value adds when a value enters and leaves what a condition asks for.
func (t *turner) value(c FieldCondition, v contact.Value) {
	switch {
	case c.Op == Within && v.Type == contact.TypeDate && v.Date.Whole():
		d := v.Date
		t.within(c.Window, caltime.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, t.zone))
	case c.Op == Within && v.Type == contact.TypeTime:
		t.within(c.Window, v.Time)
	case v.Type == contact.TypeDate:
		t.birthdays(v.Date, c)
	case v.Type == contact.TypeTime:
		year, month, day := v.Time.In(t.zone).Date()
		t.birthdays(contact.Date{Year: year, Month: month, Day: day}, c)
	}
}

// within adds when a value enters and leaves the window.
func (t *turner) within(w Window, at time.Time) {
	t.add(at, at.Add(time.Microsecond))
	t.add(w.turns(at, t.zone)...)
	if w.Next != nil {
		back := Window{Last: &Span{-w.Next.N, w.Next.Unit}}
		for _, turn := range back.turns(at, t.zone) {
			t.add(turn, turn.Add(time.Microsecond))
		}
	}
}

// birthdays adds the beginnings of the days on which a range of days around
// the anniversaries begins and ends, and on which the age grows: those of this
// year, or of the value's own where it is still to come, and of some around it,
// since 29 February comes every eight years at the latest.
func (t *turner) birthdays(d contact.Date, c FieldCondition) {
	if d.Day == 0 {
		return
	}
	days := DayRange{}
	if c.Days != nil {
		days = *c.Days
	}
	this := max(t.now.In(t.zone).Year(), d.Year)
	for year := this - 2; year <= this+10; year++ {
		for _, day := range []int{d.Day, d.Day + 1} {
			for _, shift := range []int{-days.To, -days.From, 1 - days.From} {
				t.add(caltime.Date(year, d.Month, day+shift, 0, 0, 0, 0, t.zone), caltime.Date(year, d.Month, day+shift-1, 0, 0, 0, 0, t.zone))
			}
		}
	}
	t.ages(d, c)
}

// ages adds the birthdays at which an age is reached that the condition names.
func (t *turner) ages(d contact.Date, c FieldCondition) {
	if c.Name != age || !d.Whole() {
		return
	}
	for _, v := range c.Values {
		for _, more := range []int{0, 1} {
			year := d.Year + int(v.Number/contact.NumberScale) + more
			for _, day := range []int{d.Day - 1, d.Day, d.Day + 1} {
				t.add(caltime.Date(year, d.Month, day, 0, 0, 0, 0, t.zone))
			}
		}
	}
}

// turns gives the instants at which an instant enters or leaves the window,
// beside its own.
func (w Window) turns(at time.Time, zone *time.Location) []time.Time {
	switch {
	case w.Last != nil && w.Last.Unit == Hours:
		return []time.Time{at.Add(time.Duration(w.Last.N) * time.Hour)}
	case w.Last != nil:
		return w.Last.turns(at, zone)
	case w.Calendar != nil:
		u := caltimeUnit(w.Calendar.Unit)
		return []time.Time{
			caltime.Next(at, u, -w.Calendar.Offset, zone),
			caltime.Next(at, u, -w.Calendar.Offset+1, zone),
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
