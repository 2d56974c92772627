package segment

import "time"

// NextLook is how the live segments look for the next change, for the tests.
func NextLook(r Rule, f *Facts, now time.Time, zone *time.Location) time.Time {
	return newLens(r, zone).next(f, now)
}

// LensOf is how the live segments evaluate a rule at one instant after another,
// for the tests.
func LensOf(r Rule, zone *time.Location) func(time.Time, *Facts) bool { return newLens(r, zone).match }
