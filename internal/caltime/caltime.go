// Package caltime does calendar arithmetic on instants as it looks in a time zone.
//
// Instants go in and come out; the calendar and the clock on the wall are those of
// a *time.Location, which must not be nil. Results are in UTC. Three rules hold
// where the calendar is uneven. By the first two, a later instant never gives an
// earlier result; by the third it can, on the last days of a month.
//
//   - A reading that the clock skips, when summer time begins, stands for the first
//     instant after the gap.
//   - A reading that the clock shows twice, when summer time ends, stands for the
//     earlier instant. An instant in the second pass counts as the end of the
//     repetition, and a result computed from it waits there until the repetition is
//     over.
//   - A day that a month does not have stands for that month's last day.
//
// The rules of [time.Date] and [time.Time.AddDate] are others: neither says which
// instant a skipped or repeated reading becomes, and 31 March less a month is 3
// March there.
//
// Functions are pure and safe for concurrent use. They follow the time zone
// database that is loaded.
package caltime

import "time"

// Date returns the instant at which the clock in loc shows the date and time, by
// the rules of the package. Values outside their usual ranges are carried over, as
// in [time.Date]: 32 October is 1 November.
func Date(year int, month time.Month, day, hour, min, sec, nsec int, loc *time.Location) time.Time {
	return instant(time.Date(year, month, day, hour, min, sec, nsec, time.UTC), loc)
}

// AddDays returns the instant n calendar days after t, or before it if n is
// negative, at the same reading of the clock in loc. A day with a change of the
// clock is one day like all others, so the result is not always a multiple of 24
// hours away. With n = 0 it is t.
func AddDays(t time.Time, n int, loc *time.Location) time.Time {
	if n == 0 {
		return t.UTC()
	}
	return instant(unrepeated(t, loc).AddDate(0, 0, n), loc)
}

// AddMonths returns the instant n calendar months after t, or before it if n is
// negative, on the same day of the month at the same reading of the clock in loc.
// With n = 0 it is t.
//
// If the month has no such day, it is the month's last day at the same reading, as
// in PostgreSQL and most date libraries: one month before noon of 29, 30 and 31 March
// 2023 is noon of 28 February.
func AddMonths(t time.Time, n int, loc *time.Location) time.Time {
	if n == 0 {
		return t.UTC()
	}
	w := unrepeated(t, loc)
	last := time.Date(w.Year(), w.Month()+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	hour, minute, second := w.Clock()
	day := min(w.Day(), last.Day())
	return Date(last.Year(), last.Month(), day, hour, minute, second, w.Nanosecond(), loc)
}
