package segment_test

import (
	"testing"

	"github.com/stammkunde/crm/segment"
)

// A lens that goes from instant to instant sees what the rule selects at each.
func TestLens_agrees_with_Match(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		r := newRandom(seed)
		rule, f := r.timely(), r.facts()
		match := segment.LensOf(rule, berlin)
		for range 6 {
			now := r.moment()
			if got, want := match(now, &f), segment.Match(segment.Resolve(rule, now, berlin), &f); got != want {
				t.Fatalf("seed %d: %v at %v, must be %v\nrule: %v", seed, got, now, want, rule)
			}
		}
	}
}
