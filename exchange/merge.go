package exchange

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
)

// merge makes of what is stored, and of what an entry says, the record that is
// stored next. kind is empty where the entry leaves it open.
func merge(known Known, old, next contact.Contact, kind contact.Kind) contact.Contact {
	out := next
	if known != Replace {
		next.Kind = kind
		first, second := next, old // the first that says something counts
		if known == Fill {
			first, second = old, next
		}
		out = combine(first, second)
		for name, v := range second.Custom {
			if _, there := first.Custom[name]; !there {
				out.Custom = with(out.Custom, name, v)
			}
		}
	}
	out.ID, out.CreatedAt, out.UpdatedAt, out.Version = old.ID, old.CreatedAt, old.UpdatedAt, old.Version
	out.Identities = slices.Clone(old.Identities)
	for _, identity := range next.Identities {
		if !slices.Contains(out.Identities, identity) {
			out.Identities = append(out.Identities, identity)
		}
	}
	return out
}

func with(custom map[string]contact.Value, name string, v contact.Value) map[string]contact.Value {
	custom = maps.Clone(custom)
	if custom == nil {
		custom = map[string]contact.Value{}
	}
	custom[name] = v
	return custom
}

// combine takes each field from the first record that has it, and joins lists.
func combine(first, second contact.Contact) contact.Contact {
	out := first
	n, m := &out.Name, second.Name
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&n.Salutation, m.Salutation}, {&n.Title, m.Title}, {&n.Given, m.Given}, {&n.Family, m.Family}, {&n.Company, m.Company},
		{&out.Language, second.Language}, {&out.TimeZone, second.TimeZone}, {&out.Occupation, second.Occupation},
		{&out.Education, second.Education}, {&out.MaritalStatus, second.MaritalStatus}, {&out.Owner, second.Owner},
		{(*string)(&out.Kind), string(second.Kind)}, {(*string)(&out.PreferredChannel), string(second.PreferredChannel)},
	} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if out.Born == (contact.Date{}) {
		out.Born = second.Born
	}
	if out.VATNumber == "" {
		out.VATNumber, out.VATNormal = second.VATNumber, second.VATNormal
	}
	out.Tags = join(first.Tags, second.Tags, same[string])
	out.Hobbies = join(first.Hobbies, second.Hobbies, same[string])
	out.Memberships = join(first.Memberships, second.Memberships, same[string])
	out.Emails = points(first.Emails, second.Emails, sameEmail, func(e *contact.Email, known contact.Email) {
		e.Role = cmp.Or(e.Role, known.Role)
	})
	out.Phones = points(first.Phones, second.Phones, samePhone, func(p *contact.Phone, known contact.Phone) {
		p.Role = cmp.Or(p.Role, known.Role)
	})
	out.Addresses = points(first.Addresses, second.Addresses, sameAddress, func(a *contact.Address, known contact.Address) {
		a.Role, a.From, a.Until = cmp.Or(a.Role, known.Role), cmp.Or(a.From, known.From), cmp.Or(a.Until, known.Until)
	})
	out.Links = join(first.Links, second.Links, same[contact.Link])
	out.Origins = join(first.Origins, second.Origins, func(a, b contact.Origin) bool { return a.Source == b.Source && a.Notice == b.Notice })
	out.Accounts = join(first.Accounts, second.Accounts, sameAccount)
	return out
}

// join gives the elements of both lists, each once.
func join[E any](first, second []E, same func(a, b E) bool) []E {
	out := slices.Clone(first)
	for _, e := range second {
		if !slices.ContainsFunc(first, func(is E) bool { return same(is, e) }) {
			out = append(out, e)
		}
	}
	return out
}

// points joins ways to reach the contact. What is not said of one that stands in both
// lists is taken from the second.
func points[E any](first, second []E, same func(a, b E) bool, complete func(own *E, known E)) []E {
	out := join(first, second, same)
	for i := range first {
		if at := slices.IndexFunc(second, func(e E) bool { return same(out[i], e) }); at >= 0 {
			complete(&out[i], second[at])
		}
	}
	return out
}

func same[E comparable](a, b E) bool { return a == b }

// sameEmail takes two spellings for the same that differ in capitals only, as all but
// a few mail servers do.
func sameEmail(a, b contact.Email) bool {
	if a.Normal != "" && b.Normal != "" {
		return strings.EqualFold(a.Normal, b.Normal)
	}
	return strings.EqualFold(a.Address, b.Address)
}

func samePhone(a, b contact.Phone) bool {
	if a.Normal != "" && b.Normal != "" {
		return a.Normal == b.Normal
	}
	return digits(a.Number) == digits(b.Number)
}

// digits leaves only the digits of a number and its plus.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
}

// sameAddress does not look at the role, nor at the dates.
func sameAddress(a, b contact.Address) bool { return a.Postal() == b.Postal() }

func sameAccount(a, b contact.Account) bool {
	return a.Provider == b.Provider && a.Token == b.Token && a.Mandate == b.Mandate && a.IBAN == b.IBAN
}
