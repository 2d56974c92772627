package sqlstore

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	maxTries   = 10
	firstPause = 5 * time.Millisecond
	maxPause   = 500 * time.Millisecond
)

// retry runs a whole transaction until the database no longer asks to try
// again, at most maxTries times.
func (s *Store) retry(ctx context.Context, op string, run func() error) error {
	for try := 1; ; try++ {
		err := run()
		if err == nil || try == maxTries || !retryable(err) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return s.wrap(op, err)
		}
	}
}

// pause waits before the next try: twice as long each time, with jitter.
func pause(ctx context.Context, try int) error {
	d := min(firstPause<<(try-1), maxPause)
	d = d/2 + rand.N(d/2)
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// retryable reports whether the whole transaction can run again: after a
// serialisation failure, a deadlock or a busy file.
func retryable(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	switch sqlState(err) {
	case "40001", "40P01":
		return true
	}
	if code := sqliteCode(err); code != 0 {
		return code&0xff == 5 || code&0xff == 6
	}
	var busy busyError
	return errors.As(err, &busy)
}

// sqlState is the SQLSTATE that the drivers for PostgreSQL report.
func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// sqliteCode is the extended result code of SQLite, 0 where the driver has no
// method for it.
func sqliteCode(err error) int {
	var e interface{ Code() int }
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}
