package postgres_test

import (
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/storagetest"
)

// All cases share one database, each as a tenant of its own: that is faster
// than a hundred databases, and whatever reaches beyond its tenant disturbs
// somebody.
func TestConformance(t *testing.T) {
	_, db := fresh(t)
	var cases atomic.Int64
	storagetest.Run(t, storagetest.Config{
		New: func(t *testing.T) storage.Store {
			return as(t, db, fmt.Sprintf("case-%d", cases.Add(1)))
		},
		Reopen: func(t *testing.T, s storage.Store) storage.Store {
			return as(t, db, s.(hosted).tenant)
		},
		HostTx: func(t *testing.T, s storage.Store) (storage.Store, func() error, func() error) {
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return s.(hosted).WithTx(tx), tx.Commit, tx.Rollback
		},
		Tenant: func(t *testing.T, s storage.Store, name string) storage.Store {
			return as(t, db, s.(hosted).tenant+"."+name)
		},
		Parallel: true,
	})
}

// hosted is a store that knows its tenant.
type hosted struct {
	*postgres.Store
	tenant string
}

// as returns a new handle for a tenant.
func as(t *testing.T, db *sql.DB, tenant string) hosted {
	t.Helper()
	s, err := postgres.New(db, &postgres.Config{Tenant: tenant})
	if err != nil {
		t.Fatal(err)
	}
	return hosted{s, tenant}
}
