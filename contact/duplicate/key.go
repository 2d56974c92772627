package duplicate

import (
	"cmp"
	"slices"
	"strings"
)

// Key is what two records must share to be compared at all: a hash of some fields
// together, such as the sound of the family name and the date of birth. Its five
// lowest bits tell which fields, the others are spread evenly over all numbers.
type Key int64

// Strong reports whether a key stands for an e-mail address or a phone. A look-up may
// leave out a key that very many records share, but a strong one only beyond some
// thousands.
func (k Key) Strong() bool {
	switch k.rule() {
	case keyEmail, keyPhone:
		return true
	}
	return false
}

func (k Key) rule() int { return int(uint64(k) & 31) }

// The rules by which keys are made.
const (
	keyEmail = iota
	keyEmailLocal
	keyPhone
	keyFamilyBirth
	keyGivenBirth
	keyBirthPostal
	keyBirthInitials
	keyNames
	keyFamilyPostal
	keyGivenPostal
	keyHouse
	keyFamilyYear
	keyGivenDay
	keyFamilyDay
	keyHouseFamily
	keyCityBirth
	keyFamilyCity
	keyGivenCity
	keyCompany
	keyCompanyPostal
	keyCompanyCity
	// The rules of small populations, which Finder adds.
	keyWideFamily
	keyWideGiven
	keyWideBirth
	keyWideNames
	keyWidePostal
	keyWideStreet
	keyRules
)

// keyFields are the fields that each rule looks at.
var keyFields = [keyRules]fieldSet{
	keyEmail: of(fieldEmail), keyEmailLocal: of(fieldEmail), keyPhone: of(fieldPhone),
	keyFamilyBirth: of(fieldFamily, fieldBirth), keyGivenBirth: of(fieldGiven, fieldBirth), keyBirthPostal: of(fieldBirth, fieldPostal),
	keyBirthInitials: of(fieldGiven, fieldFamily, fieldBirth), keyNames: of(fieldGiven, fieldFamily),
	keyFamilyPostal: of(fieldFamily, fieldPostal), keyGivenPostal: of(fieldGiven, fieldPostal), keyHouse: of(fieldStreet, fieldPostal),
	keyFamilyYear: of(fieldGiven, fieldFamily, fieldBirth), keyGivenDay: of(fieldGiven, fieldFamily, fieldBirth), keyFamilyDay: of(fieldGiven, fieldFamily, fieldBirth),
	keyHouseFamily: of(fieldStreet, fieldFamily), keyCityBirth: of(fieldCity, fieldBirth),
	keyFamilyCity: of(fieldFamily, fieldCity), keyGivenCity: of(fieldGiven, fieldCity),
	keyCompany: of(fieldCompany), keyCompanyPostal: of(fieldCompany, fieldPostal), keyCompanyCity: of(fieldCompany, fieldCity),
	keyWideFamily: of(fieldFamily), keyWideGiven: of(fieldGiven), keyWideBirth: of(fieldBirth), keyWideNames: of(fieldGiven, fieldFamily),
	keyWidePostal: of(fieldPostal), keyWideStreet: of(fieldStreet),
}

// Keys appends the keys of a record to dst: none for an empty record, some 12 for
// most and never more than 64. A store keeps them in a table of tenant, key and
// contact, and looks for duplicates among the contacts that have a key in common.
// They depend on [NormVersion] and the secret only.
func Keys(dst []Key, p *Prepared, s Secret) []Key {
	k := keyMaker{dst: dst, start: len(dst), secret: s}
	n := keyNamesOf(p)
	k.reach(p)
	k.person(p, &n)
	var room [maxList]place
	for _, a := range p.places(&room) {
		k.address(p, &n, &a)
	}
	if firm := p.slot(slotCompany); firm != "" && n.given == "" && n.family == "" {
		k.add(keyCompany, sortedWords(firm))
	}
	mine := k.dst[k.start:]
	slices.Sort(mine)
	return k.dst[:k.start+len(slices.Compact(mine))]
}

// names are the parts of names that keys are made of.
type names struct{ given, family, givenSound, familySound string }

func keyNamesOf(p *Prepared) names {
	n := names{p.slot(slotGiven), p.slot(slotFamily), p.slot(slotGivenSound), p.slot(slotFamilySound)}
	if n.givenSound == "" {
		n.givenSound = head(n.given, 8) // of another script
	}
	if n.familySound == "" {
		n.familySound = head(n.family, 8)
	}
	// Who has one name only may have it in the wrong field.
	if n.givenSound == "" {
		n.givenSound = n.familySound
	} else if n.familySound == "" {
		n.familySound = n.givenSound
	}
	return n
}

// maxKeys is how many keys a record has at most.
const maxKeys = 64

type keyMaker struct {
	dst    []Key
	start  int
	secret Secret
	buf    [200]byte
}

// add makes a key of parts, unless one is missing.
func (k *keyMaker) add(rule int, parts ...string) {
	if len(k.dst)-k.start >= maxKeys {
		return
	}
	b := k.buf[:0]
	for _, part := range parts {
		if part == "" {
			return
		}
		b = append(b, part...)
		b = append(b, partEnd...)
	}
	k.dst = append(k.dst, Key(k.secret.hash(byte(rule), b)&^31|uint64(rule)))
}

// reach adds the keys of e-mail addresses and phones.
func (k *keyMaker) reach(p *Prepared) {
	for rest := p.slot(slotEmails); rest != ""; {
		var address string
		address, rest, _ = strings.Cut(rest, itemEnd)
		k.add(keyEmail, address)
		if local, _, _ := strings.Cut(address, "@"); len(local) > 3 && !offices[local] {
			k.add(keyEmailLocal, local)
		}
	}
	for rest := p.slot(slotPhones); rest != ""; {
		var digits string
		digits, rest, _ = strings.Cut(rest, itemEnd)
		k.add(keyPhone, digits[max(len(digits)-8, 0):])
	}
}

// person adds the keys of names and the date of birth.
func (k *keyMaker) person(p *Prepared, n *names) {
	first, second := n.givenSound, n.familySound
	if first > second {
		first, second = second, first
	}
	if n.given != "" && n.family != "" {
		k.add(keyNames, first, second)
	}
	born := p.slot(slotBirth)
	if born == "" {
		return
	}
	if born[:4] != "0000" {
		k.add(keyFamilyYear, head(n.family, 4), head(n.given, 1), born[:4])
	}
	if born[6:] != "00" {
		k.add(keyGivenDay, head(n.given, 4), head(n.family, 1), born[4:])
		k.add(keyFamilyDay, n.familySound, head(n.given, 1), born[4:])
	}
	if !whole(born) {
		return
	}
	k.add(keyFamilyBirth, n.familySound, born)
	k.add(keyGivenBirth, n.givenSound, born)
	first, second = head(n.given, 1), head(n.family, 1)
	if first > second {
		first, second = second, first
	}
	k.add(keyBirthInitials, born, first, second)
}

// address adds the keys of one address.
func (k *keyMaker) address(p *Prepared, n *names, a *place) {
	city, firm, born := head(a.city, 5), head(p.slot(slotCompany), 5), p.slot(slotBirth)
	if born != "" && whole(born) {
		k.add(keyBirthPostal, born, a.postal)
		k.add(keyCityBirth, born, city)
	}
	k.add(keyFamilyPostal, n.familySound, a.postal)
	k.add(keyGivenPostal, n.givenSound, a.postal)
	k.add(keyHouse, cmp.Or(a.postal, city), a.number, head(a.street, 3))
	k.add(keyHouseFamily, a.number, head(a.street, 6), head(n.family, 2))
	k.add(keyFamilyCity, n.familySound, city)
	k.add(keyGivenCity, n.givenSound, city)
	k.add(keyCompanyPostal, firm, a.postal)
	k.add(keyCompanyCity, firm, city)
}

// wide adds keys of single fields. In a large population they are shared by far too
// many records to be of use; in a small one they find pairs that no other key does.
func wide(dst []Key, p *Prepared, s Secret) []Key {
	k := keyMaker{dst: dst, start: len(dst), secret: s}
	n := keyNamesOf(p)
	k.add(keyWideFamily, n.familySound)
	k.add(keyWideGiven, n.givenSound)
	k.add(keyWideNames, head(n.family, 3), head(n.given, 2))
	if born := p.slot(slotBirth); born != "" && whole(born) {
		k.add(keyWideBirth, born)
	}
	var room [maxList]place
	for _, a := range p.places(&room) {
		k.add(keyWidePostal, a.postal)
		k.add(keyWideStreet, a.street, a.number)
	}
	return k.dst
}

// head returns the first n bytes of a text, or all.
func head(s string, n int) string { return s[:min(n, len(s))] }

func sortedWords(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	words := strings.Split(s, " ")
	slices.Sort(words)
	return strings.Join(words, " ")
}
