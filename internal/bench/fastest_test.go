package bench

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// cover makes covering indexes that serve the queries by hand and that the
// library does without.
func (db *database) cover(tb testing.TB) {
	tb.Helper()
	if db == nil || db.covered {
		return
	}
	db.run(tb,
		"CREATE INDEX raw_purchases ON crm_activity (tenant_id, kind, contact_id, at, amount)",
		"CREATE INDEX raw_lines ON crm_activity_item (tenant_id, kind, contact_id, category, at, activity_id, amount)")
	db.covered = true
	db.analyze(tb)
}

// uncover takes them away again, so that they make no writing slow.
func (db *database) uncover(tb testing.TB) {
	tb.Helper()
	if db != nil && db.covered {
		db.run(tb, "DROP INDEX raw_purchases", "DROP INDEX raw_lines")
		db.covered = false
	}
}

// fastest tries the queries and makes a function that asks the fastest one.
func (db *database) fastest(tb testing.TB, queries []query, z size) func() int {
	tb.Helper()
	var best func(context.Context) (int, error)
	var chosen string
	limit := time.Minute
	for _, q := range queries {
		ask := db.asker(tb, q.with(db, z))
		took, err := try(ask, limit)
		if errors.Is(err, context.DeadlineExceeded) {
			tb.Logf("raw, %s: more than %v", q.name, took.Round(time.Millisecond))
			continue
		}
		must(tb, err)
		tb.Logf("raw, %s: %v", q.name, took.Round(time.Microsecond))
		if best == nil || took < limit/2 {
			best, chosen, limit = ask, q.name, 2*took
		}
	}
	tb.Logf("raw is %s", chosen)
	return func() int {
		n, err := best(ctx)
		must(tb, err)
		return n
	}
}

// try asks twice, in no more time than the limit each, and tells what the
// faster answer took.
func try(ask func(context.Context) (int, error), limit time.Duration) (time.Duration, error) {
	best := limit
	for range 2 {
		ctx, cancel := context.WithTimeout(ctx, limit+10*time.Millisecond)
		var err error
		took := clock(func() { _, err = ask(ctx) })
		if cancel(); err != nil {
			return took, errors.Join(err, ctx.Err())
		}
		best = min(best, took)
	}
	return best, nil
}

// asker prepares a query for one number.
func (db *database) asker(tb testing.TB, sql string) func(context.Context) (int, error) {
	tb.Helper()
	stmt, err := db.PrepareContext(ctx, sql)
	must(tb, err)
	tb.Cleanup(func() { must(tb, stmt.Close()) })
	return func(ctx context.Context) (n int, err error) {
		err = stmt.QueryRowContext(ctx).Scan(&n)
		return n, err
	}
}

// with puts the constants in the place of their words.
func (q query) with(db *database, z size) string {
	micro := func(months, days int) string { return fmt.Sprint(now.AddDate(0, -months, -days).UnixMicro()) }
	ids := make([]string, 0, 100)
	for _, id := range sample(z) {
		text := "X'" + hex.EncodeToString(id[:]) + "'"
		if db.postgres {
			text = "'" + id.String() + "'"
		}
		ids = append(ids, text)
	}
	return strings.NewReplacer(
		":12months", micro(12, 0), ":3months", micro(3, 0), ":365days", micro(0, 365), ":90days", micro(0, 90),
		":among", "", ":ids", strings.Join(ids, ", "),
	).Replace(q.sql)
}
