package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/stammkunde/crm/errs"
)

// wrap turns an error of the database into one of the library. The driver's
// text never becomes part of it, because drivers quote values.
func (s *Store) wrap(op string, err error) error { return s.wrapAt(op, "", err) }

// wrapAt is wrap for a query whose one row was looked for by what is at path.
func (s *Store) wrapAt(op, path string, err error) error {
	var known *errs.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return errs.NotFound(op, path)
	case isDuplicate(err):
		return &errs.Error{Op: op, Kind: errs.ErrConflict, Fields: []errs.Field{{Path: "", Code: "exists", Message: "exists already"}}, Cause: err}
	case s.lacksTables(err):
		return &errs.Error{Op: op, Kind: errs.ErrStore, Fields: []errs.Field{{
			Path: "schema", Code: "not_migrated",
			Message: "the database lacks the tables with this prefix: run " + s.d.name + ".Migrate first",
		}}, Cause: err}
	}
	return errs.Failed(op, err)
}

// isDuplicate reports whether a unique key was violated. It is a second line:
// statements that may meet one say ON CONFLICT.
func isDuplicate(err error) bool {
	code := sqliteCode(err)
	return sqlState(err) == "23505" || code == 1555 || code == 2067
}

// lacksTables reports whether a statement failed because nobody called
// Migrate.
func (s *Store) lacksTables(err error) bool {
	if s.d.lacksTables == "" {
		return sqlState(err) == "42P01"
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var one int
	return s.db.NewRaw(s.d.lacksTables, s.prefix+"contact").Scan(ctx, &one) == nil
}
