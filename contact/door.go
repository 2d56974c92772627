package contact

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/stammkunde/crm/contact/email"
	"github.com/stammkunde/crm/contact/postal"
	"github.com/stammkunde/crm/contact/vat"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/textfold"
)

// Validation says how strictly records are checked at the door. The zero value
// is strict.
type Validation struct {
	// Off are the checks that are left out.
	Off []Check
	// Phones reads telephone numbers, for instance a phone.Parser. Without it
	// only their shape is checked, and Phone.Normal stays empty.
	Phones PhoneParser
	// Sealer encrypts whole IBANs. Without it they are masked, and gone.
	Sealer Sealer
}

// PhoneParser reads telephone numbers.
type PhoneParser interface {
	// Normalize gives the number in the form of E.164. country is that of the
	// contact's first address, empty where it is not known. The error is an
	// *errs.Problem; its text never repeats the number.
	Normalize(number, country string) (string, error)
}

// Check is a check that a host can leave out. Length, valid UTF-8, control
// characters, payment card numbers, and the shape of what the library itself
// works with are always checked.
type Check string

// The checks, with the codes of what they refuse.
const (
	// CheckEmails: RFC 5321 and 6531 as read by package email (syntax, domain,
	// too_long).
	CheckEmails Check = "emails"
	// CheckPostalCodes: the pattern of the country, see postal.Check (syntax).
	CheckPostalCodes Check = "postal_codes"
	// CheckAddressLines: the lines that a country's post requires (required).
	CheckAddressLines Check = "address_lines"
	// CheckNames: names that somebody typed to get past a form (placeholder).
	CheckNames Check = "names"
	// CheckVATNumbers: the numbers of the European Union and some neighbours as read by
	// package vat (unknown_country, syntax, check_digits).
	CheckVATNumbers Check = "vat_numbers"
	// CheckBirthDates: dates of birth of the future, or more than 125 years ago
	// (in_future, out_of_range). 1900-01-01, which programs write for "unknown",
	// is among them.
	CheckBirthDates Check = "birth_dates"
)

// Checks lists all checks that can be left out.
var Checks = []Check{CheckEmails, CheckPostalCodes, CheckAddressLines, CheckNames, CheckVATNumbers, CheckBirthDates}

// oldest is the greatest age: nobody is known to have lived longer than 122
// years and 164 days.
const oldest = 125

// door checks records before they are stored.
type door struct {
	validation Validation
	fields     map[string]Field
	types      map[string]Type
	sensitive  []string // names of fields, sorted
	patterns   patterns
	now        func() time.Time
}

func (d *door) checks(c Check) bool { return !slices.Contains(d.validation.Off, c) }

// validate adds every broken field of a normalized record to f, in the order of
// the record, and sets the normal forms.
func (d *door) validate(f *errs.Fields, c *Contact) {
	if c.Kind != Person && c.Kind != Company {
		f.Add("kind", "unknown_kind", "must be person or company")
	}
	d.name(f, c.Name)
	validateLanguage(f, c.Language)
	validateZone(f, c.TimeZone)
	if c.PreferredChannel != "" {
		check.Name(f, "preferred_channel", string(c.PreferredChannel))
	}
	validateMarks(f, *c)
	if d.checks(CheckBirthDates) {
		validateBorn(f, c.Born, d.now())
	}
	d.vatNumber(f, c)
	d.points(f, c)
	d.origins(f, c.Origins)
	d.accounts(f, c.Accounts)
	validateLinks(f, c.Links)
	validateCustom(f, c.Custom, d.types)
	d.declared(f, c.Custom)
}

// vatNumber reads the number for value added tax.
func (d *door) vatNumber(f *errs.Fields, c *Contact) {
	c.VATNormal = ""
	before := f.Len()
	if check.Line(f, "vat_number", c.VATNumber, maxVAT); c.VATNumber == "" || f.Len() != before || !d.checks(CheckVATNumbers) {
		return
	}
	n, err := vat.Parse(c.VATNumber)
	f.Report("vat_number", err)
	c.VATNormal = string(n)
}

func (d *door) name(f *errs.Fields, n Name) {
	before := f.Len()
	check.Line(f, "name.salutation", n.Salutation, maxText)
	check.Line(f, "name.title", n.Title, maxText)
	check.Line(f, "name.given", n.Given, maxText)
	check.Line(f, "name.family", n.Family, maxText)
	check.Line(f, "name.company", n.Company, maxText)
	if f.Len() == before && d.checks(CheckNames) {
		validateName(f, n)
	}
}

// points checks the ways to reach the contact, and its identities.
func (d *door) points(f *errs.Fields, c *Contact) {
	if len(c.Emails) > maxPoints || len(c.Phones) > maxPoints || len(c.Addresses) > maxPoints || len(c.Identities) > maxPoints {
		f.Add("", "too_many", fmt.Sprintf("must have at most %d e-mail addresses, phones, addresses and identities each", maxPoints))
	} else {
		d.emails(f, c.Emails)
		d.phones(f, c.Phones, c.Address().Country)
		d.addresses(f, c.Addresses)
	}
	for i, n := range c.Identities {
		validateIdentity(f.At(fmt.Sprintf("identities[%d]", i)), n)
	}
}

// emails reads the e-mail addresses.
func (d *door) emails(f *errs.Fields, list []Email) {
	for i := range list {
		list[i].Normal = ""
		path := fmt.Sprintf("emails[%d].address", i)
		validateRole(f, fmt.Sprintf("emails[%d].role", i), list[i].Role)
		before := f.Len()
		if check.Line(f, path, list[i].Address, 254); f.Len() != before || !d.checks(CheckEmails) {
			continue
		}
		parsed, err := email.Parse(list[i].Address)
		f.Report(path, err)
		list[i].Normal = parsed.Normal()
	}
}

// phones reads the telephone numbers.
func (d *door) phones(f *errs.Fields, list []Phone, country string) {
	for i := range list {
		list[i].Normal = ""
		path := fmt.Sprintf("phones[%d].number", i)
		validateRole(f, fmt.Sprintf("phones[%d].role", i), list[i].Role)
		if !validatePhone(f, path, list[i].Number) || d.validation.Phones == nil {
			continue
		}
		normal, err := d.validation.Phones.Normalize(list[i].Number, country)
		f.Report(path, err)
		list[i].Normal = normal
	}
}

// addresses checks the texts of addresses, and asks the countries' rules.
func (d *door) addresses(f *errs.Fields, list []Address) {
	for i, a := range list {
		at := f.At(fmt.Sprintf("addresses[%d]", i))
		before := f.Len()
		if validateAddress(at, a); f.Len() != before {
			continue
		}
		var found errs.Fields
		postal.Check(&found, a.Postal())
		for _, broken := range errs.FieldsOf(found.Err("contact.address")) {
			of := CheckPostalCodes
			if broken.Code == "required" {
				of = CheckAddressLines
			}
			if d.checks(of) {
				at.Add(broken.Path, broken.Code, broken.Message)
			}
		}
	}
}

// origins dates those that have no date.
func (d *door) origins(f *errs.Fields, list []Origin) {
	now := d.now()
	if len(list) > maxPoints {
		f.Add("origins", "too_many", fmt.Sprintf("must be at most %d", maxPoints))
		return
	}
	for i := range list {
		o := &list[i]
		at := f.At(fmt.Sprintf("origins[%d]", i))
		check.Name(at, "source", o.Source)
		if o.At.IsZero() {
			o.At = now
		}
		if check.Time(at, "at", o.At) && o.At.After(now) {
			at.Add("at", "in_future", "must not lie ahead of the clock")
		}
		if o.Notice != "" {
			check.Key(at, "notice", o.Notice, maxText)
		}
	}
}

func validateBorn(f *errs.Fields, born Date, now time.Time) {
	if born.Year == 0 || !born.Valid() {
		return
	}
	today := Date{now.Year(), now.Month(), now.Day()}
	if first := max(born.Number(), int64(born.Year)*10000); first > today.Number() {
		f.Add("born", "in_future", "must not lie ahead of the clock")
	}
	if born.Year < now.Year()-oldest {
		f.Add("born", "out_of_range", fmt.Sprintf("must lie within the past %d years", oldest))
	}
}

// placeholders are what people and programs write where a name is asked for.
// Some of them are names too: Jennifer Null has a given name that is none.
var placeholders = map[string]bool{
	"test": true, "tester": true, "testing": true, "asdf": true, "asdfg": true, "asdfgh": true, "qwertz": true, "qwerty": true, "foo": true, "bar": true,
	"null": true, "nil": true, "none": true, "undefined": true, "unknown": true, "unbekannt": true, "n/a": true, "na": true, "k.a.": true, "nn": true, "n.n.": true,
	"vorname": true, "nachname": true, "firstname": true, "lastname": true, "first name": true, "last name": true, "name": true, "dummy": true, "abc": true, "xyz": true,
}

// validateName refuses a name of which every part is a placeholder, or has no
// letter at all.
func validateName(f *errs.Fields, n Name) {
	first := ""
	for _, p := range []struct{ path, text string }{{"name.given", n.Given}, {"name.family", n.Family}, {"name.company", n.Company}} {
		switch {
		case p.text == "":
		case !isPlaceholder(p.text):
			return
		case first == "":
			first = p.path
		}
	}
	if first != "" {
		f.Add(first, "placeholder", "must be a name, not what stands for none")
	}
}

func isPlaceholder(s string) bool {
	folded := textfold.Fold(s)
	if placeholders[folded] {
		return true
	}
	signs := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) == ""
	return signs || isRepeated(folded)
}

// isRepeated reports whether a text is one letter, three times or more.
func isRepeated(s string) bool {
	letters := []rune(s)
	return len(letters) >= 3 && unicode.IsLetter(letters[0]) && !slices.ContainsFunc(letters, func(r rune) bool { return r != letters[0] })
}
