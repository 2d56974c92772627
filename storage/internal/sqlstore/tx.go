package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/stammkunde/crm/storage"
)

// transaction is what the dialects begin.
type transaction interface {
	connection
	Commit() error
	Rollback() error
}

// Atomic implements storage.Store.
func (s *Store) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return s.run(ctx, "storage.Atomic", true, func(ctx context.Context, tx *Store) error { return fn(ctx, tx) })
}

// write runs fn in a transaction of its own, or within the one the handle is
// bound to. There fn must check everything before it writes, because what it
// wrote stays when it fails.
func (s *Store) write(ctx context.Context, op string, fn func(context.Context, *Store) error) error {
	return s.undoable(ctx, op, false, fn)
}

// undoable is write, but where several is true fn is undone as a whole when it
// fails, whatever the handle is bound to.
func (s *Store) undoable(ctx context.Context, op string, several bool, fn func(context.Context, *Store) error) error {
	return s.run(ctx, op, several, func(ctx context.Context, tx *Store) error { return tx.wrap(op, fn(ctx, tx)) })
}

func (s *Store) run(ctx context.Context, op string, several bool, fn func(context.Context, *Store) error) error {
	switch {
	case !s.bound:
		return s.retry(ctx, op, func() error { return s.transact(ctx, op, fn) })
	case several:
		return s.savepoint(ctx, op, fn)
	}
	return fn(ctx, s)
}

// transact runs fn in a new transaction, once.
func (s *Store) transact(ctx context.Context, op string, fn func(context.Context, *Store) error) error {
	tx, err := s.d.begin(ctx, s.pool)
	if err != nil {
		return s.wrap(op, withContext(ctx, err))
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			_ = tx.Rollback()
		}
	}()
	if s.nameTenant != "" {
		if _, err := tx.ExecContext(ctx, s.nameTenant); err != nil {
			return s.wrap(op, withContext(ctx, err))
		}
	}
	if err := fn(ctx, s.within(tx, false)); err != nil {
		return err
	}
	done = true
	return s.wrap(op, withContext(ctx, tx.Commit()))
}

// savepoint runs fn within the handle's transaction so that it can be undone
// alone. Savepoints nest by the order of their making, so one name will do.
func (s *Store) savepoint(ctx context.Context, op string, fn func(context.Context, *Store) error) (err error) {
	if _, err := s.db.Exec(ctx, "SAVEPOINT crm"); err != nil {
		return s.wrap(op, err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		if undo := s.undo(ctx); undo != nil {
			err = errors.Join(err, s.wrap(op, undo))
		}
	}()
	if err := fn(ctx, s); err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, "RELEASE SAVEPOINT crm")
	done = err == nil
	return s.wrap(op, err)
}

// undo takes back everything since the last savepoint, also when the context
// of the caller has ended.
func (s *Store) undo(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	if _, err := s.db.Exec(ctx, undoSavepoint); err != nil {
		return err
	}
	_, err := s.db.Exec(ctx, "RELEASE SAVEPOINT crm")
	return err
}

// beginReadCommitted begins a transaction on PostgreSQL.
func beginReadCommitted(ctx context.Context, db *sql.DB) (transaction, error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil { // not tx: a nil in an interface is not nil
		return nil, err
	}
	return tx, nil
}
