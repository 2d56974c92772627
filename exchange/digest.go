package exchange

import (
	"cmp"
	"crypto/sha256"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// digestOf is contact.Digest over the identities, too.
func digestOf(c contact.Contact) [16]byte {
	of := contact.Digest(c)
	text := append(make([]byte, 0, 128), of[:]...)
	keys := slices.Clone(c.Identities)
	slices.SortFunc(keys, func(a, b contact.Identity) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Key, b.Key))
	})
	for _, k := range slices.Compact(keys) {
		text = append(append(append(append(text, k.Source...), 0), k.Key...), 0)
	}
	sum := sha256.Sum256(text)
	return [16]byte(sum[:16])
}
