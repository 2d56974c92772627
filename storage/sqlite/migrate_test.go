package sqlite_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/matryer/is"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/migrate"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/sqlite"
)

func TestMigrate_at_once(t *testing.T) {
	for name, dsn := range map[string]string{"as documented": dbtest.SQLite(t), "without waiting": impatient(dbtest.SQLite(t))} {
		t.Run(name, func(t *testing.T) {
			var wg sync.WaitGroup
			for range 4 {
				db := open(t, dsn) // as another process
				wg.Go(func() {
					if err := sqlite.Migrate(t.Context(), db, nil); err != nil {
						t.Error("of several Migrate calls one failed:", err, errors.Unwrap(err))
					}
				})
			}
			wg.Wait()
			prepared(t, open(t, dsn), nil)
		})
	}
}

func TestMigrate_prefixes(t *testing.T) {
	is := is.New(t)
	db := open(t, dbtest.SQLite(t))
	a, _ := prepared(t, db, nil)
	b, _ := prepared(t, db, &sqlite.Config{Prefix: "other_"})
	is.NoErr(a.InsertContacts(t.Context(), []contact.Contact{person()}))
	is.Equal(people(t, a), 1)
	is.Equal(people(t, b), 0) // two CRMs in one database do not see each other
}

func TestMigrate_leaves_the_host_alone(t *testing.T) {
	is := is.New(t)
	db := open(t, dbtest.SQLite(t))
	host := bun.NewDB(db, sqlitedialect.New())
	is.NoErr(migrate.NewMigrator(host, migrate.NewMigrations()).Init(t.Context()))
	_, err := db.Exec("CREATE TABLE contact (name TEXT); INSERT INTO contact VALUES ('mine')")
	is.NoErr(err)
	before := schema(t, db, "NOT GLOB 'crm_*'")
	prepared(t, db, nil)
	is.Equal(schema(t, db, "NOT GLOB 'crm_*'"), before) // the host's tables, bun's among them, are as they were
	is.True(schema(t, db, "GLOB 'crm_*'") != "")
}

func schema(t *testing.T, db *sql.DB, tables string) string {
	t.Helper()
	var text sql.NullString
	err := db.QueryRow("SELECT group_concat(sql, char(10)) FROM sqlite_master WHERE tbl_name " + tables).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text.String
}

func TestMigrations_with_a_tool_of_the_host(t *testing.T) {
	is := is.New(t)
	db := open(t, dbtest.SQLite(t))
	names, err := fs.Glob(sqlite.Migrations(), "*.sql")
	is.NoErr(err)
	for _, name := range names {
		text, err := fs.ReadFile(sqlite.Migrations(), name)
		is.NoErr(err)
		_, err = db.Exec(strings.ReplaceAll(string(text), "${prefix}", "crm_"))
		is.NoErr(err)
	}
	s, err := sqlite.New(db, nil)
	is.NoErr(err)
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{person()}))
}

func TestStore_without_Migrate(t *testing.T) {
	is := is.New(t)
	s, err := sqlite.New(open(t, dbtest.SQLite(t)), nil)
	is.NoErr(err)
	_, err = s.Contacts(t.Context(), []contact.ID{person().ID})
	is.True(errors.Is(err, errs.ErrStore))
	is.True(errs.Has(err, "not_migrated"))
	is.True(strings.Contains(err.Error(), "sqlite.Migrate")) // the error tells the remedy
	is.True(errs.Has(s.InsertContacts(t.Context(), []contact.Contact{person()}), "not_migrated"))
}
