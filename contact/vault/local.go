package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Local wraps with AES-256 keys that lie in the memory of the program. It is for small
// hosts that have no key management service, and for tests. The keys must not lie beside
// the database. It is safe for concurrent use, and prints as "(secret)".
type Local struct {
	secret
	current string
	keks    map[string]cipher.AEAD
}

var _ KeyWrapper = (*Local)(nil)

// maxKEK bounds the id of a key encryption key, in characters.
const maxKEK = 200

// NewLocal makes a wrapper of key encryption keys of 32 bytes, by their ids: one line of
// 1 to 200 characters each. It wraps with the current one and unwraps with all of them.
// To change the key, add another one, make it the current one, call
// CRM.Contacts.RotateKeys, and take the old one away.
func NewLocal(keks map[string][]byte, current string) (*Local, error) {
	l := &Local{current: current, keks: make(map[string]cipher.AEAD, len(keks))}
	for id, key := range keks {
		if len(key) != KeySize {
			return nil, fmt.Errorf("vault: a key encryption key must have %d bytes", KeySize)
		}
		if n := utf8.RuneCountInString(id); n < 1 || n > maxKEK || strings.ContainsAny(id, "\x00\r\n") || !utf8.ValidString(id) {
			return nil, fmt.Errorf("vault: the id of a key encryption key must be one line of 1 to %d characters", maxKEK)
		}
		aead, err := newAEAD(key)
		if err != nil {
			return nil, err
		}
		l.keks[id] = aead
	}
	if l.keks[current] == nil {
		return nil, fmt.Errorf("vault: the current key encryption key is not among the keys")
	}
	return l, nil
}

// newAEAD makes AES-GCM that puts a random nonce of 12 bytes before what it seals. A key
// is good for 2^32 texts.
func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Wrap implements KeyWrapper.
func (l *Local) Wrap(_ context.Context, key []byte, of KeyContext) (wrapped []byte, kek string, err error) {
	return l.keks[l.current].Seal(nil, nil, key, of.bytesWith(l.current)), l.current, nil
}

// Unwrap implements KeyWrapper. It returns ErrOpen for an unknown key encryption key, too.
func (l *Local) Unwrap(_ context.Context, wrapped []byte, kek string, of KeyContext) ([]byte, error) {
	aead := l.keks[kek]
	if aead == nil {
		return nil, ErrOpen
	}
	key, err := aead.Open(nil, nil, wrapped, of.bytesWith(kek))
	if err != nil {
		return nil, ErrOpen
	}
	return key, nil
}

// bytesWith is Bytes with the id of the key encryption key.
func (c KeyContext) bytesWith(kek string) []byte { return appendText(c.Bytes(), kek) }
