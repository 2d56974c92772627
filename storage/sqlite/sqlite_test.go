package sqlite_test

import (
	"database/sql"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/sqlite"
)

// open opens a database; it is closed when the test ends.
func open(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// fresh returns a store with its tables in a database of its own.
func fresh(t testing.TB) (*sqlite.Store, *sql.DB) {
	t.Helper()
	return prepared(t, open(t, dbtest.SQLite(t)), nil)
}

// prepared makes the tables and a store on them.
func prepared(t testing.TB, db *sql.DB, cfg *sqlite.Config) (*sqlite.Store, *sql.DB) {
	t.Helper()
	if err := sqlite.Migrate(t.Context(), db, cfg); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.New(db, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, db
}

// person makes a record as the service would.
func person() contact.Contact {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return contact.Contact{ID: contact.ID(id.New()), Kind: contact.Person, CreatedAt: now, UpdatedAt: now, Version: 1}
}

// people counts the contacts that a handle sees.
func people(t testing.TB, s interface{ contact.Store }) int {
	t.Helper()
	list, err := s.ListContacts(t.Context(), contact.ID{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
