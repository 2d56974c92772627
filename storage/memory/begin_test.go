package memory_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
)

func goexit() { runtime.Goexit() }

func begin(t *testing.T, s *memory.Store) *memory.Tx {
	t.Helper()
	tx, err := s.Begin(t.Context())
	must(t, err)
	return tx
}

func TestBegin_commit(t *testing.T) {
	t.Parallel()
	store := memory.New()
	tx := begin(t, store)
	must(t, insert(t.Context(), tx.Store(), 1))
	expect(t, tx.Store(), 1)
	expect(t, store)
	must(t, tx.Commit())
	expect(t, store, 1)

	wantErr(t, tx.Commit(), memory.ErrTxDone, errs.ErrStore)
	wantErr(t, tx.Rollback(), memory.ErrTxDone, errs.ErrStore)
	wantErr(t, insert(t.Context(), tx.Store(), 2), memory.ErrTxDone, errs.ErrStore)
	expect(t, store, 1)
}

func TestBegin_rollback(t *testing.T) {
	t.Parallel()
	store := memory.New()
	tx := begin(t, store)
	must(t, insert(t.Context(), tx.Store(), 1))
	must(t, tx.Rollback())
	expect(t, store)

	wantErr(t, tx.Rollback(), memory.ErrTxDone)
	wantErr(t, tx.Commit(), memory.ErrTxDone)
	must(t, insert(t.Context(), store, 2))
	expect(t, store, 2)
}

// Atomic on the host's transaction joins it: the host decides.
func TestBegin_atomic_joins(t *testing.T) {
	t.Parallel()
	store := memory.New()
	tx := begin(t, store)
	must(t, tx.Store().Atomic(t.Context(), func(ctx context.Context, s storage.Store) error { return insert(ctx, s, 1) }))
	err := tx.Store().Atomic(t.Context(), func(ctx context.Context, s storage.Store) error {
		must(t, insert(ctx, s, 2))
		return errFail
	})
	wantErr(t, err, errFail)
	expect(t, store)
	must(t, tx.Commit())
	expect(t, store, 1)
}

func TestBegin_ended_inside_atomic(t *testing.T) {
	t.Parallel()
	store := memory.New()
	tx := begin(t, store)
	err := tx.Store().Atomic(t.Context(), func(ctx context.Context, s storage.Store) error {
		must(t, insert(ctx, s, 1))
		return tx.Rollback()
	})
	wantErr(t, err, memory.ErrTxDone)
	expect(t, store)
}

func TestBegin_waits_for_the_writer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := memory.New()
		first := begin(t, store)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := store.Begin(ctx) // would wait for ever
		wantErr(t, err, context.DeadlineExceeded, errs.ErrStore)

		committed := false
		go func() {
			time.Sleep(time.Second)
			committed = true
			must(t, first.Commit())
		}()
		must(t, begin(t, store).Commit())
		if !committed {
			t.Error("two transactions at once")
		}
	})
}

func TestBegin_rolls_back_when_the_context_is_done(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := memory.New()
		ctx, cancel := context.WithCancel(t.Context())
		tx, err := store.Begin(ctx)
		must(t, err)
		must(t, insert(ctx, tx.Store(), 1))
		cancel()
		must(t, insert(t.Context(), store, 2)) // nobody needs to end it
		wantErr(t, insert(t.Context(), tx.Store(), 3), context.Canceled, memory.ErrTxDone)
		wantErr(t, tx.Commit(), context.Canceled, errs.ErrStore)
		expect(t, store, 2)
	})
}

func TestBegin_not_in_a_transaction(t *testing.T) {
	t.Parallel()
	tx := begin(t, memory.New())
	bound, ok := tx.Store().(*memory.Store)
	if !ok {
		t.Fatalf("the handle is a %T", tx.Store())
	}
	_, err := bound.Begin(t.Context())
	wantErr(t, err, errs.ErrConflict)
	_, err = bound.ForTenant("other")
	wantErr(t, err, errs.ErrConflict)
	must(t, tx.Rollback())
}

func TestForTenant(t *testing.T) {
	t.Parallel()
	store := memory.New()
	other, err := store.ForTenant("other")
	must(t, err)
	must(t, insert(t.Context(), store, 1))
	must(t, insert(t.Context(), other, 1, 2)) // the same id is no conflict
	identity := contact.Identity{Source: "shop", Key: "4711"}
	for i, s := range []*memory.Store{store, other} {
		owners, err := s.ClaimIdentities(t.Context(), []contact.Claim{{Identity: identity, Contact: nth(i)}})
		if must(t, err); owners[0] != nth(i) {
			t.Errorf("tenant %d sees the identity of another", i)
		}
	}
	expect(t, store, 1)
	expect(t, other, 1, 2)

	again, err := other.ForTenant(memory.DefaultTenant)
	must(t, err)
	expect(t, again, 1)
	for _, name := range []string{"", "North", "a b"} {
		_, err = store.ForTenant(name)
		wantErr(t, err, errs.ErrInvalid)
	}

	tx := begin(t, store)
	must(t, insert(t.Context(), other, 3)) // does not wait
	must(t, tx.Rollback())
}
