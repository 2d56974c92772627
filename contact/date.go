package contact

import (
	"fmt"
	"time"
)

// Date is a day of the calendar (Gregorian, also before 1582). A part that is
// not known is zero: a birthday without its year, a year alone, a year and a
// month. The zero Date means that nothing is known.
type Date struct {
	Year  int        `json:"year,omitempty"`
	Month time.Month `json:"month,omitempty"`
	Day   int        `json:"day,omitempty"`
}

// The years that a date can have.
const (
	minYear = 1800
	maxYear = 2299
)

// Whole reports whether year, month and day are known.
func (d Date) Whole() bool { return d.Year != 0 && d.Month != 0 && d.Day != 0 }

// Valid reports whether the known parts can be a date, or a part of one.
func (d Date) Valid() bool {
	if d.Year != 0 && (d.Year < minYear || d.Year > maxYear) || d.Month < 0 || d.Month > 12 || d.Day < 0 {
		return false
	}
	if d.Day == 0 {
		return d.Year != 0 || d.Month == 0
	}
	year := d.Year
	if year == 0 {
		year = 2000 // a leap year, so that 29 February passes
	}
	return d.Month != 0 && d.Day <= time.Date(year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Number gives the date as year*10000 + month*100 + day, in which dates sort
// and parts that are not known are zero.
func (d Date) Number() int64 { return int64(d.Year)*10000 + int64(d.Month)*100 + int64(d.Day) }

// DateOf is the inverse of Date.Number.
func DateOf(n int64) Date {
	return Date{Year: int(n / 10000), Month: time.Month(n / 100 % 100), Day: int(n % 100)}
}

// ParseDate reads a whole date such as 1980-05-17.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("contact: not a date such as 1980-05-17")
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// String gives the date as in 1980-05-17, with "????" or "??" for what is not
// known, and nothing for the zero Date.
func (d Date) String() string {
	if d == (Date{}) {
		return ""
	}
	part := func(n, width int) string {
		if n == 0 {
			return "????"[:width]
		}
		return fmt.Sprintf("%0*d", width, n)
	}
	return part(d.Year, 4) + "-" + part(int(d.Month), 2) + "-" + part(d.Day, 2)
}
