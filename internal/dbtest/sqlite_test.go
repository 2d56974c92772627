package dbtest

import (
	"database/sql"
	"os"
	"testing"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	dsn := SQLite(t)
	if other := SQLite(t); other == dsn {
		t.Fatalf("two databases share one file: %s", dsn)
	}
	db := openSQLite(t, dsn)
	pragmas := map[string]string{
		"busy_timeout": "10000",
		"journal_mode": "wal",
		"synchronous":  "1", // NORMAL
		"foreign_keys": "1",
	}
	for name, want := range pragmas {
		if got := ask(t, db, "PRAGMA "+name); got != want {
			t.Errorf("PRAGMA %s is %s, want %s", name, got, want)
		}
	}
	file := ask(t, db, "SELECT file FROM pragma_database_list WHERE name = 'main'")
	if _, err := os.Stat(file); err != nil {
		t.Errorf("the database is not a file: %v", err)
	}
}

func TestSQLite_transactions_lock_at_once(t *testing.T) {
	t.Parallel()
	db := openSQLite(t, SQLite(t))
	mustExec(t, db, "CREATE TABLE customer (name TEXT)")
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	ctx := t.Context()
	other, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		t.Fatal(err)
	}
	if _, err := other.ExecContext(ctx, "INSERT INTO customer VALUES ('Ann')"); err == nil {
		t.Error("another connection wrote while a transaction was open: it did not begin with the write lock")
	}
}

func openSQLite(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
