package duplicate

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// pattern are pairs that agree in the same way.
type pattern struct {
	levels  [fields]level
	swapped bool
	against contradiction
	rarity  int16    // quarter bits by which the values that agree are rare
	without fieldSet // the fields that the pairs were found without
}

// patternCount is a pattern with how many pairs have it.
type patternCount struct {
	pattern
	pairs float64
}

// patternCounts are patterns with how many pairs have them.
type patternCounts map[pattern]float64

// patterns compares pairs with common keys and counts the ways in which they agree. Of
// very many pairs, every so many-th part is enough.
func (f *Finder) patterns(m *Model) []patternCount {
	counts := patternCounts{}
	var h homes
	pairs := f.countPatterns(m, 0, counts, &h)
	step := min(int(pairs*Parts/trainedPairs)+1, Parts)
	var mu sync.Mutex
	parallel((Parts-1)/step, func(i int) {
		mine := patternCounts{}
		var at homes
		f.countPatterns(m, (i+1)*step, mine, &at)
		mu.Lock()
		defer mu.Unlock()
		for p, n := range mine {
			counts[p] += n
		}
		h.join(&at)
	})
	all := make([]patternCount, 0, len(counts))
	for p, n := range counts {
		all = append(all, patternCount{p, n})
	}
	slices.SortFunc(all, comparePatterns)
	m.trust, m.trustRelatives = h.trust()
	return all
}

// countPatterns counts the patterns of one part, and returns how many pairs it has.
func (f *Finder) countPatterns(m *Model, part int, counts patternCounts, h *homes) (pairs float64) {
	var v vector
	for portion := range portions {
		for g := range runs(f.entries(part, portion)) {
			f.each(g, func(a, b int) {
				m.compare(&f.records[a], &f.records[b], &v)
				m.home(&v, h)
				counts[pattern{v.levels, v.swapped, v.against, m.rarity(&v), f.without(a, b)}]++
				pairs++
			})
		}
	}
	return pairs
}

// comparePatterns brings patterns into one order, so that sums are the same each time.
func comparePatterns(x, y patternCount) int {
	return cmp.Or(slices.Compare(x.levels[:], y.levels[:]), cmp.Compare(x.rarity, y.rarity),
		cmp.Compare(x.without, y.without), cmp.Compare(x.pairs, y.pairs))
}

// rarity adds up the evidence of how rare the values are that agree.
func (m *Model) rarity(v *vector) int16 {
	sum := 0.0
	for f, l := range v.levels {
		if f := field(f); byValue(f, l, v.swapped) {
			sum -= m.logShare(f, v)
		} else if v.values[f] != "" && l != same {
			sum -= m.common(f, v)
		}
	}
	return int16(math.Round(sum * 4))
}

// without returns the fields that some key of two records does not look at.
func (f *Finder) without(a, b int) (s fieldSet) {
	as, bs := f.of(a), f.of(b)
	for i, j := 0, 0; i < len(as) && j < len(bs); {
		switch {
		case as[i] < bs[j]:
			i++
		case as[i] > bs[j]:
			j++
		default:
			s |= ^keyFields[as[i].rule()]
			i++
			j++
		}
	}
	return s
}
