package storagetest_test

import (
	"fmt"
	"testing"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/storagetest"
)

// conformance is what a store's package calls TestConformance. The store here
// is the one in memory; its transactions stand for those of the host.
func conformance(t *testing.T) {
	storagetest.Run(t, storagetest.Config{
		New: func(*testing.T) storage.Store {
			return memory.New() // others open a database, and t.Cleanup closes it
		},
		Reopen: func(_ *testing.T, s storage.Store) storage.Store {
			return s // others connect a second time
		},
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
		Except: map[storagetest.Case]string{
			storagetest.ContactLargeBatch: "the database takes at most 1000 rows in one statement",
		},
	})
}

func Example() {
	tests := []testing.InternalTest{{Name: "TestConformance", F: conformance}}
	fmt.Println(tests[0].Name, "holds the store to promises such as:")
	fmt.Println(storagetest.TxRollback.Promise())
	fmt.Println(storagetest.ContactConcurrentUpsert.Promise())
	// Output:
	// TestConformance holds the store to promises such as:
	// a rollback of the host's transaction undoes every kind of write
	// concurrent upserts of one identity make one contact, without an error
}
