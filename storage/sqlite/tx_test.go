package sqlite_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
)

func TestStore_WithTx(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	for _, commit := range []bool{false, true} {
		tx, err := db.BeginTx(t.Context(), nil)
		is.NoErr(err)
		is.NoErr(s.WithTx(tx).InsertContacts(t.Context(), []contact.Contact{person()}))
		_, err = tx.Exec("CREATE TABLE shop_order (id TEXT)")
		is.NoErr(err)
		is.Equal(people(t, s.WithTx(tx)), 1)
		if commit {
			is.NoErr(tx.Commit())
			is.Equal(people(t, s), 1) // kept with the host's own write
		} else {
			is.NoErr(tx.Rollback())
			is.Equal(people(t, s), 0) // undone with the host's own write
		}
	}
}

func TestStore_conflict_leaves_the_transaction_usable(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	first := person()
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{first}))
	tx, err := db.BeginTx(t.Context(), nil)
	is.NoErr(err)
	in := s.WithTx(tx)
	err = in.InsertContacts(t.Context(), []contact.Contact{person(), first})
	is.True(errors.Is(err, errs.ErrConflict))
	is.Equal(people(t, in), 1) // nothing of the refused batch stays
	is.NoErr(in.InsertContacts(t.Context(), []contact.Contact{person()}))
	is.NoErr(tx.Commit())
	is.Equal(people(t, s), 2)
}

func TestStore_Atomic(t *testing.T) {
	is := is.New(t)
	s, _ := fresh(t)
	boom := errors.New("boom")
	insert := func(ctx context.Context, tx storage.Store) error {
		return tx.InsertContacts(ctx, []contact.Contact{person()})
	}
	fail := func(ctx context.Context, tx storage.Store) error {
		is.NoErr(insert(ctx, tx))
		return boom
	}
	is.Equal(s.Atomic(t.Context(), fail), boom) // the error comes back as it is
	is.Equal(people(t, s), 0)
	is.NoErr(s.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
		is.NoErr(insert(ctx, tx))
		is.Equal(tx.Atomic(ctx, fail), boom) // undone alone
		return tx.Atomic(ctx, insert)
	}))
	is.Equal(people(t, s), 2)
}

func TestStore_Atomic_panic(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	db.SetMaxOpenConns(1) // a connection that is not given back would show
	for range 3 {
		func() {
			defer func() { is.True(recover() != nil) }()
			_ = s.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
				is.NoErr(tx.InsertContacts(ctx, []contact.Contact{person()}))
				return tx.Atomic(ctx, func(context.Context, storage.Store) error { panic("boom") })
			})
		}()
	}
	is.Equal(people(t, s), 0)
}

// withoutTxlock is a DSN of a host that did not read about _txlock.
func withoutTxlock(t *testing.T) string {
	return strings.Replace(dbtest.SQLite(t), "_txlock=immediate&", "", 1)
}

// impatient makes a busy database an error at once.
func impatient(dsn string) string {
	return strings.Replace(dsn, "busy_timeout(10000)", "busy_timeout(0)", 1)
}

func TestStore_Atomic_many_writers(t *testing.T) {
	is := is.New(t)
	s, _ := prepared(t, open(t, withoutTxlock(t)), nil)
	c := person()
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{c}))
	const writers, rounds = 8, 25
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range rounds {
				if err := s.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error { return raise(ctx, tx, c.ID) }); err != nil {
					t.Error("read, then write:", err, errors.Unwrap(err))
				}
			}
		})
	}
	wg.Wait()
	list, err := s.Contacts(t.Context(), []contact.ID{c.ID})
	is.NoErr(err)
	is.Equal(list[0].Version, int64(1+writers*rounds)) // no write was lost
}

// raise reads a contact and writes it with the next version.
func raise(ctx context.Context, s storage.Store, of contact.ID) error {
	list, err := s.LockContacts(ctx, []contact.ID{of})
	if err != nil {
		return err
	}
	list[0].Version++
	return s.UpdateContacts(ctx, list)
}

func TestStore_LockContacts_in_a_deferred_transaction(t *testing.T) {
	is := is.New(t)
	s, db := prepared(t, open(t, impatient(withoutTxlock(t))), nil)
	c := person()
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{c}))
	tx, err := db.BeginTx(t.Context(), nil)
	is.NoErr(err)
	_, err = s.WithTx(tx).LockContacts(t.Context(), []contact.ID{c.ID})
	is.NoErr(err)
	other, err := db.BeginTx(t.Context(), nil)
	is.NoErr(err)
	_, err = s.WithTx(other).LockContacts(t.Context(), []contact.ID{c.ID})
	is.True(errors.Is(err, errs.ErrStore)) // locked by the first
	is.NoErr(other.Rollback())
	is.NoErr(tx.Rollback())
}

func TestStore_in_memory(t *testing.T) {
	is := is.New(t)
	db := open(t, ":memory:")
	db.SetMaxOpenConns(1) // each connection is a database of its own
	s, _ := prepared(t, db, nil)
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{person()}))
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
		cancel()
		return tx.InsertContacts(ctx, []contact.Contact{person()})
	})
	is.True(errors.Is(err, context.Canceled))
	is.True(errors.Is(err, errs.ErrStore))
	is.Equal(people(t, s), 1) // the connection, and with it the database, is still there
}

func TestStore_hides_text_of_the_driver(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	_, err := db.Exec("CREATE TRIGGER refuse BEFORE INSERT ON crm_contact BEGIN SELECT RAISE(ABORT, 'planted@example.com'); END")
	is.NoErr(err)
	err = s.InsertContacts(t.Context(), []contact.Contact{person()})
	is.True(errors.Is(err, errs.ErrStore))
	is.True(!strings.Contains(err.Error(), "planted"))
	var driver interface{ Code() int }
	is.True(errors.As(err, &driver)) // for those who want to know more
}

func TestStore_ForTenant(t *testing.T) {
	is := is.New(t)
	s, _ := fresh(t)
	other, err := s.ForTenant("other")
	is.NoErr(err)
	is.NoErr(other.InsertContacts(t.Context(), []contact.Contact{person()}))
	is.Equal(people(t, s), 0)
	is.Equal(people(t, other), 1)
}
