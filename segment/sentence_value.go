package segment

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

func (w *words) value(l Literal) string {
	switch l.Type {
	case contact.TypeText:
		return quote(l.Text)
	case contact.TypeNumber:
		return w.decimal(formatNumber(l.Number))
	case contact.TypeBool:
		return w.truths[l.Bool]
	case contact.TypeTime:
		return w.instant(l.Time, true)
	case contact.TypeDate:
		return w.calendarDay(l.Date)
	case contact.TypeMoney:
		return w.money(l.Money)
	}
	return "?"
}

func quote(s string) string { return strconv.Quote(s) }

// word quotes what is not a single word.
func word(s string) string {
	for i, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if !letter && (i == 0 || !strings.ContainsRune("-_./+", r)) {
			return quote(s)
		}
	}
	if s == "" {
		return quote(s)
	}
	return s
}

func (w *words) decimal(s string) string { return strings.Replace(s, ".", w.point, 1) }

func (w *words) money(m money.Money) string { return w.decimal(m.String()) }

func (w *words) calendarDay(d contact.Date) string {
	if !d.Whole() {
		return d.String()
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(w.date)
}

// instant tells an instant as its own zone shows it. Where whole is not asked
// for, midnight in UTC is left out.
func (w *words) instant(t time.Time, whole bool) string {
	_, offset := t.Zone()
	h, m, s := t.Clock()
	if !whole && offset == 0 && h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 {
		return t.Format(w.date)
	}
	zone := " UTC"
	switch {
	case offset%60 != 0:
		zone = t.Format(" -07:00:00")
	case offset != 0:
		zone = t.Format(" -07:00")
	}
	return t.Format(w.date+" "+w.clock) + zone
}

// number tells how many there are.
func number(n int64) string { return strconv.FormatInt(n, 10) }

// formatTime leaves out a time of day that is midnight in the time's zone.
func formatTime(t time.Time) string {
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04:05 MST")
}
