package bench

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
)

// BenchmarkScan looks for duplicates among CRM_BENCH_SCAN contacts (20,000), of whom
// every tenth stands there twice. library-MiB is what it takes of memory at most.
func BenchmarkScan(b *testing.B) {
	n := scale(b, "CRM_BENCH_SCAN", 20_000)
	for name, open := range map[string]opener{"SQLite": openSQLite, "Postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			s := open(b, size{})
			s.settle(b, n)
			s.db.analyze(b)
			var took time.Duration
			var peak float64
			for b.Loop() {
				start := time.Now()
				peak = memoryOf(func() { s.scanning(b, n) })
				took += time.Since(start)
			}
			b.ReportMetric(float64(n)*float64(b.N)/took.Seconds(), "contacts/s")
			b.ReportMetric(peak, "library-MiB")
		})
	}
}

// TestScan plays the benchmark through with few contacts.
func TestScan(t *testing.T) {
	for name, open := range map[string]opener{"memory": openMemory, "sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s := open(t, size{})
			s.settle(t, 2000)
			s.scanning(t, 2000)
		})
	}
}

// scanning scans once, and looks whether nearly all that stand twice are found.
func (s *shop) scanning(tb testing.TB, n int) {
	tb.Helper()
	start := time.Now()
	step := func(scan duplicates.Scan) {
		if scan.Position == 0 || scan.Position == duplicates.Parts {
			tb.Logf("%v: %d parts, %d pairs, %s", time.Since(start).Round(time.Millisecond), scan.Position, scan.Pairs, scan.State)
		}
	}
	done, err := s.Duplicates.Scan(ctx, &duplicates.ScanOptions{Progress: step})
	must(tb, err)
	if twice := n / 11; done.Contacts != n || done.Groups < twice*8/10 || done.Groups > twice*12/10 {
		tb.Fatalf("%d groups of %d contacts that stand twice were found among %d", done.Groups, twice, done.Contacts)
	}
	page, err := s.Duplicates.Pairs(ctx, nil)
	must(tb, err)
	if len(page.Pairs) != 100 || page.Next == "" || page.Pairs[0].P < .99 {
		tb.Fatalf("a page of %d pairs", len(page.Pairs))
	}
}

// settle brings in n contacts: of eleven, the last one is the first one again, with a
// mistake.
func (s *shop) settle(tb testing.TB, n int) {
	tb.Helper()
	var batch []contact.Contact
	for i := range n {
		of := i
		if i%11 == 10 {
			of = i - 10
		}
		c := resident(of)
		c.ID, c.Identities = contactID(i), []contact.Identity{{Source: "shop", Key: fmt.Sprint(i)}}
		if of != i {
			mistake(&c, i)
		}
		if batch = append(batch, c); len(batch) == 5000 || i == n-1 {
			_, err := s.Contacts.UpsertMany(ctx, batch)
			must(tb, err)
			batch = nil
		}
	}
}

// resident makes up a person: names and towns are as unevenly frequent as real ones.
func resident(i int) contact.Contact {
	r := rand.New(rand.NewPCG(5, uint64(i)))
	rare := func(n int) int { return int(float64(n) * r.Float64() * r.Float64() * r.Float64()) }
	word := func(n, syllables int) string {
		text := ""
		for range syllables {
			text += []string{"ba", "den", "ker", "lin", "mo", "ra", "sti", "tho", "ul", "vor", "wei", "zim"}[n%12]
			n /= 12
		}
		return string(text[0]-'a'+'A') + text[1:]
	}
	family, given, town := word(rare(20_000), 4), word(rare(1700), 3), word(rare(1700), 3)+"stadt"
	return contact.Contact{
		Name:   contact.Name{Given: given, Family: family},
		Born:   contact.Date{Year: 1930 + r.IntN(75), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)},
		Emails: []contact.Email{{Address: fmt.Sprintf("%s.%s%d@example.com", given, family, r.IntN(1000))}},
		Phones: []contact.Phone{{Number: fmt.Sprintf("+49 %d %07d", 30+r.IntN(60), r.IntN(10_000_000))}},
		Addresses: []contact.Address{{
			Street: fmt.Sprintf("%sstraße %d", word(rare(12*12*12), 3), 1+r.IntN(150)), PostalCode: fmt.Sprintf("%05d", 10_000+r.IntN(89_999)), City: town, Country: "DE",
		}},
	}
}

// mistake changes what often differs in records of one person.
func mistake(c *contact.Contact, i int) {
	switch i % 5 {
	case 0:
		c.Emails, c.Phones = nil, nil
	case 1:
		c.Name.Family = c.Name.Family[:len(c.Name.Family)-1]
	case 2:
		c.Addresses, c.Born = nil, contact.Date{}
	case 3:
		c.Emails[0].Address = fmt.Sprintf("other%d@example.org", i)
	case 4:
		c.Phones, c.Born.Month, c.Born.Day = nil, 0, 0
	}
}
