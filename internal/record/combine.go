// Package record joins and compares records of contacts field by field, for all that
// makes one of two: imports and merges.
package record

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// Combine takes each field from the first record that has it, and joins lists. Of the
// second one it leaves identities, origins and what the service sets.
func Combine(first, second contact.Contact) contact.Contact {
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
	out.Tags = Join(first.Tags, second.Tags, same[string])
	out.Hobbies = Join(first.Hobbies, second.Hobbies, same[string])
	out.Memberships = Join(first.Memberships, second.Memberships, same[string])
	out.Links = Join(first.Links, second.Links, same[contact.Link])
	out.Emails = pair(first.Emails, second.Emails, emails)
	out.Phones = pair(first.Phones, second.Phones, phones)
	out.Addresses = pair(first.Addresses, second.Addresses, addresses)
	out.Accounts = pair(first.Accounts, second.Accounts, accounts)
	for name, v := range second.Custom {
		if _, there := first.Custom[name]; !there {
			out.Custom = With(out.Custom, name, v)
		}
	}
	return out
}

// Join gives the elements of both lists, each once.
func Join[E any](first, second []E, same func(a, b E) bool) []E {
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

// SameOrigin reports whether two origins are one, whenever their notice was shown.
func SameOrigin(a, b contact.Origin) bool { return a.Source == b.Source && a.Notice == b.Notice }

func same[E comparable](a, b E) bool { return a == b }

// With returns a copy of custom values in which one has another value.
func With(custom map[string]contact.Value, name string, v contact.Value) map[string]contact.Value {
	custom = maps.Clone(custom)
	if custom == nil {
		custom = map[string]contact.Value{}
	}
	custom[name] = v
	return custom
}

// Without returns a copy of custom values that lacks one; nil when none is left.
func Without(custom map[string]contact.Value, name string) map[string]contact.Value {
	custom = maps.Clone(custom)
	delete(custom, name)
	if len(custom) == 0 {
		return nil
	}
	return custom
}

// Identities gives those of both lists, each once, in the order of stores.
func Identities(a, b []contact.Identity) []contact.Identity {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(a, b contact.Identity) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Key, b.Key))
	})
	if all = slices.Compact(all); len(all) == 0 {
		return nil
	}
	return all
}
