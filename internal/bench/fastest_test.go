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

// copy keeps purchases and lines once more, for the queries by hand, with
// indexes that cover them and that the library must not profit from. It does
// nothing while there is a copy of so many purchases.
func (db *database) copy(tb testing.TB, purchases int) {
	tb.Helper()
	if db == nil || db.copied == purchases {
		return
	}
	db.run(tb,
		"DROP TABLE IF EXISTS raw_purchase",
		"CREATE TABLE raw_purchase AS SELECT tenant_id, contact_id, kind, at, amount FROM crm_activity",
		"CREATE INDEX raw_purchase_contact ON raw_purchase (tenant_id, kind, contact_id, at, amount)",
		"CREATE INDEX raw_purchase_at ON raw_purchase (tenant_id, kind, at, contact_id, amount)",
		"DROP TABLE IF EXISTS raw_line",
		"CREATE TABLE raw_line AS SELECT tenant_id, contact_id, activity_id, kind, category, at, amount FROM crm_activity_item",
		"CREATE INDEX raw_line_contact ON raw_line (tenant_id, kind, contact_id, category, at, activity_id, amount)",
		"CREATE INDEX raw_line_category ON raw_line (tenant_id, kind, category, at, contact_id)")
	db.copied = purchases
	db.analyze(tb)
}

// fastest tries the queries and makes a function that asks the fastest one.
func (db *database) fastest(tb testing.TB, queries []query, z size) func() int {
	tb.Helper()
	var best func(context.Context) (int, error)
	var chosen string
	limit := time.Minute
	for _, q := range queries {
		ask := db.asker(tb, q, z)
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

// asker prepares a query for one number, unless it is about certain contacts:
// then it is another text every time.
func (db *database) asker(tb testing.TB, q query, z size) func(context.Context) (int, error) {
	tb.Helper()
	sql := q.with(db, z)
	if strings.Contains(q.sql, ":ids") {
		return func(ctx context.Context) (n int, err error) {
			err = db.QueryRowContext(ctx, sql).Scan(&n)
			return n, err
		}
	}
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
		":now", micro(0, 0), ":12months", micro(12, 0), ":3months", micro(3, 0), ":365days", micro(0, 365), ":90days", micro(0, 90),
		":among", "", ":ids", strings.Join(ids, ", "),
	).Replace(q.sql)
}
