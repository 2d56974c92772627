package duplicate

import (
	"strings"

	"github.com/stammkunde/crm/internal/similarity"
)

// companies compares the names of companies. It reports whether they are two.
func companies(a, b *Prepared, v *vector) (against bool) {
	x, y := a.slot(slotCompany), b.slot(slotCompany)
	if x == "" && y == "" {
		return false
	}
	aPerson, bPerson := nameOf(a), nameOf(b)
	switch {
	case x != "" && y != "" && aPerson != "" && bPerson != "": // employers, which people change
		if l := compareCompany(x, y); l != companyElse {
			v.set(fieldCompany, l, x)
		}
		return false
	case x == "" && a.kind == anyKind:
		x = aPerson
	case y == "" && b.kind == anyKind:
		y = bPerson
	}
	l := compareCompany(x, y)
	v.set(fieldCompany, l, x)
	return l == companyElse
}

// nameOf is the name of a person in one text.
func nameOf(p *Prepared) string {
	given, family := p.slot(slotGiven), p.slot(slotFamily)
	if given == "" || family == "" {
		return given + family
	}
	return given + " " + family
}

func compareCompany(a, b string) level {
	if a == "" || b == "" {
		return missing
	}
	if a == b {
		return same
	}
	common, n, k := commonWords(a, b)
	switch {
	case common == max(n, k), similarity.OSA(a, b) <= 1+min(len(a), len(b))/10, unspaced(a, b):
		return companyNear
	case common == min(n, k), common*2 > max(n, k):
		return companyPart
	}
	return companyElse
}

// unspaced reports whether texts differ in spaces only.
func unspaced(a, b string) bool {
	return strings.Contains(a+b, " ") && strings.ReplaceAll(a, " ", "") == strings.ReplaceAll(b, " ", "")
}

// commonWords counts the words that two texts have in common, spelling mistakes in
// long words forgiven, and the words of each.
func commonWords(a, b string) (common, n, k int) {
	common, n = wordsOf(a, b)
	back, k := wordsOf(b, a)
	return min(common, back), n, k
}

// wordsOf counts the words of a, and those that are in b, too.
func wordsOf(a, b string) (common, n int) {
	for x := range strings.SplitSeq(a, " ") {
		n++
		for y := range strings.SplitSeq(b, " ") {
			if x == y || len(x) > 4 && len(y) > 4 && similarity.JaroWinklerFrom(.92, x, y) > 0 {
				common++
				break
			}
		}
	}
	return common, n
}
