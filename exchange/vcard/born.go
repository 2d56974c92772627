package vcard

import (
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
)

// noYear is what Apple and Microsoft write where a birthday has no year.
const noYear = 1604

func (b *builder) readBorn(p *property) error {
	s := p.text()
	d, ok := parseDate(s)
	if omit, err := strconv.Atoi(p.param("X-APPLE-OMIT-YEAR")); err == nil && omit == d.Year || d.Year == noYear {
		d.Year = 0
	}
	switch {
	case s == "":
	case !ok || !d.Valid() || d == contact.Date{}:
		b.lose(b.c.Born == contact.Date{} || d != b.c.Born, "BDAY")
	case b.c.Born == contact.Date{}:
		b.c.Born = d
	default:
		b.lose(d != b.c.Born, "BDAY")
	}
	return nil
}

// parseDate reads the dates of ISO 8601 as vCard cuts them, such as 19850412,
// 1985-04, 1985 and --0412. A time of day behind it does not count.
func parseDate(s string) (d contact.Date, ok bool) {
	s, _, _ = strings.Cut(s, "T")
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	s = strings.TrimSuffix(s, "Z")
	year, rest := "", s
	if after, cut := strings.CutPrefix(s, "--"); cut {
		rest = after
	} else if len(s) >= 4 {
		year, rest = s[:4], strings.TrimPrefix(s[4:], "-")
	} else {
		return d, false
	}
	month, day := "", ""
	switch {
	case len(rest) == 2:
		month = rest
	case len(rest) == 4:
		month, day = rest[:2], rest[2:]
	case len(rest) == 5 && rest[2] == '-':
		month, day = rest[:2], rest[3:]
	case rest != "":
		return d, false
	}
	var fine [3]bool
	d.Year, fine[0] = digits(year)
	m, f1 := digits(month)
	d.Month, fine[1] = time.Month(m), f1
	d.Day, fine[2] = digits(day)
	return d, fine == [3]bool{true, true, true}
}

// digits reads a number; nothing is zero.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// dateParam reads a whole date such as 1980-05-17.
func dateParam(p *property, name string) contact.Date {
	d, _ := contact.ParseDate(p.param(name))
	return d
}

// formatDate is the inverse of parseDate for dates that are valid.
func formatDate(d contact.Date) string {
	two := func(n int) string { return string([]byte{'0' + byte(n/10%10), '0' + byte(n%10)}) }
	switch {
	case d.Year == 0:
		return "--" + two(int(d.Month)) + two(d.Day)
	case d.Month == 0:
		return strconv.Itoa(d.Year)
	case d.Day == 0:
		return strconv.Itoa(d.Year) + "-" + two(int(d.Month))
	}
	return strconv.Itoa(d.Year) + two(int(d.Month)) + two(d.Day)
}

// readLanguage takes what looks like a tag of BCP 47.
func (b *builder) readLanguage(p *property) error {
	tag := p.text()
	if tag == "" {
		return nil
	}
	if !isToken(tag) || strings.Contains(tag, "_") || len(tag) < 2 {
		b.unread.add("LANG")
		return nil
	}
	b.languages = append(b.languages, ranked[string]{tag, p.rank()})
	return nil
}

// readZone takes an IANA name. A distance from UTC is no time zone.
func (b *builder) readZone(p *property) error {
	name := p.text()
	switch {
	case name == "":
	case b.c.TimeZone != "" || !isZone(name):
		b.lose(name != b.c.TimeZone, "TZ")
	default:
		b.c.TimeZone = name
	}
	return nil
}

func isZone(name string) bool {
	if name == "Local" || len(name) > 64 {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
