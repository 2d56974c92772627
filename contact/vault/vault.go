// Package vault encrypts single values of contacts, each contact with a key of its own.
//
// The key of a contact, 32 random bytes, is stored wrapped: encrypted by a KeyWrapper of
// the host's, which is most often a key management service. A value is sealed with
// AES-256 in Galois/Counter Mode (NIST SP 800-38D) under the key of its contact, and bound
// to its place, so that it opens nowhere else. Who deletes the wrapped key has destroyed
// what was sealed with it, in every backup of the values, too.
//
// The package uses the cryptography of the standard library only. Nothing in it prints a
// key.
package vault

import (
	"context"
	"encoding/binary"
	"errors"
)

// KeySize is the size of a key in bytes.
const KeySize = 32

// ErrOpen reports that something does not open: it was sealed or wrapped with another
// key or for another place, or it was changed since. It says nothing of which.
var ErrOpen = errors.New("vault: does not open")

// KeyWrapper wraps the keys of contacts. The host gives it, see crm.Config.Keys. It must
// be safe for concurrent use, and must not keep the slices that it is given.
type KeyWrapper interface {
	// Wrap encrypts a key and binds it to its context: Unwrap with another context
	// fails. It returns the id under which the wrapper knows the key encryption key
	// that it used, one line of at most 200 characters.
	Wrap(ctx context.Context, key []byte, of KeyContext) (wrapped []byte, kek string, err error)
	// Unwrap is the inverse of Wrap, for every key encryption key that is still in use.
	Unwrap(ctx context.Context, wrapped []byte, kek string, of KeyContext) ([]byte, error)
}

// KeyContext tells whose key is wrapped. It is no secret, but of the host's customers:
// keep it out of the logs of others.
type KeyContext struct {
	// Tenant is the name of the tenant.
	Tenant string
	// Contact is the id of the contact, as text.
	Contact string
	// Version tells the keys of one contact from each other.
	Version int64
}

// Bytes gives the context as bytes, such as AEAD ciphers take for additional data. Two
// contexts have the same bytes only if they are the same.
func (c KeyContext) Bytes() []byte {
	b := appendText([]byte("crm key 1"), c.Tenant)
	b = appendText(b, c.Contact)
	return binary.BigEndian.AppendUint64(b, uint64(c.Version))
}

// appendText appends a text behind its length.
func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
