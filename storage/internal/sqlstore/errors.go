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
func (s *Store) wrap(op string, err error) error {
	var known *errs.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return errs.NotFound(op, "")
	}
	e := &errs.Error{Op: op, Kind: errs.ErrStore, Cause: err}
	switch {
	case isDuplicate(err):
		e.Kind = errs.ErrConflict
		e.Fields = []errs.Field{{Path: "", Code: "exists", Message: "exists already"}}
	case s.lacksTables(err):
		e.Fields = []errs.Field{{
			Path: "schema", Code: "not_migrated",
			Message: "the database lacks the tables with this prefix: run " + s.d.name + ".Migrate first",
		}}
	}
	return e
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
