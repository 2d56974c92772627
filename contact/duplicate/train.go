package duplicate

import "math"

// Bounds of training.
const (
	randomPairs  = 1_000_000 // to learn how strangers agree
	randomFrom   = 20_000    // records that they are drawn from
	trainedPairs = 1_000_000 // to learn how records of one person agree
	maxRounds    = 25
	settled      = 1e-4 // the change of an m at which training ends
	// priorPairs is how many pairs the shares without training count for.
	priorPairs = 5
	// frequentKept is how many frequent values of a field a model holds.
	frequentKept = 2048
)

// Train learns a model from the records of the finder, without knowing which are of
// one person: the frequencies of values and the u of strangers by counting, the m of
// one person by expectation maximisation (Dempster, Laird and Rubin 1977; for record
// linkage Winkler 1988). A field learns only from pairs that were found without it,
// since all others agree in it. The result depends on the records and the secret, not
// on the order of the records.
func (f *Finder) Train() *Model {
	m := Default(f.secret)
	n := float64(len(f.records))
	if n < 2 {
		return m
	}
	m.count(f.records)
	strangers := m.strangers(f.records)
	// In a handful of records a pair of one person is no likelier than in a hundred.
	all := max(n*(n-1)/2, 5000)
	m.prior = logit(1 / max(n, 100))
	m.correct(strangers, 0)
	patterns := f.patterns(m)
	for range maxRounds {
		if m.learn(patterns, strangers, all) < settled {
			break
		}
	}
	return m
}

func logit(p float64) float64 { return math.Log2(p / (1 - p)) }

// tally counts levels of each field.
type tally [fields][maxLevels]float64

func (t *tally) add(v *vector) {
	for f, l := range v.levels {
		t[f][l]++
	}
}

func (t *tally) join(other *tally) {
	for f := range t {
		for l := range t[f] {
			t[f][l] += other[f][l]
		}
	}
}

// correct sets u from what random pairs gave, less those of them that are no
// strangers: a share lambda, which agree as m says. The shares without training keep
// what was never seen from being impossible.
func (m *Model) correct(seen *tally, lambda float64) {
	const few = 200 // random pairs that the shares without training count for
	for f := range fields {
		s := &scales[f]
		s.ranges(func(from, to int) {
			total := 0.0
			for l := from; l < to; l++ {
				total += seen[f][l+1]
			}
			for l := from; l < to; l++ {
				strangers := max(seen[f][l+1]-lambda*total*m.m[f][l+1], seen[f][l+1]/20)
				m.u[f][l+1] = max((strangers+few*s.u[l])/(total+few), minU)
			}
		})
	}
	m.computeWeights()
}

// learn is one round of expectation maximisation. It returns the greatest change.
func (m *Model) learn(patterns []patternCount, strangers *tally, all float64) (change float64) {
	var t tally
	matches := 1.0
	for i := range patterns {
		p := &patterns[i]
		expected := probability(m.expected(&p.pattern)) * p.pairs
		matches += expected
		for f, l := range p.levels {
			if p.without.has(field(f)) && l != missing {
				t[f][l] += expected
			}
		}
	}
	for f := range fields {
		scales[f].ranges(func(from, to int) {
			change = max(change, m.maximise(f, &t, from, to))
		})
	}
	lambda := min(matches/all, .1)
	m.prior = logit(lambda)
	m.correct(strangers, lambda)
	return change
}

// maximise sets the m of levels to their shares among the pairs of one person.
func (m *Model) maximise(f field, t *tally, from, to int) (change float64) {
	s := &scales[f]
	total, prior := 0.0, 0.0
	for l := from; l < to; l++ {
		total += t[f][l+1]
		prior += s.m[l]
	}
	for l := from; l < to; l++ {
		next := (t[f][l+1] + priorPairs*s.m[l]/prior) / (total + priorPairs)
		change = max(change, math.Abs(next-m.m[f][l+1]))
		m.m[f][l+1] = next
	}
	return change
}

// expected returns the bits of the pairs of a pattern.
func (m *Model) expected(p *pattern) float64 {
	if against := p.against &^ closeBirth; against != 0 && m.atMost(against) < 0 {
		return contradicted
	}
	sum, address := m.prior+float64(p.rarity)/4, 0.0
	for f, l := range p.levels {
		weight := m.weights[f][l]
		if byValue(field(f), l, p.swapped) {
			weight = m.logM[f]
		}
		switch field(f) {
		case fieldPostal, fieldStreet, fieldCity, fieldState:
			address += weight
		default:
			sum += weight
		}
	}
	if p.swapped {
		sum -= swapCost
	}
	return sum + max(address, movedAtLeast)
}
