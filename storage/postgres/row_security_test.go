package postgres_test

import (
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/storagetest"
)

// secured makes the tables with row-level security, and returns a pool of a role that may
// only read and write them, and the owner's.
func secured(t testing.TB) (app, owner *sql.DB) {
	t.Helper()
	dsn := dbtest.Postgres(t)
	role := "crm_app_" + strings.ReplaceAll(contact.ID(id.New()).String(), "-", "")
	admin := open(t, dsn)
	do := func(statement string) {
		t.Helper()
		if _, err := admin.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := admin.Exec("CREATE ROLE " + role + " NOLOGIN NOSUPERUSER NOBYPASSRLS"); sqlState(err) == "42501" {
		t.Skip("the user of the server in CRM_TEST_POSTGRES may not create roles")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { do("DROP OWNED BY " + role); do("DROP ROLE " + role) })
	_, owner = prepared(t, admin, nil)
	if err := postgres.EnableRowSecurity(t.Context(), owner, nil); err != nil {
		t.Fatal(err)
	}
	do("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role)
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	cfg.RuntimeParams["role"] = role
	app = stdlib.OpenDB(*cfg)
	t.Cleanup(func() { _ = app.Close() })
	return app, owner
}

// behind returns a store of a tenant that names itself.
func behind(t testing.TB, db *sql.DB, tenant string) hosted {
	t.Helper()
	s, err := postgres.New(db, &postgres.Config{Tenant: tenant, RowSecurity: true})
	if err != nil {
		t.Fatal(err)
	}
	return hosted{s, tenant}
}

// securedGroups are the groups of cases that run with row-level security. What the
// others ask goes through the same few connections.
var securedGroups = []string{"contact/", "activity/", "consent/", "campaign/", "voucher/", "delivery/", "tx/", "tenant/", "segment/", "snapshot/", "duplicates/contract", "import/record", "merge/record"}

// A role that may only read and write finds everything kept as ever, with row-level
// security on.
func TestConformance_row_security(t *testing.T) {
	app, _ := secured(t)
	var only []storagetest.Case
	for _, c := range storagetest.Cases() {
		if slices.ContainsFunc(securedGroups, func(group string) bool { return strings.HasPrefix(string(c), group) }) {
			only = append(only, c)
		}
	}
	var cases atomic.Int64
	storagetest.Run(t, storagetest.Config{
		Only: only,
		New: func(t *testing.T) storage.Store {
			return behind(t, app, fmt.Sprintf("case-%d", cases.Add(1)))
		},
		Reopen: func(t *testing.T, s storage.Store) storage.Store {
			return behind(t, app, s.(hosted).tenant)
		},
		HostTx: func(t *testing.T, s storage.Store) (storage.Store, func() error, func() error) {
			tx, err := app.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return s.(hosted).WithTx(tx), tx.Commit, tx.Rollback
		},
		Tenant: func(t *testing.T, s storage.Store, name string) storage.Store {
			other, err := s.(hosted).ForTenant(s.(hosted).tenant + "." + name)
			if err != nil {
				t.Fatal(err)
			}
			return hosted{other, s.(hosted).tenant + "." + name}
		},
		Parallel: true,
	})
}

// count asks a plain query without any tenant in it.
func count(t testing.TB, q interface {
	QueryRow(string, ...any) *sql.Row
}) (n int) {
	t.Helper()
	if err := q.QueryRow("SELECT count(*) FROM crm_contact").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A query that forgets the tenant sees the one that is named, and without a name nothing.
// The pool's next user inherits no name.
func TestRowSecurity_forgotten_tenant(t *testing.T) {
	is := is.New(t)
	app, _ := secured(t)
	app.SetMaxOpenConns(1) // so that the next user gets the same connection
	a, b := behind(t, app, "a"), behind(t, app, "b")
	is.NoErr(a.InsertContacts(t.Context(), []contact.Contact{person(), person()}))
	is.NoErr(b.InsertContacts(t.Context(), []contact.Contact{person()}))
	is.Equal(people(t, a), 2)
	is.Equal(count(t, app), 0) // no name, also after stores have used the connection
	for name, want := range map[string]int{"a": 2, "b": 1, "c": 0, "": 0} {
		tx, err := app.BeginTx(t.Context(), nil)
		is.NoErr(err)
		_, err = tx.Exec("SELECT set_config('crm.tenant', $1, true)", name)
		is.NoErr(err)
		is.Equal(count(t, tx), want) // the rows of the tenant that is named
		res, err := tx.Exec("DELETE FROM crm_contact")
		is.NoErr(err)
		n, err := res.RowsAffected()
		is.NoErr(err)
		is.Equal(int(n), want) // nor does a DELETE reach further
		is.NoErr(tx.Rollback())
	}
	is.Equal(count(t, app), 0)
}

// Nobody writes rows of a tenant that is not named.
func TestRowSecurity_writing_for_another(t *testing.T) {
	is := is.New(t)
	app, _ := secured(t)
	a := behind(t, app, "a")
	is.NoErr(a.InsertContacts(t.Context(), []contact.Contact{person()}))
	for name, statement := range map[string]string{
		"an insert": "INSERT INTO crm_suppression SELECT (jsonb_populate_record(NULL::crm_suppression, '{\"tenant_id\": \"b\"}')).*",
		"an update": "UPDATE crm_contact SET tenant_id = 'b'",
	} {
		tx, err := app.BeginTx(t.Context(), nil)
		is.NoErr(err)
		_, err = tx.Exec("SELECT set_config('crm.tenant', 'a', true)")
		is.NoErr(err)
		_, err = tx.Exec(statement)
		if state := sqlState(err); state != "42501" { // not because of a NOT NULL or a key
			t.Errorf("%s for another tenant: %v", name, err)
		}
		is.NoErr(tx.Rollback())
	}
	plain, err := postgres.New(app, &postgres.Config{Tenant: "a"})
	is.NoErr(err)
	is.Equal(people(t, plain), 0)                                                  // a store that names nobody sees nothing
	is.True(plain.InsertContacts(t.Context(), []contact.Contact{person()}) != nil) // and writes nothing
}

func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// In one transaction of the host's, handles of several tenants take turns, and savepoints
// of the host's are undone in between.
func TestRowSecurity_host_transaction(t *testing.T) {
	is := is.New(t)
	app, _ := secured(t)
	a, b := behind(t, app, "a"), behind(t, app, "b")
	tx, err := app.BeginTx(t.Context(), nil)
	is.NoErr(err)
	inA, inB := a.WithTx(tx), b.WithTx(tx)
	is.NoErr(inA.InsertContacts(t.Context(), []contact.Contact{person()}))
	_, err = tx.Exec("SAVEPOINT mine")
	is.NoErr(err)
	is.NoErr(inB.InsertContacts(t.Context(), []contact.Contact{person(), person()}))
	is.Equal(people(t, inA), 1)
	is.Equal(people(t, inB), 2)
	_, err = tx.Exec("ROLLBACK TO SAVEPOINT mine")
	is.NoErr(err)
	is.Equal(people(t, inB), 0)
	is.Equal(people(t, inA), 1)
	first := person()
	is.NoErr(inA.InsertContacts(t.Context(), []contact.Contact{first}))
	is.True(inA.InsertContacts(t.Context(), []contact.Contact{first}) != nil) // refused, and the transaction goes on
	is.NoErr(tx.Commit())
	is.Equal(people(t, a), 2)
}

// Handles that nobody uses any more leave nothing running, so that a host may make one
// per request.
func TestRowSecurity_handles_end(t *testing.T) {
	app, _ := secured(t)
	before := runtime.NumGoroutine()
	for i := range 200 {
		people(t, behind(t, app, fmt.Sprintf("t%d", i)))
	}
	for range 100 {
		runtime.GC()
		if runtime.NumGoroutine() < before+50 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d goroutines are left of %d", runtime.NumGoroutine()-before, before)
}

// Every table with a tenant is behind a policy, whoever adds it.
func TestRowSecurity_all_tables(t *testing.T) {
	is := is.New(t)
	_, owner := secured(t)
	const open = `SELECT coalesce(string_agg(c.relname, ' '), '') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
		WHERE c.relkind IN ('r', 'p') AND c.relname LIKE 'crm~_%' ESCAPE '~' AND NOT (c.relrowsecurity AND c.relforcerowsecurity
		AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL))`
	const closed = "SELECT count(*) FROM pg_class WHERE relname LIKE 'crm~_%' ESCAPE '~' AND relkind IN ('r', 'p') AND (relrowsecurity OR relforcerowsecurity)"
	var names string
	is.NoErr(owner.QueryRow(open).Scan(&names))
	is.Equal(names, "") // the tables without a policy
	is.NoErr(postgres.EnableRowSecurity(t.Context(), owner, nil))
	var n int
	is.NoErr(owner.QueryRow(closed).Scan(&n))
	is.True(n > 30)
	is.NoErr(postgres.DisableRowSecurity(t.Context(), owner, nil))
	is.NoErr(postgres.DisableRowSecurity(t.Context(), owner, nil))
	is.NoErr(owner.QueryRow(closed).Scan(&n))
	is.Equal(n, 0)
	is.NoErr(owner.QueryRow("SELECT count(*) FROM pg_policy").Scan(&n))
	is.Equal(n, 0) // nor is a policy left
}

// A look-up of one contact, with row-level security and without.
func BenchmarkRowSecurity(b *testing.B) {
	app, owner := secured(b)
	one := person()
	plain, err := postgres.New(owner, nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := plain.InsertContacts(b.Context(), []contact.Contact{one}); err != nil {
		b.Fatal(err)
	}
	for name, s := range map[string]storage.Store{"without": plain, "with": behind(b, app, "default")} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if list, err := s.Contacts(b.Context(), []contact.ID{one.ID}); err != nil || len(list) != 1 {
					b.Fatal(list, err)
				}
			}
		})
	}
}
