package bench

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/phone"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/table"
)

// BenchmarkImport brings a CSV file of CRM_BENCH_ROWS customers into an empty CRM, by
// the library with all checks, and raw: parsed by encoding/csv and written into a
// plain table, by prepared inserts on SQLite and by COPY on PostgreSQL. The file is
// what a shop exports of its customers: a number, name, e-mail address, phone,
// address and birthday, and no tags, each of which costs a row more.
func BenchmarkImport(b *testing.B) {
	n := scale(b, "CRM_BENCH_ROWS", 100_000)
	for name, open := range map[string]opener{"SQLite": openSQLite, "Postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s := open(b, size{})
				var d duel
				var peak float64
				s.importing(b, n, &d, &peak)
				d.report(b, n, "rows")
				b.ReportMetric(peak, "library-MiB")
			}
		})
	}
}

// TestImport plays the benchmark through with a small file.
func TestImport(t *testing.T) {
	for name, open := range map[string]opener{"memory": openMemory, "sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) { open(t, size{}).importing(t, 3000, new(duel), new(float64)) })
	}
}

// importing imports a file once each way. peak is how much memory the library's way
// took at most, in MiB.
func (s *shop) importing(tb testing.TB, n int, d *duel, peak *float64) {
	tb.Helper()
	name := customers(tb, n)
	raw := func() {}
	if s.db != nil {
		raw = func() { s.db.importRaw(tb, opened(tb, name)) }
	}
	library := func() { *peak = memoryOf(func() { s.importCSV(tb, opened(tb, name), n) }) }
	d.turn(0, library, raw)
	list, err := s.Contacts.List(ctx, "", 1)
	must(tb, err)
	if len(list.Contacts) != 1 || list.Contacts[0].Emails[0].Normal == "" || list.Contacts[0].Phones[0].Normal == "" {
		tb.Fatal("the import has not brought whole contacts")
	}
}

// importCSV imports a file with all checks, telephone numbers too.
func (s *shop) importCSV(tb testing.TB, file io.Reader, n int) {
	tb.Helper()
	t, err := table.NewReader(file, nil)
	must(tb, err)
	mapping, unplaced := people.Guess(t.Columns(), nil)
	if len(unplaced) > 0 {
		tb.Fatalf("columns that nobody understands: %v", unplaced)
	}
	d, err := people.NewDecoder(t, mapping, &people.Options{Source: "shop"})
	must(tb, err)
	c, err := crm.New(s.store, &crm.Config{Validation: contact.Validation{Phones: phone.Parser{Country: "DE"}}})
	must(tb, err)
	done, err := c.Exchange.Import(ctx, "customers", exchange.People(d.Contacts()), nil)
	must(tb, err)
	if done.Created != n || done.Problems > 0 {
		tb.Fatalf("%d of %d rows were imported, with %d problems", done.Created, n, done.Problems)
	}
}

// memoryOf runs f and gives the most memory that the heap and the stacks took
// meanwhile, beside what was there before, in MiB.
func memoryOf(f func()) float64 {
	use := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	runtime.GC()
	before := use()
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			if now := use(); now > most.Load() {
				most.Store(now)
			}
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-stopped
	return float64(max(most.Load(), before)-before) / (1 << 20)
}

const rawColumns = "key, given, family, email, phone, street, postal_code, city, country, born"

// importRaw writes the same rows into a plain table.
func (db *database) importRaw(tb testing.TB, file io.Reader) {
	tb.Helper()
	db.run(tb, "CREATE TABLE raw_customer (key text PRIMARY KEY, given text, family text, email text, phone text,"+
		" street text, postal_code text, city text, country text, born text)")
	in := csv.NewReader(file)
	in.ReuseRecord = true
	_, err := in.Read()
	must(tb, err)
	if db.postgres {
		db.copyIn(tb, in)
		return
	}
	s := db.session(tb)
	defer s.close()
	insert := s.insert("raw_customer", rawColumns, "")
	for done := false; !done; {
		s.atomic(func() {
			for range 1000 {
				row, err := in.Read()
				if done = err == io.EOF; done {
					return
				}
				must(tb, err)
				insert(anys(row)...)
			}
		})
	}
}

func anys(row []string) []any {
	list := make([]any, len(row))
	for i, v := range row {
		list[i] = v
	}
	return list
}

// copyIn streams rows by COPY.
func (db *database) copyIn(tb testing.TB, in *csv.Reader) {
	tb.Helper()
	conn, err := db.Conn(ctx)
	must(tb, err)
	defer conn.Close()
	err = conn.Raw(func(driver any) error {
		names := []string{"key", "given", "family", "email", "phone", "street", "postal_code", "city", "country", "born"}
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{"raw_customer"}, names, pgx.CopyFromFunc(func() ([]any, error) {
			row, err := in.Read()
			if err == io.EOF {
				return nil, nil
			}
			return anys(row), err
		}))
		return err
	})
	must(tb, err)
}

// customers writes a CSV file of n made-up customers and returns its name.
func customers(tb testing.TB, n int) string {
	tb.Helper()
	f, err := os.Create(filepath.Join(tb.TempDir(), "customers.csv"))
	must(tb, err)
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Customer ID,First Name,Last Name,E-mail,Phone,Street,Postal Code,City,Country,Birthday")
	for i := 1; i <= n; i++ {
		p := customer(i)
		a := p.Address()
		fmt.Fprintf(w, "C-%d,%s,%s,%s,+49 30 %07d,%s,%s,%s,%s,%02d.%02d.%d\n", i, p.Name.Given, p.Name.Family, p.Email(),
			2000000+i%7000000, a.Street, a.PostalCode, a.City, a.Country, i%28+1, i%12+1, 1940+i%65)
	}
	must(tb, w.Flush())
	must(tb, f.Close())
	return f.Name()
}

func opened(tb testing.TB, name string) *os.File {
	tb.Helper()
	f, err := os.Open(name)
	must(tb, err)
	tb.Cleanup(func() { f.Close() })
	return f
}
