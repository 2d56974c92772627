// Package addresskey makes keyed digests of addresses, under which a suppression is
// kept when the address itself is gone.
package addresskey

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Digest is a keyed digest of an address.
type Digest [sha256.Size]byte

// Keys are the secrets of a host, the present one first. Older ones still find what was
// put under them.
type Keys [][]byte

// Digests gives the digest of an address under each of the keys: HMAC-SHA256 (RFC 2104)
// of the tenant, the kind of the address and its normal form. No two tenants have the
// same digest for one address.
func (k Keys) Digests(tenant, kind, normal string) []Digest {
	list := make([]Digest, len(k))
	for i, key := range k {
		mac := hmac.New(sha256.New, key)
		for _, part := range []string{"crm.address.1", tenant, kind, normal} {
			mac.Write([]byte(part))
			mac.Write([]byte{0})
		}
		mac.Sum(list[i][:0])
	}
	return list
}
