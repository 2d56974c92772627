package caltime_test

import (
	"testing"
	"time"

	"github.com/stammkunde/crm/internal/caltime"
)

var units = []caltime.Unit{caltime.Day, caltime.Week, caltime.Month, caltime.Quarter, caltime.Year}

func TestStart(t *testing.T) {
	t.Parallel()
	const berlin = "Europe/Berlin"
	for _, c := range []struct {
		zone, from string
		unit       caltime.Unit
		n          int
		want       string
	}{
		{berlin, "2024-08-14T15:04:05+02:00", caltime.Day, 0, "2024-08-14T00:00:00+02:00"},
		{berlin, "2024-08-14T15:04:05+02:00", caltime.Week, 0, "2024-08-12T00:00:00+02:00"},
		{berlin, "2024-08-14T15:04:05+02:00", caltime.Month, 0, "2024-08-01T00:00:00+02:00"},
		{berlin, "2024-08-14T15:04:05+02:00", caltime.Quarter, 0, "2024-07-01T00:00:00+02:00"},
		{berlin, "2024-08-14T15:04:05+02:00", caltime.Year, 0, "2024-01-01T00:00:00+01:00"},
		{berlin, "2024-08-14T15:04:05+02:00", caltime.Quarter, -1, "2024-04-01T00:00:00+02:00"},
		{berlin, "2024-08-14T15:04:05+02:00", caltime.Quarter, 2, "2025-01-01T00:00:00+01:00"},
		{berlin, "2024-01-31T12:00:00+01:00", caltime.Month, 1, "2024-02-01T00:00:00+01:00"},
		{berlin, "2024-01-01T00:00:00+01:00", caltime.Year, 0, "2024-01-01T00:00:00+01:00"},
		{berlin, "2023-12-31T23:59:59.999999999+01:00", caltime.Year, 0, "2023-01-01T00:00:00+01:00"},
		{berlin, "2023-12-31T23:00:00Z", caltime.Quarter, 0, "2024-01-01T00:00:00+01:00"},   // next year there
		{berlin, "2023-01-01T12:00:00+01:00", caltime.Week, 0, "2022-12-26T00:00:00+01:00"}, // a Sunday
		{berlin, "2023-01-02T00:00:00+01:00", caltime.Week, 0, "2023-01-02T00:00:00+01:00"}, // a Monday
		{berlin, "2024-02-29T12:00:00+01:00", caltime.Week, -5, "2024-01-22T00:00:00+01:00"},
		{"America/Havana", "2024-03-10T12:00:00-04:00", caltime.Day, 0, "2024-03-10T01:00:00-04:00"},   // no midnight
		{"America/St_Johns", "2010-11-06T23:30:00-03:30", caltime.Day, 0, "2010-11-07T00:00:00-02:30"}, // second pass
		{"Africa/Casablanca", "2010-08-07T23:30:00Z", caltime.Day, 0, "2010-08-06T23:00:00Z"},          // second pass, no midnight yet
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", caltime.Day, 1, "2011-12-31T00:00:00+14:00"},
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", caltime.Day, 2, "2011-12-31T00:00:00+14:00"},
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", caltime.Week, 1, "2012-01-02T00:00:00+14:00"},
	} {
		loc := load(t, c.zone)
		got := caltime.Next(at(t, c.from), c.unit, c.n, loc)
		if want := at(t, c.want); got != want {
			t.Errorf("%s unit %d %+d begins %s, want %s", c.from, c.unit, c.n, show(got, loc), show(want, loc))
		}
	}
}

// TestUnits_partition_time: around every transition each instant lies in exactly
// one unit, and the units follow each other without a gap.
func TestUnits_partition_time(t *testing.T) {
	eachZone(t, func(t *testing.T, loc *time.Location, transitions []time.Time) {
		for _, transition := range transitions {
			for m := -30 * 60; m <= 30*60; m += 20 {
				for _, d := range []time.Duration{-1, 0} {
					for _, u := range units {
						partition(t, transition.Add(time.Duration(m)*time.Minute+d), u, loc)
					}
				}
			}
		}
	})
}

func partition(t *testing.T, at time.Time, u caltime.Unit, loc *time.Location) {
	t.Helper()
	start, next := caltime.Start(at, u, loc), caltime.Next(at, u, 1, loc)
	if start.After(at) || !at.Before(next) {
		t.Fatalf("unit %d of %s: %s to %s", u, show(at, loc), show(start, loc), show(next, loc))
	}
	last := next.Add(-1)
	if caltime.Start(start, u, loc) != start || caltime.Start(last, u, loc) != start {
		t.Fatalf("unit %d from %s to %s is not one", u, show(start, loc), show(next, loc))
	}
	if caltime.Start(next, u, loc) != next {
		t.Fatalf("unit %d does not begin at %s", u, show(next, loc))
	}
}

// The names of day, week (ISO 8601, as the standard library counts), month, quarter
// and year are the same all through a unit and others just outside.
func TestUnits_have_names(t *testing.T) {
	t.Parallel()
	loc := load(t, "Europe/Berlin")
	names := map[caltime.Unit]func(time.Time) [3]int{
		caltime.Day:     func(t time.Time) [3]int { return [3]int{t.Year(), int(t.Month()), t.Day()} },
		caltime.Week:    func(t time.Time) [3]int { y, w := t.ISOWeek(); return [3]int{y, w} },
		caltime.Month:   func(t time.Time) [3]int { return [3]int{t.Year(), int(t.Month())} },
		caltime.Quarter: func(t time.Time) [3]int { return [3]int{t.Year(), (int(t.Month()) + 2) / 3} },
		caltime.Year:    func(t time.Time) [3]int { return [3]int{t.Year()} },
	}
	for u, name := range names {
		for day := at(t, "2009-12-20T11:00:00Z"); day.Year() < 2031; day = day.Add(47 * time.Hour) {
			want := name(day.In(loc))
			start, next := caltime.Start(day, u, loc).In(loc), caltime.Next(day, u, 1, loc).In(loc)
			if name(start) != want || name(next.Add(-1)) != want || name(start.Add(-1)) == want || name(next) == want {
				t.Fatalf("unit %d of %s: %s to %s", u, show(day, loc), show(start, loc), show(next, loc))
			}
		}
	}
}

// Counting units forwards and back leads to where it began, and in steps as in one
// go; only over Samoa's skipped day the way is shorter than the count.
func TestNext_counts(t *testing.T) {
	t.Parallel()
	loc := load(t, "America/New_York")
	for _, u := range units {
		for from := at(t, "2023-01-01T04:59:59Z"); from.Year() < 2025; from = from.Add(31 * time.Hour) {
			start, step := caltime.Start(from, u, loc), caltime.Start(from, u, loc)
			for n := range 15 {
				if got := caltime.Next(from, u, n, loc); got != step {
					t.Fatalf("unit %d %+d from %s: %s in one go, %s in steps", u, n, show(from, loc), show(got, loc), show(step, loc))
				}
				if back := caltime.Next(step, u, -n, loc); back != start {
					t.Fatalf("unit %d: %d back from %s is %s, want %s", u, n, show(step, loc), show(back, loc), show(start, loc))
				}
				step = caltime.Next(step, u, 1, loc)
			}
		}
	}
}

func TestUnit_unknown(t *testing.T) {
	t.Parallel()
	for _, u := range []caltime.Unit{0, 6, -1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("unit %d is taken", u)
				}
			}()
			caltime.Start(time.Time{}, u, time.UTC)
		}()
	}
}
