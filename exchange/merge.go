package exchange

import (
	"maps"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// merge makes of what is stored, and of what an entry says, the record that is
// stored next. kind is empty where the entry leaves it open; own is the origin that the
// import adds.
func merge(known Known, own contact.Origin, old, next contact.Contact, kind contact.Kind) contact.Contact {
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
	out.Origins = origins(known, own, old.Origins, next.Origins)
	out.ID, out.CreatedAt, out.UpdatedAt, out.Version = old.ID, old.CreatedAt, old.UpdatedAt, old.Version
	out.Identities = slices.Clone(old.Identities)
	for _, identity := range next.Identities {
		if !slices.Contains(out.Identities, identity) {
			out.Identities = append(out.Identities, identity)
		}
	}
	return out
}

// origins keeps the instants of those that are known: they are when the notice was
// shown. Replace drops the others that the entry does not name.
func origins(known Known, own contact.Origin, old, next []contact.Origin) []contact.Origin {
	if known != Replace {
		return join(old, next, sameOrigin)
	}
	var out []contact.Origin
	for _, o := range old {
		if sameOrigin(o, own) || slices.ContainsFunc(next, func(n contact.Origin) bool { return sameOrigin(o, n) }) {
			out = append(out, o)
		}
	}
	return join(out, next, sameOrigin)
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
	out.Born = fuller(first.Born, second.Born)
	if out.VATNumber == "" {
		out.VATNumber, out.VATNormal = second.VATNumber, second.VATNormal
	}
	out.Tags = join(first.Tags, second.Tags, same[string])
	out.Hobbies = join(first.Hobbies, second.Hobbies, same[string])
	out.Memberships = join(first.Memberships, second.Memberships, same[string])
	out.Links = join(first.Links, second.Links, same[contact.Link])
	out.Emails = pair(first.Emails, second.Emails, emails)
	out.Phones = pair(first.Phones, second.Phones, phones)
	out.Addresses = pair(first.Addresses, second.Addresses, addresses)
	out.Accounts = pair(first.Accounts, second.Accounts, accounts)
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

// fuller gives the first date, or the second one if it says the same and more.
func fuller(first, second contact.Date) contact.Date {
	agree := func(a, b int) bool { return a == 0 || a == b }
	if agree(first.Year, second.Year) && agree(int(first.Month), int(second.Month)) && agree(first.Day, second.Day) {
		return second
	}
	return first
}

func sameOrigin(a, b contact.Origin) bool { return a.Source == b.Source && a.Notice == b.Notice }

func same[E comparable](a, b E) bool { return a == b }
