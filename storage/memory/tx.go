package memory

import (
	"context"
	"errors"
	"sync"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
)

// ErrTxDone reports the use of a transaction that was committed or rolled back
// already. Find it with errors.Is.
var ErrTxDone = errors.New("transaction has ended")

// Tx is a transaction that the host began itself, as it would with *sql.Tx.
// Nobody else can write to its tenant until it ends.
type Tx struct {
	store  *Store // bound to this transaction
	ctx    context.Context
	unhook func() bool // no longer watch ctx

	mu    sync.Mutex
	work  state // what the transaction sees
	ended error // why it cannot go on, nil while it runs
}

// Begin starts a transaction. It waits for the running one to end, at most
// until ctx is done. When ctx is done before Commit, the transaction is rolled
// back.
//
// While the transaction runs, handles outside of it read what was committed
// before; to write through them is to wait for its end, which in the same
// goroutine never comes.
func (s *Store) Begin(ctx context.Context) (*Tx, error) {
	const op = "memory.Begin"
	if s.tx != nil {
		return nil, inTransaction(op)
	}
	tx, err := s.begin(ctx, op)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { tx.end(op, false) })
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.unhook = stop
	return tx, nil
}

// Store returns the handle through which the transaction reads and writes. It
// ends with the transaction.
func (tx *Tx) Store() storage.Store { return tx.store }

// Commit keeps what the transaction wrote. When the context of Begin is done
// it rolls back instead and says so.
func (tx *Tx) Commit() error { return tx.end("memory.Commit", true) }

// Rollback undoes what the transaction wrote. After Commit it has no effect
// and returns ErrTxDone, so that it can be deferred.
func (tx *Tx) Rollback() error { return tx.end("memory.Rollback", false) }

// Atomic implements storage.Store. Transactions of one tenant run one after
// the other; readers outside go on with what was committed before. A panic in
// fn undoes the transaction as an error does.
//
// In fn, use the handle that it is given. To write through another handle of
// the same tenant with fn's context is refused with errs.ErrConflict, because
// it would wait for fn itself.
func (s *Store) Atomic(ctx context.Context, fn func(ctx context.Context, tx storage.Store) error) error {
	const op = "memory.Atomic"
	if s.tx != nil {
		return s.tx.nested(ctx, op, func() error { return fn(ctx, s) })
	}
	tx, err := s.begin(ctx, op)
	if err != nil {
		return err
	}
	defer tx.end(op, false) // has no effect behind a commit
	if err := fn(context.WithValue(ctx, within{s.tenant}, tx), tx.store); err != nil {
		return err
	}
	return tx.end(op, true)
}

// within is the key under which a context holds the running transaction of a
// tenant.
type within struct{ *tenant }

// begin waits until nobody else writes and starts a transaction.
func (s *Store) begin(ctx context.Context, op string) (*Tx, error) {
	if err := ctx.Err(); err != nil {
		return nil, errs.Failed(op, err)
	}
	if outer, _ := ctx.Value(within{s.tenant}).(*Tx); outer != nil && outer.running() {
		return nil, inTransaction(op)
	}
	select {
	case s.tenant.writer <- struct{}{}:
	case <-ctx.Done():
		return nil, errs.Failed(op, ctx.Err())
	}
	tx := &Tx{ctx: ctx, work: *s.tenant.committed.Load()}
	tx.store = &Store{s.memory, s.tenant, tx}
	return tx, nil
}

// end commits or rolls back and lets the next writer in.
func (tx *Tx) end(op string, commit bool) error {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.ended != nil {
		return errs.Failed(op, tx.ended)
	}
	tx.ended = ErrTxDone
	var err error
	if cause := tx.ctx.Err(); cause != nil {
		tx.ended = errors.Join(cause, ErrTxDone)
		if commit {
			commit, err = false, errs.Failed(op, cause)
		}
	}
	if commit {
		committed := tx.work
		tx.store.tenant.committed.Store(&committed)
	}
	tx.work = state{}
	if tx.unhook != nil {
		tx.unhook()
	}
	<-tx.store.tenant.writer
	return err
}

func (tx *Tx) running() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.ended == nil
}

// check tells why the transaction cannot go on.
func (tx *Tx) check(ctx context.Context, op string) error {
	if tx.ended != nil {
		return errs.Failed(op, tx.ended)
	}
	if err := ctx.Err(); err != nil {
		return errs.Failed(op, err)
	}
	return nil
}

// snapshot returns what the transaction sees now.
func (tx *Tx) snapshot(ctx context.Context, op string) (*state, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if err := tx.check(ctx, op); err != nil {
		return nil, err
	}
	now := tx.work
	return &now, nil
}

// write runs f on the work and undoes it when it fails. It takes a new edit
// number, so that every snapshot stays as it is.
func (tx *Tx) write(ctx context.Context, op string, f func(*state) error) error {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if err := tx.check(ctx, op); err != nil {
		return err
	}
	before := tx.work
	tx.store.tenant.edits++
	tx.work.edit = tx.store.tenant.edits
	err := f(&tx.work)
	if err != nil {
		tx.work = before
	}
	return err
}

// nested runs fn and undoes what the transaction wrote meanwhile when it fails
// or panics.
func (tx *Tx) nested(ctx context.Context, op string, fn func() error) error {
	before, err := tx.snapshot(ctx, op)
	if err != nil {
		return err
	}
	kept := false
	defer func() {
		if !kept {
			tx.restore(before)
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	err = tx.check(ctx, op)
	kept = err == nil
	return err
}

// restore takes the work back to what it was.
func (tx *Tx) restore(before *state) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.ended == nil {
		tx.work = *before
	}
}
