package duplicate_test

import (
	"testing"

	. "github.com/stammkunde/crm/contact/duplicate"
)

// What the people of the tests have in common.
var (
	home  = []Address{{Street: "Lindenstraße", Number: "12", Postal: "50674", City: "Köln"}}
	away  = []Address{{Street: "Am Hang", Number: "3", Postal: "79098", City: "Freiburg"}}
	mail  = []string{"familie.brandt@example.org"}
	phone = []string{"0221 4711234"}
	born  = Date{1984, 3, 17}
)

// with fills a record with everything that a family shares.
func with(r Record) Record {
	if r.Addresses == nil {
		r.Addresses = home
	}
	r.Emails, r.Phones = mail, phone
	return r
}

// couples are pairs of records and whether they are of one person.
var couples = []struct {
	name string
	a, b Record
	same bool
}{
	// families
	{"couple", with(Record{Given: "Jan", Family: "Brandt"}), with(Record{Given: "Svenja", Family: "Brandt"}), false},
	{"couple with birthdays", with(Record{Given: "Jan", Family: "Brandt", Born: born}), with(Record{Given: "Svenja", Family: "Brandt", Born: Date{1986, 9, 2}}), false},
	{"couple of one initial", with(Record{Given: "Jan", Family: "Brandt"}), with(Record{Given: "Julia", Family: "Brandt"}), false},
	{"Christian and Christiane", with(Record{Given: "Christian", Family: "Brandt"}), with(Record{Given: "Christiane", Family: "Brandt"}), false},
	{"Paul and Paula", with(Record{Given: "Paul", Family: "Brandt"}), with(Record{Given: "Paula", Family: "Brandt"}), false},
	{"Mario and Maria", with(Record{Given: "Mario", Family: "Rossi"}), with(Record{Given: "Maria", Family: "Rossi"}), false},
	{"twins", with(Record{Given: "Felix", Family: "Brandt", Born: born}), with(Record{Given: "Moritz", Family: "Brandt", Born: born}), false},
	{"twins with like names", with(Record{Given: "Lena", Family: "Brandt", Born: born}), with(Record{Given: "Lina", Family: "Brandt", Born: born}), false},
	{"Tim and Tom", with(Record{Given: "Tim", Family: "Brandt", Born: born}), with(Record{Given: "Tom", Family: "Brandt", Born: born}), false},
	{"Anna and Hanna", with(Record{Given: "Anna", Family: "Brandt", Born: born}), with(Record{Given: "Hanna", Family: "Brandt", Born: born}), false},
	{"Marie and Maria", with(Record{Given: "Marie", Family: "Brandt"}), with(Record{Given: "Maria", Family: "Brandt"}), false},
	{"English twins", with(Record{Given: "Oliver", Family: "Hughes", Born: born}), with(Record{Given: "Jack", Family: "Hughes", Born: born}), false},
	{"father and son", with(Record{Given: "Karl", Family: "Brandt", Born: Date{1951, 6, 30}}), with(Record{Given: "Karl", Family: "Brandt", Born: born}), false},
	{"cousins of one name and year", with(Record{Given: "Karl", Family: "Brandt", Born: Date{1984, 9, 2}}), with(Record{Given: "Karl", Family: "Brandt", Born: born}), false},
	{"grandfather, years only", with(Record{Given: "Karl", Family: "Brandt", Born: Date{Year: 1931}}), with(Record{Given: "Karl", Family: "Brandt", Born: Date{Year: 1984}}), false},
	{"senior and junior", with(Record{Given: "Karl", Family: "Brandt sen."}), with(Record{Given: "Karl", Family: "Brandt jun."}), false},
	{"John Smith Sr. and Jr.", with(Record{Name: "John Smith Sr."}), with(Record{Name: "John Smith Jr."}), false},
	{"mother and son", with(Record{Given: "Ute", Family: "Brandt", Born: Date{1955, 1, 9}}), with(Record{Given: "Sven", Family: "Brandt", Born: born}), false},
	{"neighbours", Record{Given: "Jan", Family: "Brandt", Addresses: home}, Record{Given: "Petra", Family: "Scholz", Addresses: home}, false},
	{"one name, two people", Record{Given: "Michael", Family: "Müller"}, Record{Given: "Michael", Family: "Müller"}, false},
	{"one name in one city", Record{Given: "Michael", Family: "Müller", Addresses: []Address{{City: "Berlin"}}}, Record{Given: "Michael", Family: "Müller", Addresses: []Address{{City: "Berlin"}}}, false},
	{"office e-mail", Record{Given: "Jan", Family: "Brandt", Emails: []string{"info@example.com"}}, Record{Given: "Eva", Family: "Scholz", Emails: []string{"info@example.com"}}, false},
	// one person
	{"the same", with(Record{Given: "Jan", Family: "Brandt", Born: born}), with(Record{Given: "Jan", Family: "Brandt", Born: born}), true},
	{"no birthday", with(Record{Given: "Jan", Family: "Brandt"}), with(Record{Given: "Jan", Family: "Brandt"}), true},
	{"moved", Record{Given: "Jan", Family: "Brandt", Born: born, Addresses: home}, Record{Given: "Jan", Family: "Brandt", Born: born, Addresses: away}, true},
	{"moved, other phone and e-mail", Record{Given: "Svenja", Family: "Brandthorst", Born: born, Addresses: home, Emails: mail, Phones: phone},
		Record{Given: "Svenja", Family: "Brandthorst", Born: born, Addresses: away, Emails: []string{"sb@example.net"}, Phones: []string{"0761 998877"}}, true},
	{"one of several addresses", Record{Given: "Jan", Family: "Brandt", Addresses: append(away[:1:1], home...)}, Record{Given: "Jan", Family: "Brandt", Addresses: home}, true},
	{"married", Record{Given: "Svenja", Family: "Scholz", Born: born, Emails: []string{"svenja84@example.org"}}, Record{Given: "Svenja", Family: "Brandt", Born: born, Emails: []string{"svenja84@example.org"}}, true},
	{"married, double name", Record{Given: "Svenja", Family: "Scholz", Born: born}, Record{Given: "Svenja", Family: "Scholz-Brandt", Born: born}, true},
	{"swapped", Record{Given: "Brandt", Family: "Svenja", Born: born}, Record{Given: "Svenja", Family: "Brandt", Born: born}, true},
	{"one column", Record{Name: "Brandt, Svenja", Born: born}, Record{Given: "Svenja", Family: "Brandt", Born: born}, true},
	{"one column, any order", Record{Name: "Brandt Svenja", Born: born}, Record{Name: "Svenja Brandt", Born: born}, true},
	{"typos", Record{Given: "Svneja", Family: "Brant", Born: born, Addresses: home}, Record{Given: "Svenja", Family: "Brandt", Born: born, Addresses: home}, true},
	{"typo in the birthday", Record{Given: "Svenja", Family: "Brandt", Born: Date{1984, 3, 11}, Addresses: home}, Record{Given: "Svenja", Family: "Brandt", Born: born, Addresses: home}, true},
	{"day and month exchanged", with(Record{Given: "Jan", Family: "Brandt", Born: Date{1984, 3, 5}}), with(Record{Given: "Jan", Family: "Brandt", Born: Date{1984, 5, 3}}), true},
	{"umlauts and titles", Record{Given: "Jürgen", Family: "Müßig", Born: born}, Record{Given: "Dr. med. Juergen", Family: "MUESSIG", Born: born}, true},
	{"spellings", Record{Given: "Stephan", Family: "Maier", Born: born, Addresses: home}, Record{Given: "Stefan", Family: "Meyer", Born: born, Addresses: home}, true},
	{"short form", Record{Given: "Bill", Family: "Hughes", Born: born, Addresses: home}, Record{Given: "William", Family: "Hughes", Born: born, Addresses: home}, true},
	{"second name", Record{Given: "Hans Peter", Family: "Brandt", Born: born}, Record{Given: "Hans", Family: "Brandt", Born: born}, true},
	{"street written differently", Record{Given: "Jan", Family: "Brandt", Addresses: []Address{{Street: "Lindenstr. 12", Postal: "D-50674", City: "KÖLN"}}}, Record{Given: "Jan", Family: "Brandt", Addresses: home}, true},
	{"e-mail with a tag", Record{Given: "Jan", Family: "Brandt", Emails: []string{"Jan.Brandt+shop@gmail.com"}}, Record{Given: "Jan", Family: "Brandt", Emails: []string{"janbrandt@googlemail.com"}}, true},
	{"phone with and without country", Record{Given: "Jan", Family: "Brandt", Phones: []string{"+49 (221) 4711-234"}}, Record{Given: "Jan", Family: "Brandt", Phones: phone}, true},
	{"initial only", with(Record{Given: "S.", Family: "Brandt", Born: born}), with(Record{Given: "Svenja", Family: "Brandt", Born: born}), true},
	// companies
	{"legal form", Record{Company: "Nordwind Solar GmbH", Addresses: home}, Record{Company: "Nordwind Solar", Addresses: home}, true},
	{"company in the name", Record{Name: "Nordwind Solar GmbH & Co. KG", Addresses: home}, Record{Company: "NORDWIND SOLAR", Addresses: home}, true},
	{"two companies in one building", Record{Company: "Nordwind Solar GmbH", Addresses: home, Phones: phone}, Record{Company: "Kanzlei Brandt", Addresses: home, Phones: phone}, false},
	{"two companies of one family", Record{Company: "Brandt Bau GmbH", Addresses: home, Phones: phone}, Record{Company: "Brandt Immobilien GmbH", Addresses: home, Phones: phone}, false},
	{"company and person", Record{Company: "Brandt GmbH", Addresses: home, Phones: phone, Emails: mail}, Record{Given: "Jan", Family: "Brandt", Addresses: home, Phones: phone, Emails: mail}, false},
	{"two colleagues", Record{Given: "Jan", Family: "Brandt", Company: "Nordwind", Addresses: home}, Record{Given: "Eva", Family: "Scholz", Company: "Nordwind", Addresses: home}, false},
	// nothing known
	{"empty", Record{}, Record{}, false},
	{"placeholders", Record{Given: "n/a", Family: "unknown", Born: Date{1900, 1, 1}, Emails: []string{"test@test.de"}, Phones: []string{"000000"}},
		Record{Given: "n/a", Family: "unknown", Born: Date{1900, 1, 1}, Emails: []string{"test@test.de"}, Phones: []string{"000000"}}, false},
	{"invented phones", Record{Given: "Michael", Family: "Müller", Phones: []string{"0123456789"}, Emails: []string{"noreply@example.com"}}, Record{Given: "Michael", Family: "Müller", Phones: []string{"0123456789"}, Emails: []string{"noreply@example.com"}}, false},
	{"Max Mustermann", Record{Given: "Max", Family: "Mustermann", Addresses: []Address{{City: "Berlin"}}}, Record{Given: "Max", Family: "Mustermann", Addresses: []Address{{City: "Berlin"}}}, false},
}

func TestModel_Compare(t *testing.T) {
	population := NewFinder(prepared(simShop(11, 5000).records), secret).Train()
	for _, c := range couples {
		a, b := Prepare(c.a), Prepare(c.b)
		for name, m := range map[string]*Model{"default": Default(secret), "trained": population} {
			s := m.Compare(&a, &b)
			if name == "trained" && c.name == "one name in one city" {
				continue // nobody in the shop is of Berlin
			}
			if s.P >= .5 != c.same {
				t.Errorf("%s, %s: p is %.4f: %+v", c.name, name, s.P, s.Reasons())
			}
			if back := m.Compare(&b, &a); back.Bits != s.Bits {
				t.Errorf("%s, %s: %v bits, but %v the other way round", c.name, name, s.Bits, back.Bits)
			}
		}
	}
}

func prepared(records []Record) []Prepared {
	p := make([]Prepared, len(records))
	for i, r := range records {
		p[i] = Prepare(r)
	}
	return p
}

// TestTrain_families trains on shops whose customers are families, with many fathers
// and sons of one name and twins. None of them may be joined, however few or many
// there are to learn from.
func TestTrain_families(t *testing.T) {
	for _, c := range []struct {
		n         int
		relatives float64
	}{{40, 1}, {40, 3}, {150, 1}, {150, 3}, {600, 1}, {600, 3}, {3000, 2}} {
		if (testing.Short() || raceOn) && c.n > 200 {
			continue
		}
		s := simFamilies(uint64(c.n), c.n, c.relatives)
		q := grouped(t, s, true)
		t.Logf("%d customers: P %.4f R %.4f F1 %.4f", c.n, q.precision, q.recall, q.f1)
		if q.precision < .98 || q.recall < .9 {
			t.Errorf("%d customers: precision is %.4f and recall %.4f", c.n, q.precision, q.recall)
			s.show(t, q)
		}
	}
}
