package duplicate

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of grouping.
const (
	clipHigh = 10   // bits of one pair for a group
	clipLow  = -12  // and against
	maxCross = 4096 // the pairs that are looked at to join two groups
)

// Group puts n records into groups, each of one person, by average linkage: going
// through the pairs from the strongest, two groups become one if the mean evidence of
// all pairs across them is for it. So one wrong pair does not chain two people
// together. Evidence beyond 10 bits for and 12 against counts as that; groups of more
// than 4096 pairs across are not joined.
//
// score gives the bits of any two records, A before B, such as [Model.Bits]; minus
// infinity for two that were said to be none keeps them, and all that is joined with
// them, apart. Group returns the groups of two and more, in ascending order. The order
// of the pairs does not matter: those of equal weight are taken in the order of A and
// B. So whoever sorts the records by their ids first gets the same groups each time.
func Group(n int, pairs []Pair, score func(a, b int) float64) [][]int {
	pairs = slices.Clone(pairs)
	slices.SortFunc(pairs, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	g := grouping{of: make([]int32, n), members: map[int32][]int{}, refused: map[[2]int32]int{}, score: score}
	for i := range g.of {
		g.of[i] = int32(i)
	}
	for _, p := range pairs {
		g.join(g.of[p.A], g.of[p.B])
	}
	var groups [][]int
	for _, members := range g.members {
		slices.Sort(members)
		groups = append(groups, members)
	}
	slices.SortFunc(groups, slices.Compare)
	return groups
}

type grouping struct {
	of      []int32 // the group of each record, named after one of its members
	members map[int32][]int
	refused map[[2]int32]int // how many pairs were across when two groups were not joined
	score   func(a, b int) float64
}

func (g *grouping) list(group int32) []int {
	if members, ok := g.members[group]; ok {
		return members
	}
	return []int{int(group)}
}

// join makes two groups one if they are of one person.
func (g *grouping) join(a, b int32) {
	if a == b {
		return
	}
	a, b = min(a, b), max(a, b)
	as, bs := g.list(a), g.list(b)
	across := len(as) * len(bs)
	if across > maxCross || g.refused[[2]int32{a, b}] == across {
		return
	}
	if g.mean(as, bs) < 0 {
		g.refused[[2]int32{a, b}] = across
		return
	}
	for _, i := range bs {
		g.of[i] = a
	}
	g.members[a] = append(as[:len(as):len(as)], bs...)
	delete(g.members, b)
}

// mean is the mean evidence of all pairs across two groups.
func (g *grouping) mean(as, bs []int) float64 {
	sum := 0.0
	for _, a := range as {
		for _, b := range bs {
			bits := g.score(min(a, b), max(a, b))
			if math.IsInf(bits, -1) {
				return bits
			}
			sum += min(max(bits, clipLow), clipHigh)
		}
	}
	return sum / float64(len(as)*len(bs))
}
