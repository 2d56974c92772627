package sqlite_test

import (
	"context"
	"database/sql"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/sqlite"
)

func TestSmoke(t *testing.T) {
	db, err := sql.Open("sqlite", dbtest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := sqlite.Migrate(context.Background(), db, nil); err != nil {
		t.Fatalf("%v: %#v", err, unwrapAll(err))
	}
	s, err := sqlite.New(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	smoke(t, s)
}
