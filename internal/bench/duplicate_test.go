package bench

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/dbtest"
)

// duplicateStores open the stores among which look-ups are measured. SQLite has the cache
// that it has by default: of a great one it looks at every page when it commits.
var duplicateStores = map[string]opener{
	"SQLite":   func(tb testing.TB, z size) *shop { return newSQLite(tb, openDB(tb, "sqlite", dbtest.SQLite(tb)), z) },
	"Postgres": openPostgres,
}

// BenchmarkDuplicates looks for duplicates among CRM_BENCH_CONTACTS people: of each who
// is looked up, one letter or digit is wrong. It tells how many were found, how long
// the middle one and the twentieth part took, and what keeping keys adds to a write.
func BenchmarkDuplicates(b *testing.B) {
	n := scale(b, "CRM_BENCH_CONTACTS", 50_000)
	for _, name := range slices.Sorted(maps.Keys(duplicateStores)) {
		b.Run(name, func(b *testing.B) {
			s := duplicateStores[name](b, size{})
			c := s.lookingUp(b)
			settle(b, c, n)
			b.ResetTimer()
			for b.Loop() {
				took, found := lookUp(b, c, n, 1000)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
				b.ReportMetric(float64(found)/1000, "found")
				plain, keyed := writes(b, s.CRM, c, n, 500)
				b.ReportMetric(plain, "ms-create")
				b.ReportMetric(keyed-plain, "ms-more-with-keys-and-look-up")
			}
		})
	}
}

// TestDuplicates plays the benchmark through with few people.
func TestDuplicates(t *testing.T) {
	for name, open := range map[string]opener{"memory": openMemory, "sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s := open(t, size{})
			c := s.lookingUp(t)
			settle(t, c, 2000)
			if _, found := lookUp(t, c, 2000, 200); found < 190 {
				t.Errorf("%d of 200 people were found of whom one letter was wrong", found)
			}
			writes(t, s.CRM, c, 2000, 20)
		})
	}
}

// lookingUp is a CRM on the same store that keeps keys.
func (s *shop) lookingUp(tb testing.TB) *crm.CRM {
	tb.Helper()
	c, err := crm.New(s.store, &crm.Config{Duplicates: &crm.Duplicates{Secret: []byte("a secret of the benchmark")}})
	must(tb, err)
	return c
}

// settle creates people.
func settle(tb testing.TB, c *crm.CRM, n int) {
	tb.Helper()
	const batch = 2000
	for from := 0; from < n; from += batch {
		list := make([]contact.Contact, min(batch, n-from))
		for i := range list {
			list[i] = townsman(from + i)
		}
		_, err := c.Contacts.UpsertMany(ctx, list)
		must(tb, err)
	}
}

// lookUp looks for people, and gives how long each took, the shortest first, and how
// many were the first that was found.
func lookUp(tb testing.TB, c *crm.CRM, n, times int) (took []time.Duration, found int) {
	tb.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	for range times {
		i := r.IntN(n)
		p := blurred(r, townsman(i))
		var list []contact.Duplicate
		took = append(took, clock(func() {
			var err error
			list, err = c.Contacts.FindDuplicates(ctx, p)
			must(tb, err)
		}))
		key := contact.Identity{Source: "town", Key: fmt.Sprint(i)}
		if len(list) > 0 && slices.Contains(list[0].Contact.Identities, key) {
			found++
		}
	}
	slices.Sort(took)
	return took, found
}

// writes creates people without keys, and with keys and a look-up before, in turns, and
// gives the time of the middle one of each in milliseconds.
func writes(tb testing.TB, plain, keyed *crm.CRM, from, times int) (without, with float64) {
	tb.Helper()
	var a, b []time.Duration
	for i := range times {
		p, q := townsman(from+2*i), townsman(from+2*i+1)
		p.Identities, q.Identities = nil, nil
		a = append(a, clock(func() {
			_, err := plain.Contacts.Create(ctx, p)
			must(tb, err)
		}))
		b = append(b, clock(func() {
			_, err := keyed.Contacts.Add(ctx, q, &contact.AddOptions{Duplicates: contact.Warn})
			must(tb, err)
		}))
	}
	slices.Sort(a)
	slices.Sort(b)
	return float64(a[times/2].Microseconds()) / 1000, float64(b[times/2].Microseconds()) / 1000
}

// townsman makes the i-th person of a large town: some names are frequent, most are
// not.
func townsman(i int) contact.Contact {
	r := rand.New(rand.NewPCG(11, uint64(i)))
	given := []string{"Anna", "Peter", "Maria", "Thomas", "Ursula", "Michael", "Petra", "Andreas", "Monika", "Stefan", "Sabine", "Klaus",
		"Renate", "Jürgen", "Karin", "Uwe", "Helga", "Frank", "Susanne", "Bernd", "Ingrid", "Markus", "Andrea", "Ralf", "Claudia", "Jan"}
	begin := []string{"Bau", "Stein", "Berg", "Feld", "Wald", "Hof", "Bach", "Brink", "Esch", "Roth", "Klein", "Lind", "Kirch", "Oster", "Holz"}
	end := []string{"mann", "er", "meier", "bauer", "hauer", "müller", "ner", "ke", "hoff", "heimer", "huber", "rich", "loh", "feld"}
	few := func(n int) int { u := r.Float64(); return int(u * u * float64(n)) } // the first ones more often
	family := begin[few(len(begin))] + end[few(len(end))]
	if r.IntN(3) == 0 {
		family = begin[r.IntN(len(begin))] + begin[r.IntN(len(begin))] + end[r.IntN(len(end))]
	}
	p := contact.Contact{
		Name: contact.Name{Given: given[few(len(given))], Family: family},
		Born: contact.Date{Year: 1940 + r.IntN(65), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)},
		Addresses: []contact.Address{{
			Street:     fmt.Sprintf("%sstraße %d", begin[r.IntN(len(begin))]+end[r.IntN(len(end))], 1+r.IntN(120)),
			PostalCode: fmt.Sprintf("%05d", 10000+r.IntN(80000)), City: begin[r.IntN(len(begin))] + "stadt", Country: "DE",
		}},
		Identities: []contact.Identity{{Source: "town", Key: fmt.Sprint(i)}},
	}
	if r.IntN(3) > 0 {
		p.Emails = []contact.Email{{Address: fmt.Sprintf("mail%d@example.com", i)}}
	}
	if r.IntN(2) > 0 {
		p.Phones = []contact.Phone{{Number: fmt.Sprintf("+4930%08d", r.IntN(100_000_000))}}
	}
	return p
}

// blurred is a person as somebody else enters it: with a letter doubled, another
// birthday by a digit, or a new address, and without e-mail address and phone.
func blurred(r *rand.Rand, p contact.Contact) contact.Contact {
	p.Emails, p.Phones, p.Identities = nil, nil, nil
	switch r.IntN(4) {
	case 0:
		at := 1 + r.IntN(len(p.Name.Family)-2)
		if p.Name.Family[at] < 128 && p.Name.Family[at+1] < 128 {
			p.Name.Family = p.Name.Family[:at+1] + p.Name.Family[at:]
		}
	case 1:
		p.Born.Day = 1 + (p.Born.Day+9)%28
	case 2:
		a := p.Addresses[0]
		a.Street, a.PostalCode, a.City = "Am Markt 1", "80331", "München"
		p.Addresses = []contact.Address{a}
	}
	return p
}
