package vcard_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/vcard"
)

func Example() {
	file := "BEGIN:VCARD\r\nVERSION:2.1\r\n" +
		"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Anna\r\n" +
		"TEL;CELL;VOICE:0171 1234567\r\nNOTE:ruft gern an\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Familie\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bau AG\r\nORG:Bau AG\r\nEND:VCARD\r\n"

	r, err := vcard.NewReader(strings.NewReader(file), nil)
	if err != nil {
		panic(err)
	}
	for card, err := range r.Cards() {
		var broken *vcard.CardError
		if errors.As(err, &broken) {
			fmt.Println(broken)
			continue
		}
		if err != nil {
			panic(err)
		}
		c := card.Contact
		fmt.Println("line", card.Line, c.Kind, c.Name, c.Phones, card.Unread)
	}
	// Output:
	// line 1 person Anna Müller [{0171 1234567 mobile }] [NOTE]
	// line 9: property KIND: must be a person or an organization [unknown_kind]
	// line 12 company Bau AG [] []
}

func ExampleWriter() {
	var file strings.Builder
	w := vcard.NewWriter(&file, nil)
	err := w.Write(contact.Contact{
		Name:       contact.Name{Salutation: "Frau", Title: "Dr.", Given: "Anna", Family: "Meyer"},
		Born:       contact.Date{Month: 5, Day: 17},
		Emails:     []contact.Email{{Address: "anna@example.com", Role: contact.Home}},
		Addresses:  []contact.Address{{Street: "Lindenweg 5", PostalCode: "14467", City: "Potsdam", Country: "DE", Role: contact.Billing}},
		Identities: []contact.Identity{{Source: "shop", Key: "4711"}},
	})
	if err != nil {
		panic(err)
	}
	fmt.Print(strings.ReplaceAll(file.String(), "\r\n", "\n"))
	// Output:
	// BEGIN:VCARD
	// VERSION:4.0
	// PRODID:-//Stammkunde//CRM//EN
	// FN;DERIVED=true:Dr. Anna Meyer
	// N:Meyer;Anna;;Dr.;
	// KIND:individual
	// X-STAMMKUNDE-SALUTATION:Frau
	// BDAY:--0517
	// EMAIL;TYPE=home:anna@example.com
	// ADR;TYPE=billing;CC=DE:;;Lindenweg 5;Potsdam;;14467;Germany
	// X-STAMMKUNDE-IDENTITY:shop;4711
	// END:VCARD
}
