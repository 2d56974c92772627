package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
)

// immediate is a transaction on SQLite that holds the write lock from its
// beginning, whatever the host's DSN says. A deferred one that reads before it
// writes fails as soon as somebody else has written in between, and no waiting
// helps.
type immediate struct{ *sql.Conn }

// busyError says that BEGIN IMMEDIATE failed. Nothing has happened then, so
// it can be tried again for whatever reason, also when the driver does not
// tell a busy database from other failures.
type busyError struct{ cause error }

func (e busyError) Error() string { return "sqlstore: cannot take the write lock" }
func (e busyError) Unwrap() error { return e.cause }

func beginImmediate(ctx context.Context, db *sql.DB) (transaction, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		immediate{conn}.release()
		return nil, busyError{err}
	}
	return immediate{conn}, nil
}

// Commit ends the transaction. When SQLite refuses, because somebody reads,
// the transaction is rolled back; so it did not happen and can be tried again.
func (tx immediate) Commit() error {
	_, err := tx.exec("COMMIT")
	if err == nil {
		return tx.Close()
	}
	if undo := tx.Rollback(); undo != nil {
		return fmt.Errorf("%w: %w", err, undo)
	}
	return busyError{err}
}

// Rollback ends the transaction without effect.
func (tx immediate) Rollback() error {
	_, err := tx.exec("ROLLBACK")
	if err != nil {
		tx.release()
		return err
	}
	return tx.Close()
}

// release gives back a connection of which it is not known whether it is in a
// transaction. It is closed only if it is: in-memory databases go with it.
func (tx immediate) release() {
	if _, err := tx.exec("BEGIN"); err == nil {
		_, err = tx.exec("ROLLBACK")
		if err == nil {
			_ = tx.Close()
			return
		}
	}
	_ = tx.Raw(func(any) error { return driver.ErrBadConn })
	_ = tx.Close()
}

func (tx immediate) exec(statement string) (sql.Result, error) {
	return tx.ExecContext(context.Background(), statement)
}
