package bench

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
)

// liveStores open an empty store each.
var liveStores = map[string]func(testing.TB) storage.Store{
	"Memory": func(testing.TB) storage.Store { return memory.New() },
	"SQLite": func(tb testing.TB) storage.Store {
		db := openDB(tb, "sqlite", dbtest.SQLite(tb)+"&_pragma=cache_size(-262144)")
		must(tb, sqlite.Migrate(ctx, db, nil))
		s, err := sqlite.New(db, nil)
		must(tb, err)
		return s
	},
	"Postgres": func(tb testing.TB) storage.Store {
		db := openDB(tb, "pgx", dbtest.Postgres(tb))
		must(tb, postgres.Migrate(ctx, db, nil))
		s, err := postgres.New(db, nil)
		must(tb, err)
		return s
	},
}

// BenchmarkLive measures live segments: CRM_BENCH_LIVE contacts (1,000) who have
// all bought, against 50 segments; one purchase against none and against
// CRM_BENCH_SEGMENTS (200); and CRM_BENCH_DUE contacts (5,000) whom time makes
// leave, a fiftieth of them at once, until they are delivered.
func BenchmarkLive(b *testing.B) {
	for _, name := range []string{"Memory", "SQLite", "Postgres"} {
		open := liveStores[name]
		b.Run(name+"/Changed", func(b *testing.B) {
			for b.Loop() {
				liveChanged(b, open(b), scale(b, "CRM_BENCH_LIVE", 1000), 50)
			}
		})
		b.Run(name+"/Purchase", func(b *testing.B) {
			for b.Loop() {
				livePurchase(b, open(b), scale(b, "CRM_BENCH_SEGMENTS", 200))
			}
		})
		b.Run(name+"/Due", func(b *testing.B) {
			for b.Loop() {
				liveDue(b, open(b), scale(b, "CRM_BENCH_DUE", 5000))
			}
		})
	}
}

// TestLive plays them through.
func TestLive(t *testing.T) {
	for name, open := range liveStores {
		t.Run(name, func(t *testing.T) {
			liveChanged(t, open(t), 50, 10)
			livePurchase(t, open(t), 20)
			liveDue(t, open(t), 100)
		})
	}
}

// liveShop is a CRM with a clock that can be set.
type liveShop struct {
	*crm.CRM
	now  time.Time
	next int
}

func newLiveShop(tb testing.TB, store storage.Store, contacts int) *liveShop {
	tb.Helper()
	s := &liveShop{now: now}
	var err error
	s.CRM, err = crm.New(store, &crm.Config{Now: func() time.Time { return s.now }})
	must(tb, err)
	for from := 0; from < contacts; from += 10_000 {
		var people []contact.Contact
		for i := from; i < min(contacts, from+10_000); i++ {
			people = append(people, customer(i))
		}
		_, err := s.Contacts.UpsertMany(ctx, people)
		must(tb, err)
	}
	return s
}

// buy records one purchase for each contact that has an instant for it.
func (s *liveShop) buy(tb testing.TB, contacts int, at func(i int) time.Time) {
	tb.Helper()
	var list []activity.Activity
	for i := range contacts {
		if at(i).IsZero() {
			continue
		}
		list = append(list, activity.Activity{
			Contact: contactID(i), Kind: activity.Purchase, At: at(i), Amount: money.New(int64(100*(s.next%50+1)), "EUR"),
			Items: []activity.Item{{Category: []string{"Furniture", "Lamps", "Books"}[s.next%3], Quantity: 1, Amount: money.New(int64(100*(s.next%50+1)), "EUR")}},
		})
		s.next++
	}
	for part := range slices.Chunk(list, 10_000) {
		_, err := s.Activities.RecordMany(ctx, part)
		must(tb, err)
	}
}

// follow makes n different segments live.
func (s *liveShop) follow(tb testing.TB, n int) {
	tb.Helper()
	p := segment.Purchases()
	for i := range n {
		k := int64(i/5 + 1)
		rule := []segment.Rule{
			p.InLast(12, segment.Months).AtLeast(k),
			segment.All(p.In("Furniture").InLast(1, segment.Years).AtLeast(1), p.In("Furniture").InLast(90, segment.Days).None()),
			p.Sum(segment.AtLeast, money.New(1000*k, "EUR")),
			segment.All(p.InThis(segment.Years).AtLeast(k), p.AtMost(3+k)),
			segment.Not(p.InLast(int(30*k), segment.Days).AtLeast(1)),
		}[i%5]
		name := fmt.Sprintf("live-%d", i)
		_, err := s.Segments.Save(ctx, name, rule)
		must(tb, err)
		must(tb, s.Segments.Follow(ctx, name))
	}
	must(tb, s.Segments.Refresh(ctx))
}

// deliver hands all changes to nobody, and counts them.
func (s *liveShop) deliver(tb testing.TB) int {
	tb.Helper()
	n, err := s.Segments.Deliver(ctx, func(context.Context, []segment.Change) error { return nil })
	must(tb, err)
	return n
}

func report(tb testing.TB, value float64, unit string) {
	if b, ok := tb.(*testing.B); ok {
		b.ReportMetric(value, unit)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// liveChanged lets every contact buy, and measures the look at all of them.
// Before, they have bought one to nine times in two years.
func liveChanged(tb testing.TB, store storage.Store, contacts, segments int) {
	s := newLiveShop(tb, store, contacts)
	for n := range 9 {
		s.buy(tb, contacts, func(i int) time.Time {
			if i%9 < n {
				return time.Time{}
			}
			return now.AddDate(0, -3*n, -i%90)
		})
	}
	s.follow(tb, segments)
	s.deliver(tb)
	s.now = s.now.Add(time.Hour)
	s.buy(tb, contacts, func(int) time.Time { return s.now })
	start := time.Now()
	must(tb, s.Segments.Refresh(ctx))
	report(tb, milliseconds(time.Since(start)), "refresh-ms")
	report(tb, float64(s.deliver(tb)), "changes")
}

// livePurchase measures single purchases without live segments and with some.
func livePurchase(tb testing.TB, store storage.Store, segments int) {
	const rounds = 200
	s := newLiveShop(tb, store, rounds)
	each := func() float64 {
		start := time.Now()
		for i := range rounds {
			_, err := s.Activities.Record(ctx, activity.Activity{Contact: contactID(i), Kind: activity.Purchase, At: s.now, Amount: money.New(100, "EUR")})
			must(tb, err)
		}
		return float64(time.Since(start).Microseconds()) / rounds
	}
	each()
	none := each()
	s.follow(tb, segments)
	with := each()
	report(tb, none, "us-without")
	report(tb, with, "us-with")
	start := time.Now()
	must(tb, s.Segments.Refresh(ctx))
	report(tb, milliseconds(time.Since(start)), "refresh-ms")
}

// liveDue lets a fiftieth of the contacts leave a segment by time.
func liveDue(tb testing.TB, store storage.Store, contacts int) {
	s := newLiveShop(tb, store, contacts)
	const step = time.Second
	s.buy(tb, contacts, func(i int) time.Time { return now.Add(-time.Hour * 24 * 20).Add(time.Duration(i) * step) })
	_, err := s.Segments.Save(ctx, "recent", segment.Purchases().InLast(24*40, segment.Hours).AtLeast(1))
	must(tb, err)
	must(tb, s.Segments.Follow(ctx, "recent"))
	start := time.Now()
	must(tb, s.Segments.Refresh(ctx))
	report(tb, milliseconds(time.Since(start)), "build-ms")
	if n := s.deliver(tb); n != contacts {
		tb.Fatalf("%d of %d entered", n, contacts)
	}
	due := contacts / 50
	s.now = now.Add(time.Hour * 24 * 20).Add(time.Duration(due-1) * step)
	start = time.Now()
	must(tb, s.Segments.Refresh(ctx))
	if n := s.deliver(tb); n != due {
		tb.Fatalf("%d left, must be %d", n, due)
	}
	report(tb, milliseconds(time.Since(start)), "due-ms")
}
