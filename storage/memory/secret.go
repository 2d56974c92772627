package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// secretKey sorts the secrets by contact.
type secretKey struct {
	contact contact.ID
	version int64
}

func (k secretKey) Compare(o secretKey) int {
	return cmp.Or(k.contact.Compare(o.contact), cmp.Compare(k.version, o.version))
}

// Tenant implements contact.SecretStore.
func (s *Store) Tenant() string { return s.tenant.name }

// InsertSecrets implements contact.SecretStore.
func (s *Store) InsertSecrets(ctx context.Context, list []contact.Secret) error {
	const op = "memory.InsertSecrets"
	return s.write(ctx, op, func(st *state) error {
		for _, n := range list {
			key := secretKey{n.Contact, n.Version}
			if st.secrets.has(key) {
				return errs.Conflict(op, "version", "exists", "exists already")
			}
			st.secrets.put(st.edit, key, cloneSecret(n))
		}
		return nil
	})
}

func cloneSecret(s contact.Secret) contact.Secret {
	s.Wrapped = slices.Clone(s.Wrapped)
	return s
}

// UpdateSecrets implements contact.SecretStore.
func (s *Store) UpdateSecrets(ctx context.Context, list []contact.Secret) error {
	return s.write(ctx, "memory.UpdateSecrets", func(st *state) error {
		for _, n := range list {
			key := secretKey{n.Contact, n.Version}
			if old, found := st.secrets.get(key); found {
				old.Wrapped, old.KEK = slices.Clone(n.Wrapped), n.KEK
				st.secrets.put(st.edit, key, old)
			}
		}
		return nil
	})
}

// Secrets implements contact.SecretStore.
func (s *Store) Secrets(ctx context.Context, contacts []contact.ID) ([]contact.Secret, error) {
	st, err := s.read(ctx, "memory.Secrets")
	if err != nil {
		return nil, err
	}
	var list []contact.Secret
	for _, of := range distinct(contacts) {
		first := len(list)
		for _, k := range st.secretsOf(of) {
			row, _ := st.secrets.get(k)
			list = append(list, cloneSecret(row))
		}
		slices.SortStableFunc(list[first:], func(a, b contact.Secret) int { return a.CreatedAt.Compare(b.CreatedAt) })
	}
	return list, nil
}

func (st *state) secretsOf(of contact.ID) []secretKey {
	return keysOf(st.secrets, secretKey{contact: of}, func(k secretKey) bool { return k.contact == of })
}

// ListSecrets implements contact.SecretStore.
func (s *Store) ListSecrets(ctx context.Context, after contact.Secret, limit int) ([]contact.Secret, error) {
	st, err := s.read(ctx, "memory.ListSecrets")
	if err != nil {
		return nil, err
	}
	var list []contact.Secret
	from := secretKey{after.Contact, after.Version}
	for k, row := range st.secrets.from(from) {
		if len(list) >= limit {
			break
		}
		if k != from {
			list = append(list, cloneSecret(row))
		}
	}
	return list, nil
}

// DeleteSecrets implements contact.SecretStore.
func (s *Store) DeleteSecrets(ctx context.Context, contacts []contact.ID, keep []int64) error {
	return s.write(ctx, "memory.DeleteSecrets", func(st *state) error {
		for _, of := range contacts {
			st.removeSecrets(of, keep)
		}
		return nil
	})
}

func (st *state) removeSecrets(of contact.ID, keep []int64) {
	for _, k := range st.secretsOf(of) {
		if !slices.Contains(keep, k.version) {
			st.secrets.remove(st.edit, k)
		}
	}
}

// HoldersOf implements contact.SecretStore.
func (s *Store) HoldersOf(ctx context.Context, fields []string, after contact.ID, limit int) ([]contact.ID, error) {
	st, err := s.read(ctx, "memory.HoldersOf")
	if err != nil {
		return nil, err
	}
	holds := func(c *contact.Contact) bool {
		return slices.ContainsFunc(fields, func(name string) bool { _, there := c.Custom[name]; return there })
	}
	var list []contact.ID
	for id, c := range st.contacts.from(after) {
		if id != after && holds(c) {
			list = append(list, id)
		}
	}
	for _, m := range st.merges.from(contact.ID{}) {
		if m.Winner.Compare(after) > 0 && (holds(&m.Before) || holds(&m.Lost) || holds(&m.After)) {
			list = append(list, m.Winner)
		}
	}
	list = distinct(list)
	return list[:max(0, min(len(list), limit))], nil
}

// EditCopies implements contact.SecretStore.
func (s *Store) EditCopies(ctx context.Context, contacts []contact.ID, edit func(contact.Contact) contact.Contact) error {
	return s.write(ctx, "memory.EditCopies", func(st *state) error {
		of := make(map[contact.ID]bool, len(contacts))
		for _, id := range contacts {
			of[id] = true
		}
		st.editMerges(of, edit)
		st.editChanges(of, edit)
		return nil
	})
}

// editMerges edits what merges keep.
func (st *state) editMerges(of map[contact.ID]bool, edit func(contact.Contact) contact.Contact) {
	var losers []contact.ID
	for loser, m := range st.merges.from(contact.ID{}) {
		if of[loser] || of[m.Winner] {
			losers = append(losers, loser)
		}
	}
	for _, loser := range losers {
		m := st.merge(loser)
		m.Before, m.Lost, m.After = edit(m.Before), edit(m.Lost), edit(m.After)
		st.putMerge(m)
	}
}

// editChanges edits what imports keep.
func (st *state) editChanges(of map[contact.ID]bool, edit func(contact.Contact) contact.Contact) {
	var keys []importChangeKey
	for k, c := range st.importChanges.from(importChangeKey{}) {
		if of[k.contact] && (c.Before != nil || c.After != nil) {
			keys = append(keys, k)
		}
	}
	for _, k := range keys {
		row, _ := st.importChanges.get(k)
		c := cloneChange(*row)
		for _, record := range []*contact.Contact{c.Before, c.After} {
			if record != nil {
				*record = edit(*record)
			}
		}
		st.importChanges.put(st.edit, k, cloneChange(*c))
	}
}
