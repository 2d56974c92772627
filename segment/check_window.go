package segment

import (
	"fmt"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
)

// checkWindow checks a window, of a field or of activities.
func checkWindow(f *errs.Fields, w Window, ofField bool) {
	set := 0
	if w.From != nil || w.To != nil {
		set++
		checkAbsolute(f, w)
	}
	if w.Last != nil {
		set++
		checkSpan(f.At("last"), *w.Last)
	}
	if w.Next != nil {
		set++
		if !ofField {
			f.Add("next", "unexpected", "is for fields only: activities count from their own instant on")
		}
		checkSpan(f.At("next"), *w.Next)
	}
	if w.Calendar != nil {
		set++
		checkCalendar(f.At("calendar"), *w.Calendar, ofField)
	}
	if set > 1 {
		f.Add("", "shape", "must have only one of from/to, last, next and calendar")
	}
}

func checkSpan(f *errs.Fields, s Span) {
	if s.N < 1 || s.N > maxSpan {
		f.Add("n", "out_of_range", fmt.Sprintf("must be 1 to %d", maxSpan))
	}
	if !knownUnit(s.Unit) {
		f.Add("unit", "unknown_unit", "must be hours, days, weeks, months, quarters or years")
	} else if s.Unit == Years && s.N > 200 || s.Unit == Quarters && s.N > 800 || s.Unit == Months && s.N > 2400 {
		f.Add("n", "out_of_range", "must be at most 200 years")
	}
}

func checkCalendar(f *errs.Fields, c CalendarUnit, ofField bool) {
	highest := 0
	if ofField {
		highest = 1000
	}
	if c.Offset > highest || c.Offset < -1000 {
		f.Add("offset", "out_of_range", fmt.Sprintf("must be -1000 to %d", highest))
	}
	if !knownUnit(c.Unit) || c.Unit == Hours {
		f.Add("unit", "unknown_unit", "must be days, weeks, months, quarters or years")
	} else if c.Unit == Years && (c.Offset < -200 || c.Offset > 200) {
		f.Add("offset", "out_of_range", "must be at most 200 years")
	}
}

func checkAbsolute(f *errs.Fields, w Window) {
	ok := true
	if w.From != nil {
		ok = check.Time(f, "from", *w.From) && ok
	}
	if w.To != nil {
		ok = check.Time(f, "to", *w.To) && ok
	}
	if ok && w.From != nil && w.To != nil && !w.From.Before(*w.To) {
		f.Add("", "empty", "must begin before it ends")
	}
}

func knownUnit(u Unit) bool {
	switch u {
	case Hours, Days, Weeks, Months, Quarters, Years:
		return true
	}
	return false
}
