package table

import (
	"strings"
	"time"

	"github.com/stammkunde/crm/errs"
)

// days are the layouts of dates, the likelier first where values fit several.
// Days and months may have one digit or two, except where noted by a zero.
var days = []string{
	"2006-01-02", "2006-1-2", "2006/1/2", "2006.1.2", "20060102",
	"2.1.2006", "2/1/2006", "1/2/2006", "2-1-2006", "1-2-2006",
	"2.1.06", "2/1/06", "1/2/06", "2-1-06", "1-2-06",
}

// clocks are what may follow a date.
var clocks = []string{
	"", " 15:04", " 15:04:05", "T15:04:05", "T15:04:05Z07:00", " 15:04:05Z07:00", " 15:04:05 Z07:00",
	"T15:04", ", 15:04", ", 15:04:05", " 3:04 PM", " 3:04:05 PM", ", 3:04 PM",
}

// GuessDateLayout learns from the values of a column how they are to be read by
// [ParseDate]. It takes the layout that fits most of them, and gives "" if that is
// not even half of those that are not empty. A few hundred values are enough, and
// many more take their time, since each is tried with each layout.
//
// Where day and month cannot be told apart it is ambiguous: no value has a number
// above 12 that decides, or values contradict each other. Then the layout with the
// day first is given, or the one that more values have. With dots the day comes
// first always.
func GuessDateLayout(values []string) (layout string, ambiguous bool) {
	var own []string
	for _, s := range values {
		if s = trim(s); s != "" {
			own = append(own, s)
		}
	}
	best := 0
	for _, day := range days {
		for _, clock := range clocks {
			if n := fits(own, day+clock, ""); n > best {
				layout, best = day+clock, n
			}
		}
	}
	if best*2 < len(own) || best == 0 {
		return "", false
	}
	if other := swapped(layout); other != "" {
		ambiguous = fits(own, layout, other) == 0 || fits(own, other, layout) > 0
	}
	return layout, ambiguous
}

// fits counts the values that have the layout, and do not have the other one.
func fits(values []string, layout, other string) int {
	n := 0
	for _, s := range values {
		if _, err := time.Parse(layout, s); err != nil {
			continue
		}
		if other != "" {
			if _, err := time.Parse(other, s); err == nil {
				continue
			}
		}
		n++
	}
	return n
}

// swapped is the layout with month and day the other way round, or "" if there is
// none in use.
func swapped(layout string) string {
	for _, pair := range [][2]string{{"2/1/", "1/2/"}, {"2-1-", "1-2-"}} {
		if rest, ok := strings.CutPrefix(layout, pair[0]); ok {
			return pair[1] + rest
		}
		if rest, ok := strings.CutPrefix(layout, pair[1]); ok {
			return pair[0] + rest
		}
	}
	return ""
}

// ParseDate reads a date, with a time of day if the layout has one. The layout is
// that of [GuessDateLayout], or any other of package time. A time that does not
// name its zone is that of loc, or of UTC if that is nil.
//
// Years of two digits lie between 1969 and 2068.
//
// An error is an *errs.Problem, not_a_date.
func ParseDate(s, layout string, loc *time.Location) (time.Time, error) {
	if loc == nil {
		loc = time.UTC
	}
	t, err := time.ParseInLocation(layout, trim(s), loc)
	if err != nil { // its text repeats the value
		return time.Time{}, errs.Refuse("not_a_date", "is no date of the form that is expected")
	}
	return t, nil
}
