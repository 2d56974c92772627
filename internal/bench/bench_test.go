package bench

import (
	"os"
	"strconv"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm/internal/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func BenchmarkMemory(b *testing.B)   { benchmark(b, openMemory) }
func BenchmarkSQLite(b *testing.B)   { benchmark(b, openSQLite) }
func BenchmarkPostgres(b *testing.B) { benchmark(b, openPostgres) }

// benchmark runs all contests in one shop.
func benchmark(b *testing.B, open opener) {
	copies := scale(b, "CRM_BENCH_COPIES", 1)
	s := open(b, size{scale(b, "CRM_BENCH_CONTACTS", 100_000), scale(b, "CRM_BENCH_PURCHASES", 1_000_000)})
	s.fill(b)
	s.enlarge(b, copies)
	for _, c := range contests() {
		b.Run(c.name, func(b *testing.B) {
			var d duel
			var n int
			for b.Loop() {
				n = c.run(b, s, &d)
			}
			d.report(b, n, c.unit)
		})
	}
}

// TestContests plays every benchmark through in a tiny shop; each of them
// checks that library and raw come to the same result.
func TestContests(t *testing.T) {
	for name, open := range map[string]opener{"memory": openMemory, "sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s := open(t, size{contacts: 300, purchases: 1500})
			s.fill(t)
			s.enlarge(t, 2)
			for _, c := range contests() {
				t.Run(c.name, func(t *testing.T) { c.run(t, s, new(duel)) })
			}
		})
	}
}

// scale reads a number from the environment.
func scale(tb testing.TB, name string, otherwise int) int {
	tb.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		tb.Fatalf("%s=%s: must be a number, at least 1", name, text)
	}
	return n
}

// must ends the test when there is an error.
func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
