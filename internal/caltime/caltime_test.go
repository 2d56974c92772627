package caltime_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/internal/caltime"
)

func TestDate_rules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone                      string
		y, mo, d, h, min, s, nsec int
		want                      string
	}{
		{"Europe/Berlin", 2024, 3, 31, 1, 59, 59, 999999999, "2024-03-31T00:59:59.999999999Z"},
		{"Europe/Berlin", 2024, 3, 31, 2, 0, 0, 0, "2024-03-31T01:00:00Z"},  // skipped
		{"Europe/Berlin", 2024, 3, 31, 2, 30, 0, 0, "2024-03-31T01:00:00Z"}, // skipped
		{"Europe/Berlin", 2024, 3, 31, 3, 0, 0, 0, "2024-03-31T01:00:00Z"},
		{"Europe/Berlin", 2024, 10, 27, 1, 59, 0, 0, "2024-10-26T23:59:00Z"},
		{"Europe/Berlin", 2024, 10, 27, 2, 30, 0, 0, "2024-10-27T00:30:00Z"}, // the first of two
		{"Europe/Berlin", 2024, 10, 27, 3, 0, 0, 0, "2024-10-27T02:00:00Z"},
		{"Europe/Berlin", 2024, 10, 32, 12, 0, 0, 0, "2024-11-01T11:00:00Z"}, // carried over
		{"Europe/Berlin", 2024, 13, 1, 0, 0, 0, -1, "2024-12-31T22:59:59.999999999Z"},
		{"America/New_York", 2025, 3, 9, 2, 15, 0, 0, "2025-03-09T07:00:00Z"},
		{"America/New_York", 2025, 11, 2, 1, 15, 0, 0, "2025-11-02T05:15:00Z"},
		{"Australia/Lord_Howe", 2024, 10, 6, 2, 10, 0, 0, "2024-10-05T15:30:00Z"},
		{"Australia/Lord_Howe", 2024, 4, 7, 1, 40, 0, 0, "2024-04-06T14:40:00Z"},
		{"Pacific/Apia", 2011, 12, 29, 23, 59, 0, 0, "2011-12-30T09:59:00Z"},
		{"Pacific/Apia", 2011, 12, 30, 12, 0, 0, 0, "2011-12-30T10:00:00Z"}, // no such day
		{"Pacific/Apia", 2011, 12, 31, 0, 0, 0, 0, "2011-12-30T10:00:00Z"},
		{"America/Havana", 2024, 3, 10, 0, 0, 0, 0, "2024-03-10T05:00:00Z"}, // midnight is skipped
		{"America/St_Johns", 2010, 11, 7, 0, 0, 0, 0, "2010-11-07T02:30:00Z"},
		{"UTC", 2024, 2, 29, 12, 0, 0, 0, "2024-02-29T12:00:00Z"},
		{"Europe/Berlin", 1800, 1, 1, 0, 0, 0, 0, "1799-12-31T23:06:32Z"}, // local mean time
		{"Europe/Berlin", 2299, 7, 1, 0, 0, 0, 0, "2299-06-30T22:00:00Z"},
	} {
		got := caltime.Date(c.y, time.Month(c.mo), c.d, c.h, c.min, c.s, c.nsec, load(t, c.zone))
		if want := at(t, c.want); got != want {
			t.Errorf("%s %d-%d-%d %d:%02d is %v, want %v", c.zone, c.y, c.mo, c.d, c.h, c.min, got, want)
		}
	}
}

// TestDate_by_watching_the_clock compares Date with what the clock shows minute by
// minute for four days around every transition: the first instant with the reading,
// and for a reading that never shows the first instant after its gap.
func TestDate_by_watching_the_clock(t *testing.T) {
	eachZone(t, func(t *testing.T, loc *time.Location, transitions []time.Time) {
		for _, transition := range transitions {
			first := make(map[time.Time]time.Time)
			var gapFrom, gapEnd time.Time
			last := clock(transition.Add(-48*time.Hour-time.Minute), loc)
			for m := -48 * 60; m <= 48*60; m++ {
				instant := transition.Add(time.Duration(m) * time.Minute)
				shown := clock(instant, loc)
				if _, again := first[shown]; !again {
					first[shown] = instant
				}
				if shown.Sub(last) > time.Minute {
					gapFrom, gapEnd = last, instant
				}
				last = shown
			}
			from := clock(transition.Add(-4*time.Hour), loc)
			for m := range 36 * 60 {
				w := from.Add(time.Duration(m) * time.Minute)
				want, shows := first[w]
				if !shows {
					if !w.After(gapFrom) {
						t.Fatalf("%v is not shown and in no gap", w)
					}
					want = gapEnd
				}
				got := caltime.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), 0, 0, loc)
				if got != want {
					t.Fatalf("%v is %s, want %s", w, show(got, loc), show(want, loc))
				}
			}
		}
	})
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	const berlin = "Europe/Berlin"
	for _, c := range []struct {
		zone, from string
		n          int
		want       string
	}{
		{berlin, "2024-01-15T12:00:00+01:00", 1, "2024-02-15T12:00:00+01:00"},
		{berlin, "2024-01-15T12:00:00.000001+01:00", 6, "2024-07-15T12:00:00.000001+02:00"}, // same clock
		{berlin, "2024-05-15T12:00:00+02:00", -12, "2023-05-15T12:00:00+02:00"},
		{berlin, "2023-03-28T23:00:00+02:00", -1, "2023-02-28T23:00:00+01:00"},
		{berlin, "2023-03-29T00:00:00+02:00", -1, "2023-02-28T00:00:00+01:00"},
		{berlin, "2023-03-31T12:00:00+02:00", -1, "2023-02-28T12:00:00+01:00"},
		{berlin, "2023-04-01T00:00:00+02:00", -1, "2023-03-01T00:00:00+01:00"},
		{berlin, "2024-03-31T12:00:00+02:00", -1, "2024-02-29T12:00:00+01:00"}, // leap year
		{berlin, "2024-03-29T12:00:00+01:00", -1, "2024-02-29T12:00:00+01:00"},
		{berlin, "2024-02-29T12:00:00+01:00", 12, "2025-02-28T12:00:00+01:00"},
		{berlin, "2024-02-29T12:00:00+01:00", 48, "2028-02-29T12:00:00+01:00"},
		{berlin, "2023-01-31T00:00:00+01:00", 1, "2023-02-28T00:00:00+01:00"},
		{berlin, "2023-12-31T00:00:00+01:00", 2, "2024-02-29T00:00:00+01:00"},
		{berlin, "2024-02-29T02:30:00+01:00", 1, "2024-03-29T02:30:00+01:00"},
		{berlin, "2023-12-31T02:30:00+01:00", 3, "2024-03-31T03:00:00+02:00"},  // into a gap
		{berlin, "2024-08-27T02:30:00+02:00", 2, "2024-10-27T02:30:00+02:00"},  // into a repetition
		{berlin, "2024-10-27T02:30:00+02:00", -2, "2024-08-27T02:30:00+02:00"}, // from the first pass
		{berlin, "2024-10-27T02:30:00+01:00", -2, "2024-08-27T03:00:00+02:00"}, // from the second pass
		{berlin, "2024-10-27T03:00:00+01:00", -2, "2024-08-27T03:00:00+02:00"},
		{berlin, "2024-10-27T02:30:00+01:00", 0, "2024-10-27T02:30:00+01:00"},
		{berlin, "2024-10-31T23:30:00Z", 1, "2024-12-01T00:30:00+01:00"}, // 1 November there
		{"America/New_York", "2024-10-31T23:30:00Z", 1, "2024-11-30T19:30:00-05:00"},
		{"Pacific/Apia", "2011-11-30T12:00:00-10:00", 1, "2011-12-31T00:00:00+14:00"}, // the skipped day
	} {
		loc := load(t, c.zone)
		got := caltime.AddMonths(at(t, c.from), c.n, loc)
		if want := at(t, c.want); got != want {
			t.Errorf("%s %+d months is %s, want %s", c.from, c.n, show(got, loc), show(want, loc))
		}
	}
}

func TestAddDays(t *testing.T) {
	t.Parallel()
	const berlin = "Europe/Berlin"
	for _, c := range []struct {
		zone, from string
		n          int
		want       string
	}{
		{berlin, "2024-03-30T12:00:00+01:00", 1, "2024-03-31T12:00:00+02:00"}, // 23 hours
		{berlin, "2024-10-26T12:00:00+02:00", 1, "2024-10-27T12:00:00+01:00"}, // 25 hours
		{berlin, "2024-03-30T02:30:00+01:00", 1, "2024-03-31T03:00:00+02:00"},
		{berlin, "2024-04-01T02:30:00+02:00", -1, "2024-03-31T03:00:00+02:00"},
		{berlin, "2024-10-27T02:30:00+02:00", 1, "2024-10-28T02:30:00+01:00"},
		{berlin, "2024-10-27T02:00:00+01:00", 1, "2024-10-28T03:00:00+01:00"}, // waits
		{berlin, "2024-10-27T02:59:59+01:00", 1, "2024-10-28T03:00:00+01:00"}, // waits
		{berlin, "2024-10-27T03:00:01+01:00", 1, "2024-10-28T03:00:01+01:00"},
		{berlin, "2024-10-27T02:30:00+01:00", 0, "2024-10-27T02:30:00+01:00"},
		{berlin, "2024-02-28T12:00:00+01:00", 2, "2024-03-01T12:00:00+01:00"},
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", 1, "2011-12-31T00:00:00+14:00"},
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", 2, "2011-12-31T12:00:00+14:00"},
		{"Pacific/Apia", "2012-01-01T12:00:00+14:00", -2, "2011-12-31T00:00:00+14:00"},
		{"Australia/Lord_Howe", "2024-04-07T01:45:00+10:30", 1, "2024-04-08T02:00:00+10:30"},
	} {
		loc := load(t, c.zone)
		got := caltime.AddDays(at(t, c.from), c.n, loc)
		if want := at(t, c.want); got != want {
			t.Errorf("%s %+d days is %s, want %s", c.from, c.n, show(got, loc), show(want, loc))
		}
	}
}

// Where the calendar is even, the standard library agrees: in UTC, on days that
// every month has.
func TestAdd_agrees_with_AddDate_in_UTC(t *testing.T) {
	t.Parallel()
	from := at(t, "1999-12-28T23:59:59.999999999Z")
	for d := range 28 {
		base := from.AddDate(0, 0, -d)
		for n := -500; n <= 500; n++ {
			if got, want := caltime.AddMonths(base, n, time.UTC), base.AddDate(0, n, 0); got != want {
				t.Fatalf("%v %+d months is %v, want %v", base, n, got, want)
			}
			if got, want := caltime.AddDays(base, n, time.UTC), base.AddDate(0, 0, n); got != want {
				t.Fatalf("%v %+d days is %v, want %v", base, n, got, want)
			}
		}
	}
}

// adders are AddDays and AddMonths with fixed steps.
func adders() map[string]func(time.Time, *time.Location) time.Time {
	all := make(map[string]func(time.Time, *time.Location) time.Time)
	for _, n := range []int{-365, -1, 7} {
		all[fmt.Sprintf("%+d days", n)] = func(t time.Time, loc *time.Location) time.Time {
			return caltime.AddDays(t, n, loc)
		}
	}
	for _, n := range []int{-13, -1, 6} {
		all[fmt.Sprintf("%+d months", n)] = func(t time.Time, loc *time.Location) time.Time {
			return caltime.AddMonths(t, n, loc)
		}
	}
	return all
}

// TestAdd_is_monotone walks over every transition, and over every instant from
// which a step leads to one.
func TestAdd_is_monotone(t *testing.T) {
	eachZone(t, func(t *testing.T, loc *time.Location, transitions []time.Time) {
		for name, add := range adders() {
			for _, transition := range transitions {
				// The way back from the transition is about the way there.
				back := transition.Add(transition.Sub(add(transition, loc)))
				for _, center := range []time.Time{transition, back} {
					monotone(t, name, center, loc, add)
				}
			}
		}
	})
}

// monotone checks that add never goes back within a day and more around center.
func monotone(t *testing.T, name string, center time.Time, loc *time.Location, add func(time.Time, *time.Location) time.Time) {
	t.Helper()
	var last, lastFrom time.Time
	for m := -30 * 60; m <= 30*60; m += 20 {
		for _, d := range []time.Duration{-1, 0} {
			from := center.Add(time.Duration(m)*time.Minute + d)
			got := add(from, loc)
			// A month's last days may be clamped, and then fall back.
			late := strings.HasSuffix(name, "months") && clock(from, loc).Day() >= 28
			if got.Before(last) && !late {
				t.Fatalf("%s: %s gives %s, but %s before it %s", name,
					show(from, loc), show(got, loc), show(lastFrom, loc), show(last, loc))
			}
			last, lastFrom = got, from
		}
	}
}

// Over the month ends of four years, with the short February and the long one, only
// a clamped day can fall back, and never by more than to that day's beginning.
func TestAddMonths_falls_back_on_clamped_days_only(t *testing.T) {
	t.Parallel()
	loc := load(t, "Europe/Berlin")
	for n := -14; n <= 14; n++ {
		last := time.Time{}
		for from := at(t, "2022-12-20T00:00:00Z"); from.Year() < 2027; from = from.Add(167 * time.Minute) {
			got := caltime.AddMonths(from, n, loc)
			clamped := clock(got, loc).Day() != clock(from, loc).Day()
			if got.Before(last) && (!clamped || caltime.Start(last, caltime.Day, loc).After(got)) {
				t.Fatalf("%s %+d months is %s, before the earlier %s", show(from, loc), n, show(got, loc), show(last, loc))
			}
			last = got
		}
	}
}

// Unless a rule of the package applies, the clock shows the same after a step.
func TestAddDays_keeps_the_clock(t *testing.T) {
	eachZone(t, func(t *testing.T, loc *time.Location, transitions []time.Time) {
		kept, all := 0, 0
		for _, transition := range transitions {
			for h := -100; h <= 100; h++ {
				from := transition.Add(time.Duration(h)*time.Hour + 10*time.Minute)
				got := caltime.AddDays(from, 1, loc)
				all++
				if clock(got, loc) == clock(from, loc).AddDate(0, 0, 1) {
					kept++
				}
			}
		}
		if kept < all*95/100 {
			t.Errorf("the clock is kept in %d of %d cases", kept, all)
		}
	})
}

func BenchmarkAddMonths(b *testing.B) {
	loc := load(b, "Europe/Berlin")
	from := at(b, "2024-05-31T12:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		caltime.AddMonths(from, -3, loc)
	}
}
