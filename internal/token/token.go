// Package token signs short tokens for links, such as the one that confirms an e-mail
// address. A token holds nothing personal: an opaque id and when it ends.
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// Purpose keeps tokens apart: one that was made for one purpose is good for no other.
type Purpose string

// OptIn is the purpose of tokens that confirm a consent.
const OptIn Purpose = "optin"

const (
	version = "v1"
	macSize = 16 // bytes of HMAC-SHA256, truncated as RFC 2104 section 5 permits
	idSize  = 16
)

// Why a token is refused.
var (
	ErrForged  = errors.New("token: was not signed here, for this")
	ErrExpired = errors.New("token: has expired")
)

// Keys sign and check tokens: the first one signs, all of them check.
type Keys [][]byte

// Sign makes a token of about 70 characters that can stand in a URL.
func (k Keys) Sign(p Purpose, tenant string, id [idSize]byte, ends time.Time) string {
	payload := make([]byte, 8, 8+idSize+macSize)
	binary.BigEndian.PutUint64(payload, uint64(ends.Unix()))
	payload = append(payload, id[:]...)
	payload = append(payload, seal(k[0], p, tenant, payload)...)
	return version + "." + name(k[0]) + "." + base64.RawURLEncoding.EncodeToString(payload)
}

// Open returns the id of a token that was signed with one of the keys for the purpose and
// the tenant, and has not ended by now.
func (k Keys) Open(p Purpose, tenant, text string, now time.Time) (id [idSize]byte, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || parts[0] != version || strings.ContainsAny(text, "\r\n") { // which the decoder passes over
		return id, ErrForged
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 8+idSize+macSize {
		return id, ErrForged
	}
	payload, mac := raw[:8+idSize], raw[8+idSize:]
	for _, key := range k {
		if name(key) != parts[1] || !hmac.Equal(mac, seal(key, p, tenant, payload)) {
			continue
		}
		if ends := time.Unix(int64(binary.BigEndian.Uint64(payload)), 0); !now.Before(ends) {
			return id, ErrExpired
		}
		copy(id[:], payload[8:])
		return id, nil
	}
	return id, ErrForged
}

// name tells keys apart without giving them away.
func name(key []byte) string {
	sum := sha256.Sum256(append([]byte("crm.token.key\x00"), key...))
	return hex.EncodeToString(sum[:4])
}

func seal(key []byte, p Purpose, tenant string, payload []byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range []string{"crm.token", version, string(p), tenant} {
		mac.Write([]byte(part))
		mac.Write([]byte{0})
	}
	mac.Write(payload)
	return mac.Sum(nil)[:macSize]
}
