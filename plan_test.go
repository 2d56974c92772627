package crm_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/segment"
)

// A store that cannot tell how it evaluates has all facts read, and that is said.
func TestPlan_of_a_store_that_does_not_tell(t *testing.T) {
	is := is.New(t)
	p, err := newCRM(nil).Segments.Plan(t.Context(), segment.Purchases().AtLeast(1))
	is.NoErr(err)
	is.Equal(p.Population.Warnings, []string{"every contact's facts are read and matched"})
	is.Equal(len(p.Population.Reads)+len(p.Handful.Reads)+len(p.Handful.Warnings)+len(p.Rollup), 0)
}
