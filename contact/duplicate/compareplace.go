package duplicate

import (
	"strings"

	"github.com/stammkunde/crm/internal/similarity"
)

// places compares addresses and keeps the two that agree best.
func (m *Model) places(a, b *Prepared, v *vector) {
	var roomA, roomB [maxList]place
	best, found := 0.0, false
	for _, x := range a.places(&roomA) {
		for _, y := range b.places(&roomB) {
			var w vector
			comparePlace(&x, &y, &w)
			score := 0.0
			for _, f := range addressFields {
				score += m.weigh(f, &w)
			}
			if found && score <= best {
				continue
			}
			best, found = score, true
			for _, f := range addressFields {
				v.levels[f], v.values[f] = w.levels[f], w.values[f]
			}
		}
	}
}

var addressFields = [...]field{fieldPostal, fieldStreet, fieldCity, fieldState}

func comparePlace(a, b *place, v *vector) {
	v.set(fieldPostal, comparePostal(a.postal, b.postal), a.postal)
	v.set(fieldStreet, compareStreet(a, b), a.street)
	v.set(fieldCity, compareCity(a.city, b.city), a.city)
	if a.state != "" && b.state != "" {
		if a.state == b.state {
			v.set(fieldState, same, a.state)
		} else {
			v.set(fieldState, stateElse, "")
		}
	}
}

func comparePostal(a, b string) level {
	switch {
	case a == "" || b == "":
		return missing
	case a == b:
		return same
	case similarity.WithinOne(a, b):
		return postalNear
	case len(a) > 2 && len(b) > 2 && a[:2] == b[:2]:
		return postalPrefix
	}
	return postalElse
}

func compareStreet(a, b *place) level {
	number := a.number != "" && a.number == b.number
	if a.street == "" || b.street == "" {
		if number {
			return numberOnly
		}
		return missing
	}
	street := a.street == b.street || similarity.JaroWinklerFrom(.9, a.street, b.street) > 0
	switch {
	case street && number, street && a.number == "" && b.number == "":
		return same
	case street:
		return streetOnly
	case number:
		return numberOnly
	}
	return streetElse
}

func compareCity(a, b string) level {
	switch {
	case a == "" || b == "":
		return missing
	case a == b:
		return same
	case similarity.JaroWinklerFrom(.9, a, b) > 0, strings.HasPrefix(a, b+" "), strings.HasPrefix(b, a+" "):
		return cityNear
	}
	return cityElse
}
