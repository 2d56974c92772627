package main

import (
	"context"
	"database/sql"
	"errors"
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
	} else if !strings.HasPrefix(name, "postgres") {
		return nil, nil, errors.New("-db must be sqlite:FILE, or the URL of a PostgreSQL database")
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
