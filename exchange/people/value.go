package people

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/postal"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/internal/cell"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/money"
)

// What is wrong with cells.
var (
	errDate     = errs.Refuse("not_a_date", "is no date of the form that is expected")
	errID       = errs.Refuse("syntax", "must be the id of a contact")
	errBool     = errs.Refuse("syntax", "must be a word for yes or no")
	errVersion  = errs.Refuse("syntax", "must be a whole number")
	errKind     = errs.Refuse("unknown_kind", "must be a word for person or company")
	errLanguage = errs.Refuse("syntax", "must be a language, or a BCP 47 tag such as de-AT")
	errChannel  = errs.Refuse("syntax", "must be the name of a channel")
	errCountry  = errs.Refuse("unknown_country", "must be a country, or an ISO 3166-1 code such as DE")
	errNumber   = errs.Refuse("not_a_number", "must be a number up to 9.2e12")
	errAmount   = errs.Refuse("not_an_amount", "must be at most 10^12 minor units, with no more digits than the currency has")
	errTooMany  = errs.Refuse("too_many", "must hold at most 50 values")
)

// translations read texts of other programs, by list and member.
var translations = map[string]func(string) (string, error){
	"kind":                  func(s string) (string, error) { return known(kinds(), s, errKind) },
	"language":              readLanguage,
	"preferred_channel":     readChannel,
	"emails.address":        readEmail,
	"emails.role":           readRole,
	"phones.number":         readQuoted,
	"phones.role":           readRole,
	"addresses.postal_code": readQuoted,
	"addresses.role":        readRole,
	"addresses.country":     readCountry,
}

// translate reads the text of a field.
func (p place) translate(s string) (string, error) {
	name := p.member
	if p.list != "" {
		name = p.list + "." + p.member
	}
	if f := translations[name]; f != nil {
		return f(s)
	}
	return s, nil
}

func known(words map[string]string, s string, err error) (string, error) {
	if v, ok := words[cell.Key(s)]; ok {
		return v, nil
	}
	return "", err
}

func readLanguage(s string) (string, error) {
	if tag, ok := languages()[cell.Key(s)]; ok {
		return tag, nil
	}
	tag := strings.ReplaceAll(s, "_", "-")
	base, _, _ := strings.Cut(tag, "-")
	if len(base) < 2 || len(base) > 3 || len(tag) > 35 {
		return "", errLanguage
	}
	return tag, nil
}

func readChannel(s string) (string, error) {
	if c, ok := channels()[cell.Key(s)]; ok {
		return c, nil
	}
	if c := strings.ToLower(s); check.IsName(c) {
		return c, nil
	}
	return "", errChannel
}

// readEmail passes over the names of mailboxes in an Exchange server, which Outlook
// writes in the place of addresses.
func readEmail(s string) (string, error) {
	if len(s) > 3 && strings.EqualFold(s[:3], "/o=") {
		return "", nil
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	return s, nil
}

// readRole knows the words of address books, in German and English. Any other word
// becomes a name of the host's own, as far as that is possible.
func readRole(s string) (string, error) {
	s = strings.TrimPrefix(s, "* ") // Google marks the preferred one so
	if check.IsName(s) && roles()[cell.Key(s)] == "" {
		return s, nil
	}
	if role, ok := roles()[cell.Key(s)]; ok {
		return strings.TrimPrefix(role, "none"), nil
	}
	name := strings.Map(func(r rune) rune {
		if r == ' ' || r == '/' {
			return '-'
		}
		return r
	}, strings.ToLower(cell.Umlauts.Replace(s)))
	if check.IsName(name) {
		return name, nil
	}
	return "", nil
}

func readCountry(s string) (string, error) {
	if code, ok := postal.ParseCountry(s); ok {
		return code, nil
	}
	return "", errCountry
}

// readQuoted takes away what keeps a spreadsheet from reading a number.
func readQuoted(s string) (string, error) {
	if rest, ok := strings.CutPrefix(s, `="`); ok {
		s = strings.TrimSuffix(rest, `"`)
	}
	return strings.TrimSpace(strings.TrimLeft(s, "'’")), nil
}

// lines makes one line of several.
func lines(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	var own []string
	for line := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.Trim(line, ", \t"); line != "" {
			own = append(own, line)
		}
	}
	return strings.Join(own, ", ")
}

// noYear is the year that Apple writes for a birthday without one.
const noYear = 1604

// readPartial reads a date of which parts may be missing, as in "1980", "--05-17",
// "????-05-17" and "17.5.".
func readPartial(s string) (contact.Date, bool) {
	if len(s) == 7 && strings.HasPrefix(s, "--") {
		s = "????" + s[1:]
	}
	if len(s) == 4 {
		s += "-??-??"
	}
	if d, err := readExactDate(s); err == nil {
		return d, true
	}
	if t, err := time.Parse("2.1.2006", s+"2000"); err == nil && strings.HasSuffix(s, ".") {
		return contact.Date{Month: t.Month(), Day: t.Day()}, true
	}
	return contact.Date{}, false
}

// readExactDate reads what contact.Date.String gives.
func readExactDate(s string) (contact.Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return contact.Date{}, errDate
	}
	year, ok := readPart(s[:4])
	month, okMonth := readPart(s[5:7])
	day, okDay := readPart(s[8:])
	d := contact.Date{Year: year, Month: time.Month(month), Day: day}
	if !ok || !okMonth || !okDay || !d.Valid() {
		return contact.Date{}, errDate
	}
	return d, nil
}

func readPart(s string) (int, bool) {
	if strings.Trim(s, "?") == "" {
		return 0, true
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return int(n), err == nil
}

// dateOf gives the day of a time, of which the year may be unknown.
func dateOf(t time.Time) contact.Date {
	d := contact.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
	if d.Year == noYear {
		d.Year = 0
	}
	return d
}

// millionths gives a number in the unit of contact.Value, rounded half away from
// zero.
func millionths(n table.Number) (contact.Value, error) {
	units := n.Unscaled
	for scale := n.Scale; scale < 6; scale++ {
		if units > math.MaxInt64/10 || units < -math.MaxInt64/10 {
			return contact.Value{}, errNumber
		}
		units *= 10
	}
	if n.Scale > 6 {
		divisor := int64(math.Pow10(n.Scale - 6))
		rest := units % divisor
		units /= divisor
		if rest >= divisor/2 {
			units++
		} else if rest <= -divisor/2 {
			units--
		}
	}
	v := contact.Value{Type: contact.TypeNumber, Number: units}
	if !v.Valid() {
		return contact.Value{}, errNumber
	}
	return v, nil
}

// writeNumber is the inverse of millionths.
func writeNumber(units int64) string {
	s := table.Number{Unscaled: units, Scale: 6}.String()
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// readMoney reads an amount. The currency of the cell wins.
func readMoney(n table.Number, currency string) (contact.Value, error) {
	currency, err := n.CurrencyCode(currency)
	if err != nil {
		return contact.Value{}, err
	}
	m, err := money.Parse(n.String(), currency)
	v := contact.Amount(m)
	if err != nil || !v.Valid() {
		return contact.Value{}, errAmount
	}
	return v, nil
}
