package caltime_test

import (
	"testing"
	"time"

	"github.com/stammkunde/crm/internal/caltime"
)

// Beyond its tables Go derives the zone from a rule, and there it says that the
// zone period of 31 December of a leap year ended when that day began.
func TestNext_at_the_end_of_leap_years_far_ahead(t *testing.T) {
	t.Parallel()
	for _, name := range zones {
		loc := load(t, name)
		for year := 2040; year < 2300; year += 4 {
			got := caltime.Start(time.Date(year+1, 2, 1, 12, 0, 0, 0, time.UTC), caltime.Year, loc)
			want := time.Date(year+1, 1, 1, 0, 0, 0, 0, loc)
			if !got.Equal(want) {
				t.Errorf("the year %d begins on %s, want %s", year+1, show(got, loc), show(want, loc))
			}
		}
	}
}
