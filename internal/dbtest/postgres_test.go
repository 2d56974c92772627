package dbtest

import (
	"database/sql"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestPostgres_empty_and_own(t *testing.T) {
	t.Parallel()
	first, second := openPostgres(t, Postgres(t)), openPostgres(t, Postgres(t))
	mustExec(t, first, "CREATE TABLE customer (name text)")
	const tables = "SELECT count(*)::text FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
	if got := ask(t, first, tables); got != "1" {
		t.Errorf("the first database has %s tables, want the one just made", got)
	}
	if got := ask(t, second, tables); got != "0" {
		t.Errorf("a fresh database has %s tables, want none", got)
	}
	if got := ask(t, second, "SHOW server_encoding"); got != "UTF8" {
		t.Errorf("encoding is %s, want UTF8", got)
	}
}

func TestPostgres_prepares_nothing(t *testing.T) {
	t.Parallel()
	db := openPostgres(t, Postgres(t))
	db.SetMaxOpenConns(1)
	for range 3 {
		ask(t, db, "SELECT $1::text", "x")
	}
	if got := ask(t, db, "SELECT count(*)::text FROM pg_prepared_statements"); got != "0" {
		t.Errorf("%s statements were prepared, want none", got)
	}
}

func TestPostgres_dropped_after_the_test(t *testing.T) {
	t.Parallel()
	var old *sql.DB
	t.Run("user", func(t *testing.T) {
		var err error
		if old, err = sql.Open("pgx", Postgres(t)); err != nil {
			t.Fatal(err)
		}
		mustExec(t, old, "CREATE TABLE customer (name text)") // and the connection stays open
	})
	if old == nil {
		t.Skip("no PostgreSQL")
	}
	defer old.Close()
	if err := old.Ping(); err == nil {
		t.Error("the database outlived its test")
	}
}

func TestPostgres_missing(t *testing.T) {
	t.Run("skips", func(t *testing.T) {
		t.Setenv(envRequire, "")
		if got := verdict(func(tb testing.TB) { missing(tb, errNone) }); !strings.HasPrefix(got, "skip: ") ||
			!strings.Contains(got, "apt-get install postgresql") || !strings.Contains(got, envServer) {
			t.Errorf("want a skip that says what to install or to set, got %q", got)
		}
	})
	t.Run("fails where PostgreSQL is demanded", func(t *testing.T) {
		t.Setenv(envRequire, "1")
		if got := verdict(func(tb testing.TB) { missing(tb, errNone) }); !strings.HasPrefix(got, "fatal: ") {
			t.Errorf("want a failure, got %q", got)
		}
	})
}

// recorder is a test of which only the end is wanted.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Skip(a ...any)             { r.end("skip: " + fmt.Sprint(a...)) }
func (r *recorder) Fatalf(f string, a ...any) { r.end("fatal: " + fmt.Sprintf(f, a...)) }

func (r *recorder) end(said string) {
	r.said = said
	runtime.Goexit()
}

// verdict runs a test body and says how it ended.
func verdict(body func(testing.TB)) string {
	r := &recorder{said: "went on"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		body(r)
	}()
	<-done
	return r.said
}

func openPostgres(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func mustExec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	var s string
	if err := db.QueryRow(query, args...).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}
