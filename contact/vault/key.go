package vault

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
)

// Key is the key of one contact, unwrapped. It prints as "(secret)". The zero Key opens
// nothing and must not be used to seal.
type Key struct {
	secret
	aead cipher.AEAD
}

// NewKey makes a key, and returns its bytes to be wrapped.
func NewKey() (Key, []byte, error) {
	raw := make([]byte, KeySize)
	if _, err := rand.Read(raw); err != nil {
		return Key{}, nil, err
	}
	k, err := KeyOf(raw)
	return k, raw, err
}

// KeyOf makes a key of bytes that were unwrapped; ErrOpen unless there are 32.
func KeyOf(raw []byte) (Key, error) {
	if len(raw) != KeySize {
		return Key{}, ErrOpen
	}
	aead, err := newAEAD(raw)
	return Key{aead: aead}, err
}

// Place is where a sealed value belongs. A value that was sealed for one place opens for
// no other.
type Place struct {
	// Tenant is the name of the tenant.
	Tenant string
	// Owner is the id of the contact whose key is used. After a merge the value may
	// stand in the record of another one.
	Owner [16]byte
	// Version is that of the key.
	Version int64
	// Field is the name of the field.
	Field string
}

// The parts of a sealed value: its form, the owner, the version of the key, the nonce and
// the text with its tag.
const (
	form       = 1
	headerSize = 1 + 16 + 8
)

// block is what the length of a text is a multiple of before it is encrypted, so that its
// length tells little of it.
const block = 64

// Seal encrypts a text for a place.
func (k Key) Seal(plain []byte, at Place) []byte {
	head := append(make([]byte, 0, headerSize+len(plain)+2*block), form)
	head = binary.BigEndian.AppendUint64(append(head, at.Owner[:]...), uint64(at.Version))
	return k.aead.Seal(head, nil, padded(plain), at.bytes())
}

// Open is the inverse of Seal. It returns ErrOpen for what was not sealed with the key
// for the place.
func (k Key) Open(sealed []byte, at Place) ([]byte, error) {
	owner, version, err := OwnerOf(sealed)
	if err != nil || owner != at.Owner || version != at.Version || k.aead == nil {
		return nil, ErrOpen
	}
	text, err := k.aead.Open(nil, nil, sealed[headerSize:], at.bytes())
	if err != nil {
		return nil, ErrOpen
	}
	n, size := binary.Uvarint(text)
	if size <= 0 || n > uint64(len(text)-size) {
		return nil, ErrOpen
	}
	return text[size : size+int(n)], nil
}

// OwnerOf tells whose key, and which version of it, a value was sealed with; ErrOpen for
// what has not the form of a sealed value.
func OwnerOf(sealed []byte) (owner [16]byte, version int64, err error) {
	if len(sealed) < headerSize || sealed[0] != form {
		return owner, 0, ErrOpen
	}
	copy(owner[:], sealed[1:17])
	return owner, int64(binary.BigEndian.Uint64(sealed[17:])), nil
}

// padded gives a text behind its length, followed by zeroes.
func padded(plain []byte) []byte {
	text := append(binary.AppendUvarint(nil, uint64(len(plain))), plain...)
	return append(text, bytes.Repeat([]byte{0}, (block-len(text)%block)%block)...)
}

// bytes gives what is authenticated beside the text.
func (p Place) bytes() []byte {
	b := appendText([]byte("crm value 1"), p.Tenant)
	b = append(b, p.Owner[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(p.Version))
	return appendText(b, p.Field)
}
