package postgres_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/matryer/is"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/migrate"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/postgres"
)

func TestMigrate_at_once(t *testing.T) {
	dsn := dbtest.Postgres(t)
	var wg sync.WaitGroup
	for range 4 {
		db := open(t, dsn) // as another process
		wg.Go(func() {
			if err := postgres.Migrate(t.Context(), db, nil); err != nil {
				t.Error("of several Migrate calls one failed:", err, errors.Unwrap(err))
			}
		})
	}
	wg.Wait()
	prepared(t, open(t, dsn), nil)
}

func TestMigrate_prefixes(t *testing.T) {
	is := is.New(t)
	db := open(t, dbtest.Postgres(t))
	a, _ := prepared(t, db, nil)
	b, _ := prepared(t, db, &postgres.Config{Prefix: "other_"})
	is.NoErr(a.InsertContacts(t.Context(), []contact.Contact{person()}))
	is.Equal(people(t, a), 1)
	is.Equal(people(t, b), 0) // two CRMs in one database do not see each other
}

func TestMigrate_leaves_the_host_alone(t *testing.T) {
	is := is.New(t)
	db := open(t, dbtest.Postgres(t))
	host := bun.NewDB(db, pgdialect.New())
	is.NoErr(migrate.NewMigrator(host, migrate.NewMigrations()).Init(t.Context()))
	_, err := db.Exec("CREATE TABLE contact (name TEXT); INSERT INTO contact VALUES ('mine')")
	is.NoErr(err)
	before := schema(t, db, "NOT LIKE 'crm~_%' ESCAPE '~'")
	prepared(t, db, nil)
	is.Equal(schema(t, db, "NOT LIKE 'crm~_%' ESCAPE '~'"), before) // the host's tables, bun's among them, are as they were
	is.True(schema(t, db, "LIKE 'crm~_%' ESCAPE '~'") != "")
}

func schema(t *testing.T, db *sql.DB, tables string) string {
	t.Helper()
	var text sql.NullString
	err := db.QueryRow("SELECT string_agg(table_name || ' ' || column_name || ' ' || data_type, ', ' ORDER BY table_name, ordinal_position)" +
		" FROM information_schema.columns WHERE table_schema = 'public' AND table_name " + tables).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text.String
}

func TestMigrations_with_a_tool_of_the_host(t *testing.T) {
	is := is.New(t)
	db := open(t, dbtest.Postgres(t))
	names, err := fs.Glob(postgres.Migrations(), "*.sql")
	is.NoErr(err)
	for _, name := range names {
		text, err := fs.ReadFile(postgres.Migrations(), name)
		is.NoErr(err)
		_, err = db.Exec(strings.ReplaceAll(string(text), "${prefix}", "crm_"))
		is.NoErr(err)
	}
	s, err := postgres.New(db, nil)
	is.NoErr(err)
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{person()}))
}

func TestStore_without_Migrate(t *testing.T) {
	is := is.New(t)
	s, err := postgres.New(open(t, dbtest.Postgres(t)), nil)
	is.NoErr(err)
	_, err = s.Contacts(t.Context(), []contact.ID{person().ID})
	is.True(errors.Is(err, errs.ErrStore))
	is.True(errs.Has(err, "not_migrated"))
	is.True(strings.Contains(err.Error(), "postgres.Migrate")) // the error tells the remedy
	is.True(errs.Has(s.InsertContacts(t.Context(), []contact.Contact{person()}), "not_migrated"))
}
