package memory

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/storage"
)

// Store keeps a CRM in memory. A handle is bound to one tenant. It is safe for
// concurrent use.
type Store struct {
	memory *memory
	tenant *tenant
	tx     *Tx // nil outside a transaction
}

var (
	_ storage.Store   = (*Store)(nil)
	_ storage.Binding = (*Store)(nil)
)

// DefaultTenant is the tenant of the handle that New returns.
const DefaultTenant = "default"

// memory is what all tenants of one store share.
type memory struct {
	mu      sync.Mutex
	tenants map[string]*tenant
}

// tenant is the data of one tenant. Whoever puts something into writer is the
// one who may write, until it is taken out again; readers take the committed
// state as it is.
type tenant struct {
	name      string
	committed atomic.Pointer[state]
	writer    chan struct{}
	edits     uint64 // edit numbers given so far; for the writer alone
}

// New returns an empty store, bound to DefaultTenant.
func New() *Store {
	m := &memory{tenants: make(map[string]*tenant)}
	return &Store{memory: m, tenant: m.tenant(DefaultTenant)}
}

// ForTenant returns a handle to another tenant in the same memory. Tenants
// never see each other, and their transactions do not wait for each other. It
// returns errs.ErrInvalid for anything but a lower-case name such as "north", and
// errs.ErrConflict on a handle that is bound to a transaction.
func (s *Store) ForTenant(name string) (*Store, error) {
	const op = "memory.ForTenant"
	var f errs.Fields
	if check.Name(&f, "name", name); f.Len() > 0 {
		return nil, f.Err(op)
	}
	if s.tx != nil {
		return nil, inTransaction(op)
	}
	return &Store{memory: s.memory, tenant: s.memory.tenant(name)}, nil
}

// Bound implements storage.Binding.
func (s *Store) Bound() bool { return s.tx != nil }

func (m *memory) tenant(name string) *tenant {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, found := m.tenants[name]
	if !found {
		t = &tenant{name: name, writer: make(chan struct{}, 1)}
		t.committed.Store(&state{})
		m.tenants[name] = t
	}
	return t
}

// read returns what the handle sees now, which nobody will change any more.
func (s *Store) read(ctx context.Context, op string) (*state, error) {
	if s.tx != nil {
		return s.tx.snapshot(ctx, op)
	}
	if err := ctx.Err(); err != nil {
		return nil, errs.Failed(op, err)
	}
	return s.tenant.committed.Load(), nil
}

// write runs f in the transaction of the handle, or in one of its own. What f
// has written is undone when it returns an error.
func (s *Store) write(ctx context.Context, op string, f func(*state) error) error {
	if s.tx != nil {
		return s.tx.write(ctx, op, f)
	}
	tx, err := s.begin(ctx, op)
	if err != nil {
		return err
	}
	defer tx.end(op, false) // has no effect behind a commit
	if err := tx.write(ctx, op, f); err != nil {
		return err
	}
	return tx.end(op, true)
}

// inTransaction is the error of what cannot be done in a transaction.
func inTransaction(op string) error {
	return errs.Conflict(op, "", "in_transaction", "belongs to a running transaction; use the handle of that transaction")
}
