// Package sqlite keeps the CRM in a SQLite database of the host, in tables with
// a prefix beside the host's own. It needs SQLite 3.42 or later and imports no
// driver: the host opens the database with the driver of its choice.
//
//	db, err := sql.Open("sqlite", "file:shop.db?_txlock=immediate"+
//		"&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"+
//		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(on)")
//	err = sqlite.Migrate(ctx, db, nil)
//	store, err := sqlite.New(db, nil)
//
// # Settings
//
// The store's own transactions take the write lock when they begin, whatever
// the DSN says, and are tried again when the database is busy. The host's
// transactions do so only with _txlock=immediate. Without it a transaction that
// read before it called the CRM fails as soon as somebody else has written
// meanwhile; the host has to begin it anew then.
//
// Set a busy_timeout, so that writers wait for each other in SQLite itself, and
// synchronous=FULL where campaigns are sent: with NORMAL a power failure can
// take back the last transactions, and with them the knowledge that a message
// went out.
//
// # Migrations
//
// Nothing migrates on its own. Call Migrate when the host deploys, or run the
// files of Migrations with the host's own tool.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/internal/sqlstore"
)

var (
	_ storage.Store   = (*Store)(nil)
	_ storage.Binding = (*Store)(nil)
)

// Config says where the store keeps its data.
type Config struct {
	// Tenant whose data the store sees. Defaults to "default". A lower-case
	// letter followed by lower-case letters, digits, '_', '-' or '.', at most
	// 64 in all.
	Tenant string
	// Prefix of the names of all tables. Defaults to "crm_". A lower-case
	// letter or '_' followed by lower-case letters, digits or '_', at most 31
	// in all.
	Prefix string
}

type base = sqlstore.Store

// Store is a storage.Store on SQLite, bound to one tenant. It is safe for
// concurrent use.
type Store struct{ *base }

// New makes a store on the host's database, which it neither touches now nor
// ever closes. A nil cfg means all defaults. It returns errs.ErrInvalid with
// everything that is wrong with the configuration.
func New(db *sql.DB, cfg *Config) (*Store, error) {
	s, err := sqlstore.New(db, sqlstore.SQLite, cfg.internal())
	if err != nil {
		return nil, err
	}
	return &Store{s}, nil
}

// WithTx returns a handle that works within a transaction of the host: what it
// writes is kept or undone with all else in it. The handle never commits and
// never rolls back, and is of no use once the transaction has ended.
func (s *Store) WithTx(tx *sql.Tx) storage.Store { return s.base.WithTx(tx) }

// ForTenant returns a store for another tenant in the same tables.
func (s *Store) ForTenant(name string) (*Store, error) {
	other, err := s.base.ForTenant(name)
	if err != nil {
		return nil, err
	}
	return &Store{other}, nil
}

// Migrate brings the tables up to date, in one transaction: everything or
// nothing. It may run in several processes at once. It refuses tables that a
// newer version of the library made, and such as were made by other migrations
// than its own.
func Migrate(ctx context.Context, db *sql.DB, cfg *Config) error {
	return sqlstore.Migrate(ctx, db, sqlstore.SQLite, cfg.internal(), Migrations())
}

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the files that Migrate applies, for a host with a tool of
// its own: one per version, to be run in the order of their names, each in a
// transaction. The text ${prefix} in them is to be replaced by the prefix of
// the tables. A released file never changes. Whoever runs them does not call
// Migrate, which keeps its own account of what was applied.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil { // cannot be: the name is a constant
		panic(err)
	}
	return sub
}

func (c *Config) internal() sqlstore.Config {
	if c == nil {
		return sqlstore.Config{}
	}
	return sqlstore.Config{Tenant: c.Tenant, Prefix: c.Prefix}
}
