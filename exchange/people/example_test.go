package people_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

func Example() {
	file := "Kunden-Nr.;Name;E-Mail;PLZ;Ort;Geburtsdatum;Punkte;Newsletter\n" +
		"4711;Müller, Anna;anna@example.com;'01067;Dresden;17.05.1980;12,5;ja\n" +
		"4712;Karl von Berg;karl@example.com;50667;Köln;heute;3;nein\n"
	fields := []contact.Field{{Name: "punkte", Type: contact.TypeNumber}}

	t, err := table.NewReader(strings.NewReader(file), nil)
	if err != nil {
		panic(err)
	}
	m, unplaced := people.Guess(t.Columns(), fields)
	fmt.Println("not placed:", unplaced)
	d, err := people.NewDecoder(t, m, &people.Options{Fields: fields, Source: "shop"})
	if err != nil {
		panic(err)
	}
	for record, err := range d.Contacts() {
		var broken *table.RowError
		if errors.As(err, &broken) {
			fmt.Println(broken)
			continue
		}
		if err != nil {
			panic(err)
		}
		c := record.Contact
		fmt.Println(c.Key("shop"), c.Name, c.Email(), c.Address().PostalCode, c.Born, c.Custom["punkte"].Number)
	}
	// Output:
	// not placed: [Newsletter]
	// 4711 Anna Müller anna@example.com 01067 1980-05-17 12500000
	// line 3: column Geburtsdatum: is no date of the form that is expected [not_a_date]
}

func ExampleEncoder() {
	contacts := []contact.Contact{
		{Name: contact.Name{Given: "Anna"}, Phones: []contact.Phone{{Number: "+49 30 123"}}, Identities: []contact.Identity{{Source: "shop", Key: "1"}}},
		{Name: contact.Name{Given: "Ben"}, Tags: []string{"vip", "a;b"}},
	}
	var o people.EncodeOptions
	for _, c := range contacts {
		o.Fit(c)
	}
	w, err := table.NewWriter(os.Stdout, &table.WriteOptions{LF: true})
	if err != nil {
		panic(err)
	}
	e, err := people.NewEncoder(w, nil, &o)
	if err != nil {
		panic(err)
	}
	for _, c := range contacts {
		if err := e.Encode(c); err != nil {
			panic(err)
		}
	}
	if err := w.Flush(); err != nil {
		panic(err)
	}
	// Output:
	// id,kind,name.salutation,name.title,name.given,name.family,name.company,language,time_zone,preferred_channel,born,occupation,education,marital_status,vat_number,owner,tags,hobbies,memberships,phones[0].number,phones[0].role,identities.shop,created_at,updated_at,version
	// ,person,,,Anna,,,,,,,,,,,,,,,'+49 30 123,,1,,,0
	// ,person,,,Ben,,,,,,,,,,,,"vip;a\;b",,,,,,,,0
}

func ExampleMapping_Validate() {
	m := people.Mapping{{Column: "Vorname", Field: "name.first"}, {Column: "Mail", Field: "emails[0].address"}}
	fmt.Println(m.Validate([]string{"Vorname", "E-Mail"}, nil))
	// Output:
	// people.Mapping.Validate: invalid: mapping[0].field: is no field of a contact [unknown_field]; mapping[1].column: is no column of the table [not_found]
}

func ExampleSplitName() {
	for _, full := range []string{"Müller, Anna", "Anna Maria Müller", "Frau Dr. Ursula von der Leyen"} {
		n := people.SplitName(full)
		fmt.Printf("%s|%s|%s|%s\n", n.Salutation, n.Title, n.Given, n.Family)
	}
	// Output:
	// ||Anna|Müller
	// ||Anna Maria|Müller
	// Frau|Dr.|Ursula|von der Leyen
}

func ExampleLineDecoder() {
	file := `{"name":{"given":"Anna"},"emails":[{"address":"anna@example.com"}]}` + "\n" + `{"vorname":"Ben"}` + "\n"
	d, err := people.NewLineDecoder(strings.NewReader(file), nil)
	if err != nil {
		panic(err)
	}
	for record, err := range d.Contacts() {
		fmt.Println(record.Number, record.Contact.Email(), err)
	}
	// Output:
	// 1 anna@example.com <nil>
	// 2  line 2: column vorname: is no member that belongs there [unknown_field]
}
