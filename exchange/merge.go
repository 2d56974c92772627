package exchange

import (
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/record"
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
		out = record.Combine(first, second)
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
		return record.Join(old, next, record.SameOrigin)
	}
	var out []contact.Origin
	for _, o := range old {
		if record.SameOrigin(o, own) || slices.ContainsFunc(next, func(n contact.Origin) bool { return record.SameOrigin(o, n) }) {
			out = append(out, o)
		}
	}
	return record.Join(out, next, record.SameOrigin)
}
