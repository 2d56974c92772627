package people_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"
	"golang.org/x/text/encoding/charmap"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// What stays unplaced in the exports of others says nothing about how to reach the
// customer: it is about calendars, other people, or printed twice.
var leftOut = map[string]string{
	"google_contacts_2024plus.header.csv": "Phonetic First Name;Phonetic Middle Name;Phonetic Last Name;Nickname;Organization Department;" +
		"Notes;Photo;Address 1 - Formatted;Website 1 - Label;Website 1 - Value;Event 1 - Label;Event 1 - Value;Event 2 - Label;Event 2 - Value;" +
		"Custom Field 1 - Label;Custom Field 1 - Value",
	"outlook_en.header.csv": "Department;Assistant's Phone;Telex;Account;Anniversary;Assistant's Name;Billing Information;Children;Directory Server;" +
		"E-mail Type;E-mail Display Name;E-mail 2 Type;E-mail 2 Display Name;E-mail 3 Type;E-mail 3 Display Name;Gender;Government ID Number;" +
		"Initials;Internet Free Busy;Location;Manager's Name;Mileage;Notes;Office Location;Organizational ID Number;Priority;Private;Referred By;" +
		"Sensitivity;Spouse;User 1;User 2;User 3;User 4;Web Page",
}

func TestData_contact_exports(t *testing.T) {
	t.Parallel()
	for name, want := range leftOut {
		is := is.New(t)
		r, err := table.NewReader(data(t, "contact-exports/"+name), nil)
		is.NoErr(err)
		m, unplaced := people.Guess(r.Columns(), nil)
		is.Equal(strings.Join(unplaced, ";"), want)
		_, err = people.NewDecoder(r, m, nil)
		is.NoErr(err)
		t.Logf("%s: %d of %d columns are placed", name, len(r.Columns())-len(unplaced), len(r.Columns()))
	}
}

func TestData_superstore(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r, err := table.NewReader(data(t, "superstore/superstore.csv"), nil)
	is.NoErr(err)
	m, unplaced := people.Guess(r.Columns(), nil)
	is.Equal(shown(m), "Customer ID=identities Customer Name=name.full Country=addresses[0].country City=addresses[0].city State=addresses[0].region Postal Code=addresses[0].postal_code")
	is.Equal(len(unplaced), 15)
	d, err := people.NewDecoder(r, m, &people.Options{Source: "superstore"})
	is.NoErr(err)
	names := make(map[string]string)
	rows, family := 0, make(map[string]bool)
	for record, err := range d.Contacts() {
		is.NoErr(err)
		rows++
		c := record.Contact
		is.Equal(c.Address().Country, "US")
		is.Equal(record.Unread, unplaced) // all of them hold something in every row
		is.True(names[c.Key("superstore")] == "" || names[c.Key("superstore")] == c.Name.String())
		names[c.Key("superstore")] = c.Name.String()
		family[c.Name.Family] = true
	}
	is.Equal(rows, 9994)
	is.Equal(len(names), 793)
	is.True(family["Gute"] && family["Van Huff"])
}

// outlookGerman is the header of an export of Outlook in German, as far as it says
// something of customers.
var outlookGerman = strings.Split("Anrede;Vorname;Weitere Vornamen;Nachname;Suffix;Firma;Abteilung;Position;"+
	"Straße geschäftlich;Straße geschäftlich 2;Straße geschäftlich 3;Ort geschäftlich;Region geschäftlich;Postleitzahl geschäftlich;Land/Region geschäftlich;"+
	"Straße privat;Straße privat 2;Straße privat 3;Ort privat;Bundesland/Kanton privat;Postleitzahl privat;Land/Region privat;"+
	"Weitere Straße;Weiterer Ort;Weiteres/r Bundesland/Kanton;Weitere Postleitzahl;Weiteres/e Land/Region;"+
	"Telefon Assistent;Fax geschäftlich;Telefon geschäftlich;Telefon geschäftlich 2;Rückmeldung;Autotelefon;Telefon Firma;Fax privat;Telefon privat;"+
	"Telefon privat 2;ISDN;Mobiltelefon;Weiteres Fax;Weiteres Telefon;Pager;Haupttelefon;Telex;"+
	"Beruf;Büro;E-Mail-Adresse;E-Mail-Typ;E-Mail: Angezeigter Name;E-Mail 2: Adresse;E-Mail 2: Typ;E-Mail 2: Angezeigter Name;"+
	"Geburtstag;Geschlecht;Hobby;Kategorien;Notizen;Ort;Postfach geschäftlich;Sprache;Stichwörter;Webseite", ";")

// rows writes a table of one header and rows that name their cells.
func rows(header []string, comma rune, list ...map[string]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = comma, true
	w.Write(header)
	for _, r := range list {
		row := make([]string, len(header))
		for name, v := range r {
			row[slices.Index(header, name)] = v
		}
		w.Write(row)
	}
	w.Flush()
	return b.String()
}

func TestDecoder_Outlook_in_German(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file, err := charmap.Windows1252.NewEncoder().String(rows(outlookGerman, ';', map[string]string{
		"Anrede": "Frau Dr.", "Vorname": "Änne", "Weitere Vornamen": "Zoë", "Nachname": "Müller", "Firma": "Größe & Söhne", "Position": "Leiterin",
		"Straße geschäftlich": "Königsstraße 5\r\nHinterhaus", "Straße geschäftlich 2": "3. Stock", "Ort geschäftlich": "Köln", "Postleitzahl geschäftlich": "'50667",
		"Land/Region geschäftlich": "Deutschland", "Ort privat": "Zürich", "Land/Region privat": "Schweiz", "Postfach geschäftlich": "1234",
		"Fax geschäftlich": "'+49 221 1", "Telefon geschäftlich": "'+49 221 2", "Mobiltelefon": "0170 3", "Haupttelefon": "0170 4",
		"E-Mail-Adresse": "a@example.com", "E-Mail-Typ": "SMTP", "E-Mail 2: Adresse": "/o=ExchangeLabs/ou=x/cn=y", "E-Mail 2: Typ": "EX",
		"Geburtstag": "17.5.1980", "Kategorien": "Kunde;VIP", "Stichwörter": "Messe", "Sprache": "Deutsch", "Ort": "Büro", "Geschlecht": "Weiblich",
	}, map[string]string{"Nachname": "Straße", "Geburtstag": "0.0.00", "Beruf": "Bäcker", "Position": "Chef"}))
	is.NoErr(err)
	d := decoder(t, file, nil, people.Options{})
	contacts, broken := all(t, d)
	is.Equal(broken, nil)
	sameAs(t, contacts, []contact.Contact{{
		Name:     contact.Name{Salutation: "Frau", Title: "Dr.", Given: "Änne Zoë", Family: "Müller", Company: "Größe & Söhne"},
		Language: "de", Born: contact.Date{Year: 1980, Month: 5, Day: 17}, Occupation: "Leiterin", Tags: []string{"Kunde", "VIP", "Messe"},
		Emails: []contact.Email{{Address: "a@example.com"}},
		Phones: []contact.Phone{{Number: "0170 4"}, {Number: "0170 3", Role: "mobile"}, {Number: "+49 221 2", Role: "work"}, {Number: "+49 221 1", Role: "fax"}},
		Addresses: []contact.Address{
			{Street: "Königsstraße 5, Hinterhaus", Extra: "3. Stock, Postfach 1234", PostalCode: "50667", City: "Köln", Country: "DE", Role: "work"},
			{City: "Zürich", Country: "CH", Role: "home"},
		},
	}, {Name: contact.Name{Family: "Straße"}, Occupation: "Bäcker"}})
	_, unplaced := people.Guess(outlookGerman, nil)
	is.Equal(strings.Join(unplaced, ";"), "Abteilung;Telefon Assistent;Telex;Büro;E-Mail-Typ;E-Mail: Angezeigter Name;E-Mail 2: Typ;E-Mail 2: Angezeigter Name;Geschlecht;Notizen;Ort;Webseite")
}

func TestDecoder_Google(t *testing.T) {
	t.Parallel()
	want := contact.Contact{
		Name: contact.Name{Title: "Dr.", Given: "Anna Maria", Family: "Müller", Company: "ACME"}, Born: contact.Date{Month: 5, Day: 17},
		Occupation: "CTO", Tags: []string{"Kunden"},
		Emails: []contact.Email{{Address: "a@example.com", Role: "home"}, {Address: "b@example.com", Role: "home"}, {Address: "c@example.com", Role: "work"}},
		Phones: []contact.Phone{{Number: "+49 30 1", Role: "mobile"}, {Number: "+49 30 2", Role: "mobile"}},
		Addresses: []contact.Address{
			{Street: "Weg 1", City: "Bonn", Country: "DE", Role: "work"}, {Street: "Weg 2", City: "Ulm", Extra: "PO Box 9", Role: "work"},
		},
	}
	for name, header := range map[string]string{
		"2024": "First Name,Middle Name,Last Name,Name Prefix,Organization Name,Organization Title,Birthday,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value," +
			"Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Country",
		"old": "Given Name,Additional Name,Family Name,Name Prefix,Organization 1 - Name,Organization 1 - Title,Birthday,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value," +
			"Phone 1 - Type,Phone 1 - Value,Address 1 - Type,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Country",
		"German": "Vorname,Zweiter Vorname,Nachname,Namenspräfix,Name der Organisation,Position,Geburtstag,Labels,E-Mail 1 – Label,E-Mail 1 – Wert,E-Mail 2 – Label,E-Mail 2 – Wert," +
			"Telefon 1 – Label,Telefon 1 – Wert,Adresse 1 – Label,Adresse 1 – Straße,Adresse 1 – Ort,Adresse 1 – Postfach,Adresse 1 – Land",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := one(t, header+"\nAnna,Maria,Müller,Dr.,ACME ::: Other,CTO ::: CEO, --05-17,* myContacts ::: Kunden,* Home,a@example.com ::: b@example.com,Work,c@example.com,"+
				"Mobile,+49 30 1 ::: +49 30 2,Work,Weg 1 ::: Weg 2,Bonn ::: Ulm, ::: 9,DE ::: \n", nil, people.Options{})
			sameAs(t, got, want)
		})
	}
}

// No error repeats what stands in a cell.
func TestDecoder_errors_hold_no_values(t *testing.T) {
	t.Parallel()
	for _, field := range []string{
		"id", "kind", "language", "preferred_channel", "born", "addresses[0].country", "addresses[0].from", "origins[0].at", "version",
		"custom.points", "custom.seen.at", "custom.vip", "custom.wedding", "custom.balance",
	} {
		for _, exact := range []bool{true, false} {
			m := people.Mapping{{Column: "x", Field: field, Exact: exact}}
			for r, err := range decoder(t, "x;y\nGeheim Wort;\n", m, people.Options{Fields: fields}).Contacts() {
				var broken *table.RowError
				if errors.As(err, &broken) && strings.Contains(fmt.Sprint(err, r.Broken), "Geheim") || err == nil && !exact {
					t.Errorf("%s: %v", field, err)
				}
			}
		}
	}
}
