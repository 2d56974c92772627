// Package postal knows how the countries write postal addresses: which fields an
// address must have, how a postal code looks, and in which order the lines stand
// on a letter.
//
// It knows all countries of ISO 3166-1, and Kosovo, Ascension and Tristan da Cunha,
// which have codes of their own in the post. Where nobody published a rule there is
// none: an address of such a country is taken as it is.
//
// The rules are facts from Google's libaddressinput (Apache License 2.0,
// https://github.com/google/libaddressinput), which rest on what the Universal
// Postal Union publishes, brought up to date where a country changed its postal
// codes; a code of the old kind stays valid. Whether a place exists is not checked.
package postal

import (
	"strings"

	"github.com/stammkunde/crm/errs"
)

// Address is a postal address. Its fields are those of contact.Address, so that
// one converts to the other. A part of a town has no field of its own: it stands
// in Extra.
type Address struct {
	// Street holds street and house number.
	Street string
	// Extra is a further line, such as "c/o" or a floor.
	Extra      string
	PostalCode string
	City       string
	// Region is the state, province, prefecture or county.
	Region string
	// Country is an ISO 3166-1 alpha-2 code.
	Country string
}

// unknownCountry is what is wrong with a country that is none.
var unknownCountry = errs.Refuse("unknown_country", "must be an ISO 3166-1 alpha-2 code such as DE")

// Check adds to f what keeps the post of its country from delivering to an address:
// a field that must not be empty there, and a postal code that is none there. The
// code may be spelled in every way that NormalPostalCode understands. An address
// without a country breaks no rule.
func Check(f *errs.Fields, a Address) {
	if a.Country == "" {
		return
	}
	c, ok := find(a.Country)
	if !ok {
		f.Report("country", unknownCountry)
		return
	}
	for _, field := range []struct{ letter, path, text string }{
		{"a", "street", a.Street}, {"z", "postal_code", a.PostalCode}, {"c", "city", a.City}, {"s", "region", a.Region},
	} {
		if strings.Contains(c.need, field.letter) && strings.TrimSpace(field.text) == "" {
			f.Add(field.path, "required", "must not be empty in an address of this country")
		}
	}
	_, err := c.normal(a.PostalCode)
	f.Report("postal_code", err)
}
