package canary

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
)

// engines open a new store, and the database below where there is one, with a statement
// that makes the database refuse whoever is called as the canaries are, and quote it.
var engines = map[string]func(*testing.T) (storage.Store, *sql.DB, string){
	"memory": func(*testing.T) (storage.Store, *sql.DB, string) { return memory.New(), nil, "" },
	"sqlite": func(t *testing.T) (storage.Store, *sql.DB, string) {
		db := opened(t, "sqlite", dbtest.SQLite(t))
		if err := sqlite.Migrate(t.Context(), db, nil); err != nil {
			t.Fatal(err)
		}
		s, err := sqlite.New(db, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s, db, "CREATE TRIGGER zq BEFORE INSERT ON crm_contact BEGIN SELECT RAISE(ABORT, 'refused: " + family + " " + mail + "'); END"
	},
	"postgres": func(t *testing.T) (storage.Store, *sql.DB, string) {
		db := opened(t, "pgx", dbtest.Postgres(t))
		if err := postgres.Migrate(t.Context(), db, nil); err != nil {
			t.Fatal(err)
		}
		s, err := postgres.New(db, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s, db, "ALTER TABLE crm_contact ADD CONSTRAINT zq CHECK (version < 0) NOT VALID"
	},
}

func opened(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Nothing personal stands in any error or log, whatever goes wrong.
func TestCanaries(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			a := listening(t)
			store, db, refuse := open(t)
			for i, kind := range []error{channel.ErrUnknown, channel.ErrRejected, channel.ErrNotSent, channel.ErrBadAddress} {
				c, err := crm.New(store, config(a, kind))
				a.ok(err)
				if i == 0 {
					p := a.person(t.Context(), c)
					a.history(t.Context(), c, p.ID)
					a.imports(t.Context(), c)
					a.merge(t.Context(), c, p.ID)
				}
				a.campaign(t.Context(), c, fmt.Sprintf("summer-%d", i))
				for range 3 { // with a mail about the wish to somebody whose server says no
					_, err = c.Consents.SendOptIns(t.Context())
					if err != nil {
						a.fails("sending opt-ins", err)
					}
				}
			}
			c, err := crm.New(store, config(a, channel.ErrUnknown))
			a.ok(err)
			a.ended(c)
			if db != nil {
				a.refused(c, db, refuse)
				a.closed(c, db)
			}
		})
	}
}

// merge merges, and what cannot be.
func (a *aviary) merge(ctx context.Context, c *crm.CRM, into contact.ID) {
	a.t.Helper()
	double := anna()
	double.Identities[0].Key = number + "5"
	other, err := c.Contacts.Create(ctx, double)
	a.ok(err)
	_, err = c.Merges.Merge(ctx, into, other.ID, nil)
	a.ok(err)
	_, err = c.Merges.Merge(ctx, into, contact.ID{9}, nil)
	a.fails("a merge with nobody", err)
	_, err = c.Merges.Merge(ctx, into, into, nil)
	a.fails("a merge with oneself", err)
	_, err = c.Merges.Unmerge(ctx, other.ID)
	a.ok(err)
	a.ok(c.Consents.RequestOptIn(ctx, wish))
}

// ended works after the end of a context.
func (a *aviary) ended(c *crm.CRM) {
	a.t.Helper()
	ctx, cancel := context.WithCancel(a.t.Context())
	cancel()
	_, err := c.Contacts.Create(ctx, newcomer(6))
	a.fails("a context that has ended", err)
}

// refused provokes errors of the driver that quote values.
func (a *aviary) refused(c *crm.CRM, db *sql.DB, refuse string) {
	a.t.Helper()
	_, err := db.Exec(refuse)
	a.ok(err)
	_, err = c.Contacts.Create(a.t.Context(), newcomer(7))
	a.fails("a driver that quotes values", err)
	_, _, err = c.Contacts.Upsert(a.t.Context(), newcomer(8))
	a.fails("a driver that quotes values", err)
}

// closed works on a database that is closed, and lets the worker do so.
func (a *aviary) closed(c *crm.CRM, db *sql.DB) {
	a.t.Helper()
	a.ok(db.Close())
	_, err := c.Contacts.Create(a.t.Context(), newcomer(9))
	a.fails("a closed database", err)
	_, err = c.Contacts.Find(a.t.Context(), anna().Identities[0])
	a.fails("a closed database", err)
	ctx, cancel := context.WithTimeout(a.t.Context(), 200*time.Millisecond)
	defer cancel()
	c.Run(ctx)
}

// newcomer is somebody of the name whom nobody knows yet.
func newcomer(n int) contact.Contact {
	c := anna()
	c.Identities[0].Key = fmt.Sprint(number, n)
	return c
}
