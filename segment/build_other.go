package segment

import (
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// HasRule builds a condition on a list in the record. Each method returns a
// changed copy.
type HasRule struct{ c HasCondition }

// Has begins a condition on the elements of a list.
func Has(list List) HasRule { return HasRule{HasCondition{List: list}} }

// Where keeps elements on which the rule holds. It is made of All, Any, Not and
// Field.
func (h HasRule) Where(r Rule) HasRule {
	h.c.Where = &r
	return h
}

// AtLeast is true when there are n such elements or more.
func (h HasRule) AtLeast(n int64) Rule { return h.count(AtLeast, n) }

// AtMost is true when there are n such elements or fewer.
func (h HasRule) AtMost(n int64) Rule { return h.count(AtMost, n) }

// Exactly is true when there are n such elements.
func (h HasRule) Exactly(n int64) Rule { return h.count(Equals, n) }

// None is true when there is no such element.
func (h HasRule) None() Rule { return h.count(Equals, 0) }

func (h HasRule) count(op Op, n int64) Rule {
	h.c.Op, h.c.Number = op, n
	return Rule{Has: &h.c}
}

// Tagged is true when the contact has one of the tags.
func Tagged(tags ...string) Rule { return hasOne(Tags, tags) }

// Chosen is true when the custom field of many texts, named without its prefix,
// holds one of the texts.
func Chosen(field string, texts ...string) Rule { return hasOne(CustomList(field), texts) }

func hasOne(list List, names []string) Rule {
	values := make([]any, len(names))
	for i, n := range names {
		values[i] = n
	}
	return Has(list).Where(Field("name").OneOf(values...)).AtLeast(1)
}

// KnownTo is true when the contact has an identity of the source.
func KnownTo(source string) Rule {
	return Has(Identities).Where(Field("source").Equals(source)).AtLeast(1)
}

// Consented is true when the channel may be used for the purpose.
func Consented(p consent.Purpose, ch contact.Channel) Rule { return consentIs(p, ch, ConsentGranted) }

// ConsentWasWithdrawn is true when the last word on purpose and channel is a
// withdrawal.
func ConsentWasWithdrawn(p consent.Purpose, ch contact.Channel) Rule {
	return consentIs(p, ch, ConsentWithdrawn)
}

// NeverAsked is true when nothing was ever said on purpose and channel.
func NeverAsked(p consent.Purpose, ch contact.Channel) Rule {
	return consentIs(p, ch, ConsentUnknown)
}

// Suppressed is true when the channel is blocked for every purpose.
func Suppressed(ch contact.Channel) Rule { return consentIs("", ch, ConsentSuppressed) }

func consentIs(p consent.Purpose, ch contact.Channel, is ConsentIs) Rule {
	return Rule{Consent: &ConsentCondition{p, ch, is}}
}

// InSegment is true when the rule of the saved segment is.
func InSegment(name string) Rule { return Rule{Segment: name} }

// RandomShare selects a random share of all contacts, between two numbers from
// 0 to 1, that stays the same for a seed.
func RandomShare(seed string, from, to float64) Rule {
	return Rule{Share: &ShareCondition{seed, literal(from), literal(to)}}
}
