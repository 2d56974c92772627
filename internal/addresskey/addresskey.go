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
type Keys []Key

// Key is one secret: it gives the digest of an address. It is a function, so that nobody
// who prints a struct in which it stands prints the secret.
type Key func(tenant, kind, normal string) Digest

// NewKeys makes keys of secrets.
func NewKeys(secrets [][]byte) Keys {
	keys := make(Keys, len(secrets))
	for i, secret := range secrets {
		keys[i] = func(tenant, kind, normal string) (d Digest) {
			mac := hmac.New(sha256.New, secret)
			for _, part := range []string{"crm.address.1", tenant, kind, normal} {
				mac.Write([]byte(part))
				mac.Write([]byte{0})
			}
			mac.Sum(d[:0])
			return d
		}
	}
	return keys
}

// Digests gives the digest of an address under each of the keys: HMAC-SHA256 (RFC 2104)
// of the tenant, the kind of the address and its normal form. No two tenants have the
// same digest for one address.
func (k Keys) Digests(tenant, kind, normal string) []Digest {
	list := make([]Digest, len(k))
	for i, key := range k {
		list[i] = key(tenant, kind, normal)
	}
	return list
}
