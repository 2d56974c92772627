package duplicate

// homes counts pairs of one home, that is of one family name, at one address or with
// one e-mail address or phone: by whether the given names contradict each other, and
// the dates of birth, of which one may be missing.
type homes [2][3]float64

func (h *homes) join(other *homes) {
	for i := range h {
		for j := range h[i] {
			h[i][j] += other[i][j]
		}
	}
}

// home counts a pair.
func (m *Model) home(v *vector, h *homes) {
	family, given := v.levels[fieldFamily], v.levels[fieldGiven]
	if family == missing || family > nameSound || given == missing || v.swapped {
		return
	}
	shared := 0.0
	for _, f := range [...]field{fieldPostal, fieldStreet, fieldCity, fieldEmail, fieldPhone} {
		shared += m.weigh(f, v)
	}
	if shared < 8 {
		return
	}
	i, j := 0, 0
	if v.against&otherGiven != 0 {
		i = 1
	}
	switch {
	case v.against&otherBirth != 0:
		j = 1
	case v.levels[fieldBirth] == missing:
		j = 2
	}
	h[i][j]++
}

// trust is how many of the pairs that differ in given name or date of birth are of one
// person, and how many of those that differ in both. Twins, and fathers and sons of
// one name, differ in one; they are few, and only where there are other relatives, who
// differ in both. So where many pairs differ in one, and not more in both than several
// mistakes at a time explain, names and dates were written wrong. Without much
// evidence for that, they are two people.
func (h *homes) trust() (one, both float64) {
	const (
		enough = 20 // pairs that prove nothing yet
		most   = .5 // as many of the pairs of one person may differ in one
		few    = 5  // pairs that differ in both and are no sign of relatives
	)
	equal, given, born := h[0][0], h[1][0], h[0][1]
	if given+born > most*equal {
		return 0, 0
	}
	mistakes := given * (born + h[0][2]) / max(equal, 1)
	differ := h[1][1] + h[1][2]
	relatives := max(0, differ-2*mistakes-few)
	one = max(0, 1-(enough+relatives)/(enough+given+born))
	if differ <= 4*mistakes+few { // mistakes come together
		both = one
	}
	return one, both
}
