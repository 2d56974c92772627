package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/errs"
)

// pgError and sqliteError are errors as drivers have them.
type pgError string

func (e pgError) Error() string    { return "ERROR: planted@example.com" }
func (e pgError) SQLState() string { return string(e) }

type sqliteError int

func (e sqliteError) Error() string { return "constraint failed: planted@example.com" }
func (e sqliteError) Code() int     { return int(e) }

func TestStore_wrap(t *testing.T) {
	is := is.New(t)
	s := &Store{d: Postgres}
	is.NoErr(s.wrap("op", nil))
	own := errs.Conflict("op", "id", "exists", "exists already")
	is.Equal(s.wrap("other", own), own) // an error of ours stays as it is
	is.True(errors.Is(s.wrap("op", sql.ErrNoRows), errs.ErrNotFound))
	is.True(errs.Has(s.wrap("op", pgError("42P01")), "not_migrated"))
	for _, err := range []error{pgError("23505"), sqliteError(2067), sqliteError(1555)} {
		is.True(errors.Is(s.wrap("op", err), errs.ErrConflict)) // a unique key was violated
	}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		err := s.wrap("op", fmt.Errorf("planted@example.com: %w", end))
		is.True(errors.Is(err, end))
		is.True(errors.Is(err, errs.ErrStore))
	}
}

func TestStore_wrap_hides_text_of_drivers(t *testing.T) {
	is := is.New(t)
	s := &Store{d: Postgres}
	for _, cause := range []error{pgError("23505"), pgError("XX000"), pgError("42P01"), sqliteError(1), errors.New("planted@example.com")} {
		err := s.wrap("op", cause)
		is.True(!strings.Contains(err.Error(), "planted"))
		is.True(errors.Is(err, cause)) // but a program gets at it
	}
}

func TestGuard_withContext(t *testing.T) {
	is := is.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	is.Equal(withContext(ctx, pgError("57014")), pgError("57014"))
	cancel()
	err := withContext(ctx, pgError("57014"))
	is.True(errors.Is(err, context.Canceled)) // for drivers that say only that the query was cancelled
	is.Equal(sqlState(err), "57014")
	is.NoErr(withContext(ctx, nil))
}
