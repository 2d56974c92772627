package bench

import (
	"fmt"
	"testing"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// recordContests record batches of two sizes.
func recordContests() []contest {
	var list []contest
	for _, c := range []struct{ batch, rounds int }{{1000, 20}, {10_000, 4}} {
		list = append(list, contest{
			name: fmt.Sprintf("Record%d", c.batch), unit: "purchases",
			run: func(tb testing.TB, s *shop, d *duel) int {
				batch := min(c.batch, s.purchases/20)
				s.record(tb, d, batch, c.rounds)
				return batch
			},
		})
	}
	return list
}

// record brings in batches of new purchases, by turns raw and by the library.
func (s *shop) record(tb testing.TB, d *duel, batch, rounds int) {
	tb.Helper()
	raw := s.rawRecorder(tb)
	for i := range rounds {
		theirs, ours := s.purchaseList(s.next, batch), s.purchaseList(s.next+batch, batch)
		s.next += 2 * batch
		write := raw(theirs)
		library := func() {
			_, err := s.Activities.RecordMany(ctx, ours)
			must(tb, err)
		}
		d.turn(i, library, write)
	}
}

// rawRecorder gives a function that prepares a batch, and gives back one that
// writes it.
func (s *shop) rawRecorder(tb testing.TB) func([]activity.Activity) func() {
	tb.Helper()
	if s.db != nil {
		return s.db.recorder(tb)
	}
	histories := make(map[contact.ID][]activity.Activity, s.contacts)
	return func(list []activity.Activity) func() {
		return func() {
			for _, a := range list {
				a.ID, a.RecordedAt = id.New(), now
				histories[a.Contact] = append(histories[a.Contact], a)
			}
		}
	}
}
