package duplicate

import (
	"strings"
	"testing"
)

// TestPrepare_forms tests what becomes of single texts.
func TestPrepare_forms(t *testing.T) {
	for _, c := range []struct {
		what string
		form func(string) string
		same []string // all of them have the form of the first
		want string
	}{
		{"plain", plain, []string{"Müller-Lüdenscheidt", "MUELLER  LUEDENSCHEIDT", "mu\u0308ller lüdenscheidt", " Müller/Lüdenscheidt. "}, "mueller luedenscheidt"},
		{"plain", plain, []string{"Strauß", "STRAUSS", "Strauẞ"}, "strauss"},
		{"plain", plain, []string{"Élise", "ELISE", "E\u0301lise", "Ｅｌｉｓｅ"}, "elise"},
		{"plain", plain, []string{"O'Brien", "O’Brien", "OBrien"}, "obrien"},
		{"plain", plain, []string{"Łukasz Ångström Øre", "lukasz angstroem oere"}, "lukasz angstroem oere"},
		{"plain", plain, []string{"Иван", "иван"}, "иван"},
		{"plain", plain, []string{"a\xffb", "A b"}, "a b"},
		{"value", value, []string{"n/a", "N.A.", "unbekannt", "Unknown", "-", "xxx", "000", "k.A.", ""}, ""},
		{"email", email, []string{"Jan.Brandt+shop@Gmail.com", "janbrandt@googlemail.com", " mailto:jan.brandt@gmail.com"}, "janbrandt@gmail.com"},
		{"email", email, []string{"test@test.de", "noreply@example.com", "no-reply@example.com", "none@example.com", "@", "a@", "jan", "a b@c.de", ""}, ""},
		{"phone", phone, []string{"0221 4711-234", "(0221) 4711234", "00221 4711 234"}, "2214711234"},
		{"phone", phone, []string{"000000", "0123456789", "1111111", "987654321", "030 000000", "n/a", "12", ""}, ""},
		{"postal", postal, []string{"D-50674", "50674", "DE 50674", " 50 674"}, "50674"},
		{"postal", postal, []string{"SW1A 1AA", "sw1a1aa"}, "sw1a1aa"},
		{"postal", postal, []string{"00000", "12345", "99999", "unknown"}, ""},
		{"street", street, []string{"Lindenstraße 12a", "Lindenstr. 12 a", "LINDEN-STRASSE 12A", "Linden Str. 12a"}, "lindenstr/12a"},
		{"street", street, []string{"12 North Main Street", "12 N. Main St", "12, N Main St."}, "nmainst/12"},
		{"street", street, []string{"Straße des 17. Juni 135", "Strasse des 17 Juni 135"}, "strdes17juni/135"},
		{"company", firm, []string{"Nordwind Solar GmbH & Co. KG", "NORDWIND SOLAR", "Nordwind Solar e.K.", "The Nordwind Solar Ltd."}, "nordwind solar"},
		{"name", whole1, []string{"Dr. Hans Müller", "Müller, Hans", "Herr Prof. Dr. med. Hans Mueller", "Hans Müller (geb. Schmidt)"}, "hans/mueller"},
		{"name", whole1, []string{"Ludwig van Beethoven", "van Beethoven, Ludwig"}, "ludwig/van beethoven"},
		{"name", whole1, []string{"Thomas Clifford, 1st Baron Clifford of Chudleigh", "Sir Thomas Clifford"}, "thomas/clifford"},
		{"name", whole1, []string{"Cher"}, "/cher"},
	} {
		for _, s := range c.same {
			if got := c.form(s); got != c.want {
				t.Errorf("%s %q has the form %q, want %q", c.what, s, got, c.want)
			}
		}
	}
}

func street(s string) string {
	name, number := lane(s, "")
	return name + "/" + number
}

func firm(s string) string {
	name, _ := company(s)
	return name
}

func whole1(s string) string {
	p := people(&Record{Name: s})
	return p.given + "/" + p.family
}

func TestBirth(t *testing.T) {
	for d, want := range map[Date]string{
		{1984, 3, 17}: "19840317", {1984, 1, 1}: "19840000", {Year: 1984}: "19840000", {1984, 3, 0}: "19840300", {0, 3, 17}: "00000317",
		{1900, 1, 1}: "", {1970, 1, 1}: "", {1, 1, 1}: "", {9999, 12, 31}: "", {}: "", {1984, 0, 17}: "19840000", {1984, 3, 91}: "19840391",
		{-5, -1, -1}: "", {1 << 40, 3, 17}: "00000317",
	} {
		if got := birth(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// The bounds of Prepare: what is absurdly long takes no more room than a name.
func TestPrepare_long(t *testing.T) {
	long := strings.Repeat("Wolfeschlegelsteinhausen ", 1e5)
	many := make([]string, 1000)
	places := make([]Address, 1000)
	for i := range many {
		many[i] = strings.Repeat("a", i) + "@example.com"
		places[i] = Address{long, long, long, long, long}
	}
	p := Prepare(Record{Given: long, Family: long, Name: long, Company: long, Emails: many, Phones: many, Addresses: places, Occupation: long, Other: long})
	if len(p.text) > 5000 {
		t.Errorf("takes %d bytes", len(p.text))
	}
	if keys := Keys(nil, &p, NewSecret(nil)); len(keys) > maxKeys {
		t.Errorf("has %d keys", len(keys))
	}
}

func TestSecret_hash(t *testing.T) {
	// The vectors of the reference implementation: the key is 00 01 ... 0f, and the text
	// the bytes 00 01 ... The tag is its first byte.
	s := secretOf(0x0706050403020100, 0x0f0e0d0c0b0a0908)
	text := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
	for n, want := range map[int]uint64{0: 0x74f839c593dc67fd, 6: 0xab0200f58b01d137, 7: 0x93f5f5799a932462, 14: 0xa129ca6149be45e5} {
		if got := s.hash(0, text[:n]); got != want {
			t.Errorf("the hash of %d bytes is %x, want %x", n+1, got, want)
		}
	}
}
