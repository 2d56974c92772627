package duplicate

import "github.com/stammkunde/crm/internal/similarity"

// vector is what comparing two records gives: how far each field agrees.
type vector struct {
	levels  [fields]level
	values  [fields]string // what is the same, or the more frequent of two names that are alike
	swapped bool           // the given name is the other's family name
	against contradiction
}

// contradiction is a set of differences that two records of one person hardly have.
type contradiction uint8

const (
	otherGiven contradiction = 1 << iota
	otherBirth
	// closeBirth are different dates of birth within a year or two.
	closeBirth
	otherGeneration
	otherCompany
	otherKind
)

func (v *vector) set(f field, l level, value string) {
	v.levels[f] = l
	if l == same {
		v.values[f] = value
	}
}

// compare fills a vector. What it takes for the best of several addresses, and for
// swapped names, depends on the weights of the model.
func (m *Model) compare(a, b *Prepared, v *vector) {
	*v = vector{}
	m.comparePerson(a, b, v)
	m.compareRest(a, b, v)
}

// comparePerson compares what a person never changes, and names.
func (m *Model) comparePerson(a, b *Prepared, v *vector) {
	l, otherBorn := compareBirth(a.slot(slotBirth), b.slot(slotBirth))
	v.against = otherBorn
	v.set(fieldBirth, l, a.slot(slotBirth))
	if m.names(a, b, v) {
		v.against |= otherGiven
	}
	if a.kind != b.kind && a.kind != anyKind && b.kind != anyKind {
		v.against |= otherKind
	}
	if a.generation != b.generation && a.generation != 0 && b.generation != 0 {
		v.against |= otherGeneration
	}
}

// compareRest compares everything else.
func (m *Model) compareRest(a, b *Prepared, v *vector) {
	m.places(a, b, v)
	compareLists(v, fieldEmail, a.slot(slotEmails), b.slot(slotEmails), compareEmail)
	if l := v.levels[fieldEmail]; (l == emailNear || l == emailLocal) && v.levels[fieldFamily] <= nameSound && madeOfName(a, b) {
		v.levels[fieldEmail] = missing
	}
	compareLists(v, fieldPhone, a.slot(slotPhones), b.slot(slotPhones), comparePhone)
	v.set(fieldOccupation, compareText(a.slot(slotOccupation), b.slot(slotOccupation)), a.slot(slotOccupation))
	v.set(fieldOther, compareText(a.slot(slotOther), b.slot(slotOther)), a.slot(slotOther))
	v.set(fieldMoreNames, compareText(a.slot(slotMore), b.slot(slotMore)), a.slot(slotMore))
	if companies(a, b, v) {
		v.against |= otherCompany
	}
}

// names compares the names of persons, straight and crosswise. It reports whether the
// given names are different ones.
func (m *Model) names(a, b *Prepared, v *vector) (against bool) {
	ag, bg := sound{a.slot(slotGiven), a.slot(slotGivenSound)}, sound{b.slot(slotGiven), b.slot(slotGivenSound)}
	af, bf := sound{a.slot(slotFamily), a.slot(slotFamilySound)}, sound{b.slot(slotFamily), b.slot(slotFamilySound)}
	given, against := compareGiven(ag, bg)
	family := compareNames(af, bf)
	m.setName(v, fieldGiven, given, ag.name, bg.name)
	m.setName(v, fieldFamily, family, af.name, bf.name)
	if given == nameSame || family == nameSame {
		return m.givenAgainst(a, b, v, against)
	}
	x, y := compareNames(ag, bf), compareNames(af, bg)
	if x == missing && y == missing {
		return m.givenAgainst(a, b, v, against)
	}
	if x == missing || y != missing && y < x {
		x, y = y, x // which of the two is the given name, nobody knows
	}
	straight := m.weights[fieldGiven][given] + m.weights[fieldFamily][family]
	if cross := m.weights[fieldGiven][x] + m.weights[fieldFamily][y]; cross-swapCost > straight+swapMargin {
		v.levels[fieldGiven], v.levels[fieldFamily], v.swapped = x, y, true
		v.values[fieldGiven], v.values[fieldFamily] = "", ""
		return twoGivenNames(ag, bf) || twoGivenNames(af, bg)
	}
	return m.givenAgainst(a, b, v, against)
}

// setName keeps, of two names that are alike, the more frequent one.
func (m *Model) setName(v *vector, f field, l level, a, b string) {
	v.set(f, l, a)
	if l == nameNear || l == nameSound {
		v.values[f] = a
		if m.frequency(f, b).share > m.frequency(f, a).share {
			v.values[f] = b
		}
	}
}

// How many bits names that agree crosswise lose, and how many more than straight ones
// they must have.
const (
	swapCost   = 3
	swapMargin = 2
)

// givenAgainst decides about given names that differ. Those with the ending of the
// other sex are of two people, unless the date of birth says otherwise. A further
// name may tell that both are names of one person.
func (m *Model) givenAgainst(a, b *Prepared, v *vector, against bool) bool {
	ag, bg := a.slot(slotGiven), b.slot(slotGiven)
	if l := v.levels[fieldGiven]; l == nameNear || l == nameSound {
		if born := v.levels[fieldBirth]; gendered(ag, bg) && born != birthSame && born != birthNear {
			v.levels[fieldGiven], v.values[fieldGiven] = nameElse, ""
			return true
		}
	}
	if !against {
		return false
	}
	return !wordIn(ag, b.slot(slotMore)) && !wordIn(bg, a.slot(slotMore))
}

func compareText(a, b string) level {
	if a == "" || b == "" {
		return missing
	}
	if a == b {
		return same
	}
	if similarity.JaroWinklerFrom(.9, a, b) > 0 {
		return textNear
	}
	if common, _, _ := commonWords(a, b); common > 0 {
		return textNear
	}
	return textElse
}
