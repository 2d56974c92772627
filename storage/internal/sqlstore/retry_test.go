package sqlstore

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/matryer/is"

	"github.com/stammkunde/crm/errs"
)

func TestRetryable(t *testing.T) {
	is := is.New(t)
	for _, err := range []error{
		pgError("40001"), pgError("40P01"), sqliteError(5), sqliteError(6), sqliteError(517), sqliteError(262),
		busyError{errors.New("without a code")}, busyError{sqliteError(5)},
		&errs.Error{Kind: errs.ErrStore, Cause: pgError("40001")},
	} {
		is.True(retryable(err))
	}
	for _, err := range []error{
		errors.New("x"), pgError("23505"), sqliteError(1), busyError{sqliteError(8)}, // 8 is read-only
		busyError{context.Canceled}, errs.NotFound("op", "id"),
	} {
		is.True(!retryable(err))
	}
}

func TestStore_retry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		s := &Store{d: Postgres}
		runs := 0
		is.NoErr(s.retry(t.Context(), "op", func() error {
			if runs++; runs < maxTries {
				return pgError("40001")
			}
			return nil
		}))
		is.Equal(runs, maxTries)

		runs = 0
		err := s.retry(t.Context(), "op", func() error { runs++; return pgError("40001") })
		is.Equal(err, pgError("40001")) // the last try's error
		is.Equal(runs, maxTries)

		ctx, cancel := context.WithCancel(t.Context())
		runs = 0
		err = s.retry(ctx, "op", func() error { runs++; cancel(); return pgError("40P01") })
		is.True(errors.Is(err, context.Canceled))
		is.Equal(runs, 1)
	})
}
