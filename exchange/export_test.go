package exchange_test

import (
	"bytes"
	"io"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/exchange/vcard"
	"github.com/stammkunde/crm/storage/memory"
)

var fields = []contact.Field{
	{Name: "points", Type: contact.TypeNumber}, {Name: "nickname", Type: contact.TypeText},
	{Name: "rooms", Type: contact.TypeMany, OneOf: []string{"bath", "kitchen", "bed, and breakfast"}},
}

// shop is a CRM with the fields declared.
func shop(t *testing.T) *crm.CRM {
	t.Helper()
	c, err := crm.New(memory.New(), &crm.Config{Fields: fields})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// staff stores records that hold something in every field that files can hold.
func staff(t *testing.T, c *crm.CRM) []contact.Contact {
	t.Helper()
	day := contact.Date{Year: 2024, Month: 2, Day: 29}
	records := []contact.Contact{
		{
			Name:     contact.Name{Salutation: "Frau", Title: "Dr.", Given: "Anna-Lena", Family: "von der Öde, jun.", Company: "Möbel \"Muster\"; GmbH"},
			Language: "de-AT", TimeZone: "Europe/Vienna", PreferredChannel: contact.ChannelLetter, Born: contact.Date{Month: 2, Day: 29},
			Occupation: "=cmd()", Education: "+1", MaritalStatus: "ledig", Owner: "kim", VATNumber: "DE 136 695 976", Tags: []string{"a;b", "c,d"}, Hobbies: []string{"chess"},
			Memberships: []string{"ADAC"}, Emails: []contact.Email{{Address: "anna@example.com", Role: contact.Work}, {Address: "a.l@bücher.example"}},
			Phones: []contact.Phone{{Number: "+43 1 23456", Role: contact.Mobile}, {Number: "030 123456"}},
			Addresses: []contact.Address{
				{Street: "Hauptstraße 1", PostalCode: "1010", City: "Wien", Country: "AT", Role: contact.Billing, From: day},
				{Street: "Nebenweg 2", Extra: "c/o Kim", PostalCode: "10115", City: "Berlin", Country: "DE", Role: contact.Delivery},
			},
			Identities: []contact.Identity{{Source: "shop", Key: " 4711"}, {Source: "till", Key: "-7"}},
			Origins:    []contact.Origin{{Source: "fair", Notice: "n-1"}},
			Custom:     map[string]contact.Value{"points": contact.Float(-1.5), "nickname": contact.Text("@Lena"), "rooms": contact.Many("bath", "bed, and breakfast")},
		},
		{Kind: contact.Company, Name: contact.Name{Company: "Muster AG"}, Identities: []contact.Identity{{Source: "shop", Key: "0815"}}},
		{Name: contact.Name{Given: "Kim"}},
	}
	var list []contact.Contact
	for _, r := range records {
		stored, err := c.Contacts.Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, stored)
	}
	return list
}

// formats write records and read them back as entries.
var formats = map[string]struct {
	write func(*testing.T, io.Writer, []contact.Contact)
	read  func(*testing.T, io.Reader) iter.Seq2[exchange.Entry, error]
}{
	"csv":   {writeCSV, readCSV},
	"vcard": {writeCards, readCards},
	"lines": {writeLines, readLines},
}

func writeCSV(t *testing.T, w io.Writer, list []contact.Contact) {
	var o people.EncodeOptions
	for _, c := range list {
		o.Fit(c)
	}
	to, err := table.NewWriter(w, nil)
	must(t, err)
	e, err := people.NewEncoder(to, fields, &o)
	must(t, err)
	for _, c := range list {
		must(t, e.Encode(c))
	}
	must(t, to.Flush())
}

func readCSV(t *testing.T, r io.Reader) iter.Seq2[exchange.Entry, error] {
	from, err := table.NewReader(r, &table.Options{Unprotect: true})
	must(t, err)
	m, unplaced := people.Guess(from.Columns(), fields)
	if len(unplaced) > 0 {
		t.Fatalf("columns that are not read back: %v", unplaced)
	}
	d, err := people.NewDecoder(from, m, &people.Options{Fields: fields})
	must(t, err)
	return exchange.People(d.Contacts())
}

func writeCards(t *testing.T, w io.Writer, list []contact.Contact) {
	to := vcard.NewWriter(w, &vcard.WriteOptions{Fields: fields})
	for _, c := range list {
		must(t, to.Write(c))
	}
}

func readCards(t *testing.T, r io.Reader) iter.Seq2[exchange.Entry, error] {
	from, err := vcard.NewReader(r, nil)
	must(t, err)
	return exchange.Cards(from.Cards())
}

func writeLines(t *testing.T, w io.Writer, list []contact.Contact) {
	to := people.NewLineEncoder(w, &people.LineEncodeOptions{Fields: fields})
	for _, c := range list {
		must(t, to.Encode(c))
	}
}

func readLines(t *testing.T, r io.Reader) iter.Seq2[exchange.Entry, error] {
	from, err := people.NewLineDecoder(r, nil)
	must(t, err)
	return exchange.People(from.Contacts())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestImport_of_an_export: in every format, importing an export changes nothing in the
// CRM that it is of, and makes the same records in another one.
func TestImport_of_an_export(t *testing.T) {
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			c := shop(t)
			list := staff(t, c)
			var file bytes.Buffer
			format.write(t, &file, list)
			text := file.Bytes()
			for _, known := range []exchange.Known{exchange.Update, exchange.Fill, exchange.Replace} {
				done, err := c.Exchange.Import(t.Context(), string(known), format.read(t, bytes.NewReader(text)), &exchange.Options{Known: known})
				must(t, err)
				if done.Unchanged != len(list) {
					t.Errorf("%s into the same CRM: %+v", known, done)
				}
			}
			other := shop(t)
			done, err := other.Exchange.Import(t.Context(), name, format.read(t, bytes.NewReader(text)), nil)
			must(t, err)
			if done.Created != len(list) {
				t.Fatalf("into another CRM: %+v", done)
			}
			page, err := other.Contacts.List(t.Context(), "", 100)
			must(t, err)
			ignore := cmpopts.IgnoreFields(contact.Contact{}, "ID", "CreatedAt", "UpdatedAt", "Version", "Identities")
			byName := cmpopts.SortSlices(func(a, b contact.Contact) int { return bytes.Compare([]byte(a.Name.String()), []byte(b.Name.String())) })
			if diff := cmp.Diff(list, page.Contacts, ignore, byName); diff != "" {
				t.Errorf("(-exported +imported):\n%s", diff)
			}
		})
	}
}

// TestUndo_of_contacts_that_link_each_other: links among what an import has created are
// not those of others, also where they lead out of what is taken back together.
func TestUndo_of_contacts_that_link_each_other(t *testing.T) {
	c := shop(t)
	entries := func(yield func(exchange.Entry, error) bool) {
		for i := range 600 {
			n := i + 12 // the 501st has the id 0x200
			r := contact.Contact{ID: contact.ID{14: byte(n >> 8), 15: byte(n)}, Name: contact.Name{Given: "Kim"}}
			if i > 0 {
				r.Links = []contact.Link{{Kind: contact.WorksFor, To: contact.ID{14: byte((n - 1) >> 8), 15: byte(n - 1)}}}
			}
			if !yield(exchange.Entry{Number: i + 1, Contact: r}, nil) {
				return
			}
		}
	}
	done, err := c.Exchange.Import(t.Context(), "chain", entries, nil)
	must(t, err)
	back, err := c.Exchange.Undo(t.Context(), "chain")
	must(t, err)
	page, err := c.Contacts.List(t.Context(), "", 10)
	must(t, err)
	if done.Created != 600 || back.Kept != 0 || len(page.Contacts) != 0 {
		t.Errorf("%d created, %d kept, %d left", done.Created, back.Kept, len(page.Contacts))
	}
}
