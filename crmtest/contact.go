package crmtest

import (
	"context"
	"maps"
	"slices"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// Source is the source of the identities and references that the builders make.
const Source = "shop"

// ContactBuilder describes a contact. Each method returns a changed copy, so a
// beginning can be shared.
type ContactBuilder struct {
	c      contact.Contact
	grants []contact.Channel
}

// Contact begins a person whom the host knows under the identity (Source, key).
func Contact(key string) ContactBuilder {
	return ContactBuilder{c: contact.Contact{Identities: []contact.Identity{{Source: Source, Key: key}}}}
}

// WithID gives the contact an id, for instance one of id.Derived.
func (b ContactBuilder) WithID(id contact.ID) ContactBuilder {
	b.c.ID = id
	return b
}

// Named gives a person's name.
func (b ContactBuilder) Named(given, family string) ContactBuilder {
	b.c.Name.Given, b.c.Name.Family = given, family
	return b
}

// Company makes the contact a company.
func (b ContactBuilder) Company(name string) ContactBuilder {
	b.c.Kind, b.c.Name.Company = contact.Company, name
	return b
}

// Email adds an e-mail address.
func (b ContactBuilder) Email(address string) ContactBuilder {
	b.c.Emails = append(slices.Clone(b.c.Emails), contact.Email{Address: address})
	return b
}

// Phone adds a telephone number.
func (b ContactBuilder) Phone(number string) ContactBuilder {
	b.c.Phones = append(slices.Clone(b.c.Phones), contact.Phone{Number: number})
	return b
}

// Address adds a postal address in Germany.
func (b ContactBuilder) Address(street, postalCode, city string) ContactBuilder {
	a := contact.Address{Street: street, PostalCode: postalCode, City: city, Country: "DE"}
	b.c.Addresses = append(slices.Clone(b.c.Addresses), a)
	return b
}

// Speaks sets the language, a BCP 47 tag.
func (b ContactBuilder) Speaks(language string) ContactBuilder {
	b.c.Language = language
	return b
}

// Prefers states the wish to be addressed on the channel.
func (b ContactBuilder) Prefers(ch contact.Channel) ContactBuilder {
	b.c.PreferredChannel = ch
	return b
}

// Custom sets a custom field that crm.Config.Fields declares.
func (b ContactBuilder) Custom(name string, v contact.Value) ContactBuilder {
	b.c.Custom = maps.Clone(b.c.Custom)
	if b.c.Custom == nil {
		b.c.Custom = map[string]contact.Value{}
	}
	b.c.Custom[name] = v
	return b
}

// AgreesTo grants consent for marketing on the channels.
func (b ContactBuilder) AgreesTo(channels ...contact.Channel) ContactBuilder {
	b.grants = append(slices.Clone(b.grants), channels...)
	return b
}

// Record gives the contact alone, for calls of one's own.
func (b ContactBuilder) Record() contact.Contact {
	c := b.c
	c.Emails, c.Phones = slices.Clone(c.Emails), slices.Clone(c.Phones)
	c.Addresses, c.Identities = slices.Clone(c.Addresses), slices.Clone(c.Identities)
	c.Custom = maps.Clone(c.Custom)
	return c
}

// Save stores the contact, in place of the one with its identity, and grants
// what it agrees to, in one transaction. It returns the contact as stored.
func (b ContactBuilder) Save(ctx context.Context, c *crm.CRM) (contact.Contact, error) {
	var stored contact.Contact
	err := c.Atomic(ctx, func(ctx context.Context, c *crm.CRM) error {
		var err error
		if stored, _, err = c.Contacts.Upsert(ctx, b.Record()); err != nil || len(b.grants) == 0 {
			return err
		}
		return c.Consents.Grant(ctx, consent.Declaration{
			Contact: stored.ID, Channels: b.grants, Source: "crmtest", Wording: "I agree to be told about offers.",
		})
	})
	return stored, err
}
