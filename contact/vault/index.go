package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// Index makes blind indexes: keyed hashes by which equal values are found without being
// read. Whoever reads them learns which values are equal, and how frequent each one is,
// so they are made only where that was asked for. An Index prints as "(secret)" and is
// safe for concurrent use.
type Index struct {
	secret
	key []byte
}

// NewIndex makes an index of a secret of the host's, of at least 16 random bytes. It must
// be the same as long as there are values that were sealed with it.
func NewIndex(key []byte) (*Index, error) {
	if len(key) < minSecret {
		return nil, fmt.Errorf("vault: the secret of an index must have at least %d bytes", minSecret)
	}
	return &Index{key: slices.Clone(key)}, nil
}

// minSecret is how many bytes the secret of an index has at least.
const minSecret = 16

// BlindSize is how many bytes of the hash are kept: with 2^40 values the chance that any
// two share an index is below 2^-48.
const BlindSize = 16

// Blind gives the blind index of a text, which is 32 hexadecimal digits: HMAC-SHA256
// (RFC 2104), cut to 128 bits, with a key that is derived from the secret for the tenant
// and the field. So the same text has another index in another field or tenant.
func (x *Index) Blind(tenant, field, text string) string {
	key := sum(x.key, appendText(appendText([]byte("crm blind index 1"), tenant), field))
	return hex.EncodeToString(sum(key, []byte(text))[:BlindSize])
}

func sum(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}
