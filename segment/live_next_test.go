package segment_test

import (
	"testing"
	"time"

	"github.com/stammkunde/crm/segment"
)

// From look to look one comes to the very instant that NextChange tells, and
// never beyond it.
func TestNextLook_leads_to_the_next_change(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4000) {
		r := newRandom(seed)
		rule, f, now := r.timely(), r.facts(), r.moment()
		want := segment.NextChange(rule, &f, now, berlin)
		present := segment.Match(segment.Resolve(rule, now, berlin), &f)
		at, looks := now, 0
		for {
			next := segment.NextLook(rule, &f, at, berlin)
			if next.IsZero() || segment.Match(segment.Resolve(rule, next, berlin), &f) != present {
				at = next
				break
			}
			if looks++; !next.After(at) || looks > 2000 {
				t.Fatalf("seed %d: the look after %v is %v", seed, at, next)
			}
			at = next
		}
		if !at.Equal(want) {
			t.Fatalf("seed %d: the looks from %v lead to %v, must lead to %v\nrule: %v", seed, now, at, want, rule)
		}
	}
}

// Spans of every unit, over the ends of short months and the nights in which
// clocks are changed.
func TestNextLook_at_the_edges_of_windows(t *testing.T) {
	t.Parallel()
	for _, unit := range []segment.Unit{segment.Hours, segment.Days, segment.Weeks, segment.Months, segment.Quarters, segment.Years} {
		for _, n := range []int{1, 7, 13, 40} {
			for day := range 370 {
				when := time.Date(2023, 12, 28+day, 1, 30, 0, 0, time.UTC)
				p := bought(when.In(berlin).Format("2006-01-02 15:04:05"), item("F", "1", 5))
				p.At = when
				f, rule := history(p), segment.Purchases().InLast(n, unit).AtLeast(1)
				want, at := segment.NextChange(rule, &f, when, berlin), when
				for i := 0; i < 5 && !at.Equal(want); i++ {
					at = segment.NextLook(rule, &f, at, berlin)
				}
				if !at.Equal(want) {
					t.Fatalf("%d %s after %v: %v, must be %v", n, unit, when, at, want)
				}
			}
		}
	}
}
