package postgres_test

import (
	"database/sql"
	"testing"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/storagetest"
)

func TestConformance(t *testing.T) {
	storagetest.Run(t, storagetest.Config{
		New: func(t *testing.T) storage.Store {
			s, db := fresh(t)
			return hosted{s, db}
		},
		Reopen: func(t *testing.T, s storage.Store) storage.Store {
			again, err := postgres.New(s.(hosted).db, nil)
			if err != nil {
				t.Fatal(err)
			}
			return hosted{again, s.(hosted).db}
		},
		HostTx: func(t *testing.T, s storage.Store) (storage.Store, func() error, func() error) {
			tx, err := s.(hosted).db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return s.(hosted).WithTx(tx), tx.Commit, tx.Rollback
		},
		Tenant: func(t *testing.T, s storage.Store, name string) storage.Store {
			other, err := s.(hosted).ForTenant(name)
			if err != nil {
				t.Fatal(err)
			}
			return hosted{other, s.(hosted).db}
		},
		Parallel: true,
	})
}

// hosted is a store that knows its database.
type hosted struct {
	*postgres.Store
	db *sql.DB
}
