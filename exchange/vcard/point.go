package vcard

import (
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/postal"
	"github.com/stammkunde/crm/internal/check"
)

// roleOf are the types, and the labels of Apple, that say what a value is for.
var roleOf = map[string]contact.Role{
	"home": contact.Home, "work": contact.Work, "cell": contact.Mobile, "mobile": contact.Mobile, "fax": contact.Fax, "iphone": contact.Mobile,
	"homefax": contact.Fax, "workfax": contact.Fax, "otherfax": contact.Fax, "billing": contact.Billing, "delivery": contact.Delivery,
	"dom": "", "intl": "", "postal": "", "parcel": "", "internet": "", "voice": "", "msg": "", "text": "", "pref": "", "other": "", "textphone": "",
	"": "", "x400": "", "x-internet": "", "smtp": "",
	"privat": contact.Home, "arbeit": contact.Work, "geschäftlich": contact.Work, "mobil": contact.Mobile, "handy": contact.Mobile,
}

// roleRank puts in order what the types of one value say together: a fax at work
// is a fax.
var roleRank = []contact.Role{contact.Fax, contact.Mobile, contact.Billing, contact.Delivery, contact.Home, contact.Work}

// role tells what a value is for. Types that say something else are lost.
func (b *builder) role(p *property) contact.Role {
	if own := p.param(ownRole); check.IsName(own) {
		return contact.Role(own)
	}
	words := p.types()
	if label := b.labels[p.group]; p.group != "" && label != "" {
		word := strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(label, "_$!<"), ">!$_"))
		if _, known := roleOf[word]; known {
			b.used[p.group] = true
			words = append(words, word)
		}
	}
	var found []contact.Role
	for _, word := range words {
		role, known := roleOf[word]
		b.lose(!known, p.name+".TYPE")
		if p.name == "TEL" || role != contact.Mobile && role != contact.Fax {
			found = append(found, role)
		}
	}
	for _, role := range roleRank {
		if slices.Contains(found, role) {
			return role
		}
	}
	return ""
}

func (b *builder) readEmail(p *property) error {
	address := p.text()
	if len(address) > 7 && strings.EqualFold(address[:7], "mailto:") {
		address = address[7:]
	}
	if address == "" {
		return nil
	}
	b.emails = append(b.emails, ranked[contact.Email]{contact.Email{Address: address, Role: b.role(p)}, p.rank()})
	return nil
}

func (b *builder) readPhone(p *property) error {
	number := p.text()
	scheme, rest, _ := strings.Cut(number, ":")
	switch {
	case number == "":
		return nil
	case strings.EqualFold(scheme, "tel"):
		number = b.fromURI(rest)
	case strings.EqualFold(p.param("VALUE"), "uri"): // sip, for instance
		b.unread.add("TEL")
		return nil
	}
	b.phones = append(b.phones, ranked[contact.Phone]{contact.Phone{Number: number, Role: b.role(p)}, p.rank()})
	return nil
}

// fromURI reads what stands behind "tel:". An extension has no place.
func (b *builder) fromURI(s string) string {
	number, params, _ := strings.Cut(s, ";")
	for param := range strings.SplitSeq(params, ";") {
		name, _, _ := strings.Cut(param, "=")
		if name = strings.ToUpper(strings.TrimSpace(name)); isToken(name) {
			b.unread.add("TEL." + name)
		}
	}
	return strings.TrimSpace(number)
}

// readAddress reads box, extension, street, town, region, code and country.
func (b *builder) readAddress(p *property) error {
	parts := p.parts(7)
	for i, s := range parts {
		parts[i] = join(s, b.version, ", ", ", ")
	}
	a := contact.Address{Extra: glued(", ", parts[0], parts[1]), Street: parts[2], City: parts[3], Region: parts[4], PostalCode: parts[5]}
	country, lost := b.country(p, parts[6])
	a.Country = country
	b.lose(lost, "ADR.COUNTRY")
	b.lose(p.param("LABEL") != "", "ADR.LABEL")
	b.lose(glued("", parts[7:]...) != "", "ADR.MORE")
	if a == (contact.Address{}) {
		return nil
	}
	a.Role, a.From, a.Until = b.role(p), dateParam(p, ownFrom), dateParam(p, ownUntil)
	b.addresses = append(b.addresses, ranked[contact.Address]{a, p.rank()})
	return nil
}

// country gives the code of an address. The parameter CC (RFC 8605) is sure.
func (b *builder) country(p *property, name string) (code string, lost bool) {
	if cc := strings.ToUpper(p.param("CC")); postal.Known(cc) {
		return cc, false
	}
	code, ok := postal.ParseCountry(name)
	return code, !ok && name != ""
}
