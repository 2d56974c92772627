package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
)

// keyKey orders the keys of contacts.
type keyKey contact.ContactKey

func (k keyKey) Compare(o keyKey) int {
	return cmp.Or(cmp.Compare(k.Key, o.Key), k.Contact.Compare(o.Contact))
}

// PutKeys implements contact.KeyStore.
func (s *Store) PutKeys(ctx context.Context, keys []contact.ContactKey) error {
	return s.write(ctx, "memory.PutKeys", func(st *state) error {
		for _, k := range keys {
			st.keys.put(st.edit, keyKey(k), struct{}{})
		}
		return nil
	})
}

// DeleteKeys implements contact.KeyStore.
func (s *Store) DeleteKeys(ctx context.Context, keys []contact.ContactKey) error {
	return s.write(ctx, "memory.DeleteKeys", func(st *state) error {
		for _, k := range keys {
			st.keys.remove(st.edit, keyKey(k))
		}
		return nil
	})
}

// FindKeys implements contact.KeyStore.
func (s *Store) FindKeys(ctx context.Context, keys []duplicate.Key, limit int) ([]contact.ContactKey, error) {
	st, err := s.read(ctx, "memory.FindKeys")
	if err != nil {
		return nil, err
	}
	var list []contact.ContactKey
	for _, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
		n := 0
		for k := range st.keys.from(keyKey{Key: key}) {
			if n++; k.Key != key || n > limit {
				break
			}
			list = append(list, contact.ContactKey(k))
		}
	}
	return list, nil
}

// DuplicateRecords implements contact.KeyStore.
func (s *Store) DuplicateRecords(ctx context.Context, ids []contact.ID) ([]duplicate.Record, error) {
	st, err := s.read(ctx, "memory.DuplicateRecords")
	if err != nil {
		return nil, err
	}
	list := make([]duplicate.Record, len(ids))
	for i, id := range ids {
		if c, found := st.contacts.get(id); found {
			list[i] = c.DuplicateRecord()
		}
	}
	return list, nil
}

// ClearKeys implements contact.KeyStore.
func (s *Store) ClearKeys(ctx context.Context, limit int) (n int64, err error) {
	err = s.write(ctx, "memory.ClearKeys", func(st *state) error {
		least := keyKey{Key: -1 << 63}
		for _, k := range keysOf(st.keys, least, func(keyKey) bool { n++; return n <= int64(limit) }) {
			st.keys.remove(st.edit, k)
		}
		n = min(n, int64(limit))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
