package duplicate_test

import (
	"context"
	"fmt"

	"github.com/stammkunde/crm/contact/duplicate"
)

// One person who moved, and was typed in twice.
func ExampleModel_Compare() {
	m := duplicate.Default(duplicate.NewSecret([]byte("of this tenant")))
	a := duplicate.Prepare(duplicate.Record{
		Given: "Jürgen", Family: "Meyer", Born: duplicate.Date{Year: 1971, Month: 5, Day: 9},
		Emails:    []string{"j.meyer71@example.org"},
		Addresses: []duplicate.Address{{Street: "Lindenstraße 12", Postal: "50674", City: "Köln"}},
	})
	b := duplicate.Prepare(duplicate.Record{
		Name: "Dr. MAIER, Juergen", Born: duplicate.Date{Year: 1971, Month: 9, Day: 5},
		Emails:    []string{"J.Meyer71@example.org"},
		Addresses: []duplicate.Address{{Street: "Am Hang 3", Postal: "79098", City: "Freiburg"}},
	})
	s := m.Compare(&a, &b)
	fmt.Println(s.P >= .99, s.Contradiction)
	for _, r := range s.Reasons() {
		fmt.Printf("%-18s %s\n", r.Code, r.German)
	}
	// Output:
	// true false
	// email.same         gleiche E-Mail-Adresse
	// given.same         gleicher Vorname
	// birth.near         Geburtsdatum weicht in einer Ziffer oder in der Folge von Tag und Monat ab
	// city.different     anderer Ort
	// postal.different   andere Postleitzahl
	// street.different   andere Straße
	// family.sound       Nachname klingt gleich
}

// Twins share everything but the given name, and are two people.
func ExampleScore_Reasons() {
	m := duplicate.Default(duplicate.NewSecret([]byte("of this tenant")))
	twin := duplicate.Record{
		Given: "Lena", Family: "Brandt", Born: duplicate.Date{Year: 2004, Month: 3, Day: 17},
		Emails: []string{"familie.brandt@example.org"}, Phones: []string{"0221 4711234"},
	}
	a := duplicate.Prepare(twin)
	twin.Given = "Lina"
	b := duplicate.Prepare(twin)
	s := m.Compare(&a, &b)
	fmt.Println(s.P < .01, s.Reasons()[0].English)
	// Output:
	// true the given names are of two people
}

// A store keeps keys, and asks only about records that have one in common.
func ExampleKeys() {
	secret := duplicate.NewSecret([]byte("of this tenant"))
	table := map[duplicate.Key][]string{}
	for id, r := range map[string]duplicate.Record{
		"4711": {Given: "Svenja", Family: "Brandt", Born: duplicate.Date{Year: 1984, Month: 3, Day: 17}},
		"4712": {Given: "Karl", Family: "Hohenfels", Born: duplicate.Date{Year: 1951, Month: 11, Day: 2}},
	} {
		p := duplicate.Prepare(r)
		for _, k := range duplicate.Keys(nil, &p, secret) {
			table[k] = append(table[k], id)
		}
	}
	p := duplicate.Prepare(duplicate.Record{Given: "Brant", Family: "Svenja", Born: duplicate.Date{Year: 1984, Month: 3, Day: 17}})
	candidates := map[string]bool{}
	for _, k := range duplicate.Keys(nil, &p, secret) {
		for _, id := range table[k] {
			candidates[id] = true
		}
	}
	fmt.Println(candidates)
	// Output:
	// map[4711:true]
}

// All duplicates among many records, part by part. A host that was stopped goes on
// with the part after the last one whose pairs it has stored.
func ExampleFinder() {
	people := []duplicate.Record{
		{Name: "Svenja Brandt", Emails: []string{"svenja@example.org"}, Phones: []string{"0221 4711234"}},
		{Name: "Karl Hohenfels", Phones: []string{"0761 998877"}},
		{Name: "Brandt, Svenja", Emails: []string{"svenja@example.org"}},
		{Name: "Jan Brandt", Phones: []string{"0221 4711234"}},
		{Name: "Svenja Brant", Phones: []string{"+49 221 4711234"}},
	}
	records := make([]duplicate.Prepared, len(people))
	for i, r := range people {
		records[i] = duplicate.Prepare(r)
	}
	secret := duplicate.NewSecret([]byte("of this tenant"))
	finder := duplicate.NewFinder(records, secret)
	model := duplicate.Default(secret) // finder.Train() for some hundred records and more
	var pairs []duplicate.Pair
	for part := range duplicate.Parts {
		found, err := finder.Pairs(context.Background(), model, part, .5)
		if err != nil {
			fmt.Println(err)
			return
		}
		pairs = append(pairs, found...)
	}
	groups := duplicate.Group(len(records), pairs, func(a, b int) float64 { return model.Bits(&records[a], &records[b]) })
	fmt.Println(groups)
	// Output:
	// [[0 2 4]]
}
