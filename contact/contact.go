// Package contact answers "who": the customer's record, the identities under
// which the host knows it, and the ways to reach the customer.
//
// A contact needs no e-mail address. Hosts find theirs by identity, a pair of
// source and key such as ("shop", "4711"), unique per tenant.
package contact

import (
	"reflect"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact/bank"
	"github.com/stammkunde/crm/contact/postal"
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
// addresses, phones, addresses, identities, origins, accounts, links, tags,
// hobbies and memberships each, and 200 custom values, of which one of many texts
// has at most 50. Payment card numbers are refused in texts, but not in keys. What
// else must be true is listed at Check.
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
	// Occupation, Education and MaritalStatus are in the customer's own words.
	Occupation    string `json:"occupation,omitempty"`
	Education     string `json:"education,omitempty"`
	MaritalStatus string `json:"marital_status,omitempty"`
	// VATNumber is the number for value added tax as it was written, with the prefix
	// of its country. VATNormal is set by the service: its form in package vat, empty
	// where the number was not checked.
	VATNumber string `json:"vat_number,omitempty"`
	VATNormal string `json:"vat_normal,omitempty"`
	// Owner is the host's key of the person who looks after the customer.
	Owner string `json:"owner,omitempty"`
	// Tags are the host's own marks. They, Hobbies and Memberships are sorted
	// and stand there once each.
	Tags        []string `json:"tags,omitempty"`
	Hobbies     []string `json:"hobbies,omitempty"`
	Memberships []string `json:"memberships,omitempty"`
	// Emails, Phones and Addresses hold the most important one first.
	Emails    []Email   `json:"emails,omitempty"`
	Phones    []Phone   `json:"phones,omitempty"`
	Addresses []Address `json:"addresses,omitempty"`
	// Identities are the names under which hosts know this contact, sorted
	// by source and key.
	Identities []Identity `json:"identities,omitempty"`
	// Origins tell where the data came from, and which notice was shown then.
	Origins []Origin `json:"origins,omitempty"`
	// Accounts are the ways in which the customer pays, the most important one
	// first. CSV and vCards do not hold them.
	Accounts []Account `json:"accounts,omitempty"`
	// Links lead to other contacts, sorted by kind and id and once each. The
	// service looks that they exist. CSV and vCards do not hold them.
	Links []Link `json:"links,omitempty"`
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
	// Salutation is how the customer wants to be addressed, such as "Frau".
	Salutation string `json:"salutation,omitempty"`
	Title      string `json:"title,omitempty"`
	Given      string `json:"given,omitempty"`
	Family     string `json:"family,omitempty"`
	Company    string `json:"company,omitempty"`
}

// Role says what an address, e-mail address or phone is for. Hosts may use names
// of their own beside those below.
type Role string

// The roles that vCards and address books have too. Mobile and Fax are for
// phones.
const (
	Home     Role = "home"
	Work     Role = "work"
	Billing  Role = "billing"
	Delivery Role = "delivery"
	Mobile   Role = "mobile"
	Fax      Role = "fax"
)

// Email is an e-mail address as the customer wrote it.
type Email struct {
	Address string `json:"address"`
	Role    Role   `json:"role,omitempty"`
	// Normal is set by the service: the form in which two spellings of one
	// address are the same, empty where the address was not checked.
	Normal string `json:"normal,omitempty"`
}

// Phone is a telephone number as the customer wrote it.
type Phone struct {
	Number string `json:"number"`
	Role   Role   `json:"role,omitempty"`
	// Normal is set by the service where it has Validation.Phones: the number
	// in the form of E.164, such as "+4930123456".
	Normal string `json:"normal,omitempty"`
}

// Origin is a source of the record.
type Origin struct {
	// Source names where the data came from, for instance "webshop" or
	// "trade-fair-2026".
	Source string `json:"source"`
	// At is when. The service puts the present for the zero time.
	At time.Time `json:"at"`
	// Notice is the host's key of the privacy notice that was shown then,
	// empty where none was.
	Notice string `json:"notice,omitempty"`
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
	Role    Role   `json:"role,omitempty"`
	// From and Until are the first and the last day on which the address is
	// good, as far as they are known. Address and Reachable do not look at them.
	From  Date `json:"from,omitzero"`
	Until Date `json:"until,omitzero"`
}

// Postal gives the address as package postal takes it, for checks and letters.
func (a Address) Postal() postal.Address {
	return postal.Address{
		Street: a.Street, Extra: a.Extra, PostalCode: a.PostalCode, City: a.City, Region: a.Region, Country: a.Country,
	}
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

// SameData reports whether two records say the same of a customer, so that
// storing one over the other would change nothing but its version. What the
// service sets does not count, nor do the identities, which are only ever added.
func SameData(a, b Contact) bool {
	return reflect.DeepEqual(data(a), data(b))
}

// data gives what the host says of a customer.
func data(c Contact) Contact {
	c = normalize(c)
	c.ID, c.Identities, c.CreatedAt, c.UpdatedAt, c.Version = ID{}, nil, time.Time{}, time.Time{}, 0
	c.VATNormal = ""
	for i := range c.Emails {
		c.Emails[i].Normal = ""
	}
	for i := range c.Phones {
		c.Phones[i].Normal = ""
	}
	for i := range c.Accounts {
		a := &c.Accounts[i]
		if iban, err := bank.ParseIBAN(a.IBAN); err == nil {
			a.IBAN = iban.Masked()
		}
		if bic, err := bank.ParseBIC(a.BIC); err == nil {
			a.BIC = string(bic)
		}
		a.Sealed = nil
	}
	return c
}

// String hides the record, so that no log takes it along by accident.
func (c Contact) String() string { return "contact " + c.ID.String() }

// GoString hides the record from %#v.
func (c Contact) GoString() string { return c.String() }
