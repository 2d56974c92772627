package memory_test

import (
	"testing"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/storagetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, storagetest.Config{
		New:    func(*testing.T) storage.Store { return memory.New() },
		Reopen: func(_ *testing.T, s storage.Store) storage.Store { return s },
		HostTx: func(t *testing.T, s storage.Store) (storage.Store, func() error, func() error) {
			tx, err := s.(*memory.Store).Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return tx.Store(), tx.Commit, tx.Rollback
		},
		Tenant: func(t *testing.T, s storage.Store, name string) storage.Store {
			other, err := s.(*memory.Store).ForTenant(name)
			if err != nil {
				t.Fatal(err)
			}
			return other
		},
		Parallel: true,
	})
}
