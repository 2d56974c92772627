package postgres_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/internal/tamper"
	"github.com/stammkunde/crm/storage"
)

// Verify names the first fault, whatever was done to the tables.
func TestVerify_finds_what_was_done_to_the_tables(t *testing.T) {
	store, db := fresh(t)
	tamper.Run(t, store, db, func(tx *sql.Tx) storage.Store { return store.WithTx(tx) })
}

// Transactions of one tenant that write entries do not wait for each other, nor for
// somebody who seals, and nobody who seals waits for them.
func TestAudit_writers_wait_for_nobody(t *testing.T) {
	store, db := fresh(t)
	c, err := crm.New(store, &crm.Config{Audit: &crm.Audit{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	seal := func(want int64) {
		t.Helper()
		if n, err := c.Audit.Seal(ctx); n != want || err != nil {
			t.Fatalf("sealed %d, want %d: %v", n, want, err)
		}
	}
	record := func(c *crm.CRM) {
		t.Helper()
		if _, err := c.Audit.Record(ctx, audit.Event{Action: "shop.Print"}); err != nil {
			t.Fatal(err)
		}
	}
	begin := func() (*crm.CRM, *sql.Tx) {
		t.Helper()
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.In(store.WithTx(tx)), tx
	}
	one, first := begin()
	record(one)
	two, second := begin()
	record(two)
	record(c)
	seal(1)
	sealer, third := begin()
	record(c)
	if n, err := sealer.Audit.Seal(ctx); n != 1 || err != nil {
		t.Fatalf("sealed %d in a transaction: %v", n, err)
	}
	record(two) // while somebody seals
	record(c)
	for _, tx := range []*sql.Tx{second, third, first} {
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	seal(4)
	r, err := c.Audit.Verify(ctx)
	if err != nil || r.Broken != nil || r.Sealed != 6 || r.Unsealed != 0 {
		t.Errorf("verified %+v: %v", r, err)
	}
}
