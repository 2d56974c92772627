package postgres_test

import (
	"context"
	"database/sql"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/postgres"
)

func TestSmoke(t *testing.T) {
	db, err := sql.Open("pgx", dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := postgres.Migrate(context.Background(), db, nil); err != nil {
		t.Fatalf("%v: %#v", err, unwrapAll(err))
	}
	s, err := postgres.New(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	smoke(t, s)
}
func TestMain(m *testing.M) { dbtest.Main(m) }
