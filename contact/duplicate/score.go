package duplicate

// Score is what comparing two records gives.
type Score struct {
	// Bits is the evidence: the logarithm to base 2 of the odds that the records are
	// of one person. 0 is a probability of one half, 6.6 one of .99.
	Bits float64
	// P is the probability that goes with Bits.
	P float64
	// Contradiction tells that the records have different given names, dates of birth
	// or companies, or that one is of a person and the other of a company: they are of
	// relatives, of neighbours or of twins, however much else is the same. P is near 0
	// then, unless the model has learnt that such differences are mistakes where its
	// records come from. Who must not join two people by any means looks here, too.
	Contradiction bool

	levels  [fields]level
	weights [fields]float32
	swapped bool
	against contradiction
}

// Compare tells how likely two records are of one person. It allocates nothing and
// takes about a microsecond. The order of the two does not matter.
func (m *Model) Compare(a, b *Prepared) Score {
	var v vector
	m.compare(a, b, &v)
	s := Score{Bits: m.bits(&v), levels: v.levels, swapped: v.swapped, against: v.against, Contradiction: v.against != 0}
	s.P = probability(s.Bits)
	for f, l := range v.levels {
		if l != missing {
			s.weights[f] = float32(m.weigh(field(f), &v))
		}
	}
	return s
}

// Bits is Compare for the evidence alone, as [Group] needs it.
func (m *Model) Bits(a, b *Prepared) float64 {
	var v vector
	m.compare(a, b, &v)
	return m.bits(&v)
}

// bitsFrom is Bits where they are at least as many as given. It looks at the names and
// the date of birth first, since those of most candidates contradict each other.
func (m *Model) bitsFrom(least float64, a, b *Prepared) (bits float64, ok bool) {
	var v vector
	m.comparePerson(a, b, &v)
	if v.against != 0 && m.atMost(v.against) < least {
		return 0, false
	}
	m.compareRest(a, b, &v)
	bits = m.bits(&v)
	return bits, bits >= least
}
