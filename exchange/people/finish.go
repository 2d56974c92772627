package people

import (
	"slices"
	"strings"
	"unicode"

	"github.com/stammkunde/crm/contact"
)

// finish puts the parts together. Where nothing tells the kind, a company is what
// has a company's name and no person's.
func (b *draft) finish() contact.Contact {
	b.finishName()
	c := &b.c
	if c.Kind == "" && c.Name.Company != "" && c.Name.Given == "" && c.Name.Family == "" {
		c.Kind = contact.Company
	}
	share(b.emails, func(e *contact.Email) *contact.Role { return &e.Role })
	share(b.phones, func(p *contact.Phone) *contact.Role { return &p.Role })
	share(b.addresses, func(a *address) *contact.Role { return &a.Role })
	for _, e := range b.emails {
		if e.element.Address != "" {
			c.Emails = append(c.Emails, e.element)
		}
	}
	for _, p := range b.phones {
		if p.element.Number != "" {
			c.Phones = append(c.Phones, p.element)
		}
	}
	for _, a := range b.addresses {
		if !a.element.isEmpty() {
			c.Addresses = append(c.Addresses, a.element.whole())
		}
	}
	for _, o := range b.origins {
		if o.element != (contact.Origin{}) {
			c.Origins = append(c.Origins, o.element)
		}
	}
	return *c
}

// share gives the role of the first element of a column to those that have none.
func share[E any](list slots[E], role func(*E) *contact.Role) {
	for i := 1; i < len(list); i++ {
		own := role(&list[i].element)
		if list[i].index == list[i-1].index && *own == "" {
			*own = *role(&list[i-1].element)
		}
	}
}

func (b *draft) finishName() {
	n := &b.c.Name
	if n.Given == "" && n.Family == "" && b.full != "" && b.full != n.Company {
		if b.c.Kind == contact.Company {
			n.Company = orElse(n.Company, b.full)
		} else {
			own := SplitName(b.full)
			n.Given, n.Family = own.Given, own.Family
			n.Salutation, n.Title = orElse(n.Salutation, own.Salutation), orElse(n.Title, own.Title)
		}
	}
	salutation, title, rest := cutTitles(strings.Fields(b.prefix))
	n.Salutation = orElse(n.Salutation, joined(" ", salutation, strings.Join(rest, " ")))
	n.Title = orElse(n.Title, title)
	n.Given = joined(" ", n.Given, b.middle)
	n.Family = joined(" ", n.Family, b.suffix)
}

// whole is the address with its parts in their places.
func (a address) whole() contact.Address {
	own := a.Address
	if own.Street == "" { // people begin on the second line, too
		own.Street, a.street2 = a.street2, ""
	}
	own.Street = joined(" ", own.Street, a.house)
	own.Extra = joined(", ", own.Extra, a.street2, a.street3, postBox(a.box, own.Country))
	return own
}

// isEmpty reports whether there is no address: a role and a time are none.
func (a address) isEmpty() bool {
	own := a.whole()
	return own == contact.Address{Role: own.Role, From: own.From, Until: own.Until}
}

// germanPosts are the countries whose letters say Postfach.
var germanPosts = []string{"DE", "AT", "CH", "LI"}

// postBox says that a bare number is a post box.
func postBox(box, country string) string {
	switch {
	case box == "" || strings.ContainsFunc(box, unicode.IsLetter):
		return box
	case slices.Contains(germanPosts, country):
		return "Postfach " + box
	}
	return "PO Box " + box
}

// joined joins what is not empty.
func joined(separator string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), separator)
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}
