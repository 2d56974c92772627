package people_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange/people"
)

// Cells of one contact may stand on several lines.
func TestRowDecoder(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	columns := []string{"Kundennr", "Name", "Land", "Filiale"}
	m, _ := people.Guess(columns, nil)
	d, err := people.NewRowDecoder(columns, m, &people.Options{Source: "shop"})
	is.NoErr(err)
	is.True(d.Reads(1))
	is.True(!d.Reads(3))
	cells := []string{"17", "Anna Müller", "Österreich", "x"}
	at := func(i int) (string, int) { return cells[i], 10 + i }
	c, broken := d.Decode(9, at)
	is.Equal(len(broken), 0)
	is.Equal(c.Name, contact.Name{Given: "Anna", Family: "Müller"})
	is.Equal(c.Addresses, []contact.Address{{Country: "AT"}})
	cells[2] = "Atlantis"
	c, broken = d.Decode(9, at)
	is.Equal(c.Name, contact.Name{})
	is.Equal(len(broken), 1)
	is.Equal(broken[0].Error(), "line 12: column Land: must be a country, or an ISO 3166-1 code such as DE [unknown_country]")
	_, err = people.NewRowDecoder(columns, people.Mapping{{Column: "Kundennr", Field: "identities"}}, nil)
	is.Equal(errs.FieldsOf(err)[0].Path, "mapping[0].field")
}

func TestDecoder_keys_that_a_program_took_for_numbers(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"Kundennr\n17850.0\n13047.0\n": "17850 13047",
		"Kundennr\n17850.0\nA-1\n":     "17850.0 A-1", // some are none: they are no numbers at all
		"Kundennr\n1.0\n2.1\n":         "1.0 2.1",
	} {
		is := is.New(t)
		d := decoder(t, file, nil, people.Options{Source: "shop"})
		contacts, broken := all(t, d)
		is.Equal(len(broken), 0)
		is.Equal(contacts[0].Key("shop")+" "+contacts[1].Key("shop"), want)
		is.Equal(d.Mapping()[0].Whole, want == "17850 13047")
	}
}
