package segment

import (
	"maps"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
)

// CustomPrefix stands before the name of a custom field in a rule.
const CustomPrefix = "custom."

// recordField is a field that every record has.
type recordField struct {
	typ  contact.Type
	read func(*contact.Contact) contact.Value
}

// builtin lists the fields of every record.
var builtin = map[string]recordField{
	"kind":                text(func(c *contact.Contact) string { return string(c.Kind) }),
	"name.title":          text(func(c *contact.Contact) string { return c.Name.Title }),
	"name.given":          text(func(c *contact.Contact) string { return c.Name.Given }),
	"name.family":         text(func(c *contact.Contact) string { return c.Name.Family }),
	"name.company":        text(func(c *contact.Contact) string { return c.Name.Company }),
	"language":            text(func(c *contact.Contact) string { return c.Language }),
	"time_zone":           text(func(c *contact.Contact) string { return c.TimeZone }),
	"preferred_channel":   text(func(c *contact.Contact) string { return string(c.PreferredChannel) }),
	"email":               text(func(c *contact.Contact) string { return c.Email() }),
	"phone":               text(func(c *contact.Contact) string { return c.Phone() }),
	"address.street":      text(func(c *contact.Contact) string { return c.Address().Street }),
	"address.postal_code": text(func(c *contact.Contact) string { return c.Address().PostalCode }),
	"address.city":        text(func(c *contact.Contact) string { return c.Address().City }),
	"address.region":      text(func(c *contact.Contact) string { return c.Address().Region }),
	"address.country":     text(func(c *contact.Contact) string { return c.Address().Country }),
	"created_at": {contact.TypeTime, func(c *contact.Contact) contact.Value {
		return contact.Time(c.CreatedAt)
	}},
}

func text(read func(*contact.Contact) string) recordField {
	return recordField{contact.TypeText, func(c *contact.Contact) contact.Value { return contact.Text(read(c)) }}
}

// FieldNames lists the fields that every record has, sorted. "email", "phone"
// and "address.*" mean the first one of the record.
func FieldNames() []string { return slices.Sorted(maps.Keys(builtin)) }

// fieldType returns the type of a field, false when there is no such field.
func fieldType(name string, custom map[string]contact.Type) (contact.Type, bool) {
	if own, ok := strings.CutPrefix(name, CustomPrefix); ok {
		t, ok := custom[own]
		return t, ok
	}
	b, ok := builtin[name]
	return b.typ, ok
}

// readField returns the value of a field, false when it is missing.
func readField(c *contact.Contact, name string) (contact.Value, bool) {
	if own, ok := strings.CutPrefix(name, CustomPrefix); ok {
		v, ok := c.Custom[own]
		return v, ok
	}
	b, ok := builtin[name]
	if !ok {
		return contact.Value{}, false
	}
	v := b.read(c)
	return v, v.Type != contact.TypeText || v.Text != ""
}
