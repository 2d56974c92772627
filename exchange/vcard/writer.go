package vcard

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/postal"
)

// WriteOptions tells which custom values are written.
type WriteOptions struct {
	// Fields are the declared custom fields. Values of others are left out
	// silently, and so are those of sensitive ones.
	Fields []contact.Field
	// Sensitive writes all custom values, sensitive or not, whatever Fields are.
	Sensitive bool
}

// Writer writes cards of version 4.0, without ways to pay (Contact.Accounts) and
// without links. It is for one goroutine.
type Writer struct {
	w   io.Writer
	o   WriteOptions
	buf []byte
}

// NewWriter makes a Writer to w. Each card is written to it at once. Nil options
// are such without custom fields.
func NewWriter(w io.Writer, o *WriteOptions) *Writer {
	own := &Writer{w: w}
	if o != nil {
		own.o = *o
	}
	return own
}

// Write writes the card of a contact. It fails as w does, and for custom values
// that JSON cannot hold; then nothing is written.
func (w *Writer) Write(c contact.Contact) error {
	if !w.o.Sensitive {
		c = c.Shareable(w.o.Fields)
	}
	w.buf = w.buf[:0]
	w.put("BEGIN", "VCARD")
	w.put("VERSION", "4.0")
	w.put("PRODID", "-//Stammkunde//CRM//EN")
	w.name(c)
	w.person(c)
	w.points(c)
	w.keys(c)
	if err := w.custom(c.Custom); err != nil {
		return err
	}
	if !c.UpdatedAt.IsZero() {
		w.put("REV", c.UpdatedAt.UTC().Format("20060102T150405Z"))
	}
	w.put("END", "VCARD")
	_, err := w.w.Write(w.buf)
	return err
}

// name writes what the customer is called. FN is made of the rest, and says so, so
// that nobody takes an e-mail address for a name.
func (w *Writer) name(c contact.Contact) {
	n := c.Name
	w.put("FN;DERIVED=true", escape(display(c)))
	if n.Family != "" || n.Given != "" || n.Title != "" {
		w.put("N", components(n.Family, n.Given, "", n.Title, ""))
	}
	if n.Company != "" {
		w.put("ORG", escape(n.Company))
	}
	if c.Kind == contact.Company {
		w.put("KIND", "org")
		w.put("X-ABSHOWAS", "COMPANY") // Apple does not know the other one
	} else {
		w.put("KIND", "individual")
	}
	w.text(ownSalutation, n.Salutation)
}

// display is what programs show of the contact. It may not be missing.
func display(c contact.Contact) string {
	for _, s := range []string{c.Name.String(), c.Email(), c.Phone()} {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return "?"
}

// person writes what is known of the customer.
func (w *Writer) person(c contact.Contact) {
	if c.Born != (contact.Date{}) && c.Born.Valid() {
		w.put("BDAY", formatDate(c.Born))
	}
	w.text("LANG", c.Language)
	w.text("TZ", c.TimeZone)
	w.text("TITLE", c.Occupation)
	w.text(ownEducation, c.Education)
	w.text(ownMarital, c.MaritalStatus)
	w.text(ownVAT, c.VATNumber)
	w.text(ownOwner, c.Owner)
	w.text(ownChannel, string(c.PreferredChannel))
	if len(c.Tags) > 0 {
		tags := make([]string, len(c.Tags))
		for i, t := range c.Tags {
			tags[i] = escape(t)
		}
		w.put("CATEGORIES", strings.Join(tags, ","))
	}
	for _, s := range c.Hobbies {
		w.text("HOBBY", s)
	}
	for _, s := range c.Memberships {
		w.text(ownMembership, s)
	}
}

// points writes the ways to reach the customer.
func (w *Writer) points(c contact.Contact) {
	for i, e := range c.Emails {
		w.put("EMAIL"+params(i, len(c.Emails), e.Role, typeOfPoint), escape(e.Address))
	}
	for i, p := range c.Phones {
		w.put("TEL"+params(i, len(c.Phones), p.Role, typeOfPhone), escape(p.Number))
	}
	for i, a := range c.Addresses {
		head := "ADR" + params(i, len(c.Addresses), a.Role, typeOfAddress)
		country := a.Country
		if postal.Known(a.Country) {
			head += ";CC=" + a.Country // RFC 8605
			country = postal.CountryName(a.Country, c.Language)
		}
		head += dated(ownFrom, a.From) + dated(ownUntil, a.Until)
		w.put(head, components("", a.Extra, a.Street, a.City, a.Region, a.PostalCode, country))
	}
}

// The types that say a role.
var (
	typeOfPoint   = map[contact.Role]string{contact.Home: "home", contact.Work: "work"}
	typeOfPhone   = map[contact.Role]string{contact.Home: "home", contact.Work: "work", contact.Mobile: "cell", contact.Fax: "fax"}
	typeOfAddress = map[contact.Role]string{
		contact.Home: "home", contact.Work: "work", contact.Billing: "billing", contact.Delivery: "delivery", // RFC 9554
	}
)

// params are those of the i-th of n values: the first one is preferred.
func params(i, n int, role contact.Role, types map[contact.Role]string) string {
	s := ""
	if i == 0 && n > 1 {
		s = ";PREF=1"
	}
	switch t := types[role]; {
	case role == "":
		return s
	case t != "":
		return s + ";TYPE=" + t
	}
	return s + ";" + ownRole + "=" + quote(string(role))
}

// dated is a parameter with a whole date.
func dated(name string, d contact.Date) string {
	if !d.Whole() {
		return ""
	}
	return ";" + name + "=" + d.String()
}

// keys writes under which names hosts know the customer, and where the data came
// from.
func (w *Writer) keys(c contact.Contact) {
	uid := ""
	for _, i := range c.Identities {
		if uid == "" && i.Source == DefaultSource && strings.TrimSpace(i.Key) != "" {
			uid = i.Key
			continue
		}
		w.put(ownIdentity, components(i.Source, i.Key))
	}
	if uid == "" && !c.ID.IsZero() {
		uid = "urn:uuid:" + c.ID.String()
	}
	w.text("UID", uid)
	for _, o := range c.Origins {
		w.put(ownOrigin, components(o.Source, o.At.UTC().Format(time.RFC3339Nano), o.Notice))
	}
}

// custom writes the values of the host's own fields.
func (w *Writer) custom(values map[string]contact.Value) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value, err := json.Marshal(values[name])
		if err != nil { // its text may repeat the value
			return fmt.Errorf("vcard: a custom value of type %s cannot be written", values[name].Type)
		}
		w.put(ownCustom, components(name, string(value)))
	}
	return nil
}

// text writes a property that is one text, if it is not empty.
func (w *Writer) text(name, value string) {
	if value != "" {
		w.put(name, escape(value))
	}
}

// maxLine is how many bytes a line may have, without its end.
const maxLine = 75

// put writes a line, folded between two characters where it is too long.
func (w *Writer) put(head, value string) {
	line := head + ":" + value
	room := maxLine
	for len(line) > room {
		cut := room
		for cut > room-3 && line[cut]&0xc0 == 0x80 {
			cut--
		}
		w.buf = append(append(w.buf, line[:cut]...), "\r\n "...)
		line = line[cut:]
		room = maxLine - 1
	}
	w.buf = append(append(w.buf, line...), "\r\n"...)
}

// escape puts backslashes before what has a meaning in values. Nothing that a text
// holds can end its line.
func escape(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.IndexFunc(s, special) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\\', r == ',', r == ';':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n', r == '\r' && !strings.HasPrefix(s[i:], "\r\n"):
			b.WriteString(`\n`)
		case r == '\r':
		case special(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func special(r rune) bool {
	return r == '\\' || r == ',' || r == ';' || r < ' ' && r != '\t' || r == 0x7f
}

// components writes a value that has several.
func components(texts ...string) string {
	for i, s := range texts {
		texts[i] = escape(s)
	}
	return strings.Join(texts, ";")
}

// caret writes in parameters what cannot stand there as it is (RFC 6868).
var caret = strings.NewReplacer("^", "^^", "\n", "^n", "\"", "^'", "\r", "", "\x00", "")

// quote writes the value of a parameter.
func quote(s string) string {
	s = caret.Replace(strings.ToValidUTF8(s, "\ufffd"))
	if strings.ContainsAny(s, ",;:") {
		return `"` + s + `"`
	}
	return s
}
