package bench

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// BenchmarkAudit writes CRM_BENCH_ENTRIES entries into the log of one tenant, each about
// one contact and in a transaction of its own or a hundred in one, seals them and
// verifies the chain. Raw inserts rows of the same texts into a plain table with a primary
// key, in as many transactions.
func BenchmarkAudit(b *testing.B) {
	n := scale(b, "CRM_BENCH_ENTRIES", 5000)
	for _, engine := range []struct {
		name string
		open opener
	}{{"SQLite", openSQLite}, {"Postgres", openPostgres}} {
		for _, batch := range []int{1, 100} {
			b.Run(fmt.Sprintf("%s/%d", engine.name, batch), func(b *testing.B) {
				for b.Loop() {
					s := engine.open(b, size{})
					var d duel
					m := s.auditing(b, n, batch, &d)
					d.report(b, n, "entries")
					b.ReportMetric(m.sealed, "sealed/s")
					b.ReportMetric(m.both, "written+sealed/s")
					b.ReportMetric(m.verified, "verified/s")
				}
			})
		}
	}
}

// TestAudit plays the benchmark through with a few entries.
func TestAudit(t *testing.T) {
	for name, open := range map[string]opener{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) { open(t, size{}).auditing(t, 40, 10, new(duel)) })
	}
}

// auditRates are entries per second.
type auditRates struct{ sealed, both, verified float64 }

// auditing writes n entries each way, batch of them in a transaction, and seals those of
// the library.
func (s *shop) auditing(tb testing.TB, n, batch int, d *duel) auditRates {
	tb.Helper()
	c, err := crm.New(s.store, &crm.Config{Audit: &crm.Audit{Key: make([]byte, 32)}})
	must(tb, err)
	actor := access.With(ctx, access.Actor{ID: "user-4711"})
	write := s.spread(tb, n/batch, func() error {
		return c.Atomic(actor, func(ctx context.Context, c *crm.CRM) error {
			for range batch {
				_, err := c.Audit.Record(ctx, audit.Event{Action: "shop.Print", Contacts: []contact.ID{id.New()}})
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
	d.turn(0, write, s.rawLog(tb, n/batch, batch))
	rate := func(t time.Duration) float64 { return float64(n/batch*batch) / t.Seconds() }
	sealing := clock(func() {
		_, err := c.Audit.Seal(ctx)
		must(tb, err)
	})
	var r audit.Report
	verifying := clock(func() {
		r, err = c.Audit.Verify(ctx)
		must(tb, err)
	})
	if r.Broken != nil || r.Sealed != int64(n/batch*batch) {
		tb.Fatalf("of %d entries, found %+v", n, r)
	}
	return auditRates{rate(sealing), rate(sealing + d.library[0]), rate(verifying)}
}

// spread gives a function that calls f so many times, by as many at once as write to the
// database.
func (s *shop) spread(tb testing.TB, times int, f func() error) func() {
	return func() {
		var wg sync.WaitGroup
		for w := range s.workers {
			wg.Go(func() {
				for i := w; i < times; i += s.workers {
					if err := f(); err != nil {
						tb.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
	}
}

// rawLog gives a function that inserts the same rows into a plain table.
func (s *shop) rawLog(tb testing.TB, times, batch int) func() {
	tb.Helper()
	s.db.run(tb, "CREATE TABLE plain_log (id text PRIMARY KEY, at bigint, actor text, action text, contact_id text, payload text)")
	query := s.db.rebind("INSERT INTO plain_log VALUES (?, ?, ?, ?, ?, ?)")
	return s.spread(tb, times, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		for range batch {
			_, err := tx.ExecContext(ctx, query, fmt.Sprintf("%x", id.New()), now.UnixMicro(), "user-4711", "shop.Print", fmt.Sprintf("%x", id.New()), "{}")
			if err != nil {
				return err
			}
		}
		return tx.Commit()
	})
}
