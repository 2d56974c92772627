package bench

import (
	"slices"
	"testing"
	"time"
)

// contest is one benchmark: the same work done by the library and raw, in
// turns.
type contest struct {
	name string
	// unit of what one round handles; empty where the time of a round is the
	// figure.
	unit string
	// run does some rounds and returns how many units one of them handles.
	run func(tb testing.TB, s *shop, d *duel) int
}

// contests lists all benchmarks.
func contests() []contest {
	return slices.Concat(questionContests(), lookupContests(), recordContests(), []contest{
		{"Plan", "contacts", runPlan},
		{"Send", "deliveries", runSend},
	})
}

// duel holds the times of the rounds.
type duel struct{ library, raw []time.Duration }

// rounds lets both do the same work n times. Where there is nothing to compare
// with, raw is nil.
func (d *duel) rounds(n int, library, raw func()) {
	for i := range n {
		d.turn(i, library, raw)
	}
}

// turn is one round; by its number, one or the other goes first.
func (d *duel) turn(i int, library, raw func()) {
	if i%2 == 0 {
		d.library = append(d.library, clock(library))
	}
	if raw != nil {
		d.raw = append(d.raw, clock(raw))
	}
	if i%2 == 1 {
		d.library = append(d.library, clock(library))
	}
}

func clock(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// report gives the figures of rounds of n units each.
func (d *duel) report(b *testing.B, n int, unit string) {
	b.Helper()
	b.ReportMetric(0, "ns/op") // that of a round means nothing
	figure := func(t time.Duration) float64 { return float64(n) / t.Seconds() }
	name := "-" + unit + "/s"
	if unit == "" {
		figure, name = func(t time.Duration) float64 { return t.Seconds() * 1000 }, "-ms"
	}
	b.ReportMetric(figure(median(d.library)), "library"+name)
	if len(d.raw) == 0 {
		return
	}
	b.ReportMetric(figure(median(d.raw)), "raw"+name)
	ratios := make([]float64, len(d.raw))
	for i := range ratios {
		ratios[i] = figure(d.library[i]) / figure(d.raw[i])
	}
	b.ReportMetric(median(ratios), "ratio-to-raw")
}

func median[T time.Duration | float64](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
