package record

import "github.com/stammkunde/crm/contact"

// Part is a field of a record that changes by itself.
type Part struct {
	Path string
	// Of points at the field.
	Of func(*contact.Contact) any
}

// Parts are all of them but custom values and identities.
var Parts = []Part{
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
