// Package core holds what every service of the CRM needs from its
// surroundings: clock, ids, randomness, time zone and a way to run a
// transaction.
package core

import (
	"context"
	"io"
	"time"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/addresskey"
)

// Env is what the services take from crm.Config.
type Env struct {
	// Clock gives the current time. Services read it once per operation,
	// through Now.
	Clock func() time.Time
	// NewID makes ids.
	NewID func() [16]byte
	// Random is the source of voucher codes and claim tokens.
	Random io.Reader
	// Zone is the shop's time zone, used where a contact has none.
	Zone *time.Location
	// Addresses are the secrets under which suppressed addresses are kept, none where
	// they are not looked at.
	Addresses addresskey.Keys
	// Bound is true inside a transaction that somebody else ends. Nothing may
	// leave the house there, because it cannot be rolled back.
	Bound bool
	// Permit, where it is set, tells why an operation must not be done: nil
	// where it may. Kind and id name what it is about; id is empty for many or
	// for one that is not known yet.
	Permit func(ctx context.Context, op, kind, id string) error
	// Log, where it is set, keeps in the audit log what was read.
	Log func(ctx context.Context, n Note) error
}

// Outside returns errs.ErrConflict where an operation that reaches the outside
// world is called inside a transaction.
func (e Env) Outside(op string) error {
	if !e.Bound {
		return nil
	}
	return errs.Conflict(op, "", "in_transaction", "cannot be done inside a transaction, because it cannot be rolled back")
}

// Now reads the clock: UTC, whole microseconds.
func (e Env) Now() time.Time { return Instant(e.Clock()) }

// Instant brings a time to the form in which it is stored: UTC, whole
// microseconds, no monotonic part.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Atomic runs fn in one transaction on a store of type S: everything or
// nothing. fn may run again when the database asks for it, so it must have no
// effect outside the store it is given.
type Atomic[S any] func(ctx context.Context, fn func(ctx context.Context, store S) error) error
