// Package postgres keeps the CRM in a PostgreSQL database of the host, in
// tables with a prefix beside the host's own. It needs PostgreSQL 13 or later
// and imports no driver: the host opens the database with the driver of its
// choice.
//
//	db, err := sql.Open("pgx", "postgres://shop@localhost/shop?default_query_exec_mode=exec")
//	err = postgres.Migrate(ctx, db, nil)
//	store, err := postgres.New(db, nil)
//
// # Settings
//
// The store writes every value into the statement, so there is nothing to
// prepare. With pgx set default_query_exec_mode=exec, as above: its default
// prepares each statement under a name, which costs twice as much and fails
// behind a connection pooler. standard_conforming_strings must be on, as it is
// by default.
//
// No session state is used: no SET but SET LOCAL, no session lock, no LISTEN, no
// temporary table. So a pooler may give every transaction another connection.
//
// The store's own transactions are READ COMMITTED, and are tried again after a
// deadlock or a serialisation failure. The host's may have any isolation level;
// they are the host's to try again.
//
// # Row-level security
//
// EnableRowSecurity lets the database itself hide all tenants but the one that a
// transaction has named, and Config.RowSecurity lets the store name its own.
//
// # Migrations
//
// Nothing migrates on its own. Call Migrate when the host deploys, or run the
// files of Migrations with the host's own tool.
package postgres

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
	// RowSecurity lets the store name its tenant to row-level security in every
	// transaction, as it must once EnableRowSecurity was called. Defaults to false.
	RowSecurity bool
}

type base = sqlstore.Store

// Store is a storage.Store on PostgreSQL, bound to one tenant. It is safe for
// concurrent use.
type Store struct{ *base }

// New makes a store on the host's database, which it neither touches now nor
// ever closes. A nil cfg means all defaults. It returns errs.ErrInvalid with
// everything that is wrong with the configuration.
func New(db *sql.DB, cfg *Config) (*Store, error) {
	s, err := sqlstore.New(db, sqlstore.Postgres, cfg.internal())
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
	return sqlstore.Migrate(ctx, db, sqlstore.Postgres, cfg.internal(), Migrations())
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
	return sqlstore.Config(*c)
}
