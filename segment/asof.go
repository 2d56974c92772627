package segment

import (
	"time"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// AsOf returns the same service with its eyes on an instant, for instance the
// end of last year: Count, Members, Among, Explain, Preview, Export, Overlap and
// Freeze evaluate as of then. The zero time means now again.
//
// Activities and consents count as they stood then, whenever they were
// recorded, and windows are counted from then. The fields of a record have no
// history: they are taken as they are now, and so are the rules of the segments
// that a rule names. Contacts who were created later are there, too; a
// condition on "created_at" leaves them out.
func (s *Service) AsOf(t time.Time) *Service {
	view := *s
	view.asOf = t
	return &view
}

// now gives the instant as of which rules are evaluated.
func (s *Service) now() time.Time {
	if s.asOf.IsZero() {
		return s.env.Now()
	}
	return core.Instant(s.asOf)
}

// ready checks the rule, and the instant of AsOf.
func (s *Service) ready(f *errs.Fields, r Rule) {
	if !s.asOf.IsZero() {
		check.Time(f, "as_of", s.asOf)
	}
	checkRule(f, r, s.custom, s.sealing)
}
