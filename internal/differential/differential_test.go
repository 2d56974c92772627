package differential

import (
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
	"github.com/stammkunde/crm/storage/storagetest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// worldRules is how many rules are tried on one population before another one
// is drawn.
const worldRules = 2000

// engines opens a new, empty store on each engine.
var engines = map[string]func(*testing.T) storage.Store{
	"memory":          func(*testing.T) storage.Store { return memory.New() },
	"sqlite":          func(t *testing.T) storage.Store { return onSQLite(t, "sqlite", dbtest.SQLite(t)) },
	"postgres":        func(t *testing.T) storage.Store { return onPostgres(t, dbtest.Postgres(t)) },
	"postgres-german": func(t *testing.T) storage.Store { return onPostgres(t, dbtest.PostgresIn(t, "de-DE")) },
}

func TestRules(t *testing.T) {
	total, all := cases(t)
	for name, open := range engines {
		if !all && name != "sqlite-mattn" && name != "postgres-german" {
			continue // the conformance suite of the store does it
		}
		t.Run(name, func(t *testing.T) {
			for done, seed := 0, 1; done < total; done, seed = done+worldRules, seed+1 {
				t.Run(fmt.Sprintf("seed-%d", seed), func(t *testing.T) {
					t.Setenv("CRM_RULE_SEED", strconv.Itoa(seed))
					t.Setenv("CRM_RULE_CASES", strconv.Itoa(min(worldRules, total-done)))
					storagetest.Run(t, storagetest.Config{New: open, Only: []storagetest.Case{storagetest.RulesAgree}})
				})
			}
		})
	}
}

// cases reads how many rules to try per engine, and whether it was said.
func cases(t *testing.T) (n int, said bool) {
	text := os.Getenv("CRM_DIFFERENTIAL_CASES")
	if text == "" {
		return 300, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("CRM_DIFFERENTIAL_CASES must be a number above zero, but it is %q", text)
	}
	return n, true
}

func open(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func onSQLite(t *testing.T, driver, dsn string) storage.Store {
	t.Helper()
	db := open(t, driver, dsn)
	if err := sqlite.Migrate(t.Context(), db, nil); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.New(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func onPostgres(t *testing.T, dsn string) storage.Store {
	t.Helper()
	db := open(t, "pgx", dsn)
	if err := postgres.Migrate(t.Context(), db, nil); err != nil {
		t.Fatal(err)
	}
	s, err := postgres.New(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
