package memory

import (
	"bytes"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/addresskey"
)

// digestKey is the key of a suppression.
type digestKey addresskey.Digest

func (k digestKey) Compare(o digestKey) int { return bytes.Compare(k[:], o[:]) }

// PutSuppressions implements contact.SuppressionStore.
func (s *Store) PutSuppressions(ctx context.Context, list []contact.Suppression) error {
	return s.write(ctx, "memory.PutSuppressions", func(st *state) error {
		for _, one := range list {
			key := digestKey(one.Digest)
			if old, there := st.suppressions.get(key); !there || one.Bars || !old.Bars {
				st.suppressions.put(st.edit, key, one)
			}
		}
		return nil
	})
}

// DeleteSuppressions implements contact.SuppressionStore.
func (s *Store) DeleteSuppressions(ctx context.Context, digests []addresskey.Digest) error {
	return s.write(ctx, "memory.DeleteSuppressions", func(st *state) error {
		for _, d := range digests {
			st.suppressions.remove(st.edit, digestKey(d))
		}
		return nil
	})
}

// FindSuppressions implements contact.SuppressionStore.
func (s *Store) FindSuppressions(ctx context.Context, digests []addresskey.Digest) ([]contact.Suppression, error) {
	st, err := s.read(ctx, "memory.FindSuppressions")
	if err != nil {
		return nil, err
	}
	digests = slices.Clone(digests)
	slices.SortFunc(digests, func(a, b addresskey.Digest) int { return bytes.Compare(a[:], b[:]) })
	var list []contact.Suppression
	for _, d := range slices.Compact(digests) {
		if one, there := st.suppressions.get(digestKey(d)); there {
			list = append(list, one)
		}
	}
	return list, nil
}

// ListSuppressions implements contact.SuppressionStore.
func (s *Store) ListSuppressions(ctx context.Context, after addresskey.Digest, limit int) ([]contact.Suppression, error) {
	st, err := s.read(ctx, "memory.ListSuppressions")
	if err != nil {
		return nil, err
	}
	var list []contact.Suppression
	for k, one := range st.suppressions.from(digestKey(after)) {
		if len(list) >= limit {
			break
		}
		if k != digestKey(after) {
			list = append(list, one)
		}
	}
	return list, nil
}
