package duplicate

import (
	"cmp"
	"slices"
)

// count learns the frequencies of values.
func (m *Model) count(records []Prepared) {
	for f := range fields {
		if !scales[f].counted {
			continue
		}
		counts, total := m.counts(f, records)
		if total > 0 {
			m.values[f] = frequent(counts, total, len(records))
		}
	}
}

// counts counts how often each value of a field occurs.
func (m *Model) counts(f field, records []Prepared) (counts map[uint64]int, total int) {
	counts = map[uint64]int{}
	for i := range records {
		records[i].each(f, func(value string) {
			counts[m.hash(f, value)]++
			total++
		})
	}
	return counts, total
}

// leastShare is the least frequency that is believed of a value in n records. Rare
// spellings would count for too much.
func leastShare(n int) float64 {
	return min(max(10/float64(n), 1e-5), 1e-4)
}

// frequent makes frequencies of counts. Of the records with a value, one is the
// record itself and none of the others' evidence.
func frequent(counts map[uint64]int, total, n int) frequencies {
	type count struct {
		hash uint64
		n    int
	}
	least := leastShare(n)
	var all []count
	squares, rest := 0.0, 0.0
	for hash, c := range counts {
		if c > 1 {
			all = append(all, count{hash, c})
		}
	}
	slices.SortFunc(all, func(x, y count) int { return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.hash, y.hash)) })
	kept := all[:min(len(all), frequentKept)]
	values := frequencies{of: make(map[uint64]frequency, len(kept))}
	for _, c := range kept {
		share := float64(c.n-1) / float64(total)
		if c.n <= 20 {
			share = min(share, .01) // too few to be an office
		}
		values.of[c.hash] = frequencyOf(max(share, least))
	}
	for _, c := range all[len(kept):] {
		squares += float64(c.n) * float64(c.n-1) / float64(total)
		rest += float64(c.n)
	}
	values.rest = frequencyOf(max(squares/max(rest, 1), least))
	return values
}

// each calls do for the values of a counted field.
func (p *Prepared) each(f field, do func(value string)) {
	slot := -1
	switch f {
	case fieldGiven:
		slot = slotGiven
	case fieldFamily:
		slot = slotFamily
	case fieldCompany:
		slot = slotCompany
	case fieldOccupation:
		slot = slotOccupation
	case fieldOther:
		slot = slotOther
	case fieldMoreNames:
		slot = slotMore
	case fieldEmail:
		items(p.slot(slotEmails), do)
	case fieldPhone:
		items(p.slot(slotPhones), do)
	default:
		p.eachPlace(f, do)
	}
	if slot >= 0 && p.slot(slot) != "" {
		do(p.slot(slot))
	}
}

func (p *Prepared) eachPlace(f field, do func(value string)) {
	var room [maxList]place
	for _, a := range p.places(&room) {
		value := a.postal
		switch f {
		case fieldCity:
			value = a.city
		case fieldState:
			value = a.state
		}
		if value != "" {
			do(value)
		}
	}
}
