package people_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
	"github.com/stammkunde/crm/money"
)

// cell reads a single cell into a field.
func cell(t *testing.T, field, text string, o people.Options) (contact.Contact, string) {
	t.Helper()
	o.Fields = fields
	file := "x;y\n\"" + strings.ReplaceAll(text, `"`, `""`) + "\";.\n"
	contacts, broken := all(t, decoder(t, file, people.Mapping{{Column: "x", Field: field}}, o))
	if len(broken) > 0 {
		return contact.Contact{}, broken[0]
	}
	return contacts[0], ""
}

func TestDecoder_texts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ field, in, want string }{
		{"name.given", " Anna ", "Anna"}, {"name.given", "NULL", ""}, {"name.given", "N/A", ""}, {"name.given", "'Anna", "'Anna"},
		{"phones[0].number", "'+49 30 1", "+49 30 1"}, {"phones[0].number", `="030 1"`, "030 1"}, {"phones[4].number", "1", "1"},
		{"addresses[0].postal_code", "'01067", "01067"}, {"addresses[0].street", "Hauptstr. 1\r\nHof", "Hauptstr. 1, Hof"},
		{"addresses[0].country", "Deutschland", "DE"}, {"addresses[0].country", "UNITED STATES", "US"}, {"addresses[0].country", "Atlantis", "unknown_country"},
		{"addresses[0].po_box", "1234", "PO Box 1234"}, {"addresses[0].po_box", "Postfach 1", "Postfach 1"}, {"addresses[0].house_number", "5", "5"},
		{"kind", "Firma", "company"}, {"kind", "Privatperson", "person"}, {"kind", "Katze", "unknown_kind"},
		{"language", "Deutsch", "de"}, {"language", "de_AT", "de-AT"}, {"language", "Klingonisch", "syntax"},
		{"preferred_channel", "Brief", "letter"}, {"preferred_channel", "fax", "fax"}, {"preferred_channel", "ö", "syntax"},
		{"emails[0].address", "mailto:a@example.com", "a@example.com"}, {"emails[0].address", "/o=ExchangeLabs/cn=x", ""},
		{"born", "1980-05-17", "1980-05-17"}, {"born", "17.5.1980", "1980-05-17"}, {"born", "0.0.00", ""}, {"born", "00/00/00", ""},
		{"born", "17.05.45", "1945-05-17"}, {"born", "17.05.19", "2019-05-17"}, {"born", "--05-17", "????-05-17"}, {"born", "17.5.", "????-05-17"},
		{"born", "1980", "1980-??-??"}, {"born", "1604-05-17", "????-05-17"}, {"born", "32.5.1980", "not_a_date"}, {"born", "soon", "not_a_date"},
		{"tags", "b;a, c", "b|a, c"}, {"tags", "b, a", "b|a"}, {"tags", "NULL", ""}, {"identities.shop", "1;2", "1;2"},
		{"id", "x", "syntax"}, {"version", "x", "syntax"}, {"version", "7", "7"},
		{"custom.vip", "Ja", "true"}, {"custom.vip", "nein", "false"}, {"custom.vip", "X", "true"}, {"custom.vip", "0", "false"}, {"custom.vip", "maybe", "syntax"},
		{"custom.points", "1.234,5", "1234500000"}, {"custom.points", "-12.5", "-12500000"}, {"custom.points", "1.234", "syntax"}, {"custom.points", "x", "syntax"},
		{"custom.points", "0.1234565", "123457"}, {"custom.points", "-0.0000005", "-1"}, {"custom.points", "9223372036855", "not_a_number"},
		{"custom.balance", "12,50 €", "12.50 EUR"}, {"custom.balance", "CHF 1'000.00", "1000.00 CHF"}, {"custom.balance", "12", "unknown_currency"},
		{"custom.balance", "$12", "unknown_currency"}, {"custom.balance", "12,505 €", "syntax"}, {"custom.balance", "12.5055 €", "not_an_amount"},
		{"custom.wedding", "1.2.2003", "2003-02-01"}, {"custom.wedding", "2003", "not_a_date"}, {"custom.wedding", "00.00.0000", ""},
		{"custom.likes", "tea; wine;;tea", "tea|wine|tea"}, {"custom.likes", "tea, wine", "tea|wine"}, {"custom.likes", ";", ""}, {"custom.likes", "n/a;tea", "tea"},
		{"custom.seen.at", "1.2.2003 14:05", "2003-02-01T14:05:00Z"}, {"custom.note", "a\nb", "a\nb"},
		{"origins[0].at", "2003-02-01", "2003-02-01T00:00:00Z"},
	} {
		is := is.New(t)
		c, broken := cell(t, test.field, test.in, people.Options{Missing: []string{"NULL", "n/a"}})
		got := value(c, test.field)
		if broken != "" {
			got = broken[strings.LastIndexByte(broken, '[')+1 : len(broken)-1]
			is.True(strings.HasPrefix(broken, "line 2: column x: "))
		}
		is.Equal([]string{test.field, test.in, got}, []string{test.field, test.in, test.want})
	}
}

// value gives what stands in a field, as a text.
func value(c contact.Contact, field string) string {
	if name, ok := strings.CutPrefix(field, "custom."); ok {
		v, ok := c.Custom[name]
		switch {
		case !ok:
			return ""
		case v.Type == contact.TypeTime:
			return v.Time.Format(time.RFC3339)
		case v.Type == contact.TypeDate:
			return v.Date.String()
		}
		return map[contact.Type]string{
			contact.TypeText: v.Text, contact.TypeNumber: fmt.Sprint(v.Number), contact.TypeBool: fmt.Sprint(v.Bool), contact.TypeMoney: v.Money.String(),
			contact.TypeMany: strings.Join(v.Texts, "|"),
		}[v.Type]
	}
	a := c.Address()
	switch field {
	case "version":
		return fmt.Sprint(c.Version)
	case "kind":
		return string(c.Kind)
	case "origins[0].at":
		return c.Origins[0].At.Format(time.RFC3339)
	}
	return c.Name.Given + c.Phone() + a.Street + a.Extra + a.PostalCode + a.Country + c.Language + string(c.PreferredChannel) + c.Email() + c.Born.String() +
		strings.Join(c.Tags, "|") + c.Key("shop")
}

// A sign is never read as another currency than it can be.
func TestDecoder_signs_of_currencies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, currency, want string }{
		{"$12", "USD", "12.00 USD"}, {"$12", "CAD", "12.00 CAD"}, {"$12", "EUR", ""}, {"12 kr", "SEK", "12.00 SEK"}, {"12 kr", "EUR", ""},
		{"12 €", "USD", "12.00 EUR"}, {"12", "USD", "12.00 USD"}, {"₿12", "USD", ""}, {"12 lei", "", ""},
	} {
		c, _ := cell(t, "custom.balance", test.in, people.Options{Currency: test.currency})
		is.New(t).Equal([]string{test.in, value(c, "custom.balance")}, []string{test.in, test.want})
	}
}

func TestDecoder_roles(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]contact.Role{
		"Home": "home", "* Home": "home", "Privat": "home", "Arbeit": "work", "* Work": "work", "Handy": "mobile", "Work Fax": "fax", "Other": "",
		"home": "home", "ferien": "ferien", "Büro Berlin": "buero-berlin", "Чат": "", "Rechnung": "billing",
	} {
		c := one(t, "a;b\nx@example.com;"+in+"\n", people.Mapping{{Column: "a", Field: "emails[0].address"}, {Column: "b", Field: "emails[0].role"}}, people.Options{})
		is.New(t).Equal([]string{in, string(c.Emails[0].Role)}, []string{in, string(want)})
	}
}

func TestDecoder_columns_are_learnt(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file := "Points;Geburtstag;Balance\n;;\n1.234;1/2/1980;1.000\n12,5;1/31/1980;2,50\n"
	d := decoder(t, file, nil, people.Options{Fields: fields, Currency: "EUR"})
	contacts, broken := all(t, d)
	is.Equal(broken, nil)
	is.Equal(len(contacts), 2) // not the empty row
	is.Equal(contacts[0].Custom["points"], contact.Int(1234))
	is.Equal(contacts[0].Custom["balance"], contact.Amount(money.New(100000, "EUR")))
	is.Equal(contacts[0].Born, contact.Date{Year: 1980, Month: 1, Day: 2})
	is.Equal(d.Mapping()[1].Layout, "1/2/2006")
	is.Equal(d.Mapping()[0].Decimal, ",")
	is.Equal(d.Ambiguous(), nil)

	d = decoder(t, "Geburtstag\n1/2/1980\n", nil, people.Options{})
	is.Equal(d.Ambiguous(), []string{"Geburtstag"})
	contacts, _ = all(t, d)
	is.Equal(contacts[0].Born, contact.Date{Year: 1980, Month: 2, Day: 1})
}

// A column that begins empty, or with whole numbers, decides nothing too early.
func TestDecoder_columns_that_tell_late(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file := "Name;Points;Geburtstag\nA;1;\nB;2;\nC;12,5;31.1.1980\nD;1,234;1.2.1980\n"
	contacts, broken := all(t, decoder(t, file, nil, people.Options{Fields: fields, LookAhead: 2}))
	is.Equal(broken, []string{"line 5: column Points: has a separator that may be decimal or of thousands [syntax]"})
	is.Equal(contacts[2].Custom["points"], contact.Float(12.5))
	is.Equal(contacts[2].Born, contact.Date{Year: 1980, Month: 1, Day: 31})
}

func TestDecoder_broken_rows(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file := "Name,Land,VIP,Umsatz\nAnna,DE,ja,5\nBen,Atlantis,maybe,\nshort\nCarl,,x,\n"
	var got []string
	for r, err := range decoder(t, file, nil, people.Options{Fields: fields}).Contacts() {
		got = append(got, fmt.Sprint(r.Number, " ", r.Line, " ", r.Contact.Name.Family, " ", r.Unread, " ", len(r.Broken), " ", err))
		is.True(err == nil || errors.Is(err, errs.ErrInvalid))
	}
	is.Equal(got, []string{
		"1 2 Anna [Umsatz] 0 <nil>",
		"2 3  [] 2 line 3: column Land: must be a country, or an ISO 3166-1 code such as DE [unknown_country]",
		"3 4  [] 0 line 4: has 1 field, but there are 4 columns [shape]",
		"4 5 Carl [] 0 <nil>",
	})
}

func TestDecoder_parts_and_constants(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	m := people.Mapping{
		{Column: "Vorname", Field: "name.given"}, {Column: "Zweiter", Field: "name.middle"}, {Column: "Vorsatz", Field: "name.prefix"},
		{Column: "Straße", Field: "addresses[0].street"}, {Column: "Nr", Field: "addresses[0].house_number"}, {Column: "Postfach", Field: "addresses[0].po_box"},
		{Column: "Land", Field: "addresses[0].country", Constant: "Österreich"}, {Field: "addresses[0].role", Constant: "billing"},
		{Field: "origins[0].source", Constant: "import-2026"}, {Field: "tags", Constant: "neu, 2026"}, {Column: "Nr. alt", Field: "identities"},
		{Column: "Beruf", Field: "occupation"}, {Column: "Position", Field: "occupation", Else: true},
	}
	header := "Vorname;Zweiter;Vorsatz;Straße;Nr;Postfach;Land;Nr. alt;Beruf;Position\n"
	o := people.Options{Source: "erp"}
	c := one(t, header+"Anna;Maria;Frau Dr.;Hauptstr.;5;99;;4711;;Chefin\n", m, o)
	is.Equal(c.Name, contact.Name{Salutation: "Frau", Title: "Dr.", Given: "Anna Maria"})
	is.Equal(c.Addresses, []contact.Address{{Street: "Hauptstr. 5", Extra: "Postfach 99", Country: "AT", Role: contact.Billing}})
	is.Equal(c.Origins, []contact.Origin{{Source: "import-2026"}})
	is.Equal(c.Tags, []string{"neu", "2026"})
	is.Equal(c.Key("erp"), "4711")
	is.Equal(c.Occupation, "Chefin")

	c = one(t, header+"Anna;;;;;;;;Ärztin;Chefin\n", m, o)
	is.Equal(c.Addresses, nil) // constants alone are no address
	is.Equal(c.Occupation, "Ärztin")
	is.Equal(c.Identities, nil)
}

func TestDecoder_kind(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(one(t, "Firma;Name\nACME;\n", nil, people.Options{}).Kind, contact.Company)
	is.Equal(one(t, "Firma;Name\nACME;Meyer\n", nil, people.Options{}).Kind, contact.Kind(""))
	is.Equal(one(t, "Kundentyp;Firma\n;ACME\n", nil, people.Options{}).Kind, contact.Company)
	c := one(t, "Kundentyp;Name\nFirma;ACME GmbH\n", nil, people.Options{})
	is.Equal(c.Kind, contact.Company)
	is.Equal(c.Name, contact.Name{Company: "ACME GmbH"})
}

func TestDecoder_several_values_in_a_cell(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	m := people.Mapping{{Column: "m", Field: "emails[0].address", Separator: ";"}, {Column: "n", Field: "emails[1].address"}, {Field: "emails[0].role", Constant: "Work"}}
	c := one(t, "m,n\na@example.com; b@example.com ;,c@example.com\n", m, people.Options{})
	is.Equal(c.Emails, []contact.Email{{Address: "a@example.com", Role: "work"}, {Address: "b@example.com", Role: "work"}, {Address: "c@example.com"}})
	_, broken := all(t, decoder(t, "m,n\n"+strings.Repeat("a;", 60)+",\n", m, people.Options{}))
	is.Equal(broken, []string{"line 2: column m: must hold at most 50 values [too_many]"})
}

func TestNewDecoder_refuses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r, err := table.NewReader(strings.NewReader("a,b\n"), nil)
	is.NoErr(err)
	_, err = people.NewDecoder(r, people.Mapping{{Column: "x", Field: "y"}}, &people.Options{Source: "X", Decimal: "x", LookAhead: -1})
	is.Equal(len(errs.FieldsOf(err)), 5)
	_, err = people.NewDecoder(r, people.Mapping{{Column: "a", Field: "identities"}, {Field: "addresses[0].country", Constant: "Atlantis"}}, nil)
	is.Equal(err.Error(), "people.NewDecoder: invalid: mapping[0].field: must name its source: set Options.Source [required];"+
		" mapping[1].constant: must be a country, or an ISO 3166-1 code such as DE [unknown_country]")
}

// Reading that stopped goes on, in the rows that were read ahead too, and an error
// of the file comes once.
func TestDecoder_goes_on_where_it_stopped(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := decoder(t, "Name,Geburtstag\nA,1.1.1980\nB,\nC,\n", nil, people.Options{LookAhead: 2})
	var got string
	for range 4 {
		for r, err := range d.Contacts() {
			is.NoErr(err)
			got += fmt.Sprint(r.Number, r.Contact.Name.Family, " ")
			break
		}
	}
	is.Equal(got, "1A 2B 3C ")

	own := errors.New("disk on fire")
	r, err := table.NewReader(io.MultiReader(strings.NewReader("Name,Geburtstag\nA,\nB,\n"), iotest.ErrReader(own)), nil)
	is.NoErr(err)
	m, _ := people.Guess(r.Columns(), nil)
	d, err = people.NewDecoder(r, m, nil)
	is.NoErr(err)
	var last []error
	for _, err := range d.Contacts() {
		last = append(last, err)
	}
	is.Equal(last, []error{nil, nil, own})
}

func FuzzDecoder(f *testing.F) {
	f.Add("Name;Geburtstag;Points;E-Mail;Land\nMüller, Anna;17.5.1980;1,5;a@example.com;DE\n", false)
	f.Add("E-mail 1 - Value,Labels,Address 1 - Street,Address 1 - City\na ::: b,* x ::: y,1 ::: 2, ::: 3\n", false)
	f.Add("custom.note;emails[0].address;Seen at;VIP;Balance;Wedding;custom.points\n=1;x;1.1.2000;ja;1 €;1/1/00;0.00000005\n", true)
	f.Fuzz(func(t *testing.T, file string, exact bool) {
		r, err := table.NewReader(strings.NewReader(file), &table.Options{NumberNames: true})
		if err != nil {
			return
		}
		m, _ := people.Guess(r.Columns(), fields)
		for i := range m {
			m[i].Exact = exact
		}
		d, err := people.NewDecoder(r, m, &people.Options{Fields: fields, Source: "shop", LookAhead: 3})
		if err != nil {
			t.Fatal(err)
		}
		for record, err := range d.Contacts() {
			var row *table.RowError
			switch {
			case errors.As(err, &row):
			case err != nil:
				t.Fatal(err)
			case record.Contact.Born != contact.Date{} && !record.Contact.Born.Valid():
				t.Fatal("born on no day")
			}
		}
	})
}
