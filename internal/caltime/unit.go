package caltime

import (
	"fmt"
	"time"
)

// Unit is a stretch of the calendar.
type Unit int8

// The units. A Week is that of ISO 8601, which begins on Monday; quarters begin in
// January, April, July and October.
const (
	Day Unit = iota + 1
	Week
	Month
	Quarter
	Year
)

// Start returns the first instant of the calendar unit that holds t in loc. That is
// midnight, or the first instant after it where the clock skips midnight. Where it
// shows midnight twice, the new day begins the first time and does not end again.
//
// Start panics if u is none of the constants.
func Start(t time.Time, u Unit, loc *time.Location) time.Time {
	return Next(t, u, 0, loc)
}

// Next returns the first instant of the unit n after the one that holds t in loc,
// or before it if n is negative: Start(t) <= t < Next(t, 1). Units are counted by
// the calendar, so one that the clock skipped as a whole, like 30 December 2011 in
// Samoa, is counted; it begins together with the one after it.
//
// Next panics if u is none of the constants.
func Next(t time.Time, u Unit, n int, loc *time.Location) time.Time {
	w, _ := wall(t, loc)
	return instant(begin(w, u, n), loc)
}

// begin returns the first reading of the unit n after the one that holds w.
func begin(w time.Time, u Unit, n int) time.Time {
	year, month, day := w.Date()
	switch u {
	case Day:
		day += n
	case Week:
		sinceMonday := (int(w.Weekday()) + 6) % 7
		day += 7*n - sinceMonday
	case Month:
		month, day = month+time.Month(n), 1
	case Quarter:
		month, day = month-(month-1)%3+time.Month(3*n), 1
	case Year:
		year, month, day = year+n, time.January, 1
	default:
		panic(fmt.Sprintf("caltime: no such unit: %d", u))
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
