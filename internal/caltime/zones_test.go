package caltime_test

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"
)

// zones are places with unusual clocks. Lord Howe Island moves by half an hour,
// Troll by two hours, Morocco for Ramadan; Samoa skipped a day; Newfoundland
// changed at a minute past midnight and Cuba at midnight.
var zones = []string{
	"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
	"America/St_Johns", "America/Havana", "Antarctica/Troll",
}

// load returns the zone.
func load(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// eachZone runs a test in every zone, with the zone's transitions.
func eachZone(t *testing.T, test func(t *testing.T, loc *time.Location, transitions []time.Time)) {
	t.Parallel()
	for _, name := range zones {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc := load(t, name)
			transitions := transitions(loc)
			if len(transitions) < 10 {
				t.Fatalf("only %d transitions", len(transitions))
			}
			test(t, loc, transitions)
		})
	}
}

// transitions returns the instants from 2010 to 2030 at which the clock in loc is
// put forward or back. It watches the clock, hour by hour and then second by
// second.
func transitions(loc *time.Location) []time.Time {
	var found []time.Time
	t := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
	for end := t.AddDate(21, 0, 0); t.Before(end); t = t.Add(time.Hour) {
		if ahead(t, loc) == ahead(t.Add(time.Hour), loc) {
			continue
		}
		low, high := t, t.Add(time.Hour)
		for high.Sub(low) > time.Second {
			if middle := low.Add(high.Sub(low) / 2).Truncate(time.Second); ahead(middle, loc) == ahead(low, loc) {
				low = middle
			} else {
				high = middle
			}
		}
		found = append(found, high)
	}
	return found
}

// clock returns what the clock in loc shows at t, as a time in UTC. It knows only
// the fields of date and time.
func clock(t time.Time, loc *time.Location) time.Time {
	t = t.In(loc)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// ahead returns how far the clock in loc is ahead of UTC at t.
func ahead(t time.Time, loc *time.Location) time.Duration {
	return clock(t, loc).Sub(t)
}

// at parses a time as RFC 3339.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v.UTC()
}

// show writes an instant in UTC and in loc.
func show(t time.Time, loc *time.Location) string {
	return fmt.Sprintf("%s (%s)", t.UTC().Format(time.RFC3339Nano), t.In(loc).Format("Mon 2006-01-02 15:04:05.999999999 MST"))
}
