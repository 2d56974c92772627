package vcard

import (
	"encoding/json"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/check"
)

// The properties and parameters for what vCard has no place for.
const (
	ownSalutation = "X-STAMMKUNDE-SALUTATION"
	ownEducation  = "X-STAMMKUNDE-EDUCATION"
	ownVAT        = "X-STAMMKUNDE-VAT-NUMBER"
	ownMarital    = "X-STAMMKUNDE-MARITAL-STATUS"
	ownOwner      = "X-STAMMKUNDE-OWNER"
	ownChannel    = "X-STAMMKUNDE-PREFERRED-CHANNEL"
	ownMembership = "X-STAMMKUNDE-MEMBERSHIP"
	ownIdentity   = "X-STAMMKUNDE-IDENTITY" // source;key
	ownOrigin     = "X-STAMMKUNDE-ORIGIN"   // source;time;notice
	ownCustom     = "X-STAMMKUNDE-CUSTOM"   // name;JSON of the value

	ownRole  = "X-STAMMKUNDE-ROLE"
	ownFrom  = "X-STAMMKUNDE-FROM"
	ownUntil = "X-STAMMKUNDE-UNTIL"
)

// own handles a property that is one text of the record.
func own(field func(*contact.Contact) *string) func(*builder, *property) error {
	return func(b *builder, p *property) error {
		*field(&b.c) = p.text()
		return nil
	}
}

func (b *builder) readChannel(p *property) error {
	b.c.PreferredChannel = contact.Channel(p.text())
	return nil
}

func (b *builder) readMembership(p *property) error {
	b.c.Memberships = appendText(b.c.Memberships, p.text())
	return nil
}

func (b *builder) readIdentity(p *property) error {
	parts := split(p.value, ';', 2)
	if len(parts) != 2 || !check.IsName(parts[0]) || parts[1] == "" {
		b.unread.add(p.name)
		return nil
	}
	b.c.Identities = append(b.c.Identities, contact.Identity{Source: parts[0], Key: key(parts[1])})
	return nil
}

func (b *builder) readOrigin(p *property) error {
	parts := p.parts(3)
	at, err := time.Parse(time.RFC3339Nano, parts[1])
	if err != nil || !check.IsName(parts[0]) {
		b.unread.add(p.name)
		return nil
	}
	b.c.Origins = append(b.c.Origins, contact.Origin{Source: parts[0], At: at.UTC(), Notice: key(parts[2])})
	return nil
}

func (b *builder) readCustom(p *property) error {
	parts := split(p.value, ';', 2)
	var v contact.Value
	if len(parts) != 2 || !check.IsName(parts[0]) || json.Unmarshal([]byte(unescape(parts[1])), &v) != nil {
		b.unread.add(p.name)
		return nil
	}
	if b.c.Custom == nil {
		b.c.Custom = map[string]contact.Value{}
	}
	b.c.Custom[parts[0]] = v
	return nil
}
