package sqlstore

import (
	"context"
	"database/sql"

	"github.com/stammkunde/crm/storage"
)

var _ storage.ReadOnly = (*Store)(nil)

// ReadOnly implements storage.ReadOnly.
func (s *Store) ReadOnly(ctx context.Context, fn func(context.Context, storage.Store) error) (err error) {
	const op = "storage.ReadOnly"
	if s.bound {
		return fn(ctx, s)
	}
	return s.retry(ctx, op, func() error {
		tx, err := s.d.read(ctx, s.pool)
		if err != nil {
			return s.wrap(op, withContext(ctx, err))
		}
		defer func() { _ = tx.Rollback() }() // there is nothing to keep
		return fn(ctx, s.within(tx, false))
	})
}

// beginRepeatableRead begins a transaction on PostgreSQL that reads at one moment.
func beginRepeatableRead(ctx context.Context, db *sql.DB) (transaction, error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil { // not tx: a nil in an interface is not nil
		return nil, err
	}
	return tx, nil
}

// beginDeferred begins a transaction on SQLite that takes no lock to write. What it has
// read once stays as it is.
func beginDeferred(ctx context.Context, db *sql.DB) (transaction, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
		immediate{conn}.release()
		return nil, busyError{err}
	}
	return immediate{conn}, nil
}
