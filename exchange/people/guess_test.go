package people_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
)

// shown writes a mapping as "column=field", with a colon before a constant.
func shown(m people.Mapping) string {
	var all []string
	for _, c := range m {
		s := c.Column + "=" + c.Field
		if c.Constant != "" {
			s += ":" + c.Constant
		}
		if c.Else {
			s += "?"
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestGuess_single_headers(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Vorname": "name.given", "VORNAME": "name.given", "first_name": "name.given", "Nachname": "name.family", "Last Name": "name.family",
		"Name": "name.full", "Anrede": "name.salutation", "Titel": "name.title", "Firma": "name.company",
		"E-Mail": "emails[0].address", "email address": "emails[0].address", "Mail": "emails[0].address", "eMail 1": "emails[0].address",
		"PLZ": "addresses[0].postal_code", "Postleitzahl": "addresses[0].postal_code", "zip code": "addresses[0].postal_code", "ZIP": "addresses[0].postal_code",
		"Ort": "addresses[0].city", "city": "addresses[0].city", "Land": "addresses[0].country", "Country": "addresses[0].country",
		"Strasse": "addresses[0].street", "Straße": "addresses[0].street", "street": "addresses[0].street", "Straße / Nr.": "addresses[0].street",
		"Hausnummer": "addresses[0].house_number", "Bundesland": "addresses[0].region", "Address 2": "addresses[0].street2",
		"Kundennummer": "identities", "Kunden-Nr.": "identities", "customer id": "identities", "Customer_ID": "identities", "ID": "identities",
		"Geburtsdatum": "born", "Geb.-Datum": "born", "date of birth": "born", "Telefon": "phones[0].number", "Tel.": "phones[0].number",
		"Beruf": "occupation", "Familienstand": "marital_status", "Hobbys": "hobbies", "Sprache": "language", "Schlagwörter": "tags", "Schlagwoerter": "tags",
		"name.given": "name.given", "emails[3].role": "emails[3].role", "identities.shop": "identities.shop", "kind": "kind",
		"Points": "custom.points", "custom.points": "custom.points", "Seen at": "custom.seen.at", "VIP": "custom.vip",
		"Newsletter": "", "Einwilligung": "", "opt-in": "", "id": "identities", "version": "", "Umsatz": "", "Product Name": "", "custom.nothing": "",
		"emails[50].address": "", "emails[01].address": "", "tags[0].x": "", "Phone 99": "",
		"Assistant's Phone": "", "Bankleitzahl": "", "Landkreis": "",
	} {
		is := is.New(t)
		m, unplaced := people.Guess([]string{header}, fields)
		got := ""
		if len(m) > 0 {
			got = m[0].Field
		}
		is.Equal([]string{header, got}, []string{header, want})
		is.Equal(len(unplaced) == 0, want != "")
	}
}

func TestGuess_tables(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ columns, want, unplaced string }{
		{
			"Kundennr;Anrede;Name;Straße;Hausnummer;PLZ;Ort;Telefon;Handy;Fax;Newsletter",
			"Kundennr=identities Anrede=name.salutation Name=name.full Straße=addresses[0].street Hausnummer=addresses[0].house_number PLZ=addresses[0].postal_code" +
				" Ort=addresses[0].city Telefon=phones[0].number Handy=phones[1].number Fax=phones[2].number =phones[1].role:mobile =phones[2].role:fax", "Newsletter",
		},
		{"Fax;Tel. privat;Handy", "Fax=phones[2].number Tel. privat=phones[1].number Handy=phones[0].number =phones[0].role:mobile =phones[1].role:home =phones[2].role:fax", ""},
		{
			"Billing City;Shipping City;Billing Address 1;Rechnungsadresse Straße",
			"Billing City=addresses[0].city Shipping City=addresses[1].city Rechnungsadresse Straße=addresses[0].street =addresses[0].role:billing =addresses[1].role:delivery", "Billing Address 1",
		},
		{"State;Region", "State=addresses[0].region", "Region"},
		{"Region", "Region=addresses[0].region", ""},
		{"E-Mail;Email;emails[0].address", "E-Mail=emails[1].address Email=emails[2].address emails[0].address=emails[0].address", ""},
		{"E-Mail;E-Mail;;", "E-Mail=emails[0].address", "E-Mail"},
		{"PLZ;Ort;PLZ 2;Ort 2", "PLZ=addresses[0].postal_code Ort=addresses[0].city PLZ 2=addresses[1].postal_code Ort 2=addresses[1].city", ""},
		{"Beruf;Position;Tags;Kategorien", "Beruf=occupation Tags=tags Kategorien=tags Position=occupation?", ""},
		{"custom.points;Points", "custom.points=custom.points", "Points"},
	} {
		is := is.New(t)
		m, unplaced := people.Guess(strings.Split(test.columns, ";"), fields)
		is.Equal(shown(m), test.want)
		is.Equal(strings.Join(unplaced, ";"), test.unplaced)
		is.NoErr(m.Validate(strings.Split(test.columns, ";"), fields))
	}
}

func TestMapping_Validate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	err := people.Mapping{
		{Column: "a", Field: "name.given"},
		{Column: "b", Field: "name.given"},
		{Column: "c", Field: "name.first"},
		{Field: "emails[0].role"},
		{Column: "a", Field: "custom.nothing"},
		{Column: "a", Field: "custom.points", Decimal: ";", Currency: "XXX"},
		{Column: "a", Field: "tags"},
		{Column: "b", Field: "tags"},
		{Column: "b", Field: "name.given", Else: true},
	}.Validate([]string{"a", "b"}, fields)
	is.True(errors.Is(err, errs.ErrInvalid))
	var got []string
	for _, f := range errs.FieldsOf(err) {
		got = append(got, f.Path+" "+f.Code)
	}
	is.Equal(got, []string{
		"mapping[1].field duplicate", "mapping[2].field unknown_field", "mapping[2].column not_found", "mapping[3].column required",
		"mapping[4].field unknown_field", "mapping[5].decimal out_of_range", "mapping[5].currency unknown_currency",
	})
}

// Whatever the columns, each is placed once at most, in a field of its own, and the
// mapping is valid.
func FuzzGuess(f *testing.F) {
	f.Add("Name;E-Mail;PLZ;Points")
	f.Add("Straße geschäftlich;Straße geschäftlich 2;Title;E-mail 2 Type;emails[0].address")
	f.Add("E-mail 1 - Label;E-mail 1 - Value;Address 9 - City;Telefon 99999999999999999999")
	f.Fuzz(func(t *testing.T, text string) {
		columns := strings.Split(text, ";")
		m, unplaced := people.Guess(columns, fields)
		if err := m.Validate(columns, fields); err != nil {
			t.Fatal(err)
		}
		var placed []string
		for _, c := range m {
			if c.Column != "" && slices.Contains(placed, c.Column) {
				t.Fatal("twice")
			}
			placed = append(placed, c.Column)
		}
		for _, name := range columns {
			if utf8.ValidString(name) && strings.TrimSpace(name) != "" && slices.Contains(placed, name) == slices.Contains(unplaced, name) && count(columns, name) == 1 {
				t.Fatal("placed and not placed")
			}
		}
	})
}

func count(list []string, s string) (n int) {
	for _, other := range list {
		if other == s {
			n++
		}
	}
	return n
}

func TestSplitName(t *testing.T) {
	t.Parallel()
	for full, want := range map[string]string{
		"Anna Müller": "||Anna|Müller", "Müller, Anna": "||Anna|Müller", "Müller , Anna Maria": "||Anna Maria|Müller",
		"Anna Maria Müller": "||Anna Maria|Müller", "Ludwig van Beethoven": "||Ludwig|van Beethoven", "Ursula von der Leyen": "||Ursula|von der Leyen",
		"Robert De Niro": "||Robert|De Niro", "von Berg": "|||von Berg", "von Berg, Karl": "||Karl|von Berg", "Le Thi": "||Le|Thi",
		"Meyer": "|||Meyer", "M. Müller": "||M.|Müller", "Ben Müller": "||Ben|Müller", "": "|||", " , ": "|||", ",Anna": "||Anna|", "Frau Dr. Anna Müller": "Frau|Dr.|Anna|Müller",
		"Müller, Prof. Dr. Anna": "|Prof. Dr.|Anna|Müller", "Herr Meyer": "Herr|||Meyer", "Dipl.-Ing. Karl zu Guttenberg": "|Dipl.-Ing.|Karl|zu Guttenberg",
		"King, Martin Luther, Jr.": "||Martin Luther Jr.|King", "Frau": "Frau|||", "Dr.": "|Dr.||",
	} {
		n := people.SplitName(full)
		is.New(t).Equal([]string{full, fmt.Sprintf("%s|%s|%s|%s", n.Salutation, n.Title, n.Given, n.Family)}, []string{full, want})
	}
}

func TestGuess_takes_the_exact_form_of_an_export_only(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := one(t, "kind,tags,born\nFirma,\"b, a\",17.5.1980\n", nil, people.Options{})
	is.Equal(c.Kind, contact.Company)
	is.Equal(c.Tags, []string{"b", "a"})
	is.Equal(c.Born, contact.Date{Year: 1980, Month: 5, Day: 17})
}
