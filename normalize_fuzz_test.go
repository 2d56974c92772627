package crm_test

import (
	"strings"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/phone"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage/memory"
)

// FuzzCheck: whatever stands in a record, its stored form is one that is not changed by
// being stored again, says the same as what was given, and no error repeats a value.
func FuzzCheck(f *testing.F) {
	c, err := crm.New(memory.New(), &crm.Config{
		Fields:     []contact.Field{{Name: "note", Type: contact.TypeText}, {Name: "rooms", Type: contact.TypeMany, OneOf: []string{"bath", "kitchen"}}},
		Validation: contact.Validation{Phones: phone.Parser{Country: "DE"}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(" Dr. ", "Anna", "Muster", "anna@example.com", "030 123456", "Weg 1", "10115", "Berlin", "DE", "DE89 3704 0044 0532 0130 00", "de-AT", "bath")
	f.Add("", "\u00a0", "n/a", "ANNA@BÜCHER.example", "+1 (212) 555-0123 x4", "\t", "SW1A 1AA", "Zürich", "gb", "x", "Europe/Berlin", "attic")
	f.Add("\x00", "\xff", "🙂", "a@b@c", "4111 1111 1111 1111", "", "", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, title, given, family, mail, number, street, code, city, country, iban, tag, word string) {
		in := contact.Contact{
			Name: contact.Name{Title: title, Given: given, Family: family}, Language: tag, TimeZone: tag, Tags: []string{word, tag, word},
			Emails: []contact.Email{{Address: mail}, {Address: " " + mail}}, Phones: []contact.Phone{{Number: number}},
			Addresses:  []contact.Address{{Street: street, PostalCode: code, City: city, Country: country}},
			Identities: []contact.Identity{{Source: "shop", Key: word}, {Source: "shop", Key: word}}, Accounts: []contact.Account{{IBAN: iban}},
			Custom: map[string]contact.Value{"note": contact.Text(street), "rooms": contact.Many(word, "bath", word)},
		}
		out, err := c.Contacts.Check(in)
		if err != nil {
			for _, value := range []string{given, family, mail, number, street, iban} {
				if len(value) > 12 && strings.Contains(err.Error(), value) {
					t.Fatalf("the error repeats a value: %v", errs.FieldsOf(err))
				}
			}
			return
		}
		again, err := c.Contacts.Check(out)
		if err != nil {
			t.Fatalf("the stored form is refused: %v", errs.FieldsOf(err))
		}
		if !contact.SameData(in, out) || !contact.SameData(out, again) || contact.Digest(in) != contact.Digest(again) {
			t.Fatalf("the stored form says something else:\n%+v\n%+v", struct{ contact.Contact }{out}, struct{ contact.Contact }{again})
		}
	})
}
