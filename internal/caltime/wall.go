package caltime

import "time"

// reach is more than any offset from UTC and any change of one: the largest were
// those of places that moved across the date line, by a whole day.
const reach = 26 * time.Hour

// A wall clock reading is held as a time.Time in UTC whose date and clock are
// those that a calendar and clock on the wall show.

// wall returns the latest reading that the clock in loc has shown up to t, which
// never goes backwards while t goes forwards. That is the reading at t, except in
// the second pass of a repeated hour: then it is the last nanosecond of the first.
func wall(t time.Time, loc *time.Location) (latest time.Time, again bool) {
	t = t.In(loc)
	latest = reading(t)
	start, _ := t.ZoneBounds()
	for !start.IsZero() && t.Sub(start) < reach {
		before := start.Add(-time.Nanosecond)
		if r := reading(before); !r.Before(latest) {
			latest, again = r, true
		}
		start, _ = before.ZoneBounds()
	}
	return latest, again
}

// unrepeated is wall, but in a second pass it returns the reading with which the
// repetition ends.
func unrepeated(t time.Time, loc *time.Location) time.Time {
	w, again := wall(t, loc)
	if again {
		w = w.Add(time.Nanosecond)
	}
	return w
}

// reading returns what the clock shows at t in t's location.
func reading(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instant returns the first instant at which the clock in loc has shown w or later:
// the earlier of two where w is repeated, the end of the gap where w is skipped.
func instant(w time.Time, loc *time.Location) time.Time {
	for t := w.Add(-reach).In(loc); ; {
		_, offset := t.Zone()
		start, end := t.ZoneBounds()
		at := w.Add(time.Duration(-offset) * time.Second)
		switch {
		case !start.IsZero() && at.Before(start):
			return start.UTC() // no earlier zone period got as far as w
		case end.IsZero() || at.Before(end):
			return at
		case !end.After(t):
			return at // beyond its tables Go ends a leap year a day early
		}
		t = end
	}
}
