package crm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/phone"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/storage/memory"
)

// doorNow is the present of these tests.
var doorNow = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)

func door(t *testing.T, change func(*crm.Config)) *crm.CRM {
	t.Helper()
	config := &crm.Config{Now: func() time.Time { return doorNow }}
	change(config)
	c, err := crm.New(memory.New(), config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refusals creates a contact and gives path and code of each broken field.
func refusals(t *testing.T, c *crm.CRM, record contact.Contact) string {
	t.Helper()
	_, err := c.Contacts.Create(t.Context(), record)
	var list []string
	for _, f := range errs.FieldsOf(err) {
		list = append(list, f.Path+" "+f.Code)
	}
	return strings.Join(list, ", ")
}

func address(street, code, city, country string) contact.Contact {
	return contact.Contact{Addresses: []contact.Address{{Street: street, PostalCode: code, City: city, Country: country}}}
}

func email(address string) contact.Contact {
	return contact.Contact{Emails: []contact.Email{{Address: address}}}
}

func named(given, family string) contact.Contact {
	return contact.Contact{Name: contact.Name{Given: given, Family: family}}
}

func born(year int, month time.Month, day int) contact.Contact {
	return contact.Contact{Born: contact.Date{Year: year, Month: month, Day: day}}
}

func TestValidation_strict_unless_switched_off(t *testing.T) {
	strict := door(t, func(*crm.Config) {})
	for _, c := range []struct {
		record contact.Contact
		want   string
		off    contact.Check // what lets it pass
	}{
		{email("anna@example.com"), "", ""},
		{email("jürgen@müller.example"), "", ""},
		{email("anna@example..com"), "emails[0].address domain", contact.CheckEmails},
		{email("anna at example.com"), "emails[0].address syntax", contact.CheckEmails},
		{address("Hauptstraße 1", "10115", "Berlin", "DE"), "", ""},
		{address("Hauptstraße 1", "1011", "Berlin", "DE"), "addresses[0].postal_code syntax", contact.CheckPostalCodes},
		{address("", "10115", "Berlin", "DE"), "addresses[0].street required", contact.CheckAddressLines},
		{address("Hauptstraße 1", "10115", "Berlin", "XX"), "addresses[0].country unknown_country", ""},
		{address("", "", "Berlin", ""), "", ""}, // nobody knows the rules
		{named("Jennifer", "Null"), "", ""},
		{named("Test", "Test"), "name.given placeholder", contact.CheckNames},
		{named("", "n/a"), "name.family placeholder", contact.CheckNames},
		{named("xxx", "---"), "name.given placeholder", contact.CheckNames},
		{named("Bo", "Xu"), "", ""},
		{born(1980, 2, 29), "", ""},
		{born(1981, 2, 29), "born not_a_date", ""},
		{born(0, 2, 29), "", ""},
		{born(2026, 5, 20), "", ""},
		{born(2026, 5, 21), "born in_future", contact.CheckBirthDates},
		{born(2027, 0, 0), "born in_future", contact.CheckBirthDates},
		{born(2026, 0, 0), "", ""},
		{born(1900, 1, 1), "born out_of_range", contact.CheckBirthDates},
		{contact.Contact{VATNumber: "DE 136 695 976"}, "", ""},
		{contact.Contact{VATNumber: "DE136695970"}, "vat_number check_digits", contact.CheckVATNumbers},
		{contact.Contact{VATNumber: "136695976"}, "vat_number unknown_country", contact.CheckVATNumbers},
		{contact.Contact{Phones: []contact.Phone{{Number: "call me"}}}, "phones[0].number syntax", ""},
		{contact.Contact{Origins: []contact.Origin{{Source: "shop", At: doorNow.Add(time.Second)}}}, "origins[0].at in_future", ""},
		{contact.Contact{Addresses: []contact.Address{{City: "Rom", Until: contact.Date{Year: 2020}}}}, "addresses[0].until not_a_date", ""},
		{contact.Contact{Hobbies: []string{"chess\x07"}}, "hobbies[0] control_character", ""},
	} {
		if got := refusals(t, strict, c.record); got != c.want {
			t.Errorf("%+v: refused for %q, must be %q", c.record.Name, got, c.want)
		}
		if c.off == "" {
			continue
		}
		loose := door(t, func(config *crm.Config) { config.Validation.Off = []contact.Check{c.off} })
		if got := refusals(t, loose, c.record); got != "" {
			t.Errorf("without the check of %s it must pass, but is refused for %q", c.off, got)
		}
	}
}

func TestValidation_keeps_the_spelling_and_the_normal_form(t *testing.T) {
	is := is.New(t)
	c := door(t, func(config *crm.Config) { config.Validation.Phones = phone.Parser{} })
	record := address("Hauptstraße 1", "10115", "Berlin", "DE")
	record.Emails = []contact.Email{{Address: "Anna@Bücher.Example", Normal: "what a host wrote"}}
	record.Phones = []contact.Phone{{Number: "(030) 901820"}, {Number: "+43 1 52550"}}
	record.Origins = []contact.Origin{{Source: "shop", Notice: "privacy-3"}}
	record.VATNumber, record.VATNormal = "atu 1358 5627", "what a host wrote"
	created, err := c.Contacts.Create(t.Context(), record)
	is.NoErr(err)
	is.Equal(created.Emails, []contact.Email{{Address: "Anna@Bücher.Example", Normal: "Anna@xn--bcher-kva.example"}})
	is.Equal(created.Phones, []contact.Phone{{Number: "(030) 901820", Normal: "+4930901820"}, {Number: "+43 1 52550", Normal: "+43152550"}})
	is.Equal(created.Origins, []contact.Origin{{Source: "shop", At: doorNow, Notice: "privacy-3"}})
	is.Equal([]string{created.VATNumber, created.VATNormal}, []string{"atu 1358 5627", "ATU13585627"})
	record.Phones[0].Number = "(030) 1"
	is.Equal(refusals(t, c, record), "phones[0].number syntax")
	record.Phones[0].Number = "(030) 11111"
	record.Addresses = nil
	is.Equal(refusals(t, c, record), "phones[0].number unknown_country") // whose area code is it?
}

func TestSameData(t *testing.T) {
	is := is.New(t)
	c := door(t, func(*crm.Config) {})
	given := email("anna@example.com")
	given.Name.Given, given.Tags = " Anna ", []string{"b", "a"}
	stored, err := c.Contacts.Create(t.Context(), given)
	is.NoErr(err)
	is.True(contact.SameData(stored, given))
	is.True(contact.SameData(given, stored))
	for _, change := range []func(*contact.Contact){
		func(c *contact.Contact) { c.Emails[0].Address = "Anna@example.com" },
		func(c *contact.Contact) { c.Name.Given = "" },
		func(c *contact.Contact) { c.Tags = c.Tags[:1] },
		func(c *contact.Contact) { c.Links = []contact.Link{{Kind: contact.WorksFor, To: c.ID}} },
		func(c *contact.Contact) { c.Custom = map[string]contact.Value{"vip": contact.Bool(false)} },
	} {
		other := stored
		other.Emails, other.Tags = slices.Clone(stored.Emails), slices.Clone(stored.Tags)
		change(&other)
		is.True(!contact.SameData(stored, other))
	}
}

func TestValidation_of_declared_fields(t *testing.T) {
	is := is.New(t)
	euro := func(n int64) contact.Value { return contact.Amount(money.New(n, "EUR")) }
	c := door(t, func(config *crm.Config) {
		config.Fields = []contact.Field{
			{Name: "size", Type: contact.TypeText, Required: true, OneOf: []string{"S", "M", "L"}},
			{Name: "plate", Type: contact.TypeText, Pattern: `[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{1,4}|none`},
			{Name: "children", Type: contact.TypeNumber, Min: contact.Int(0), Max: contact.Int(20)},
			{Name: "credit", Type: contact.TypeMoney, Max: euro(100)},
			{Name: "likes", Type: contact.TypeMany, OneOf: []string{"tea", "wine"}},
		}
	})
	var crowd []string
	for i := range 51 {
		crowd = append(crowd, fmt.Sprint(i))
	}
	for want, custom := range map[string]map[string]contact.Value{
		"":                           {"size": contact.Text("M"), "plate": contact.Text("B-AB 1234"), "children": contact.Int(20), "credit": euro(-5)},
		"custom[size] required":      {"plate": contact.Text("none")},
		"custom[size] not_permitted": {"size": contact.Text("XL")},
		"custom[plate] syntax":       {"size": contact.Text("S"), "plate": contact.Text("my B-AB 1234")},
		"custom[children] out_of_range, custom[credit] out_of_range": {"size": contact.Text("S"), "children": contact.Int(-1), "credit": euro(101)},
		"custom[credit] out_of_range":                                {"size": contact.Text("S"), "credit": contact.Amount(money.New(1, "USD"))},
		"custom[size] wrong_type":                                    {"size": contact.Int(1)},
		"custom[likes] not_permitted":                                {"size": contact.Text("S"), "likes": contact.Many("tea", "beer")},
		"custom[likes] too_many, custom[likes] not_permitted":        {"size": contact.Text("S"), "likes": contact.Many(crowd...)},
		"custom[likes] wrong_type":                                   {"size": contact.Text("S"), "likes": contact.Text("tea")},
	} {
		is.Equal(refusals(t, c, contact.Contact{Custom: custom}), want)
	}
}

// Of many texts each is trimmed, they are sorted and stand there once; none is
// no value.
func TestValues_of_many_texts_are_normalized(t *testing.T) {
	is := is.New(t)
	c := door(t, func(config *crm.Config) {
		config.Fields = []contact.Field{{Name: "likes", Type: contact.TypeMany, OneOf: []string{"tea", "wine"}}}
	})
	given := named("Anna", "Muster")
	given.Custom = map[string]contact.Value{"likes": contact.Many(" wine", "tea", "", "wine ")}
	stored, err := c.Contacts.Create(t.Context(), given)
	is.NoErr(err)
	is.Equal(stored.Custom, map[string]contact.Value{"likes": contact.Many("tea", "wine")})
	is.True(contact.SameData(stored, given))
	is.Equal(given.Custom["likes"].Texts[0], " wine") // what was given is left alone

	text, err := json.Marshal(stored.Custom["likes"])
	is.NoErr(err)
	is.Equal(string(text), `{"type":"many","texts":["tea","wine"]}`)
	var back contact.Value
	is.NoErr(json.Unmarshal(text, &back))
	is.True(back.Equal(stored.Custom["likes"]))
	is.True(!back.Equal(contact.Many("tea")))

	stored.Custom = map[string]contact.Value{"likes": contact.Many(" ", "")}
	stored, err = c.Contacts.Update(t.Context(), stored)
	is.NoErr(err)
	is.Equal(len(stored.Custom), 0)
}

// Data of activities have no declaration, so they cannot be one of many.
func TestData_of_activities_are_single_values(t *testing.T) {
	is := is.New(t)
	c := door(t, func(*crm.Config) {})
	anna, err := c.Contacts.Create(t.Context(), named("Anna", "Muster"))
	is.NoErr(err)
	_, err = c.Activities.Record(t.Context(), activity.Activity{
		Contact: anna.ID, Kind: "visit", Data: map[string]contact.Value{"likes": contact.Many("tea")},
	})
	is.True(errs.Has(err, "unknown_type"))
}

// Equal tells values apart by their type and the member that counts.
func TestValue_Equal(t *testing.T) {
	is := is.New(t)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	list := []contact.Value{
		{}, contact.Text("a"), contact.Text("b"), contact.Int(1), contact.Int(2), contact.Bool(true), contact.Bool(false), contact.Time(now), contact.Time(now.Add(1)),
		contact.Day(contact.Date{Year: 2026, Month: 3, Day: 2}), contact.Day(contact.Date{Year: 2026, Month: 3, Day: 3}),
		contact.Amount(money.New(1, "EUR")), contact.Amount(money.New(1, "USD")), contact.Many("a"), contact.Many("a", "b"),
	}
	for i, v := range list {
		for j, w := range list {
			is.Equal(v.Equal(w), i == j)
		}
	}
	is.True(contact.Time(now).Equal(contact.Time(now.In(time.FixedZone("", 3600)))))
	stray := contact.Text("a")
	stray.Number = 7
	is.True(stray.Equal(contact.Text("a")))
}

func TestNew_refuses_bad_declarations(t *testing.T) {
	is := is.New(t)
	_, err := crm.New(memory.New(), &crm.Config{
		Validation: contact.Validation{Off: []contact.Check{"everything"}},
		Fields: []contact.Field{
			{Name: "a", Type: contact.TypeNumber, OneOf: []string{"x"}, Pattern: "x", Min: contact.Int(2), Max: contact.Int(1)},
			{Name: "b", Type: contact.TypeText, Pattern: "(", Min: contact.Text("x")},
			{Name: "c", Type: contact.TypeDate, Max: contact.Int(1)},
			{Name: "d", Type: contact.TypeMany, Min: contact.Int(1), Pattern: "x"},
			{Name: "e", Type: contact.TypeMany, OneOf: []string{"a", " b", "", "c\nd"}},
			{Name: "f", Type: contact.TypeText, Purpose: "health"},
			{Name: "g", Type: contact.TypeText, Sensitivity: contact.Health},
			{Name: "h", Type: contact.TypeText, Sensitivity: contact.Special, Purpose: "No Name", Required: true},
			{Name: "i", Type: contact.TypeText, Sensitivity: "secret", Purpose: "health"},
		},
	})
	var list []string
	for _, f := range errs.FieldsOf(err) {
		list = append(list, strings.TrimPrefix(f.Path, "config.")+" "+f.Code)
	}
	is.Equal(strings.Join(list, ", "), "fields[0].one_of unexpected, fields[0].pattern unexpected, fields[0].max empty, "+
		"fields[1].pattern syntax, fields[1].min unexpected, fields[2].max wrong_type, "+
		"fields[3].one_of required, fields[3].pattern unexpected, fields[3].min unexpected, "+
		"fields[4].one_of[1] shape, fields[4].one_of[2] shape, fields[4].one_of[3] control_character, "+
		"fields[5].purpose unexpected, fields[6].purpose required, fields[7].required unexpected, fields[7].purpose syntax, "+
		"fields[8].sensitivity unknown_sensitivity, validation.off[0] unknown_check")
}

func TestAccounts_keep_no_IBAN_in_the_clear(t *testing.T) {
	is := is.New(t)
	const iban, masked = "DE89 3704 0044 0532 0130 00", "DE89**************3000"
	key := []byte("0123456789abcdef0123456789abcdef")
	sealer, err := contact.NewSealer(key)
	is.NoErr(err)
	c := door(t, func(config *crm.Config) { config.Validation.Sealer = sealer })
	record := named("Anna", "Muster")
	record.Accounts = []contact.Account{{IBAN: iban, BIC: "cobadeff", Mandate: "M-1"}, {Provider: "till", Token: "tok_1"}}
	stored, err := c.Contacts.Create(t.Context(), record)
	is.NoErr(err)
	is.Equal(stored.Accounts[0].IBAN, masked)
	is.Equal(stored.Accounts[0].BIC, "COBADEFF")
	is.True(!strings.Contains(string(stored.Accounts[0].Sealed), "0532"))
	is.True(contact.SameData(stored, record))
	whole, err := c.Contacts.IBAN(t.Context(), stored.ID, 0)
	is.NoErr(err)
	is.Equal(whole.Grouped(), iban)
	_, err = c.Contacts.IBAN(t.Context(), stored.ID, 1)
	is.True(errors.Is(err, errs.ErrNotFound)) // a token, no IBAN

	stored.Name.Given = "Anne" // what was read is written back
	updated, err := c.Contacts.Update(t.Context(), stored)
	is.NoErr(err)
	is.Equal(updated.Accounts, stored.Accounts)
	whole, err = c.Contacts.IBAN(t.Context(), stored.ID, 0)
	is.NoErr(err)
	is.Equal(whole.Grouped(), iban)

	updated.Accounts[0].Sealed[20] ^= 1
	_, err = c.Contacts.Update(t.Context(), updated)
	is.NoErr(err)
	_, err = c.Contacts.IBAN(t.Context(), stored.ID, 0)
	is.True(errors.Is(err, errs.ErrConflict)) // changed since it was sealed

	without := door(t, func(*crm.Config) {})
	lost, err := without.Contacts.Create(t.Context(), record)
	is.NoErr(err)
	is.Equal(lost.Accounts[0].IBAN, masked)
	is.Equal(lost.Accounts[0].Sealed, nil)
}

func TestAccounts_refused(t *testing.T) {
	is := is.New(t)
	c := door(t, func(*crm.Config) {})
	for want, a := range map[string]contact.Account{
		"accounts[0].iban check_digits":                                      {IBAN: "DE88370400440532013000"},
		"accounts[0].iban syntax":                                            {IBAN: "DE89**de"},
		"accounts[0].bic too_short":                                          {Mandate: "M-1", BIC: "X"},
		"accounts[0].token required":                                         {Provider: "till", Mandate: "M-1"},
		"accounts[0] required":                                               {BIC: "COBADEFF"},
		"accounts[0].token card_number":                                      {Provider: "till", Token: "4111 1111 1111 1111"},
		"accounts[0].provider required":                                      {Token: "tok_1"},
		"accounts[0].mandate too_long":                                       {Mandate: strings.Repeat("m", 36)},
		"accounts[0].provider syntax, accounts[0].mandate control_character": {Provider: "Till!", Token: "t", Mandate: "\x00"},
	} {
		is.Equal(refusals(t, c, contact.Contact{Accounts: []contact.Account{a}}), want)
	}
	for _, nearlyWhole := range []string{"DE89370400440532013000*", "DE8937040044053201300*0", "DE89*3000"} {
		record := contact.Contact{Accounts: []contact.Account{{IBAN: nearlyWhole}}}
		is.Equal(refusals(t, c, record), "accounts[0].iban syntax") // no way around the mask
	}
	_, err := contact.NewSealer([]byte("short"))
	is.True(err != nil)
}
