// Package id holds the identifier type of all entities: 16 bytes, UUIDv7 by
// default (RFC 9562, section 5.7), and a distinct Go type per entity, so that
// a campaign's id cannot be passed where a contact's is wanted.
package id

import (
	"bytes"
	"errors"

	"github.com/google/uuid"
)

// ID identifies one entity of type E. It is comparable; the zero value means
// "none". E is only a mark: no value of it is held.
type ID[E any] [16]byte

// ErrSyntax reports text that is not a UUID.
var ErrSyntax = errors.New("id: not a UUID")

// New returns a new UUIDv7. Ids of one process ascend in the order of their
// making.
func New() [16]byte { return uuid.Must(uuid.NewV7()) }

// Derived returns the same id for the same space and name, always (UUIDv5,
// RFC 9562 section 5.5). Hosts use it where a run must be repeatable.
func Derived(space, name string) [16]byte {
	return uuid.NewSHA1(uuid.NewSHA1(uuid.Nil, []byte(space)), []byte(name))
}

// Parse reads the canonical text of an id. It returns ErrSyntax for anything
// else.
func Parse[E any](s string) (ID[E], error) {
	if len(s) != 36 {
		return ID[E]{}, ErrSyntax
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return ID[E]{}, ErrSyntax
	}
	return ID[E](u), nil
}

// String gives the canonical text, 36 characters in lower case.
func (i ID[E]) String() string { return uuid.UUID(i).String() }

// IsZero reports whether the id means "none".
func (i ID[E]) IsZero() bool { return i == ID[E]{} }

// Compare orders ids by their bytes; every store lists in this order.
func (i ID[E]) Compare(o ID[E]) int { return bytes.Compare(i[:], o[:]) }

// MarshalText implements encoding.TextMarshaler.
func (i ID[E]) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *ID[E]) UnmarshalText(text []byte) error {
	v, err := Parse[E](string(text))
	if err == nil {
		*i = v
	}
	return err
}
