package privacy

import (
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/caltime"
)

// Period is a time by the calendar of the shop's zone: months of their own length, and
// the last day of a month where a month is too short.
type Period struct {
	Years  int `json:"years,omitempty"`
	Months int `json:"months,omitempty"`
	Days   int `json:"days,omitempty"`
}

// Before returns the instant that lies the period before another one.
func (p Period) Before(t time.Time, zone *time.Location) time.Time {
	return caltime.AddDays(caltime.AddMonths(t, -(12*p.Years+p.Months), zone), -p.Days, zone).UTC()
}

// String gives the period in words.
func (p Period) String() string {
	text := ""
	for _, part := range []struct {
		n    int
		word string
	}{{p.Years, "year"}, {p.Months, "month"}, {p.Days, "day"}} {
		if part.n == 0 {
			continue
		}
		if text != "" {
			text += " "
		}
		text += fmt.Sprintf("%d %s", part.n, part.word)
		if part.n != 1 {
			text += "s"
		}
	}
	return text
}

// Rule says how long data of a class are kept, and what Sweep does then. The time
// counts
//
//   - of Record (Erase), from the last write of the record, the last activity and the
//     last declaration, whatever came last: the contact is erased;
//   - of Purchases and Activities (Delete), from when they happened;
//   - of Campaigns (Anonymise), from the end of the campaign;
//   - of Segments (Delete), from when a change that was delivered was found;
//   - of Imports (Delete), from the last write of an import that has ended: it can no
//     longer be taken back then;
//   - of Duplicates (Delete), from the end of a scan. The last one that has ended stays.
//
// The other classes go with the contact.
type Rule struct {
	Class  Class  `json:"class"`
	Keep   Period `json:"keep"`
	Action Action `json:"action"`
}

// actions are what Sweep can do, by class.
var actions = map[Class]Action{
	Record: Erase, Purchases: Delete, Activities: Delete, Campaigns: Anonymise, Segments: Delete, Imports: Delete, Duplicates: Delete,
}

// DefaultRetention is what holds where crm.Config has no rules. It takes away only what
// the library has made itself for its own work: how long customers and their orders are
// kept is for the host to say. Nothing happens before the host calls Sweep.
//
//   - Campaigns for 13 months: this year's can be compared with last year's, and what
//     is counted stays.
//   - Segments for 13 months, as long.
//   - Imports for 90 days: who has not taken an import back by then does not do it any
//     more, and every record of it lies there twice.
//   - Duplicates for 90 days: a new scan finds what is still there.
func DefaultRetention() []Rule {
	return []Rule{
		{Campaigns, Period{Months: 13}, Anonymise},
		{Segments, Period{Months: 13}, Delete},
		{Imports, Period{Days: 90}, Delete},
		{Duplicates, Period{Days: 90}, Delete},
	}
}

// CheckRules adds to fields what is wrong with rules.
func CheckRules(f *errs.Fields, rules []Rule) {
	var seen []Class
	for i, r := range rules {
		at := f.At(fmt.Sprintf("[%d]", i))
		action, known := actions[r.Class]
		switch {
		case !known:
			at.Add("class", "unknown_class", "must be one of which Sweep takes care")
		case action != r.Action:
			at.Add("action", "unknown_action", "must be "+string(action))
		}
		if slices.Contains(seen, r.Class) {
			at.Add("class", "duplicate", "has a rule already")
		}
		seen = append(seen, r.Class)
		if k := r.Keep; k.Years < 0 || k.Months < 0 || k.Days < 0 || k.Years > maxYears || k.Months > 12*maxYears || k.Days > 366*maxYears || k == (Period{}) {
			at.Add("keep", "out_of_range", "must be longer than nothing and at most 100 years")
		}
	}
}

// maxYears bounds a period.
const maxYears = 100
