package vcard_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/vcard"
)

// dataCards reads a file of CRM_DATA, of which every card must be sound.
func dataCards(t *testing.T, name string) []vcard.Card {
	t.Helper()
	dir := os.Getenv("CRM_DATA")
	if dir == "" {
		t.Skip("CRM_DATA is not set")
	}
	file, err := os.ReadFile(filepath.Join(dir, "vcard", name))
	if err != nil {
		t.Fatal(err)
	}
	cards, broken := read(t, string(file), nil)
	if len(broken) > 0 {
		t.Fatal(broken)
	}
	return cards
}

// The counts are those of the files, counted by eye.
func TestData_counts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file                             string
		cards, emails, phones, addresses int
		name                             contact.Name // of the first card
	}{
		{"fullcontact.vcf", 1, 5, 9, 4, contact.Name{Title: "Prefix", Given: "FirstName MiddleName", Family: "LastName", Company: "Organization1"}},
		{"gmail-list.vcf", 3, 3, 0, 0, contact.Name{Given: "Arnold", Family: "Smith"}},
		{"gmail-single.vcf", 1, 1, 2, 2, contact.Name{Given: "Greg", Family: "Dartmouth", Company: "TheCompany"}},
		{"gmail-single2.vcf", 1, 5, 11, 5, contact.Name{Given: "VCard", Family: "Test", Company: "TheCompany"}},
		{"rfc2426-example.vcf", 2, 3, 4, 2, contact.Name{Given: "Frank", Family: "Dawson", Company: "Lotus Development Corporation"}},
		{"rfc6350-example.vcf", 1, 1, 2, 1, contact.Name{Given: "Simon", Family: "Perreault", Company: "Viagenie"}},
	} {
		is := is.New(t)
		cards := dataCards(t, c.file)
		is.Equal(len(cards), c.cards) // c.file
		is.Equal(cards[0].Contact.Name, c.name)
		emails, phones, addresses := 0, 0, 0
		for _, card := range cards {
			emails += len(card.Contact.Emails)
			phones += len(card.Contact.Phones)
			addresses += len(card.Contact.Addresses)
			roundTrip(t, card.Contact)
		}
		is.Equal([]int{emails, phones, addresses}, []int{c.emails, c.phones, c.addresses}) // c.file
	}
}

func TestData_by_eye(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	simon := dataCards(t, "rfc6350-example.vcf")[0]
	is.Equal(simon.Contact.Phones, []contact.Phone{{Number: "+1-418-656-9254", Role: contact.Work}, {Number: "+1-418-262-6501", Role: contact.Mobile}})
	is.Equal(simon.Contact.Address(), contact.Address{
		Extra: "Suite D2-630", Street: "2875 Laurier", City: "Quebec", Region: "QC", PostalCode: "G1V 2M2", Country: "CA", Role: contact.Work,
	})
	is.Equal(simon.Contact.Born, contact.Date{Month: 2, Day: 3})
	is.Equal(simon.Contact.Language, "fr")

	howes := dataCards(t, "rfc2426-example.vcf")[1].Contact
	is.Equal(howes.Name, contact.Name{Given: "Tim", Family: "Howes", Company: "Netscape Communications Corp."})
	is.Equal(howes.Phones[1], contact.Phone{Number: "+1-415-528-4164", Role: contact.Fax})
	is.Equal(howes.Address().PostalCode, "94043")

	google := dataCards(t, "gmail-single2.vcf")[0].Contact
	is.Equal(google.Emails[2], contact.Email{Address: "workemail@example.com", Role: contact.Work})
	is.Equal(google.Phones[4], contact.Phone{Number: "5555551115", Role: contact.Mobile})
	is.Equal(google.Born.String(), "1912-06-23")
}
