package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
)

// importKey sorts the newest import first.
type importKey struct{ id exchange.ID }

func (k importKey) Compare(o importKey) int { return o.id.Compare(k.id) }

// problemKey is the place of a problem among those of its import.
type problemKey struct {
	of  exchange.ID
	pos int
}

func (k problemKey) Compare(o problemKey) int {
	return cmp.Or(k.of.Compare(o.of), cmp.Compare(k.pos, o.pos))
}

// InsertImport implements exchange.Store.
func (s *Store) InsertImport(ctx context.Context, i exchange.Import) error {
	const op = "memory.InsertImport"
	return s.write(ctx, op, func(st *state) error {
		if st.imports.has(importKey{i.ID}) {
			return errs.Conflict(op, "id", "exists", "exists already")
		}
		if st.importNames.has(text(i.Name)) {
			return errs.Conflict(op, "name", "taken", "belongs to another import")
		}
		st.importNames.put(st.edit, text(i.Name), i.ID)
		st.imports.put(st.edit, importKey{i.ID}, &i)
		return nil
	})
}

// ImportByName implements exchange.Store.
func (s *Store) ImportByName(ctx context.Context, name string) (exchange.Import, error) {
	const op = "memory.ImportByName"
	st, err := s.read(ctx, op)
	if err != nil {
		return exchange.Import{}, err
	}
	id, found := st.importNames.get(text(name))
	if !found {
		return exchange.Import{}, errs.NotFound(op, "name")
	}
	i, _ := st.imports.get(importKey{id})
	return *i, nil
}

// LockImport implements exchange.Store. In a transaction everything is locked
// anyway.
func (s *Store) LockImport(ctx context.Context, name string) (exchange.Import, error) {
	return s.ImportByName(ctx, name)
}

// UpdateImport implements exchange.Store.
func (s *Store) UpdateImport(ctx context.Context, i exchange.Import) error {
	const op = "memory.UpdateImport"
	return s.write(ctx, op, func(st *state) error {
		old, found := st.imports.get(importKey{i.ID})
		if !found {
			return errs.NotFound(op, "id")
		}
		i.Name, i.StartedAt = old.Name, old.StartedAt
		st.imports.put(st.edit, importKey{i.ID}, &i)
		return nil
	})
}

// Imports implements exchange.Store.
func (s *Store) Imports(ctx context.Context, before exchange.ID, limit int) ([]exchange.Import, error) {
	st, err := s.read(ctx, "memory.Imports")
	if err != nil {
		return nil, err
	}
	all := before.IsZero()
	if all {
		before = exchange.ID(slices.Repeat([]byte{0xff}, len(before)))
	}
	var list []exchange.Import
	for k, i := range st.imports.from(importKey{before}) {
		if len(list) >= limit {
			break
		}
		if all || k.id != before {
			list = append(list, *i)
		}
	}
	return list, nil
}

// DeleteImport implements exchange.Store.
func (s *Store) DeleteImport(ctx context.Context, of exchange.ID) error {
	const op = "memory.DeleteImport"
	return s.write(ctx, op, func(st *state) error {
		i, found := st.imports.get(importKey{of})
		if !found {
			return errs.NotFound(op, "id")
		}
		st.importNames.remove(st.edit, text(i.Name))
		st.imports.remove(st.edit, importKey{of})
		for _, k := range keysOf(st.importProblems, problemKey{of: of}, func(k problemKey) bool { return k.of == of }) {
			st.importProblems.remove(st.edit, k)
		}
		for _, k := range keysOf(st.importChanges, importChangeKey{of: of}, func(k importChangeKey) bool { return k.of == of }) {
			st.importChanges.remove(st.edit, k)
		}
		return nil
	})
}

// AppendImportProblems implements exchange.Store.
func (s *Store) AppendImportProblems(ctx context.Context, of exchange.ID, count int, problems []exchange.Problem) error {
	const op = "memory.AppendImportProblems"
	return s.write(ctx, op, func(st *state) error {
		for i, p := range problems {
			key := problemKey{of, count + i}
			if st.importProblems.has(key) {
				return errs.Conflict(op, "count", "exists", "exists already")
			}
			st.importProblems.put(st.edit, key, p)
		}
		return nil
	})
}

// ImportProblems implements exchange.Store.
func (s *Store) ImportProblems(ctx context.Context, of exchange.ID, skip, limit int) ([]exchange.Problem, error) {
	st, err := s.read(ctx, "memory.ImportProblems")
	if err != nil {
		return nil, err
	}
	var list []exchange.Problem
	for k, p := range st.importProblems.from(problemKey{of, skip}) {
		if k.of != of || len(list) >= limit {
			break
		}
		list = append(list, p)
	}
	return list, nil
}
