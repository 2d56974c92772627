package vcard

import (
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
)

// builder makes a record of the properties of a card.
type builder struct {
	version string
	source  string
	c       contact.Contact
	unread  list

	n, fn, org, kind string // as they were found first
	showAs           bool   // as a company, says Apple
	titles, roles    []string
	languages        []ranked[string]
	emails           []ranked[contact.Email]
	phones           []ranked[contact.Phone]
	addresses        []ranked[contact.Address]
	labels           map[string]string // what Apple calls the properties of a group
	used             map[string]bool   // the groups whose label was understood
}

// ranked is a value with the rank that PREF gives it.
type ranked[T any] struct {
	value T
	rank  int
}

// handlers are the properties that are kept, wholly or in part. X-ABLABEL comes
// before all others.
var handlers = map[string]func(*builder, *property) error{
	"VERSION": ignore, "X-ABLABEL": ignore,
	"N": (*builder).readN, "FN": (*builder).readFN, "ORG": (*builder).readOrg, "KIND": (*builder).readKind,
	"X-ABSHOWAS": (*builder).readShowAs, "X-ADDRESSBOOKSERVER-KIND": (*builder).readKind,
	"TITLE": (*builder).readTitle, "ROLE": (*builder).readRole,
	"EMAIL": (*builder).readEmail, "TEL": (*builder).readPhone, "ADR": (*builder).readAddress,
	"BDAY": (*builder).readBorn, "LANG": (*builder).readLanguage, "TZ": (*builder).readZone,
	"CATEGORIES": (*builder).readTags, "HOBBY": (*builder).readHobby, "INTEREST": (*builder).readHobby,
	"UID":         (*builder).readUID,
	ownSalutation: own(func(c *contact.Contact) *string { return &c.Name.Salutation }),
	ownEducation:  own(func(c *contact.Contact) *string { return &c.Education }),
	ownMarital:    own(func(c *contact.Contact) *string { return &c.MaritalStatus }),
	ownVAT:        own(func(c *contact.Contact) *string { return &c.VATNumber }),
	ownOwner:      own(func(c *contact.Contact) *string { return &c.Owner }),
	ownChannel:    (*builder).readChannel,
	ownMembership: (*builder).readMembership,
	ownIdentity:   (*builder).readIdentity,
	ownOrigin:     (*builder).readOrigin,
	ownCustom:     (*builder).readCustom,
}

func ignore(*builder, *property) error { return nil }

// build makes a Card of the raw one.
func (r *Reader) build() (Card, error) {
	props := make([]property, len(r.card.props))
	for i, s := range r.card.props {
		var err error
		if props[i], err = parse(r.card.text[s.start:s.end], s.line); err != nil {
			return Card{}, err
		}
	}
	if err := decode(props, r.card.version, r.in.wide); err != nil {
		return Card{}, err
	}
	b := builder{version: r.card.version, source: r.source, unread: r.card.unread, labels: map[string]string{}, used: map[string]bool{}}
	for i := range props {
		if p := &props[i]; p.name == "X-ABLABEL" && p.group != "" {
			b.labels[p.group] = p.text()
		}
	}
	for i := range props {
		p := &props[i]
		if err := handlers[p.name](&b, p); err != nil {
			return Card{}, err
		}
		if b.full() {
			return Card{}, &CardError{p.line, p.name, "too_many", "stands there too often"}
		}
	}
	b.finish(props)
	return Card{Line: r.card.line, Version: b.version, Contact: b.c, Unread: b.unread.names}, nil
}

// full reports whether a list has grown beyond all sense.
func (b *builder) full() bool {
	return max(len(b.emails), len(b.phones), len(b.addresses), len(b.languages), len(b.titles), len(b.roles), len(b.c.Tags),
		len(b.c.Hobbies), len(b.c.Memberships), len(b.c.Identities), len(b.c.Origins), len(b.c.Custom)) > maxList
}

// finish decides what several properties decide together.
func (b *builder) finish(props []property) {
	b.c.Kind = contact.Person
	b.names()
	b.occupation()
	b.c.Emails, b.c.Phones, b.c.Addresses = best(b.emails), best(b.phones), best(b.addresses)
	if tags := best(b.languages); len(tags) > 0 {
		b.c.Language = tags[0]
		b.lose(len(tags) > 1, "LANG")
	}
	for _, words := range []*[]string{&b.c.Tags, &b.c.Hobbies, &b.c.Memberships} {
		slices.Sort(*words)
		*words = slices.Compact(*words)
	}
	for i := range props {
		if p := &props[i]; p.name == "X-ABLABEL" && !b.used[p.group] {
			b.unread.add(p.name)
		}
	}
}

// lose notes what could not be kept.
func (b *builder) lose(lost bool, name string) {
	if lost {
		b.unread.add(name)
	}
}

// best gives the values with the most preferred one first.
func best[T any](list []ranked[T]) []T {
	slices.SortStableFunc(list, func(a, b ranked[T]) int { return a.rank - b.rank })
	var out []T
	for _, r := range list {
		out = append(out, r.value)
	}
	return out
}

func (b *builder) readTitle(p *property) error {
	b.titles = appendText(b.titles, p.text())
	return nil
}

func (b *builder) readRole(p *property) error {
	b.roles = appendText(b.roles, p.text())
	return nil
}

func appendText(list []string, s string) []string {
	if s == "" {
		return list
	}
	return append(list, s)
}

// occupation is the title, or the role where there is none.
func (b *builder) occupation() {
	titles, roles := b.titles, b.roles
	switch {
	case len(titles) > 0:
		b.c.Occupation, titles = titles[0], titles[1:]
	case len(roles) > 0:
		b.c.Occupation, roles = roles[0], roles[1:]
	}
	b.lose(len(titles) > 0, "TITLE")
	b.lose(len(roles) > 0, "ROLE")
}

func (b *builder) readTags(p *property) error {
	b.c.Tags = b.words(b.c.Tags, p)
	return nil
}

func (b *builder) readHobby(p *property) error {
	b.c.Hobbies = appendText(b.c.Hobbies, p.text())
	b.lose(p.param("LEVEL") != "", p.name+".LEVEL")
	return nil
}

// words appends the elements of a list, which vCard 2.1 did not agree how to
// separate.
func (b *builder) words(list []string, p *property) []string {
	for _, part := range split(p.value, ',', maxList+2) {
		pieces := []string{part}
		if b.version == "2.1" {
			pieces = split(part, ';', maxList+2)
		}
		for _, s := range pieces {
			list = appendText(list, oneLine(unescape(s), " "))
		}
	}
	return list
}

func (b *builder) readUID(p *property) error {
	if uid := key(p.value); strings.TrimSpace(uid) != "" {
		b.c.Identities = append(b.c.Identities, contact.Identity{Source: b.source, Key: uid})
	}
	return nil
}

// key gives a value that is a key: blanks at its ends are part of it.
func key(s string) string {
	s = unescape(s)
	if line := oneLine(s, " "); strings.TrimSpace(s) != line {
		return line // it had control characters
	}
	return s
}
