package contact

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact/postal"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// Limits of one record.
const (
	maxText     = 200
	maxPoints   = 50
	maxCustom   = 200
	maxLongText = 4000
	maxVAT      = 40
)

// normalize returns a copy of c in the form that is stored: texts trimmed,
// empty values dropped, times in UTC, identities sorted.
func normalize(c Contact) Contact {
	if c.Kind == "" {
		c.Kind = Person
	}
	for _, s := range []*string{
		&c.Name.Salutation, &c.Name.Title, &c.Name.Given, &c.Name.Family, &c.Name.Company, &c.Language, &c.TimeZone, &c.Owner,
		&c.Occupation, &c.Education, &c.MaritalStatus, &c.VATNumber,
	} {
		*s = strings.TrimSpace(*s)
	}
	for _, list := range []*[]string{&c.Tags, &c.Hobbies, &c.Memberships} {
		*list = normalWords(*list)
	}
	c.Origins = keep(c.Origins, func(o *Origin) bool { o.At = core.Instant(o.At); return *o != Origin{} })
	c.Accounts = keep(c.Accounts, (*Account).trim)
	c.Emails = keep(c.Emails, func(e *Email) bool { e.Address = strings.TrimSpace(e.Address); return e.Address != "" })
	c.Phones = keep(c.Phones, func(p *Phone) bool { p.Number = strings.TrimSpace(p.Number); return p.Number != "" })
	c.Addresses = keep(c.Addresses, trimAddress)
	c.Links = normalLinks(c.Links)
	c.Identities = slices.Clone(c.Identities)
	slices.SortFunc(c.Identities, compareIdentity)
	c.Identities = slices.Compact(c.Identities)
	c.Custom = NormalizeValues(c.Custom)
	return c
}

// normalWords returns a copy of the texts, trimmed, sorted and once each.
func normalWords(list []string) []string {
	list = keep(list, func(t *string) bool { *t = strings.TrimSpace(*t); return *t != "" })
	slices.Sort(list)
	return slices.Compact(list)
}

// keep returns a copy of the elements for which f, which may change them,
// returns true; nil when none is left.
func keep[E any](list []E, f func(*E) bool) []E {
	var out []E
	for _, e := range list {
		if f(&e) {
			out = append(out, e)
		}
	}
	return out
}

func trimAddress(a *Address) bool {
	for _, s := range []*string{&a.Street, &a.Extra, &a.PostalCode, &a.City, &a.Region, &a.Country} {
		*s = strings.TrimSpace(*s)
	}
	return Address{Role: a.Role, From: a.From, Until: a.Until} != *a
}

// NormalizeValues returns a copy of named values in the form that is stored:
// texts trimmed, empty ones dropped, times in UTC to the microsecond, several
// texts sorted and once each.
func NormalizeValues(in map[string]Value) map[string]Value {
	var out map[string]Value
	for name, v := range in {
		switch v.Type {
		case TypeText:
			if v.IsSealed() {
				break
			}
			v = Text(strings.TrimSpace(v.Text))
			if v.Text == "" {
				continue
			}
		case TypeTime:
			v = Time(core.Instant(v.Time))
		case TypeMany:
			v = Value{Type: TypeMany, Texts: normalWords(v.Texts), Sealed: v.Sealed}
			if len(v.Texts) == 0 {
				continue
			}
		}
		if out == nil {
			out = make(map[string]Value, len(in))
		}
		out[name] = v
	}
	return out
}

func compareIdentity(a, b Identity) int {
	return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Key, b.Key))
}

// validateMarks checks the date of birth, the owner and the tags.
func validateMarks(f *errs.Fields, c Contact) {
	if !c.Born.Valid() {
		f.Add("born", "not_a_date", "must be a date, or the known parts of one, from 1800 to 2299")
	}
	if c.Owner != "" {
		check.Key(f, "owner", c.Owner, maxText)
	}
	check.Line(f, "occupation", c.Occupation, maxText)
	check.Line(f, "education", c.Education, maxText)
	check.Line(f, "marital_status", c.MaritalStatus, maxText)
	validateWords(f, "tags", c.Tags)
	validateWords(f, "hobbies", c.Hobbies)
	validateWords(f, "memberships", c.Memberships)
}

func validateWords(f *errs.Fields, path string, list []string) {
	if len(list) > maxPoints {
		f.Add(path, "too_many", fmt.Sprintf("must be at most %d", maxPoints))
		return
	}
	for i, t := range list {
		check.Line(f, fmt.Sprintf("%s[%d]", path, i), t, maxText)
	}
}

func validateLanguage(f *errs.Fields, tag string) {
	if tag == "" {
		return
	}
	for i, part := range strings.Split(tag, "-") {
		if len(part) > 8 || len(part) == 0 || (i == 0 && (len(part) < 2 || len(part) > 3)) || !isAlphanumeric(part) {
			f.Add("language", "syntax", "must be a BCP 47 language tag such as de or de-AT")
			return
		}
	}
}

func isAlphanumeric(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

func validateZone(f *errs.Fields, name string) {
	if name == "" {
		return
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		f.Add("time_zone", "unknown_zone", "must be an IANA time zone such as Europe/Berlin")
	}
}

func validateRole(f *errs.Fields, path string, r Role) {
	if r != "" {
		check.Name(f, path, string(r))
	}
}

// validatePhone accepts 5 to 20 digits with the usual signs between them.
func validatePhone(f *errs.Fields, path, number string) bool {
	digits, ok := 0, len(number) <= 40
	for i, r := range number {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" -/().", r):
		default:
			ok = false
		}
	}
	if ok = ok && digits >= 5 && digits <= 20; !ok {
		f.Add(path, "syntax", "must be a telephone number such as +49 30 123456")
	}
	return ok
}

// validateAddress checks what every address must be.
func validateAddress(f *errs.Fields, a Address) {
	check.Line(f, "street", a.Street, maxText)
	check.Line(f, "extra", a.Extra, maxText)
	check.Line(f, "postal_code", a.PostalCode, 20)
	check.Line(f, "city", a.City, maxText)
	check.Line(f, "region", a.Region, maxText)
	if a.Country != "" && !postal.Known(a.Country) {
		f.Add("country", "unknown_country", "must be an ISO 3166-1 alpha-2 code such as DE")
	}
	validateRole(f, "role", a.Role)
	for _, d := range []struct {
		path string
		day  Date
	}{{"from", a.From}, {"until", a.Until}} {
		if d.day != (Date{}) && !(d.day.Whole() && d.day.Valid()) {
			f.Add(d.path, "not_a_date", "must be a whole date from 1800 to 2299")
		}
	}
	if a.From.Whole() && a.Until.Whole() && a.Until.Number() < a.From.Number() {
		f.Add("until", "empty", "must not lie before from")
	}
}

func validateIdentity(f *errs.Fields, i Identity) {
	check.Name(f, "source", i.Source)
	check.Key(f, "key", i.Key, maxText)
}

func validateCustom(f *errs.Fields, custom map[string]Value, fields map[string]Type) {
	if len(custom) > maxCustom {
		f.Add("custom", "too_many", fmt.Sprintf("must have at most %d values", maxCustom))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		path, v := customPath(name), custom[name]
		declared, ok := fields[name]
		switch {
		case !ok:
			f.Add(path, "unknown_field", "is not declared in crm.Config.Fields")
		case v.IsSealed():
			f.Add(path, "unexpected", "is sealed: only the service itself seals")
		case declared != v.Type:
			f.Add(path, "wrong_type", "must be of type "+string(declared))
		default:
			validateValue(f, path, v)
		}
	}
}

// ValidateValues adds what is wrong with named values of no declared type to f.
// TypeMany is for declared fields only.
func ValidateValues(f *errs.Fields, list string, values map[string]Value) {
	if len(values) > maxCustom {
		f.Add(list, "too_many", fmt.Sprintf("must have at most %d values", maxCustom))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path := list + "[" + pathName(name) + "]"
		check.Name(f, path, name)
		v := values[name]
		if v.Type == TypeMany || v.IsSealed() {
			v = Value{}
		}
		validateValue(f, path, v)
	}
}

func validateValue(f *errs.Fields, path string, v Value) {
	switch {
	case v.Type == TypeText:
		check.Prose(f, path, v.Text, maxLongText)
	case v.Type == TypeMany && len(v.Texts) > maxPoints:
		f.Add(path, "too_many", fmt.Sprintf("must be at most %d", maxPoints))
	case !v.Valid():
		why, known := notValid[v.Type]
		if !known {
			why.code, why.message = "unknown_type", "must be text, number, time, bool, date or money"
		}
		f.Add(path, why.code, why.message)
	case v.Type == TypeTime:
		check.Time(f, path, v.Time)
	}
}

// notValid says what is wrong with a value that is not Valid.
var notValid = map[Type]struct{ code, message string }{
	TypeNumber: {"not_a_number", "must be a number up to 9.2e12"},
	TypeDate:   {"not_a_date", "must be a whole date from 1800 to 2299"},
	TypeMoney:  {"not_an_amount", "must be at most 10^12 minor units of an ISO 4217 currency"},
}

// pathName returns name where it can stand in an error, else a placeholder.
func pathName(name string) string {
	if check.IsName(name) {
		return name
	}
	return "?"
}
