package memory_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
)

// update writes the next version of the contacts, one after the other.
func update(ctx context.Context, s storage.Store, ids []contact.ID) error {
	list, err := s.LockContacts(ctx, ids)
	if err != nil {
		return err
	}
	for _, c := range list {
		c.Version++
		if err := s.UpdateContacts(ctx, []contact.Contact{c}); err != nil {
			return err
		}
	}
	return nil
}

// Writers update two contacts together and every third time fail; readers
// never see the one without the other.
func TestStore_concurrent_transactions(t *testing.T) {
	t.Parallel()
	const writers, rounds = 8, 150
	store, ids := memory.New(), []contact.ID{nth(1), nth(2)}
	must(t, insert(t.Context(), store, 1, 2))
	done := make(chan struct{})
	var readers, writing sync.WaitGroup
	for range 4 {
		readers.Go(func() { watch(t, store, ids, done) })
	}
	for w := range writers {
		writing.Go(func() {
			for i := range rounds {
				err := store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
					if err := update(ctx, tx, ids); err != nil {
						return err
					}
					if (w+i)%3 == 0 {
						return errFail
					}
					return nil
				})
				if err != nil && !errors.Is(err, errFail) {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	close(done)
	readers.Wait()
	list, err := store.Contacts(t.Context(), ids)
	if must(t, err); list[0].Version != 1+writers*rounds*2/3 {
		t.Errorf("version %d after %d updates", list[0].Version, writers*rounds*2/3)
	}
}

// watch reads until done and compares the versions of the contacts.
func watch(t *testing.T, store storage.Store, ids []contact.ID, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
		}
		list, err := store.Contacts(t.Context(), ids)
		if err != nil || list[0].Version != list[1].Version {
			t.Error("half a transaction is seen", err)
			return
		}
	}
}

// One transaction may be used by several goroutines.
func TestTx_concurrent_use(t *testing.T) {
	t.Parallel()
	store := memory.New()
	tx := begin(t, store)
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			if err := insert(t.Context(), tx.Store(), i); err != nil {
				t.Error(err)
			}
			if _, err := tx.Store().ListContacts(t.Context(), contact.ID{}, 10); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	must(t, tx.Commit())
	list, err := store.ListContacts(t.Context(), contact.ID{}, 100)
	if must(t, err); len(list) != 50 {
		t.Errorf("%d contacts", len(list))
	}
}

// Of many who claim one identity at once, all see the same winner.
func TestClaimIdentities_concurrent(t *testing.T) {
	t.Parallel()
	store := memory.New()
	identity := contact.Identity{Source: "shop", Key: "4711"}
	owners := make([]contact.ID, 20)
	var group sync.WaitGroup
	for i := range owners {
		group.Go(func() {
			got, err := store.ClaimIdentities(t.Context(), []contact.Claim{{Identity: identity, Contact: nth(i)}})
			if err != nil {
				t.Error(err)
				return
			}
			owners[i] = got[0]
		})
	}
	group.Wait()
	for _, owner := range owners {
		if owner != owners[0] || owner.IsZero() {
			t.Fatalf("two winners: %v and %v", owner, owners[0])
		}
	}
}
