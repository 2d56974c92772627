package record

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stammkunde/crm/contact"
)

// pairing tells which elements of two lists are the same.
type pairing[E any] struct {
	// same looks at all but the role, which is empty where nobody knows it.
	same func(a, b E) bool
	role func(e E) contact.Role
	// complete takes from a known element what the other one does not say.
	complete func(own *E, known E)
}

// pair joins two lists of ways to reach a contact, or to be paid by it. What stands in
// both is there once. The same address with two roles is two; one without a role is
// any of them.
func pair[E any](first, second []E, p pairing[E]) []E {
	out := slices.Clone(first)
	paired, taken := make([]bool, len(first)), make([]bool, len(second))
	for _, alike := range []func(a, b contact.Role) bool{
		func(a, b contact.Role) bool { return a == b },
		func(a, b contact.Role) bool { return a == "" || b == "" },
	} {
		for i := range first {
			for j := range second {
				if !paired[i] && !taken[j] && p.same(first[i], second[j]) && alike(p.role(first[i]), p.role(second[j])) {
					paired[i], taken[j] = true, true
					p.complete(&out[i], second[j])
				}
			}
		}
	}
	for j, e := range second {
		if !taken[j] {
			out = append(out, e)
		}
	}
	return out
}

// emails are the same that differ in capitals only, as for all but a few mail servers.
var emails = pairing[contact.Email]{
	func(a, b contact.Email) bool {
		if a.Normal != "" && b.Normal != "" {
			return strings.EqualFold(a.Normal, b.Normal)
		}
		return strings.EqualFold(a.Address, b.Address)
	},
	func(e contact.Email) contact.Role { return e.Role },
	func(own *contact.Email, known contact.Email) { own.Role = cmp.Or(own.Role, known.Role) },
}

var phones = pairing[contact.Phone]{
	func(a, b contact.Phone) bool {
		if a.Normal != "" && b.Normal != "" {
			return a.Normal == b.Normal
		}
		return digits(a.Number) == digits(b.Number)
	},
	func(p contact.Phone) contact.Role { return p.Role },
	func(own *contact.Phone, known contact.Phone) { own.Role = cmp.Or(own.Role, known.Role) },
}

var addresses = pairing[contact.Address]{
	func(a, b contact.Address) bool { return a.Postal() == b.Postal() },
	func(a contact.Address) contact.Role { return a.Role },
	func(own *contact.Address, known contact.Address) {
		own.Role, own.From, own.Until = cmp.Or(own.Role, known.Role), cmp.Or(own.From, known.From), cmp.Or(own.Until, known.Until)
	},
}

var accounts = pairing[contact.Account]{
	func(a, b contact.Account) bool {
		return a.Provider == b.Provider && a.Token == b.Token && a.Mandate == b.Mandate && a.IBAN == b.IBAN
	},
	func(contact.Account) contact.Role { return "" },
	func(own *contact.Account, known contact.Account) {
		own.BIC = cmp.Or(own.BIC, known.BIC)
		if len(own.Sealed) == 0 {
			own.Sealed = known.Sealed
		}
	},
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
