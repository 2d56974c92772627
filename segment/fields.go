package segment

import (
	"maps"
	"slices"
	"strings"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// CustomPrefix stands before the name of a custom field in a rule, DataPrefix
// before that of an activity's datum.
const (
	CustomPrefix = "custom."
	DataPrefix   = "data."
)

// age is computed from the date of birth when a rule is resolved.
const age = "age"

// Scope says what a field belongs to.
type Scope int8

// The scopes.
const (
	OfRecord   Scope = iota
	OfActivity       // and the item at hand
	OfElement        // of a list in the record
)

// subject is what a field is read from.
type subject struct {
	contact  *contact.Contact
	activity *activity.Activity
	item     *activity.Item
	element  element
}

// element is an element of a list in the record. Only the parts that the list
// has are set.
type element struct {
	address *contact.Address
	value   string // e-mail address, phone number, tag, source
	key     string
}

// reader reads a value, false when it is missing.
type reader func(subject) (contact.Value, bool)

type fieldSpec struct {
	typ  contact.Type
	read reader
	// code is true for texts that nobody writes by hand, for which folding
	// makes no sense.
	code bool
}

func textOf(read func(subject) string) reader {
	return func(s subject) (contact.Value, bool) {
		t := read(s)
		return contact.Value{Type: contact.TypeText, Text: t}, t != ""
	}
}

func prose(read func(*contact.Contact) string) fieldSpec {
	return fieldSpec{typ: contact.TypeText, read: textOf(func(s subject) string { return read(s.contact) })}
}

func code(read func(*contact.Contact) string) fieldSpec {
	f := prose(read)
	f.code = true
	return f
}

// builtin lists the fields of every record.
var builtin = map[string]fieldSpec{
	"kind":                code(func(c *contact.Contact) string { return string(c.Kind) }),
	"name.salutation":     prose(func(c *contact.Contact) string { return c.Name.Salutation }),
	"name.title":          prose(func(c *contact.Contact) string { return c.Name.Title }),
	"name.given":          prose(func(c *contact.Contact) string { return c.Name.Given }),
	"name.family":         prose(func(c *contact.Contact) string { return c.Name.Family }),
	"name.company":        prose(func(c *contact.Contact) string { return c.Name.Company }),
	"language":            code(func(c *contact.Contact) string { return c.Language }),
	"time_zone":           code(func(c *contact.Contact) string { return c.TimeZone }),
	"preferred_channel":   code(func(c *contact.Contact) string { return string(c.PreferredChannel) }),
	"occupation":          prose(func(c *contact.Contact) string { return c.Occupation }),
	"education":           prose(func(c *contact.Contact) string { return c.Education }),
	"marital_status":      prose(func(c *contact.Contact) string { return c.MaritalStatus }),
	"vat_number":          code(func(c *contact.Contact) string { return c.VATNumber }),
	"owner":               code(func(c *contact.Contact) string { return c.Owner }),
	"email":               prose(func(c *contact.Contact) string { return c.Email() }),
	"phone":               code(func(c *contact.Contact) string { return c.Phone() }),
	"address.street":      prose(func(c *contact.Contact) string { return c.Address().Street }),
	"address.postal_code": code(func(c *contact.Contact) string { return c.Address().PostalCode }),
	"address.city":        prose(func(c *contact.Contact) string { return c.Address().City }),
	"address.region":      prose(func(c *contact.Contact) string { return c.Address().Region }),
	"address.country":     code(func(c *contact.Contact) string { return c.Address().Country }),
	"born": {typ: contact.TypeDate, read: func(s subject) (contact.Value, bool) {
		return contact.Day(s.contact.Born), s.contact.Born != contact.Date{}
	}},
	"created_at": {typ: contact.TypeTime, read: func(s subject) (contact.Value, bool) {
		return contact.Time(s.contact.CreatedAt), true
	}},
}

// eventFields lists the fields of activities and their items.
var eventFields = map[string]fieldSpec{
	"kind":          eventText(func(s subject) string { return string(s.activity.Kind) }),
	"channel":       eventText(func(s subject) string { return string(s.activity.Channel) }),
	"direction":     eventText(func(s subject) string { return string(s.activity.Direction) }),
	"subject":       eventText(func(s subject) string { return s.activity.Subject }),
	"source":        eventText(func(s subject) string { return s.activity.Ref.Source }),
	"amount":        {typ: contact.TypeMoney, read: func(s subject) (contact.Value, bool) { return amountOf(s.activity.Amount) }},
	"item.sku":      eventText(func(s subject) string { return s.item.SKU }),
	"item.name":     eventText(func(s subject) string { return s.item.Name }),
	"item.category": eventText(func(s subject) string { return s.item.Category }),
	"item.quantity": {typ: contact.TypeNumber, read: func(s subject) (contact.Value, bool) {
		return contact.Int(s.item.Quantity), true
	}},
	"item.amount": {typ: contact.TypeMoney, read: func(s subject) (contact.Value, bool) { return amountOf(s.item.Amount) }},
}

func eventText(read func(subject) string) fieldSpec {
	return fieldSpec{typ: contact.TypeText, read: textOf(read), code: true}
}

func amountOf(m money.Money) (contact.Value, bool) {
	return contact.Amount(m), m.Currency != ""
}

// elementFields lists the fields of the elements of each list.
var elementFields = map[List]map[string]fieldSpec{
	Emails:      {"address": elementText(false, func(e element) string { return e.value })},
	Phones:      {"number": elementText(true, func(e element) string { return e.value })},
	Tags:        {"name": elementText(false, func(e element) string { return e.value })},
	Hobbies:     {"name": elementText(false, func(e element) string { return e.value })},
	Memberships: {"name": elementText(false, func(e element) string { return e.value })},
	Identities:  {"source": elementText(true, func(e element) string { return e.value }), "key": elementText(true, func(e element) string { return e.key })},
	Addresses: {
		"street":      elementText(false, func(e element) string { return e.address.Street }),
		"extra":       elementText(false, func(e element) string { return e.address.Extra }),
		"postal_code": elementText(true, func(e element) string { return e.address.PostalCode }),
		"city":        elementText(false, func(e element) string { return e.address.City }),
		"region":      elementText(false, func(e element) string { return e.address.Region }),
		"country":     elementText(true, func(e element) string { return e.address.Country }),
	},
}

func elementText(code bool, read func(element) string) fieldSpec {
	return fieldSpec{typ: contact.TypeText, read: textOf(func(s subject) string { return read(s.element) }), code: code}
}

// elements gives the fields of the elements of a list: one of the record, or a
// custom field of many texts. There are none for another list.
func (l List) elements() map[string]fieldSpec {
	if _, ok := l.custom(); ok {
		return manyFields
	}
	return elementFields[l]
}

// manyFields are the fields of the texts of a custom field.
var manyFields = map[string]fieldSpec{"name": elementText(false, func(e element) string { return e.value })}

// custom gives the name of the custom field that the list is, false when it is
// another list.
func (l List) custom() (name string, ok bool) { return strings.CutPrefix(string(l), CustomPrefix) }

// FieldNames lists the fields that every record has, sorted. "email", "phone"
// and "address.*" mean the first one of the record; Has looks at all of them.
// "age" is in completed years, from a date of birth that is known as a whole.
func FieldNames() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range builtin {
			if !yield(name) {
				return
			}
		}
		yield(age)
	})
}

// ActivityFieldNames lists the fields of activities and their items, sorted.
func ActivityFieldNames() []string { return slices.Sorted(maps.Keys(eventFields)) }

// ElementFieldNames lists the fields that the elements of a list have, sorted.
func ElementFieldNames(list List) []string { return slices.Sorted(maps.Keys(list.elements())) }

// onItem reports whether a field of activities belongs to the item.
func onItem(name string) bool { return strings.HasPrefix(name, "item.") }

// customReader reads a custom field.
func customReader(name string) reader {
	return func(s subject) (contact.Value, bool) {
		v, ok := s.contact.Custom[name]
		return v, ok
	}
}

// dataReader reads a datum of an activity.
func dataReader(name string) reader {
	return func(s subject) (contact.Value, bool) {
		v, ok := s.activity.Data[name]
		return v, ok
	}
}

// elementsOf lists the elements of a list.
func elementsOf(c *contact.Contact, list List, yield func(element)) {
	switch list {
	case Emails:
		for _, e := range c.Emails {
			yield(element{value: e.Address})
		}
	case Phones:
		for _, p := range c.Phones {
			yield(element{value: p.Number})
		}
	case Addresses:
		for i := range c.Addresses {
			yield(element{address: &c.Addresses[i]})
		}
	case Identities:
		for _, n := range c.Identities {
			yield(element{value: n.Source, key: n.Key})
		}
	case Tags:
		eachWord(c.Tags, yield)
	case Hobbies:
		eachWord(c.Hobbies, yield)
	case Memberships:
		eachWord(c.Memberships, yield)
	default:
		if name, ok := list.custom(); ok {
			eachWord(c.Custom[name].Texts, yield)
		}
	}
}

func eachWord(list []string, yield func(element)) {
	for _, w := range list {
		yield(element{value: w})
	}
}
