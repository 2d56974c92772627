package sqlstore

import (
	"database/sql"
	"errors"
	"testing"
	"testing/fstest"

	"github.com/matryer/is"
	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/dbtest"
)

// files makes migrations of the texts.
func files(texts ...string) fstest.MapFS {
	names := []string{"0001_one.sql", "0002_two.sql", "0003_three.sql"}
	m := make(fstest.MapFS)
	for i, text := range texts {
		m[names[i]] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func openSQLite(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dbtest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigrate_steps(t *testing.T) {
	is := is.New(t)
	db := openSQLite(t)
	one := "CREATE TABLE ${prefix}x (a TEXT);\nINSERT INTO ${prefix}x VALUES ('1');\n"
	two := "INSERT INTO ${prefix}x VALUES ('2; ${prefix}');\n"
	is.NoErr(Migrate(t.Context(), db, SQLite, Config{}, files(one)))
	is.NoErr(Migrate(t.Context(), db, SQLite, Config{}, files(one)))
	is.Equal(count(t, db, "SELECT COUNT(*) FROM crm_x"), 1) // applied once
	is.NoErr(Migrate(t.Context(), db, SQLite, Config{}, files(one, two)))
	is.Equal(count(t, db, "SELECT COUNT(*) FROM crm_x WHERE a = '2; crm_'"), 1)
	is.Equal(count(t, db, "SELECT COUNT(*) FROM crm_schema_version WHERE version IN (1, 2) AND length(checksum) = 64 AND applied_at > 0"), 2)

	err := Migrate(t.Context(), db, SQLite, Config{}, files(one))
	is.True(errors.Is(err, errs.ErrStore))
	is.True(errs.Has(err, "too_new")) // the library is older than the schema
	err = Migrate(t.Context(), db, SQLite, Config{}, files(one+"-- changed\n", two))
	is.True(errs.Has(err, "changed")) // another migration under the same number
}

func TestMigrate_is_all_or_nothing(t *testing.T) {
	is := is.New(t)
	db := openSQLite(t)
	good, bad := "CREATE TABLE ${prefix}x (a TEXT);\n", "CREATE TABLE ${prefix}y (a TEXT);\nINSERT INTO nothing VALUES (1);\n"
	err := Migrate(t.Context(), db, SQLite, Config{}, files(good, bad))
	is.True(errors.Is(err, errs.ErrStore))
	is.Equal(count(t, db, "SELECT COUNT(*) FROM sqlite_master"), 0)
}

func TestMigrate_refuses_gaps(t *testing.T) {
	is := is.New(t)
	m := files("a", "b")
	delete(m, "0001_one.sql")
	is.True(Migrate(t.Context(), openSQLite(t), SQLite, Config{}, m) != nil)
}

func TestConfig(t *testing.T) {
	is := is.New(t)
	db := openSQLite(t)
	s, err := New(db, SQLite, Config{})
	is.NoErr(err)
	is.Equal(s.tenant, "default")
	is.Equal(s.table("contact"), `"crm_contact"`)
	_, err = New(nil, SQLite, Config{Tenant: "No Name", Prefix: "x; --"})
	is.True(errors.Is(err, errs.ErrInvalid))
	paths := []string{}
	for _, f := range errs.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	is.Equal(paths, []string{"db", "tenant", "prefix"}) // all that is wrong, not the first only
	_, err = s.ForTenant("UPPER")
	is.True(errors.Is(err, errs.ErrInvalid))
	other, err := s.ForTenant("other")
	is.NoErr(err)
	is.Equal(other.tenant+other.prefix, "othercrm_")
}
