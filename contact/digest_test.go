package contact_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
)

// everything is a record with something in each field that a host sets.
func everything() contact.Contact {
	day := contact.Date{Year: 2024, Month: 2, Day: 29}
	return contact.Contact{
		Kind: contact.Company, Name: contact.Name{Salutation: "Frau", Title: "Dr.", Given: "Anna", Family: "Muster", Company: "Muster AG"},
		Language: "de", TimeZone: "Europe/Berlin", PreferredChannel: "email", Born: day, Occupation: "o", Education: "e", MaritalStatus: "m",
		VATNumber: "DE1", Owner: "kim", Tags: []string{"a", "b"}, Hobbies: []string{"c"}, Memberships: []string{"d"},
		Emails: []contact.Email{{Address: "a@example.com", Role: "work"}}, Phones: []contact.Phone{{Number: "1", Role: "home"}},
		Addresses:  []contact.Address{{Street: "s", Extra: "x", PostalCode: "p", City: "c", Region: "r", Country: "DE", Role: "home", From: day, Until: day}},
		Identities: []contact.Identity{{Source: "shop", Key: "1"}}, Links: []contact.Link{{Kind: "works_for", To: contact.ID(id.New())}},
		Origins:  []contact.Origin{{Source: "fair", At: time.Unix(5, 0), Notice: "n"}},
		Accounts: []contact.Account{{Provider: "p", Token: "t", Mandate: "m", IBAN: "i", BIC: "b", Sealed: []byte("s")}},
		Custom: map[string]contact.Value{
			"text": contact.Text("t"), "number": contact.Int(1), "time": contact.Time(time.Unix(7, 0)), "bool": contact.Bool(true), "date": contact.Day(day),
			"money": contact.Amount(money.New(5, "EUR")), "many": contact.Many("x", "y"),
		},
		VATNormal: "DE1", CreatedAt: time.Unix(1, 0), UpdatedAt: time.Unix(2, 0), Version: 3,
	}
}

// Two records have the same digest if and only if they say the same: each leaf of a
// record is changed, one after the other, and elements are taken away.
func TestDigest_agrees_with_SameData(t *testing.T) {
	t.Parallel()
	n := 0
	check := func(what string, c contact.Contact) {
		n++
		was := everything()
		c.Links[0].To = was.Links[0].To // ids differ from call to call
		if same := contact.SameData(was, c); same != (contact.Digest(was) == contact.Digest(c)) {
			t.Errorf("%s: SameData says %v, and the digests say something else", what, same)
		}
	}
	check("nothing", everything())
	for i := 0; ; i++ {
		c := everything()
		left := i
		path := change(reflect.ValueOf(&c).Elem(), "", &left)
		if path == "" {
			break
		}
		if len(c.Links) == 0 {
			c.Links = []contact.Link{{}}
		}
		check(path, c)
	}
	for name, v := range everything().Custom {
		c := everything()
		delete(c.Custom, name)
		check("without "+name, c)
		v.Text, v.Number, v.Bool, v.Date.Day, v.Money.Amount, v.Time, v.Texts = v.Text+"?", v.Number+1, !v.Bool, 1, 9, v.Time.Add(1e9), []string{"z"}
		c.Custom[name] = v
		check("another "+name, c)
	}
	if n < 70 {
		t.Errorf("only %d records were compared", n)
	}
}

// change alters the leaf with the number, and says where it is.
func change(v reflect.Value, path string, left *int) string {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			if *left--; *left < 0 {
				v.Set(reflect.ValueOf(time.Unix(99, 0)))
				return path
			}
			return ""
		}
		for i := range v.NumField() {
			if found := change(v.Field(i), path+"."+v.Type().Field(i).Name, left); found != "" {
				return found
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return leaf(v, path, left)
		}
		for i := range v.Len() {
			if found := change(v.Index(i), path+"[]", left); found != "" {
				return found
			}
		}
	case reflect.String, reflect.Int, reflect.Int64:
		return leaf(v, path, left)
	}
	return ""
}

func leaf(v reflect.Value, path string, left *int) string {
	if *left--; *left >= 0 {
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "?")
	case reflect.Slice:
		v.SetBytes([]byte("?"))
	default:
		v.SetInt(v.Int() - 1)
	}
	return path
}
