package main

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
)

// shopOrder is an order as the shop keeps it in a table of its own, which the
// CRM knows nothing of.
type shopOrder struct {
	id, customer string
	cents        int64 // to pay, after the discount
	voucher      string
}

// errStored reports that the shop has the order already.
var errStored = errors.New("the shop has this order already")

// shopTx is a transaction of the shop in which the CRM takes part.
type shopTx interface {
	// Store is the CRM's handle to the transaction.
	Store() storage.Store
	// insert stores an order of the shop, or returns errStored.
	insert(ctx context.Context, o shopOrder) error
	// has reports whether the shop has an order.
	has(ctx context.Context, id string) (bool, error)
	Commit() error
	Rollback() error
}

const createShopOrder = `CREATE TABLE IF NOT EXISTS shop_order (
	id       TEXT PRIMARY KEY,
	customer TEXT NOT NULL,
	cents    BIGINT NOT NULL,
	voucher  TEXT NOT NULL
)`

// sqlTx is a transaction on SQLite or PostgreSQL.
type sqlTx struct {
	*sql.Tx
	store storage.Store
}

// Store implements shopTx.
func (t *sqlTx) Store() storage.Store { return t.store }

func (t *sqlTx) insert(ctx context.Context, o shopOrder) error {
	done, err := t.ExecContext(ctx,
		`INSERT INTO shop_order (id, customer, cents, voucher) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
		o.id, o.customer, o.cents, o.voucher)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errStored
}

func (t *sqlTx) has(ctx context.Context, id string) (bool, error) {
	var n int
	err := t.QueryRowContext(ctx, `SELECT count(*) FROM shop_order WHERE id = $1`, id).Scan(&n)
	return n > 0, err
}

// memoryShop is the table in memory.
type memoryShop struct {
	mu     sync.Mutex
	orders map[string]shopOrder
}

// memoryTx is a transaction in memory. The CRM's transactions run one after
// the other, and so do the shop's inside them.
type memoryTx struct {
	*memory.Tx
	shop *memoryShop
	new  []shopOrder
}

func (t *memoryTx) insert(ctx context.Context, o shopOrder) error {
	if stored, err := t.has(ctx, o.id); err != nil || stored {
		return errors.Join(err, errStored)
	}
	t.new = append(t.new, o)
	return nil
}

func (t *memoryTx) has(_ context.Context, id string) (bool, error) {
	t.shop.mu.Lock()
	defer t.shop.mu.Unlock()
	_, stored := t.shop.orders[id]
	for _, o := range t.new {
		stored = stored || o.id == id
	}
	return stored, nil
}

// Commit implements shopTx.
func (t *memoryTx) Commit() error {
	if err := t.Tx.Commit(); err != nil {
		return err
	}
	t.shop.mu.Lock()
	defer t.shop.mu.Unlock()
	for _, o := range t.new {
		t.shop.orders[o.id] = o
	}
	return nil
}
