// Package contact answers "who": the customer's record, the identities under
// which the host knows it, and the ways to reach the customer.
//
// A contact needs no e-mail address. Hosts find theirs by identity, a pair of
// source and key such as ("shop", "4711"), unique per tenant.
package contact

import (
	"strings"
	"time"

	"github.com/stammkunde/crm/id"
)

// ID identifies a contact.
type ID = id.ID[Contact]

// Kind tells persons from companies.
type Kind string

// The kinds of contact.
const (
	Person  Kind = "person"
	Company Kind = "company"
)

// Channel is a way to reach a customer, or the way on which one came to us.
// Hosts may use names of their own beside those below.
type Channel string

// The channels for which the library brings rules of its own.
const (
	ChannelEmail  Channel = "email"
	ChannelLetter Channel = "letter"
	ChannelPhone  Channel = "phone"
	ChannelSMS    Channel = "sms"
)

// Contact is the record of one customer.
//
// The service trims the spaces around names, addresses, e-mail addresses, phones,
// language, time zone and custom texts, and drops those that are empty then.
// Identities are keys: they are kept and compared as they are, spaces and case
// included. A text has at most 200 characters, a postal code 20, an e-mail
// address 254, a phone 40, a custom text 4,000; a record has at most 50 e-mail
// addresses, phones, addresses and identities each, and 200 custom values.
// Payment card numbers are refused in texts, but not in keys.
type Contact struct {
	// ID is made by the service where it is zero.
	ID ID `json:"id"`
	// Kind defaults to Person.
	Kind Kind `json:"kind"`
	Name Name `json:"name"`
	// Language is a BCP 47 tag such as "de" or "de-AT"; empty means unknown.
	Language string `json:"language,omitempty"`
	// TimeZone is an IANA name such as "Europe/Berlin"; empty means the
	// shop's.
	TimeZone string `json:"time_zone,omitempty"`
	// PreferredChannel is the customer's explicit wish; empty means none was
	// stated.
	PreferredChannel Channel `json:"preferred_channel,omitempty"`
	// Born is the date of birth, as far as it is known.
	Born Date `json:"born,omitzero"`
	// Owner is the host's key of the person who looks after the customer.
	Owner string `json:"owner,omitempty"`
	// Tags are the host's own marks, sorted and each once.
	Tags []string `json:"tags,omitempty"`
	// Emails, Phones and Addresses hold the most important one first.
	Emails    []Email   `json:"emails,omitempty"`
	Phones    []Phone   `json:"phones,omitempty"`
	Addresses []Address `json:"addresses,omitempty"`
	// Identities are the names under which hosts know this contact, sorted
	// by source and key.
	Identities []Identity `json:"identities,omitempty"`
	// Custom holds the values of the fields that the host declared in
	// crm.Config.Fields. A missing field has no entry.
	Custom map[string]Value `json:"custom,omitempty"`
	// CreatedAt and UpdatedAt are set by the service.
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// Version counts the writes, from 1. Update refuses a record whose
	// version is not the stored one.
	Version int64 `json:"version"`
}

// Name holds the parts of a name. Empty parts are missing.
type Name struct {
	Title   string `json:"title,omitempty"`
	Given   string `json:"given,omitempty"`
	Family  string `json:"family,omitempty"`
	Company string `json:"company,omitempty"`
}

// Email is an e-mail address as the customer wrote it.
type Email struct {
	Address string `json:"address"`
}

// Phone is a telephone number as the customer wrote it.
type Phone struct {
	Number string `json:"number"`
}

// Address is a postal address.
type Address struct {
	// Street holds street and house number.
	Street string `json:"street,omitempty"`
	// Extra is a further line, such as "c/o" or a floor.
	Extra      string `json:"extra,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	// Country is an ISO 3166-1 alpha-2 code.
	Country string `json:"country,omitempty"`
}

// Identity is a name under which a host knows a contact.
type Identity struct {
	// Source names the system, for instance "shop".
	Source string `json:"source"`
	// Key is the customer's key in it, for instance "4711".
	Key string `json:"key"`
}

// String gives the full name of a person, or the company's name.
func (n Name) String() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{n.Title, n.Given, n.Family} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return n.Company
	}
	return strings.Join(parts, " ")
}

// Email returns the first e-mail address, or "".
func (c Contact) Email() string {
	if len(c.Emails) == 0 {
		return ""
	}
	return c.Emails[0].Address
}

// Phone returns the first telephone number, or "".
func (c Contact) Phone() string {
	if len(c.Phones) == 0 {
		return ""
	}
	return c.Phones[0].Number
}

// Address returns the first postal address, or an empty one.
func (c Contact) Address() Address {
	if len(c.Addresses) == 0 {
		return Address{}
	}
	return c.Addresses[0]
}

// Reachable reports whether the record holds what the channel needs: an
// e-mail address, a telephone number, or a street and a city. A channel that
// the library does not know needs nothing.
func (c Contact) Reachable(ch Channel) bool {
	switch ch {
	case ChannelEmail:
		return c.Email() != ""
	case ChannelPhone, ChannelSMS:
		return c.Phone() != ""
	case ChannelLetter:
		a := c.Address()
		return a.Street != "" && a.City != ""
	}
	return true
}

// Location returns the contact's time zone, or fallback where none is known.
func (c Contact) Location(fallback *time.Location) *time.Location {
	if c.TimeZone == "" {
		return fallback
	}
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return fallback
	}
	return loc
}

// Key returns the contact's key in the source, or "".
func (c Contact) Key(source string) string {
	for _, i := range c.Identities {
		if i.Source == source {
			return i.Key
		}
	}
	return ""
}

// String hides the record, so that no log takes it along by accident.
func (c Contact) String() string { return "contact " + c.ID.String() }

// GoString hides the record from %#v.
func (c Contact) GoString() string { return c.String() }
