package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
)

// database is what the shop and the CRM share.
type database struct {
	name  string
	store storage.Store
	// begin starts a transaction for both of them.
	begin func(context.Context) (shopTx, error)
	close func() error
}

// openDatabase opens what the flag -db names and brings its tables up to date.
func openDatabase(ctx context.Context, name string) (*database, error) {
	scheme, rest, _ := strings.Cut(name, ":")
	switch {
	case name == "memory":
		return openMemory(), nil
	case scheme == "sqlite" && rest != "":
		return openSQLite(ctx, rest)
	case scheme == "postgres", scheme == "postgresql":
		return openPostgres(ctx, name)
	}
	return nil, errors.New("-db must be sqlite:FILE, memory, or the URL of a PostgreSQL database")
}

func openMemory() *database {
	store := memory.New()
	shop := &memoryShop{orders: map[string]shopOrder{}}
	begin := func(ctx context.Context) (shopTx, error) {
		tx, err := store.Begin(ctx)
		if err != nil {
			return nil, err
		}
		return &memoryTx{shop: shop, Tx: tx}, nil
	}
	return &database{"memory", store, begin, func() error { return nil }}
}

// sqlitePragmas: wait for a busy file, let readers and the writer work side by
// side, keep what was committed over a loss of power, and take the write lock
// when a transaction begins.
const sqlitePragmas = "_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
	"&_pragma=synchronous(FULL)&_pragma=foreign_keys(on)"

func openSQLite(ctx context.Context, path string) (*database, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		return nil, err
	}
	slashed := filepath.ToSlash(full)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/... on Windows
	}
	uri := url.URL{Scheme: "file", Path: slashed, RawQuery: sqlitePragmas}
	db, err := sql.Open("sqlite", uri.String())
	if err != nil {
		return nil, err
	}
	if err := sqlite.Migrate(ctx, db, nil); err != nil {
		return nil, err
	}
	store, err := sqlite.New(db, nil)
	if err != nil {
		return nil, err
	}
	return openSQL(ctx, full, db, store, store.WithTx)
}

func openPostgres(ctx context.Context, name string) (*database, error) {
	dsn, err := url.Parse(name)
	if err != nil {
		return nil, errors.New("-db is not a URL") // the reason would repeat the password
	}
	// Without it pgx prepares a statement for nearly every query, in vain.
	if q := dsn.Query(); !q.Has("default_query_exec_mode") {
		q.Set("default_query_exec_mode", "exec")
		dsn.RawQuery = q.Encode()
	}
	db, err := sql.Open("pgx", dsn.String())
	if err != nil {
		return nil, err
	}
	if err := postgres.Migrate(ctx, db, nil); err != nil {
		return nil, err
	}
	store, err := postgres.New(db, nil)
	if err != nil {
		return nil, err
	}
	return openSQL(ctx, dsn.Redacted(), db, store, store.WithTx)
}

// openSQL adds the shop's own table.
func openSQL(ctx context.Context, name string, db *sql.DB, store storage.Store, withTx func(*sql.Tx) storage.Store) (*database, error) {
	if _, err := db.ExecContext(ctx, createShopOrder); err != nil {
		return nil, err
	}
	begin := func(ctx context.Context) (shopTx, error) {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		return &sqlTx{tx, withTx(tx)}, nil
	}
	return &database{name, store, begin, db.Close}, nil
}
