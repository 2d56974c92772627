package duplicate

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
)

// strangers compares pairs of random records. They are drawn from records that are
// chosen and sorted by what is in them, so that their order does not matter.
func (m *Model) strangers(records []Prepared) *tally {
	const shares = 16
	drawn := m.draw(records)
	var mu sync.Mutex
	var t tally
	var places implications
	parallel(shares, func(share int) {
		var mine tally
		var at implications
		var v vector
		each := func(i, j int) {
			m.compare(drawn[i], drawn[j], &v)
			mine.add(&v)
			at.add(&v)
		}
		if n := len(drawn); n*(n-1)/2 <= randomPairs {
			allPairs(n, share, shares, each)
		} else {
			somePairs(n, uint64(share), randomPairs/shares, each)
		}
		mu.Lock()
		defer mu.Unlock()
		t.join(&mine)
		places.join(&at)
	})
	places.learn(m)
	return &t
}

// allPairs calls do for one of several shares of the pairs of n things.
func allPairs(n, share, shares int, do func(i, j int)) {
	for i := share; i < n; i += shares {
		for j := range i {
			do(i, j)
		}
	}
}

// somePairs calls do for random pairs of n things, the same ones each time.
func somePairs(n int, seed uint64, pairs int, do func(i, j int)) {
	rng := rand.New(rand.NewPCG(uint64(n), seed))
	for range pairs {
		i, j := rng.IntN(n), rng.IntN(n-1)
		if j >= i {
			j++
		}
		do(i, j)
	}
}

// implications count how often strangers at the same place agree in city and state.
type implications struct{ agree, all [fields]float64 }

func (i *implications) add(v *vector) {
	if v.levels[fieldFamily] != nameElse || v.levels[fieldGiven] != nameElse {
		return // who may be one person is not asked
	}
	for _, f := range [...]field{fieldCity, fieldState} {
		if v.levels[f] != missing && implied(f, v) {
			i.all[f]++
			if v.levels[f] == same {
				i.agree[f]++
			}
		}
	}
}

func (i *implications) join(other *implications) {
	for f := range fields {
		i.agree[f] += other.agree[f]
		i.all[f] += other.all[f]
	}
}

func (i *implications) learn(m *Model) {
	const few = 5 // pairs that count for as many without training
	for _, f := range [...]field{fieldCity, fieldState} {
		m.implied[f] = (i.agree[f] + few*impliedUntrained) / (i.all[f] + few)
	}
}

func (m *Model) draw(records []Prepared) []*Prepared {
	type draw struct {
		hash   uint64
		record *Prepared
	}
	all := make([]draw, len(records))
	for i := range records {
		all[i] = draw{m.secret.hash(0xff, []byte(records[i].text)), &records[i]}
	}
	slices.SortFunc(all, func(x, y draw) int {
		return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.record.text, y.record.text))
	})
	drawn := make([]*Prepared, min(len(all), randomFrom))
	for i := range drawn {
		drawn[i] = all[i].record
	}
	return drawn
}
