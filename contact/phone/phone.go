// Package phone reads telephone numbers as people write them and brings them to
// one form, E.164, in which they can be compared.
//
// It is a package of its own because the numbering plans of all countries come
// with it, in github.com/nyaruka/phonenumbers, which adds about 6 MB to a program.
// Only hosts that import it pay for them.
//
// A number is written with + and the calling code of its country, or as it is
// dialled within a country that is known. These count as its digits: ASCII,
// Arabic, Persian and full-width ones. Spaces, dashes, dots, slashes and brackets
// between them are ignored, and so are invisible marks, which come along when a
// number is copied from an address book. An extension can follow, after ext, x, #
// or a word alike, and the prefix tel: can precede.
//
// Any other letter is refused, and so is everything that stands around a number:
// what is meant by "030 123456 Ada" or 1-800-FLOWERS, only a person can tell.
//
// A number must lie in a range that its country hands out, as the numbering plans
// had it when the library was released. Whether somebody has the number, nobody
// knows but the network. Emergency and short numbers (112) are refused: no customer
// has one.
//
// # Codes
//
// [Parse] returns an *errs.Problem with one of these codes: syntax, too_short,
// too_long, unknown_country (also of a calling code, or if the number needs a
// country and none is given) and not_assigned (in no range of its country). Its
// text never repeats the number.
package phone

// Number is a telephone number that Parse accepted. Equal numbers are equal under
// ==. The zero Number is none, and its methods give "".
type Number struct {
	e164, extension, international, country string
	kind                                    Kind
}

// String gives the form in which two numbers are compared: E.164, and after
// it ";ext=45" if there is an extension, as in RFC 3966. Parse takes it.
func (n Number) String() string {
	if n.extension == "" {
		return n.e164
	}
	return n.e164 + ";ext=" + n.extension
}

// E164 gives the number as in +493012345678, at most 15 digits, without its
// extension, for which E.164 has no place.
func (n Number) E164() string { return n.e164 }

// Extension gives the digits of the extension, which may begin with zeros.
func (n Number) Extension() string { return n.extension }

// International gives the number for people, grouped as its country does it, as in
// "+49 30 12345678" or "+1 212-555-0123 ext. 45".
func (n Number) International() string {
	if n.extension == "" {
		return n.international
	}
	return n.international + " ext. " + n.extension
}

// Country gives the country or territory of the number as an ISO 3166-1 alpha-2
// code, or "" if it belongs to none, such as +800. (AC, TA and XK for Ascension,
// Tristan da Cunha and Kosovo are given, too, which ISO only reserves or leaves to
// its users.)
func (n Number) Country() string { return n.country }

// Kind tells what the number is for.
func (n Number) Kind() Kind { return n.kind }

// Kind is what a number is for, as far as its digits tell.
type Kind string

// The kinds. In some countries, the United States among them, the digits do not
// tell whether a phone is mobile.
const (
	FixedLine         Kind = "fixed_line"
	Mobile            Kind = "mobile"
	FixedLineOrMobile Kind = "fixed_line_or_mobile"
	TollFree          Kind = "toll_free"
	PremiumRate       Kind = "premium_rate"
	SharedCost        Kind = "shared_cost"
	VoIP              Kind = "voip"
	Personal          Kind = "personal" // forwards to the phones of one person
	Pager             Kind = "pager"
	Company           Kind = "company" // a universal access number, one for all places of a company
	Voicemail         Kind = "voicemail"
)

// Parser reads numbers for a service that must not know this package.
type Parser struct {
	// Country is where a number without a calling code belongs if the call names no
	// country, as an ISO 3166-1 alpha-2 code such as DE. Defaults to none: such a
	// number is then refused.
	Country string
}

// Normalize gives the form of number that Number.String gives. The country, if not
// empty, takes the place of the parser's own. The errors are those of Parse.
func (p Parser) Normalize(number, country string) (e164 string, err error) {
	if country == "" {
		country = p.Country
	}
	_, e164, extension, err := read(number, country)
	return Number{e164: e164, extension: extension}.String(), err
}
