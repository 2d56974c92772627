package duplicate

import (
	"math"
	"strings"
)

// Model weighs agreement and disagreement, after Fellegi and Sunter (1969): a level of
// agreement that a share m of the pairs of one person has, and a share u of the pairs
// of strangers, speaks for one person with log2(m/u) bits. A value that both have
// counts by its own frequency instead of u. Make one with [Default], [Finder.Train] or
// [ParseModel]. It cannot be changed and may be used by many goroutines.
type Model struct {
	secret  Secret
	prior   float64 // log2 of the odds that two records are of one person, before looking
	m, u    [fields][maxLevels]float64
	weights [fields][maxLevels]float64
	logM    [fields]float64 // of the m of the first level
	values  [fields]frequencies
	// implied is how often strangers at the same place agree in city or state for that
	// reason alone: a postal code implies its city, and a city its state.
	implied [fields]float64
	// trust is the probability that two records of one home which differ in either
	// the given name or the date of birth are of one person all the same.
	trust float64
	// trustRelatives is the same for those that differ in both.
	trustRelatives float64
}

// frequencies tell how frequent values are.
type frequencies struct {
	of   map[uint64]frequency // by their hash, of those that are frequent
	rest frequency            // of all others
}

// frequency is the share of records that have a value, and its logarithm, which takes
// time to compute.
type frequency struct{ share, log float32 }

func frequencyOf(share float64) frequency {
	stored := float32(max(share, minU))
	return frequency{stored, float32(math.Log2(float64(stored)))}
}

// minU is the least share of strangers that is believed, in bits of evidence 20.
const minU = 1e-6

// impliedUntrained is for a model that was not trained.
const impliedUntrained = .8

// Bounds of evidence, in bits.
const (
	// contradicted is what a pair with a contradiction has at most.
	contradicted = -12
	// doubted is what a pair of the same names has at most, whose dates of birth are
	// different but close. It is less than even, but in a group others may outweigh it.
	doubted = -1
	// movedAtLeast is how much all fields of an address together say against a pair.
	// Who moves changes all of them at once.
	movedAtLeast = -4
	// householdAtMost is what a pair has at most of which neither given names nor
	// dates of birth nor companies are known to agree: a family shares all the rest.
	householdAtMost = 3
)

// Default returns a model that was not trained, for some hundred thousand German and
// English people. The secret is that of the keys.
func Default(s Secret) *Model {
	m := &Model{secret: s, prior: logit(1e-6)}
	for f := range fields {
		copy(m.m[f][1:], scales[f].m)
		copy(m.u[f][1:], scales[f].u)
		m.values[f].rest = frequencyOf(scales[f].u[0])
	}
	m.implied[fieldCity], m.implied[fieldState] = impliedUntrained, impliedUntrained
	m.values[fieldGiven] = m.guessed(fieldGiven, 5e-4, wellKnown, .004)
	m.values[fieldFamily] = m.guessed(fieldFamily, 1e-4, frequentFamilies, .002)
	for _, name := range strings.Fields("mueller schmidt schneider fischer weber smith jones") {
		m.values[fieldFamily].of[m.hash(fieldFamily, name)] = frequencyOf(.008)
	}
	m.values[fieldCity] = m.guessed(fieldCity, 5e-4, largeCities, .03)
	m.computeWeights()
	return m
}

// guessed gives the values of a list one frequency, and all others another.
func (m *Model) guessed(f field, rest float64, list map[string]bool, listed float64) frequencies {
	values := frequencies{map[uint64]frequency{}, frequencyOf(rest)}
	for value := range list {
		values.of[m.hash(f, value)] = frequencyOf(listed)
	}
	return values
}

func (m *Model) hash(f field, value string) uint64 {
	var room [fieldLimit * 2]byte
	return m.secret.hash(0x80|byte(f), append(room[:0], value...))
}

// computeWeights computes the weights of all levels.
func (m *Model) computeWeights() {
	for f := range fields {
		m.logM[f] = math.Log2(m.m[f][same])
		for l := 1; l <= len(scales[f].m); l++ {
			m.weights[f][l] = math.Log2(m.m[f][l] / max(m.u[f][l], minU))
		}
	}
}

// byValue reports whether a level counts by the frequency of the value.
func byValue(f field, l level, swapped bool) bool {
	return l == same && scales[f].counted && !(swapped && (f == fieldGiven || f == fieldFamily))
}

// weigh returns the bits of one field.
func (m *Model) weigh(f field, v *vector) float64 {
	l := v.levels[f]
	switch {
	case byValue(f, l, v.swapped):
		return max(m.logM[f]-m.logShare(f, v), 0)
	case v.values[f] != "" && l != same:
		return m.weights[f][l] - m.common(f, v)
	}
	return m.weights[f][l]
}

// common returns the bits that names which are alike lose because one of them is
// frequent: so many people have a name like it.
func (m *Model) common(f field, v *vector) float64 {
	u := max(m.u[f][v.levels[f]], minU)
	if share := float64(m.frequency(f, v.values[f]).share); share > u {
		return math.Log2(share / u)
	}
	return 0
}

// frequency is the share of records that have a value.
func (m *Model) frequency(f field, value string) frequency {
	values := &m.values[f]
	if known, ok := values.of[m.hash(f, value)]; ok {
		return known
	}
	return values.rest
}

// logShare is the logarithm of how often strangers agree in the value that two records
// have in common.
func (m *Model) logShare(f field, v *vector) float64 {
	known := m.frequency(f, v.values[f])
	switch share := float64(known.share); {
	case share > .01 && (f == fieldEmail || f == fieldPhone):
		return 0 // of an office, or no address at all
	case implied(f, v):
		return math.Log2(share + m.implied[f]*(1-share))
	}
	return float64(known.log)
}

// implied reports whether two records agree in what mostly implies a field.
func implied(f field, v *vector) bool {
	postal := v.levels[fieldPostal]
	switch f {
	case fieldCity:
		return postal == same || postal == postalNear
	case fieldState:
		return postal == same || postal == postalNear || v.levels[fieldCity] == same
	}
	return false
}

// bits adds up the evidence.
func (m *Model) bits(v *vector) float64 {
	sum, address := m.prior, 0.0
	for f, l := range v.levels {
		if l == missing {
			continue
		}
		switch f := field(f); f {
		case fieldPostal, fieldStreet, fieldCity, fieldState:
			address += m.weigh(f, v)
		default:
			sum += m.weigh(f, v)
		}
	}
	sum += max(address, movedAtLeast)
	if v.swapped {
		sum -= swapCost
	}
	if v.against != 0 {
		return min(sum, m.atMost(v.against))
	}
	if given := v.levels[fieldGiven]; (given == missing || given == nameInitial) && v.levels[fieldBirth] == missing && v.levels[fieldCompany] == missing {
		return min(sum, householdAtMost)
	}
	return sum
}

// probability is that of a pair with so many bits.
func probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// atMost is how many bits a pair with contradictions has at most.
func (m *Model) atMost(c contradiction) float64 {
	trust, least := 0.0, float64(contradicted)
	switch c {
	case closeBirth:
		trust, least = m.trust, doubted
	case otherGiven, otherBirth, otherGiven | closeBirth:
		trust = m.trust
	case otherGiven | otherBirth:
		trust = m.trustRelatives
	}
	if trust > .5 {
		return logit(trust)
	}
	return least
}
