package duplicate

import (
	"strings"

	"github.com/stammkunde/crm/internal/similarity"
)

// compareLists keeps the best level of all pairs of values.
func compareLists(v *vector, f field, as, bs string, compare func(a, b string) level) {
	if as == "" || bs == "" {
		return
	}
	for restA := as; restA != ""; {
		var a string
		a, restA, _ = strings.Cut(restA, itemEnd)
		for restB := bs; restB != ""; {
			var b string
			b, restB, _ = strings.Cut(restB, itemEnd)
			l := compare(a, b)
			value := min(a, b)
			if v.levels[f] == missing || l < v.levels[f] || l == v.levels[f] && value < v.values[f] {
				v.set(f, l, value)
			}
		}
	}
}

func compareEmail(a, b string) level {
	if a == b {
		return same
	}
	x, _, _ := strings.Cut(a, "@")
	y, _, _ := strings.Cut(b, "@")
	switch {
	case offices[x] || offices[y]:
		return emailElse
	case x == y && len(x) > 3:
		return emailLocal
	case similarity.JaroWinklerFrom(.9, x, y) > 0:
		return emailNear
	}
	return emailElse
}

// madeOfName reports whether the e-mail addresses of two people of one name must be
// alike anyhow, since they are made of the name, and differ in the number after it.
func madeOfName(a, b *Prepared) bool {
	x, y := a.slot(slotEmails), b.slot(slotEmails)
	return (holdsName(x, a) || holdsName(y, b)) && !sameDigits(x, y)
}

func holdsName(emails string, p *Prepared) bool {
	family, given := p.slot(slotFamily), p.slot(slotGiven)
	return len(family) > 2 && strings.Contains(emails, family) || len(given) > 2 && strings.Contains(emails, given)
}

// sameDigits reports whether the first parts of two addresses hold the same digits,
// and some.
func sameDigits(a, b string) bool {
	a, _, _ = strings.Cut(a, "@")
	b, _, _ = strings.Cut(b, "@")
	i, j, n := 0, 0, 0
	for {
		for i < len(a) && (a[i] < '0' || a[i] > '9') {
			i++
		}
		for j < len(b) && (b[j] < '0' || b[j] > '9') {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b) && n > 0
		}
		if a[i] != b[j] {
			return false
		}
		i, j, n = i+1, j+1, n+1
	}
}

func comparePhone(a, b string) level {
	switch {
	case samePhone(a, b):
		return same
	case min(len(a), len(b)) > 7 && similarity.WithinOne(a, b):
		return phoneNear
	}
	return phoneElse
}
