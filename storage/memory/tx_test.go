package memory_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
)

var errFail = errors.New("fail")

// insert stores contacts with the numbers.
func insert(ctx context.Context, s storage.Store, numbers ...int) error {
	var list []contact.Contact
	for _, n := range numbers {
		list = append(list, contact.Contact{ID: nth(n), Version: 1})
	}
	return s.InsertContacts(ctx, list)
}

// expect checks which contacts a handle sees.
func expect(t *testing.T, s storage.Store, numbers ...int) {
	t.Helper()
	list, err := s.ListContacts(context.Background(), contact.ID{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != len(numbers) {
		t.Fatalf("%d contacts, want %v", len(list), numbers)
	}
	for i, n := range numbers {
		if list[i].ID != nth(n) {
			t.Errorf("contact %d is %v, want %v", i, list[i].ID, contact.ID(nth(n)))
		}
	}
}

// wantErr checks that err is all of the kinds.
func wantErr(t *testing.T, err error, kinds ...error) {
	t.Helper()
	for _, kind := range kinds {
		if !errors.Is(err, kind) {
			t.Errorf("error %v, want %v", err, kind)
		}
	}
}

// panics runs f and returns what it panicked with.
func panics(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestAtomic_commits_as_a_whole(t *testing.T) {
	t.Parallel()
	store := memory.New()
	err := store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
		must(t, insert(ctx, tx, 1))
		must(t, insert(ctx, tx, 2))
		expect(t, tx, 1, 2)
		expect(t, store) // a reader outside neither waits nor sees it
		return nil
	})
	must(t, err)
	expect(t, store, 1, 2)
}

func TestAtomic_undoes(t *testing.T) {
	t.Parallel()
	store := memory.New()
	must(t, insert(t.Context(), store, 1))
	work := func(ctx context.Context, tx storage.Store) {
		must(t, insert(ctx, tx, 2))
		must(t, tx.UpdateContacts(ctx, []contact.Contact{{ID: nth(1), Version: 2}}))
	}
	t.Run("an error", func(t *testing.T) {
		err := store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
			work(ctx, tx)
			return errFail
		})
		wantErr(t, err, errFail)
		expect(t, store, 1)
	})
	t.Run("a panic", func(t *testing.T) {
		got := panics(func() {
			_ = store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
				work(ctx, tx)
				panic(errFail)
			})
		})
		if got != errFail {
			t.Errorf("panicked with %v", got)
		}
		expect(t, store, 1)
	})
	t.Run("the end of the goroutine", func(t *testing.T) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
				work(ctx, tx)
				panics(func() { panic("a panic that was caught ends nothing") })
				goexit()
				return nil
			})
		}()
		<-ended
		expect(t, store, 1)
	})
	must(t, insert(t.Context(), store, 3)) // the next writer gets in
	list, err := store.Contacts(t.Context(), []contact.ID{nth(1)})
	if must(t, err); list[0].Version != 1 {
		t.Error("an update was not undone")
	}
}

func TestAtomic_undoes_a_failed_method_alone(t *testing.T) {
	t.Parallel()
	store := memory.New()
	err := store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
		must(t, insert(ctx, tx, 1))
		wantErr(t, insert(ctx, tx, 2, 1), errs.ErrConflict)
		return nil
	})
	must(t, err)
	expect(t, store, 1)
}

func TestAtomic_nested_is_undone_alone(t *testing.T) {
	t.Parallel()
	store := memory.New()
	err := store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
		must(t, insert(ctx, tx, 1))
		err := tx.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
			must(t, insert(ctx, tx, 2))
			must(t, tx.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return insert(ctx, tx, 3) }))
			expect(t, tx, 1, 2, 3)
			return errFail
		})
		wantErr(t, err, errFail)
		expect(t, tx, 1)
		panics(func() {
			_ = tx.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
				must(t, insert(ctx, tx, 4))
				panic(errFail)
			})
		})
		expect(t, tx, 1)
		return tx.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return insert(ctx, tx, 5) })
	})
	must(t, err)
	expect(t, store, 1, 5)
}

func TestAtomic_refuses_to_wait_for_itself(t *testing.T) {
	t.Parallel()
	store := memory.New()
	nothing := func(context.Context, storage.Store) error { return nil }
	var kept context.Context
	err := store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
		kept = ctx
		wantErr(t, insert(ctx, store, 1), errs.ErrConflict)
		wantErr(t, store.Atomic(ctx, nothing), errs.ErrConflict)
		_, err := store.Begin(ctx)
		wantErr(t, err, errs.ErrConflict)

		other, err := store.ForTenant("other") // has transactions of its own
		must(t, err)
		return insert(ctx, other, 1)
	})
	must(t, err)
	expect(t, store)
	must(t, insert(kept, store, 2)) // the context alone does no harm later
}

func TestAtomic_ends_the_handle(t *testing.T) {
	t.Parallel()
	store := memory.New()
	var kept storage.Store
	must(t, store.Atomic(t.Context(), func(_ context.Context, tx storage.Store) error {
		kept = tx
		return nil
	}))
	wantErr(t, insert(t.Context(), kept, 1), memory.ErrTxDone, errs.ErrStore)
	_, err := kept.ListContacts(t.Context(), contact.ID{}, 1)
	wantErr(t, err, memory.ErrTxDone, errs.ErrStore)
	wantErr(t, kept.Atomic(t.Context(), nil), memory.ErrTxDone, errs.ErrStore)
	expect(t, store)
}

func TestAtomic_context(t *testing.T) {
	t.Parallel()
	store := memory.New()
	t.Run("done before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wantErr(t, store.Atomic(ctx, nil), context.Canceled, errs.ErrStore)
		wantErr(t, insert(ctx, store, 1), context.Canceled)
		_, err := store.ListContacts(ctx, contact.ID{}, 1)
		wantErr(t, err, context.Canceled)
	})
	t.Run("done before the commit", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
			defer cancel()
			return insert(ctx, tx, 1)
		})
		wantErr(t, err, context.Canceled, errs.ErrStore)
	})
	t.Run("done before a savepoint is kept", func(t *testing.T) {
		err := store.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
			inner, cancel := context.WithCancel(ctx)
			wantErr(t, tx.Atomic(inner, func(ctx context.Context, tx storage.Store) error {
				defer cancel()
				return insert(ctx, tx, 1)
			}), context.Canceled)
			return nil
		})
		must(t, err)
	})
	expect(t, store)
}
