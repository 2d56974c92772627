package duplicate

import "github.com/stammkunde/crm/internal/similarity"

// Dates that programs and people write where they know none.
var placeholderDates = set("19000101", "19010101", "19700101", "18991230", "18991231", "18000101", "17530101",
	"20000101", "00010101", "11111111", "99991231", "22222222", "19691231")

// birth writes a date as YYYYMMDD, with zeros for unknown parts. January 1st mostly
// stands for a day that nobody knew, so only its year counts. A month or day that does
// not exist stays, since it is mostly one digit away from the right one.
func birth(d Date) string {
	if d.Year < 1000 || d.Year > 9999 {
		d.Year = 0
	}
	if d.Month < 1 || d.Month > 99 {
		d.Month = 0
	}
	if d.Day < 1 || d.Day > 99 || d.Month == 0 {
		d.Day = 0
	}
	var b [8]byte
	for i, n := 3, d.Year; i >= 0; i, n = i-1, n/10 {
		b[i] = byte('0' + n%10)
	}
	b[4], b[5] = byte('0'+d.Month/10), byte('0'+d.Month%10)
	b[6], b[7] = byte('0'+d.Day/10), byte('0'+d.Day%10)
	text := string(b[:])
	switch {
	case text == "00000000" || text == "00000101" || placeholderDates[text]:
		return ""
	case text[4:] == "0101":
		return text[:4] + "0000"
	}
	return text
}

// whole reports whether all parts of a date are known.
func whole(d string) bool { return d[:4] != "0000" && d[6:] != "00" }

// compareBirth returns the level of two dates of birth, and whether they can hardly
// be of one person.
func compareBirth(a, b string) (l level, against contradiction) {
	switch {
	case a == "" || b == "":
		return missing, 0
	case !whole(a) || !whole(b):
		l, no := compareParts(a, b)
		if no {
			return l, otherBirth
		}
		return l, 0
	case a == b:
		return birthSame, 0
	case similarity.WithinOne(a, b), a[:4] == b[:4] && a[4:6] == b[6:] && a[6:] == b[4:6]:
		return birthNear, 0
	}
	year, month, day := a[:4] == b[:4], a[4:6] == b[4:6], a[6:] == b[6:]
	switch {
	case year && (month || day) || month && day:
		return birthTwoParts, 0
	case year:
		return birthYear, closeBirth
	case apart(a, b) == 1:
		return birthElse, closeBirth
	}
	return birthElse, otherBirth
}

// compareParts compares dates of which parts are unknown.
func compareParts(a, b string) (l level, against bool) {
	if a[:4] == "0000" || b[:4] == "0000" {
		switch {
		case a[4:6] == "00" || b[4:6] == "00" || a[6:] == "00" || b[6:] == "00":
			return missing, false
		case a[4:] == b[4:]:
			return birthDayOnly, false
		}
		return birthPartElse, !similarity.WithinOne(a[4:], b[4:])
	}
	switch n := apart(a, b); {
	case n == 0 && a[4:6] != b[4:6] && a[4:6] != "00" && b[4:6] != "00":
		return birthPartNear, false
	case n == 0:
		return birthYearOnly, false
	case n == 1 || n < 12 && similarity.WithinOne(a[:4], b[:4]):
		return birthPartNear, false
	default:
		return birthPartElse, n > 3
	}
}

// apart returns how many years lie between two dates.
func apart(a, b string) int {
	n := number(a[:4]) - number(b[:4])
	return max(n, -n)
}

func number(digits string) (n int) {
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
