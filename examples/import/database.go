package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
)

// open opens what the flag -db names and brings its tables up to date.
func open(ctx context.Context, name string) (store storage.Store, closeDB func() error, err error) {
	driver, dsn := "pgx", name
	if path, ok := strings.CutPrefix(name, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(on)"
	} else if dsn, err = withoutPreparing(name); err != nil {
		return nil, nil, err
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, nil, errors.New("-db cannot be opened") // the reason may repeat the password
	}
	if driver == "sqlite" {
		err = sqlite.Migrate(ctx, db, nil)
	} else {
		err = postgres.Migrate(ctx, db, nil)
	}
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	if driver == "sqlite" {
		store, err = sqlite.New(db, nil)
	} else {
		store, err = postgres.New(db, nil)
	}
	return store, db.Close, err
}

// withoutPreparing completes the URL of a PostgreSQL database: else pgx prepares a
// statement for nearly every query, in vain.
func withoutPreparing(name string) (string, error) {
	dsn, err := url.Parse(name)
	if err != nil || !strings.HasPrefix(dsn.Scheme, "postgres") {
		return "", errors.New("-db must be sqlite:FILE, or the URL of a PostgreSQL database") // the reason would repeat the password
	}
	q := dsn.Query()
	q.Set("default_query_exec_mode", "exec")
	dsn.RawQuery = q.Encode()
	return dsn.String(), nil
}
