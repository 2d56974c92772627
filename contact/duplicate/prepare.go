package duplicate

import (
	"strings"

	"github.com/stammkunde/crm/internal/similarity"
)

// NormVersion tells how [Prepare] brings texts to a common form. Whoever stores keys
// or models stores it with them, and makes them anew where it has changed.
const NormVersion = 1

// maxList is how many e-mail addresses, phones and addresses of a record count.
const maxList = 8

// What stands in a Prepared, in this order. Lists have their parts divided by
// separators.
const (
	slotGiven = iota
	slotFamily
	slotGivenSound
	slotFamilySound
	slotMore
	slotCompany
	slotBirth
	slotEmails
	slotPhones
	slotAddresses
	slotOccupation
	slotOther
	slots
)

// Separators, which no plain text holds.
const (
	itemEnd = "\x1e"
	partEnd = "\x1f"
)

// Prepared is a record in the form in which records are compared. It takes some 200
// bytes, cannot be changed, and may be used by many goroutines.
type Prepared struct {
	text       string
	ends       [slots]uint16
	kind       kind
	generation byte
}

// kind says whether a record is surely of a person or of a company.
type kind byte

const (
	anyKind kind = iota
	personKind
	companyKind
)

func (p *Prepared) slot(i int) string {
	if i == 0 {
		return p.text[:p.ends[0]]
	}
	return p.text[p.ends[i-1]:p.ends[i]]
}

// Prepare brings a record to the form in which records are compared. It drops what
// carries no evidence, such as titles, "unknown", test@test.de and the birthday
// 1900-01-01. It takes any text, broken or of any length.
func Prepare(r Record) Prepared {
	var b builder
	names := people(&r)
	firm, kind := companyOf(&r, &names)
	b.add(names.given)
	b.add(names.family)
	b.addSound(names.given)
	b.addSound(names.family)
	b.add(names.more)
	b.add(firm)
	b.add(birth(r.Born))
	b.list(r.Emails, email)
	b.list(r.Phones, phone)
	b.addresses(r.Addresses)
	b.add(value(r.Occupation))
	b.add(value(r.Other))
	return Prepared{text: string(b.text), ends: b.ends, kind: kind, generation: names.generation}
}

// companyOf returns the plain name of the company of a record. What stands in Name
// alone may be one; then the record has no names of a person.
func companyOf(r *Record, p *person) (firm string, k kind) {
	firm, _ = company(r.Company)
	switch {
	case r.Given != "" || r.Family != "":
		if p.given != "" && p.family != "" {
			return firm, personKind
		}
		return firm, anyKind
	case r.Company != "" && r.Name == "":
		return firm, companyKind
	}
	words, sure := company(r.Name)
	if !sure && !looksCompany(words) {
		return firm, anyKind
	}
	*p = person{}
	if firm == "" {
		firm = words
	}
	if sure {
		return firm, companyKind
	}
	return firm, anyKind
}

// builder puts the slots of a Prepared together.
type builder struct {
	text []byte
	ends [slots]uint16
	n    int
}

func (b *builder) add(s string) {
	b.text = append(b.text, s...)
	b.end()
}

func (b *builder) end() {
	b.ends[b.n] = uint16(len(b.text))
	b.n++
}

// addSound adds the Cologne code of a name, its words taken together.
func (b *builder) addSound(name string) {
	b.text = similarity.AppendCologne(b.text, name)
	b.end()
}

func (b *builder) list(values []string, form func(string) string) {
	start := len(b.text)
	for i, v := range values {
		s := form(v)
		if i >= maxList || s == "" {
			continue
		}
		if len(b.text) > start {
			b.text = append(b.text, itemEnd...)
		}
		b.text = append(b.text, s...)
	}
	b.end()
}

func (b *builder) addresses(all []Address) {
	start := len(b.text)
	for _, a := range all[:min(len(all), maxList)] {
		street, number := lane(a.Street, a.Number)
		parts := [...]string{street, number, postal(a.Postal), value(a.City), value(a.State)}
		if strings.Join(parts[:], "") == "" {
			continue
		}
		if len(b.text) > start {
			b.text = append(b.text, itemEnd...)
		}
		for i, part := range parts {
			if i > 0 {
				b.text = append(b.text, partEnd...)
			}
			b.text = append(b.text, part...)
		}
	}
	b.end()
}

// place is an address of a Prepared.
type place struct{ street, number, postal, city, state string }

// places reads the addresses.
func (p *Prepared) places(into *[maxList]place) []place {
	n := 0
	for rest := p.slot(slotAddresses); rest != ""; n++ {
		var item string
		item, rest, _ = strings.Cut(rest, itemEnd)
		a := &into[n]
		a.street, item, _ = strings.Cut(item, partEnd)
		a.number, item, _ = strings.Cut(item, partEnd)
		a.postal, item, _ = strings.Cut(item, partEnd)
		a.city, a.state, _ = strings.Cut(item, partEnd)
	}
	return into[:n]
}

// items calls do for the values of a list.
func items(list string, do func(value string)) {
	for list != "" {
		var item string
		item, list, _ = strings.Cut(list, itemEnd)
		do(item)
	}
}
