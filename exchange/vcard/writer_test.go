package vcard_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/postal"
	"github.com/stammkunde/crm/exchange/vcard"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
)

// maker makes random records, in which every field is set most of the time.
type maker struct{ *rand.Rand }

var snippets = []string{"a", "Z", "ß", "Ł", "😀", "é", ",", ";", "\\", "\"", "^", "^n", "\\n", ":", "=", "=3D", " ", "  ", ".", "'", "<b>&", "表", "\u2028", "\u200d", "von", "Dr."}

func (m maker) text() string {
	if m.IntN(10) == 0 {
		return ""
	}
	var b strings.Builder
	for range 1 + m.IntN(m.IntN(60)+1) {
		b.WriteString(snippets[m.IntN(len(snippets))])
	}
	return strings.TrimSpace(b.String())
}

func (m maker) name() string {
	b := []byte{'a' + byte(m.IntN(26))}
	for range m.IntN(20) {
		b = append(b, "abcxyz019_-."[m.IntN(12)])
	}
	return string(b)
}

func (m maker) texts() []string {
	var out []string
	for range m.IntN(4) {
		out = append(out, m.text())
	}
	return out
}

func (m maker) date() contact.Date {
	return contact.Date{Year: 1800 + m.IntN(500), Month: time.Month(1 + m.IntN(12)), Day: 1 + m.IntN(28)}
}

func (m maker) born() contact.Date {
	d := m.date()
	switch m.IntN(5) {
	case 0:
		d.Year = 0
	case 1:
		d.Day = 0
	case 2:
		d.Month, d.Day = 0, 0
	case 3:
		d = contact.Date{}
	}
	return d
}

func (m maker) time() time.Time {
	return time.Date(1800+m.IntN(500), 1, 1, 0, 0, m.IntN(1e8), m.IntN(1e9), time.FixedZone("", m.IntN(9)*3600))
}

func (m maker) role() contact.Role {
	roles := []contact.Role{"", contact.Home, contact.Work, contact.Billing, contact.Delivery, contact.Mobile, contact.Fax, contact.Role(m.name())}
	return roles[m.IntN(len(roles))]
}

func (m maker) value() contact.Value {
	switch m.IntN(7) {
	case 6:
		return contact.Many(append(m.texts(), "a;b,c")...)
	case 0:
		return contact.Text(m.text() + "\n\t" + m.text() + "\r\nx")
	case 1:
		return contact.Value{Type: contact.TypeNumber, Number: int64(m.Uint64())}
	case 2:
		return contact.Time(m.time())
	case 3:
		return contact.Bool(m.IntN(2) == 0)
	case 4:
		return contact.Day(m.date())
	}
	return contact.Amount(money.New(m.Int64N(contact.MaxAmount), "EUR"))
}

func (m maker) contact() contact.Contact {
	countries := postal.Countries()
	c := contact.Contact{
		Kind:     contact.Person,
		Name:     contact.Name{Salutation: m.text(), Title: m.text(), Given: m.text(), Family: m.text(), Company: m.text()},
		Language: []string{"", "de", "de-AT", "en"}[m.IntN(4)], TimeZone: []string{"", "Europe/Berlin", "UTC", "America/New_York"}[m.IntN(4)],
		PreferredChannel: []contact.Channel{"", contact.ChannelLetter, contact.Channel(m.name())}[m.IntN(3)], Born: m.born(),
		Occupation: m.text(), Education: m.text(), MaritalStatus: m.text(), VATNumber: m.text(), Owner: m.text(),
		Tags: m.texts(), Hobbies: m.texts(), Memberships: m.texts(),
	}
	if m.IntN(2) == 0 {
		c.Kind = contact.Company
	}
	for range m.IntN(4) {
		c.Emails = append(c.Emails, contact.Email{Address: m.text(), Role: m.role()})
		c.Phones = append(c.Phones, contact.Phone{Number: m.text(), Role: m.role()})
		a := contact.Address{Street: m.text(), Extra: m.text(), PostalCode: m.text(), City: m.text(), Region: m.text(), Role: m.role(), From: m.date()}
		if m.IntN(5) > 0 {
			a.Country, a.Until = countries[m.IntN(len(countries))], m.date()
		}
		c.Addresses = append(c.Addresses, a)
		source := m.name()
		if m.IntN(3) == 0 {
			source = vcard.DefaultSource
		}
		c.Identities = append(c.Identities, contact.Identity{Source: source, Key: " " + m.text() + "x "[m.IntN(2):]})
		c.Origins = append(c.Origins, contact.Origin{Source: m.name(), At: m.time(), Notice: m.text()})
		if c.Custom == nil {
			c.Custom = map[string]contact.Value{}
		}
		c.Custom[m.name()] = m.value()
	}
	return c
}

// declared declares the custom fields that a record has.
func declared(c contact.Contact) []contact.Field {
	var fields []contact.Field
	for name, v := range c.Custom {
		fields = append(fields, contact.Field{Name: name, Type: v.Type})
	}
	return fields
}

// roundTrip writes a record, and fails unless it comes back as it was.
func roundTrip(t *testing.T, c contact.Contact) {
	t.Helper()
	var file bytes.Buffer
	if err := vcard.NewWriter(&file, &vcard.WriteOptions{Fields: declared(c)}).Write(c); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitAfterSeq(strings.TrimSuffix(file.String(), "\r\n"), "\r\n") {
		if text := strings.TrimSuffix(line, "\r\n"); len(text) > 75 || strings.ContainsAny(text, "\r\n") || !utf8.ValidString(text) {
			t.Fatalf("a line of %d bytes: %q", len(text), text)
		}
	}
	card := one(t, file.String())
	if !contact.SameData(card.Contact, c) || !sameKeys(card.Contact.Identities, c.Identities) || len(card.Unread) > 0 {
		t.Fatalf("%s\nlost %v\ngot  %+v\nwant %+v", file.String(), card.Unread, plain(card.Contact), plain(c))
	}
}

// plain is a record that shows its data when it is printed.
type plain contact.Contact

func sameKeys(a, b []contact.Identity) bool {
	order := func(x, y contact.Identity) int { return strings.Compare(x.Source+"\n"+x.Key, y.Source+"\n"+y.Key) }
	return slices.Equal(slices.SortedFunc(slices.Values(a), order), slices.SortedFunc(slices.Values(b), order))
}

func TestWriter_round_trip(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		roundTrip(t, maker{rand.New(rand.NewPCG(seed, 1))}.contact())
	}
	for _, code := range postal.Countries() {
		roundTrip(t, contact.Contact{Addresses: []contact.Address{{City: "X", Country: code}}})
	}
	roundTrip(t, contact.Contact{})
}

// Each field that SameData looks at comes back alone, too.
func TestWriter_writes_every_field(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := maker{rand.New(rand.NewPCG(7, 7))}.contact()
	full := reflect.ValueOf(c)
	for i := range full.NumField() {
		var alone contact.Contact
		reflect.ValueOf(&alone).Elem().Field(i).Set(full.Field(i))
		roundTrip(t, alone)
	}
	is.True(full.NumField() == 27) // a new field needs a place in a card, unless it is for no program but this

	var file bytes.Buffer
	c.Accounts = []contact.Account{{Provider: "till", Token: "tok_1", Mandate: "M-1", IBAN: "DE89**************3000"}}
	is.NoErr(vcard.NewWriter(&file, nil).Write(c))
	for _, secret := range []string{"till", "tok_1", "M-1", "DE89"} {
		is.True(!strings.Contains(file.String(), secret)) // ways to pay stay at home
	}
}

func TestWriter_the_id_is_the_uid(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := contact.Contact{ID: id.Derived("test", "1"), UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	var file bytes.Buffer
	is.NoErr(vcard.NewWriter(&file, nil).Write(c))
	is.True(strings.Contains(file.String(), "REV:20260102T030405Z\r\n"))
	got := one(t, file.String()).Contact
	is.True(got.ID.IsZero())
	is.Equal(got.Identities, []contact.Identity{{Source: "vcard", Key: "urn:uuid:" + c.ID.String()}})
}

// Texts that no record may have cannot make other properties of themselves.
func TestWriter_keeps_lines_apart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	evil := "x\r\nEND:VCARD\nUID:1\r\x00\xff"
	c := contact.Contact{
		Kind: contact.Person, Name: contact.Name{Family: evil}, Emails: []contact.Email{{Address: evil, Role: contact.Role(evil)}},
		Owner: evil, Tags: []string{evil}, Identities: []contact.Identity{{Source: evil, Key: evil}}, Custom: map[string]contact.Value{evil: contact.Text(evil)},
	}
	var file bytes.Buffer
	is.NoErr(vcard.NewWriter(&file, &vcard.WriteOptions{Sensitive: true}).Write(c))
	got := one(t, file.String())
	is.Equal(got.Contact.Key("vcard"), "")
	is.Equal(got.Contact.Name.Family, "x END:VCARD UID:1 \ufffd")
}

func TestWriter_fails_as_its_writer(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r, w := io.Pipe()
	r.Close()
	is.True(errors.Is(vcard.NewWriter(w, nil).Write(contact.Contact{}), io.ErrClosedPipe))

	var file bytes.Buffer
	late := contact.Contact{Custom: map[string]contact.Value{"x": contact.Time(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC))}}
	is.True(vcard.NewWriter(&file, &vcard.WriteOptions{Sensitive: true}).Write(late) != nil)
	is.Equal(file.Len(), 0)
}

// A Writer needs no flushing, and writes as many cards as it is given.
func TestWriter_writes_several_cards(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	w := vcard.NewWriter(&file, nil)
	for range 3 {
		if err := w.Write(contact.Contact{Name: contact.Name{Family: "A"}}); err != nil {
			t.Fatal(err)
		}
	}
	if cards, broken := read(t, file.String(), nil); len(cards) != 3 || len(broken) != 0 {
		t.Fatal(len(cards), broken)
	}
}

// What is sensitive leaves the CRM only where somebody asks for it, and so does
// what nobody declared.
func TestWriter_leaves_out_what_is_sensitive(t *testing.T) {
	t.Parallel()
	own := []contact.Field{{Name: "likes", Type: contact.TypeText}, {Name: "diet", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "diet"}}
	c := contact.Contact{Custom: map[string]contact.Value{"likes": contact.Text("tea"), "diet": contact.Text("Geheim"), "other": contact.Text("x")}}
	for names, o := range map[string]*vcard.WriteOptions{
		"": nil, "likes": {Fields: own}, "diet likes other": {Fields: own, Sensitive: true},
	} {
		var file bytes.Buffer
		if err := vcard.NewWriter(&file, o).Write(c); err != nil {
			t.Fatal(err)
		}
		var got []string
		for name := range one(t, file.String()).Contact.Custom {
			got = append(got, name)
		}
		slices.Sort(got)
		if text := strings.Join(got, " "); text != names || strings.Contains(file.String(), "Geheim") != (o != nil && o.Sensitive) {
			t.Errorf("the card holds the fields %q, must hold %q", text, names)
		}
	}
}
