package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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

func TestStore_Atomic_many_writers(t *testing.T) {
	is := is.New(t)
	s, _ := fresh(t)
	a, b := person(), person()
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{a, b}))
	const writers, rounds = 2, 3 // each deadlock takes PostgreSQL a second to see
	var wg sync.WaitGroup
	for n := range writers {
		order := []contact.ID{a.ID, b.ID}
		if n%2 == 1 {
			slices.Reverse(order) // asks for deadlocks
		}
		wg.Go(func() {
			for range rounds {
				err := s.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error {
					return errors.Join(raise(ctx, tx, order[0]), raise(ctx, tx, order[1]))
				})
				if err != nil {
					t.Error("lock, then write, in both orders:", err, errors.Unwrap(err))
				}
			}
		})
	}
	wg.Wait()
	list, err := s.Contacts(t.Context(), []contact.ID{a.ID, b.ID})
	is.NoErr(err)
	is.Equal(list[0].Version, int64(1+writers*rounds)) // no write was lost
	is.Equal(list[1].Version, int64(1+writers*rounds))
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

func TestStore_hides_text_of_the_driver(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	_, err := db.Exec("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'planted@example.com'; END$$;" +
		" CREATE TRIGGER refuse BEFORE INSERT ON crm_contact EXECUTE FUNCTION refuse()")
	is.NoErr(err)
	err = s.InsertContacts(t.Context(), []contact.Contact{person()})
	is.True(errors.Is(err, errs.ErrStore))
	is.True(!strings.Contains(err.Error(), "planted"))
	var driver interface{ SQLState() string }
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

func TestStore_context(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	tx, err := db.BeginTx(t.Context(), nil)
	is.NoErr(err)
	c := person()
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{c}))
	_, err = s.WithTx(tx).LockContacts(t.Context(), []contact.ID{c.ID})
	is.NoErr(err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = s.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
		_, err := tx.LockContacts(ctx, []contact.ID{c.ID})
		return err
	})
	is.True(errors.Is(err, context.DeadlineExceeded)) // it waited for the lock
	is.True(errors.Is(err, errs.ErrStore))
	is.NoErr(tx.Rollback())
}

func TestStore_WithTx_serializable(t *testing.T) {
	is := is.New(t)
	s, db := fresh(t)
	c := person()
	is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{c}))
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelSerializable})
	is.NoErr(err)
	is.Equal(people(t, s.WithTx(tx)), 1) // its picture is taken
	is.NoErr(s.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error { return raise(ctx, tx, c.ID) }))
	err = raise(t.Context(), s.WithTx(tx), c.ID)
	var state interface{ SQLState() string }
	is.True(errors.As(err, &state))
	is.Equal(state.SQLState(), "40001") // the host learns that its transaction is to be tried again
	is.NoErr(tx.Rollback())
}

func TestStore_modes_of_pgx(t *testing.T) {
	for _, mode := range []string{"simple_protocol", "cache_statement", "cache_describe", "describe_exec"} {
		t.Run(mode, func(t *testing.T) {
			is := is.New(t)
			dsn := strings.Replace(dbtest.Postgres(t), "exec_mode=exec", "exec_mode="+mode, 1)
			s, _ := prepared(t, open(t, dsn), nil)
			c := person()
			is.NoErr(s.InsertContacts(t.Context(), []contact.Contact{c}))
			is.NoErr(s.Atomic(t.Context(), func(ctx context.Context, tx storage.Store) error { return raise(ctx, tx, c.ID) }))
			list, err := s.Contacts(t.Context(), []contact.ID{c.ID})
			is.NoErr(err)
			is.Equal(list[0].ID, c.ID)
			is.Equal(list[0].Version, int64(2))
		})
	}
}
