package people

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/check"
)

// maxPoints is how many elements a list of a record has at most.
const maxPoints = 50

// place is where a field stands in the record.
type place struct {
	list   string // emails, phones, addresses, origins, identities, custom; or none
	index  int
	member string // of the element; the source; the custom field; or the whole path
}

// elements are the members of what stands in lists, as a table has them. Those of
// parts follow.
var elements = map[string][]string{
	"emails":    {"address", "role"},
	"phones":    {"number", "role"},
	"addresses": {"street", "extra", "postal_code", "city", "region", "country", "role", "from", "until"},
	"origins":   {"source", "at", "notice"},
}

// addressParts become a street or an extra line together.
var addressParts = []string{"house_number", "street2", "street3", "po_box"}

// singles are the fields that stand in no list, in the order of a table.
var singles = []string{
	"id", "kind", "name.salutation", "name.title", "name.given", "name.family", "name.company", "language", "time_zone", "preferred_channel",
	"born", "occupation", "education", "marital_status", "vat_number", "owner", "tags", "hobbies", "memberships",
}

// stamps are the fields that the service sets, in the order of a table.
var stamps = []string{"created_at", "updated_at", "version"}

// nameParts become the fields of a name together.
var nameParts = []string{"name.full", "name.prefix", "name.middle", "name.suffix"}

// parsePlace reads a path.
func parsePlace(path string) (place, bool) {
	if path == "identities" {
		return place{list: "identities"}, true
	}
	for _, list := range []string{"identities", "custom"} {
		if name, ok := strings.CutPrefix(path, list+"."); ok {
			return place{list: list, member: name}, check.IsName(name)
		}
	}
	list, rest, ok := strings.Cut(path, "[")
	if !ok {
		return place{member: path}, slices.Contains(singles, path) || slices.Contains(stamps, path) || slices.Contains(nameParts, path)
	}
	number, member, _ := strings.Cut(rest, "].")
	index, err := strconv.Atoi(number)
	ok = err == nil && index >= 0 && index < maxPoints && strconv.Itoa(index) == number
	known := slices.Contains(elements[list], member) || list == "addresses" && slices.Contains(addressParts, member)
	return place{list, index, member}, ok && known
}

// isList reports whether the field holds several values of the same rank.
func (p place) isList() bool {
	return p.list == "identities" || p.list == "" && slices.Contains([]string{"tags", "hobbies", "memberships"}, p.member)
}

// isPoint reports whether the field stands in an element of a list.
func (p place) isPoint() bool { return elements[p.list] != nil }

// isDated reports whether the field, or the custom field of the type, is a date or
// a time.
func (p place) isDated(t contact.Type) bool {
	switch p.member {
	case "born", "from", "until", "at", "created_at", "updated_at":
		return p.list != "custom" && p.list != "identities"
	}
	return p.list == "custom" && (t == contact.TypeDate || t == contact.TypeTime)
}

// draft is a record in the making, in the parts that tables have.
type draft struct {
	c                            contact.Contact
	full, prefix, middle, suffix string
	emails                       slots[contact.Email]
	phones                       slots[contact.Phone]
	addresses                    slots[address]
	origins                      slots[contact.Origin]
}

// address is an address with its parts.
type address struct {
	contact.Address
	house, street2, street3, box string
}

// draftOf takes a record apart.
func draftOf(c contact.Contact) *draft {
	b := &draft{c: c}
	for i, e := range c.Emails {
		*b.emails.at(i, 0) = e
	}
	for i, p := range c.Phones {
		*b.phones.at(i, 0) = p
	}
	for i, a := range c.Addresses {
		b.addresses.at(i, 0).Address = a
	}
	for i, o := range c.Origins {
		*b.origins.at(i, 0) = o
	}
	return b
}

// ref points to a field: a *string, *[]string, *contact.Date, *time.Time, *int64 or
// *contact.ID. Reading and writing go through it, so that they cannot differ. An
// element that is not there yet is made. sub tells elements apart that come from
// one column. Identities and custom fields have none.
func (b *draft) ref(p place, sub int) any {
	switch p.list {
	case "":
		return b.single(p.member)
	case "emails":
		e := b.emails.at(p.index, sub)
		if p.member == "role" {
			return (*string)(&e.Role)
		}
		return &e.Address
	case "phones":
		e := b.phones.at(p.index, sub)
		if p.member == "role" {
			return (*string)(&e.Role)
		}
		return &e.Number
	case "addresses":
		return b.addresses.at(p.index, sub).ref(p.member)
	case "origins":
		o := b.origins.at(p.index, sub)
		return map[string]any{"source": &o.Source, "at": &o.At, "notice": &o.Notice}[p.member]
	}
	return nil
}

func (b *draft) single(path string) any {
	if name, ok := strings.CutPrefix(path, "name."); ok {
		return b.name(name)
	}
	c := &b.c
	switch path {
	case "id":
		return &c.ID
	case "kind":
		return (*string)(&c.Kind)
	case "preferred_channel":
		return (*string)(&c.PreferredChannel)
	case "born":
		return &c.Born
	case "tags":
		return &c.Tags
	case "hobbies":
		return &c.Hobbies
	case "memberships":
		return &c.Memberships
	case "created_at":
		return &c.CreatedAt
	case "updated_at":
		return &c.UpdatedAt
	case "version":
		return &c.Version
	}
	return b.text(path)
}

func (b *draft) text(path string) *string {
	c := &b.c
	switch path {
	case "language":
		return &c.Language
	case "time_zone":
		return &c.TimeZone
	case "occupation":
		return &c.Occupation
	case "education":
		return &c.Education
	case "marital_status":
		return &c.MaritalStatus
	case "vat_number":
		return &c.VATNumber
	case "owner":
		return &c.Owner
	}
	return nil
}

func (b *draft) name(part string) *string {
	n := &b.c.Name
	switch part {
	case "salutation":
		return &n.Salutation
	case "title":
		return &n.Title
	case "given":
		return &n.Given
	case "family":
		return &n.Family
	case "company":
		return &n.Company
	case "full":
		return &b.full
	case "prefix":
		return &b.prefix
	case "middle":
		return &b.middle
	case "suffix":
		return &b.suffix
	}
	return nil
}

func (a *address) ref(member string) any {
	switch member {
	case "from":
		return &a.From
	case "until":
		return &a.Until
	case "role":
		return (*string)(&a.Role)
	case "street":
		return &a.Street
	case "house_number":
		return &a.house
	case "street2":
		return &a.street2
	case "street3":
		return &a.street3
	case "po_box":
		return &a.box
	case "extra":
		return &a.Extra
	case "postal_code":
		return &a.PostalCode
	case "city":
		return &a.City
	case "region":
		return &a.Region
	case "country":
		return &a.Country
	}
	return nil
}

// slots are the elements of a list, in order, with gaps.
type slots[E any] []slot[E]

type slot[E any] struct {
	index, sub int
	element    E
}

// at points to an element until the next one is made.
func (s *slots[E]) at(index, sub int) *E {
	i := 0
	for ; i < len(*s); i++ {
		e := &(*s)[i]
		if e.index == index && e.sub == sub {
			return &e.element
		}
		if e.index > index || e.index == index && e.sub > sub {
			break
		}
	}
	*s = slices.Insert(*s, i, slot[E]{index: index, sub: sub})
	return &(*s)[i].element
}

// isSet reports whether a field that ref points to holds something.
func isSet(ref any) bool {
	switch v := ref.(type) {
	case *string:
		return *v != ""
	case *[]string:
		return len(*v) > 0
	case *contact.Date:
		return *v != contact.Date{}
	case *time.Time:
		return !v.IsZero()
	case *int64:
		return *v != 0
	case *contact.ID:
		return !v.IsZero()
	}
	return false
}
