package sqlstore

import (
	"slices"

	"github.com/stammkunde/crm/contact"
)

// contactDetails is the JSON in contactRow.Details: what the columns do not say.
type contactDetails struct {
	Email       *pointDetails            `json:"email,omitempty"` // of the first one, nil if the columns say nothing of it
	Emails      []contact.Email          `json:"emails,omitempty"`
	Phone       *pointDetails            `json:"phone,omitempty"`
	Phones      []contact.Phone          `json:"phones,omitempty"`
	Address     *contact.Address         `json:"address,omitempty"`
	Addresses   []contact.Address        `json:"addresses,omitempty"`
	Tags        []string                 `json:"tags,omitempty"`
	Hobbies     []string                 `json:"hobbies,omitempty"`
	Memberships []string                 `json:"memberships,omitempty"`
	Origins     []contact.Origin         `json:"origins,omitempty"`
	Accounts    []contact.Account        `json:"accounts,omitempty"`
	Links       []contact.Link           `json:"links,omitempty"`
	VATNormal   string                   `json:"vat_normal,omitempty"`
	Custom      map[string]contact.Value `json:"custom,omitempty"`
}

// pointDetails is what a column with an e-mail address or a number does not say.
type pointDetails struct {
	Role   contact.Role `json:"role,omitempty"`
	Same   bool         `json:"same,omitempty"` // the normal form is that of the column
	Normal string       `json:"normal,omitempty"`
}

func newPointDetails(value string, role contact.Role, normal string) *pointDetails {
	if normal != "" && normal == value {
		return &pointDetails{Role: role, Same: true}
	}
	return &pointDetails{Role: role, Normal: normal}
}

func (p *pointDetails) normal(value string) string {
	if p.Same {
		return value
	}
	return p.Normal
}

func detailsOf(c *contact.Contact) contactDetails {
	d := contactDetails{
		Emails: c.Emails, Phones: c.Phones, Addresses: c.Addresses,
		Tags: c.Tags, Hobbies: c.Hobbies, Memberships: c.Memberships, Origins: c.Origins, Accounts: c.Accounts, Links: c.Links,
		VATNormal: c.VATNormal, Custom: c.Custom,
	}
	if value := c.Email(); value != "" {
		d.Email, d.Emails = newPointDetails(value, c.Emails[0].Role, c.Emails[0].Normal), c.Emails[1:]
	}
	if value := c.Phone(); value != "" {
		d.Phone, d.Phones = newPointDetails(value, c.Phones[0].Role, c.Phones[0].Normal), c.Phones[1:]
	}
	if a := c.Address(); hasColumns(a) {
		d.Address, d.Addresses = &contact.Address{Role: a.Role, From: a.From, Until: a.Until}, c.Addresses[1:]
	}
	return d
}

func (d *contactDetails) emails(r *contactRow) []contact.Email {
	if d.Email == nil {
		return d.Emails
	}
	return slices.Insert(d.Emails, 0, contact.Email{Address: r.Email, Role: d.Email.Role, Normal: d.Email.normal(r.Email)})
}

func (d *contactDetails) phones(r *contactRow) []contact.Phone {
	if d.Phone == nil {
		return d.Phones
	}
	return slices.Insert(d.Phones, 0, contact.Phone{Number: r.Phone, Role: d.Phone.Role, Normal: d.Phone.normal(r.Phone)})
}

func (d *contactDetails) addresses(r *contactRow) []contact.Address {
	if d.Address == nil {
		return d.Addresses
	}
	a := *d.Address
	a.Street, a.Extra, a.PostalCode, a.City, a.Region, a.Country = r.Street, r.Extra, r.PostalCode, r.City, r.Region, r.Country
	return slices.Insert(d.Addresses, 0, a)
}
