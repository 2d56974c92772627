package exchange

import (
	"maps"
	"reflect"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// unmerge takes a record back from after to before, as far as it is still as after.
// It names the fields that were changed since, and stay.
func unmerge(now, before, after contact.Contact) (was contact.Contact, changed []string) {
	was = now
	was.Custom = maps.Clone(now.Custom)
	was.Identities = nil // are released, and bound, by themselves
	for _, p := range parts {
		is, old, new := p.of(&now), p.of(&before), p.of(&after)
		switch {
		case reflect.DeepEqual(old, new): // the import left it alone
		case reflect.DeepEqual(is, new):
			reflect.ValueOf(p.of(&was)).Elem().Set(reflect.ValueOf(old).Elem())
		default:
			changed = append(changed, p.path)
		}
	}
	if was.VATNumber == before.VATNumber {
		was.VATNormal = before.VATNormal
	}
	for _, name := range names(now.Custom, before.Custom, after.Custom) {
		is, there := now.Custom[name]
		old, had := before.Custom[name]
		new, got := after.Custom[name]
		switch {
		case had == got && reflect.DeepEqual(old, new):
		case there != got || !reflect.DeepEqual(is, new):
			changed = append(changed, "custom["+name+"]")
		case had:
			was.Custom = with(was.Custom, name, old)
		default:
			delete(was.Custom, name)
		}
	}
	if len(was.Custom) == 0 {
		was.Custom = nil
	}
	return was, changed
}

func names(maps ...map[string]contact.Value) []string {
	var list []string
	for _, m := range maps {
		for name := range m {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// parts are the fields of a record that are taken back each by itself. Custom values
// and identities are not among them.
var parts = []struct {
	path string
	of   func(*contact.Contact) any
}{
	{"kind", func(c *contact.Contact) any { return &c.Kind }},
	{"name", func(c *contact.Contact) any { return &c.Name }},
	{"language", func(c *contact.Contact) any { return &c.Language }},
	{"time_zone", func(c *contact.Contact) any { return &c.TimeZone }},
	{"preferred_channel", func(c *contact.Contact) any { return &c.PreferredChannel }},
	{"born", func(c *contact.Contact) any { return &c.Born }},
	{"occupation", func(c *contact.Contact) any { return &c.Occupation }},
	{"education", func(c *contact.Contact) any { return &c.Education }},
	{"marital_status", func(c *contact.Contact) any { return &c.MaritalStatus }},
	{"vat_number", func(c *contact.Contact) any { return &c.VATNumber }},
	{"owner", func(c *contact.Contact) any { return &c.Owner }},
	{"tags", func(c *contact.Contact) any { return &c.Tags }},
	{"hobbies", func(c *contact.Contact) any { return &c.Hobbies }},
	{"memberships", func(c *contact.Contact) any { return &c.Memberships }},
	{"emails", func(c *contact.Contact) any { return &c.Emails }},
	{"phones", func(c *contact.Contact) any { return &c.Phones }},
	{"addresses", func(c *contact.Contact) any { return &c.Addresses }},
	{"links", func(c *contact.Contact) any { return &c.Links }},
	{"origins", func(c *contact.Contact) any { return &c.Origins }},
	{"accounts", func(c *contact.Contact) any { return &c.Accounts }},
}
