package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"io/fs"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/errs"
)

// migrateWait is how long Migrate waits for another process to finish.
const migrateWait = time.Minute

// errMigrating says that another process migrates at this moment.
var errMigrating = errors.New("sqlstore: another migration is running")

// Migrate brings the tables up to date: all missing migrations in one
// transaction, or none. Of several processes one migrates and the others wait
// for it.
func Migrate(ctx context.Context, db *sql.DB, d *dialect, cfg Config, files fs.FS) error {
	op := d.name + ".Migrate"
	cfg, err := cfg.complete(op, db)
	if err != nil {
		return err
	}
	list, err := loadMigrations(files)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, migrateWait)
	defer cancel()
	s := newStore(db, bun.NewDB(db, d.bun()), d, cfg)
	for try := 1; ; try++ {
		err := s.transact(ctx, op, func(ctx context.Context, tx *Store) error { return tx.migrate(ctx, op, list) })
		if !errors.Is(err, errMigrating) && !retryable(err) {
			return err
		}
		if pause(ctx, min(try, maxTries)) != nil {
			return s.wrap(op, err)
		}
	}
}

// migrate does the work within a transaction.
func (s *Store) migrate(ctx context.Context, op string, list []migration) error {
	if s.d.lockMigration != nil {
		if err := s.d.lockMigration(ctx, s); err != nil {
			return s.wrap(op, err)
		}
	}
	applied, err := s.appliedMigrations(ctx)
	if err != nil {
		return s.wrap(op, err)
	}
	if err := checkApplied(op, list, applied); err != nil {
		return err
	}
	for _, m := range list[len(applied):] {
		if err := s.apply(ctx, m); err != nil {
			return s.wrap(op, err)
		}
	}
	return nil
}

// appliedMigrations returns the checksums of the migrations that were applied,
// in their order, from a table that it makes where there is none.
func (s *Store) appliedMigrations(ctx context.Context) ([]string, error) {
	_, err := s.db.Exec(ctx, `CREATE TABLE IF NOT EXISTS ? (
		version bigint NOT NULL PRIMARY KEY, checksum text NOT NULL, applied_at bigint NOT NULL)`, bun.Safe(s.table("schema_version")))
	if err != nil {
		return nil, err
	}
	var checksums []string
	err = s.db.NewRaw("SELECT checksum FROM ? ORDER BY version", bun.Safe(s.table("schema_version"))).Scan(ctx, &checksums)
	return checksums, err
}

// checkApplied refuses a database that another library than this one made.
func checkApplied(op string, list []migration, applied []string) error {
	refuse := func(code, message string) error {
		return &errs.Error{Op: op, Kind: errs.ErrStore, Fields: []errs.Field{{Path: "schema", Code: code, Message: message}}}
	}
	if len(applied) > len(list) {
		return refuse("too_new", "was made by a newer version of the library: update the library")
	}
	for i, checksum := range applied {
		if checksum != list[i].checksum {
			return refuse("changed", "was made by a migration of the same number but other content")
		}
	}
	return nil
}

func (s *Store) apply(ctx context.Context, m migration) error {
	for _, statement := range m.statements(s.prefix) {
		if _, err := s.db.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := s.db.Exec(ctx, "INSERT INTO ? (version, checksum, applied_at) VALUES (?, ?, ?clock)",
		bun.Safe(s.table("schema_version")), m.version, m.checksum)
	return err
}

// tryAdvisoryLock takes the lock under which PostgreSQL is migrated. It ends
// with the transaction, so nothing is left behind a connection pooler or after
// a crash. Nor does a migration wait for long while somebody reads a table.
func tryAdvisoryLock(ctx context.Context, s *Store) error {
	if _, err := s.db.Exec(ctx, "SET LOCAL lock_timeout = '10s'"); err != nil {
		return err
	}
	key := fnv.New64a()
	key.Write([]byte("github.com/stammkunde/crm " + s.prefix))
	var locked bool
	err := s.db.NewRaw("SELECT pg_try_advisory_xact_lock(?)", int64(key.Sum64())).Scan(ctx, &locked)
	if err == nil && !locked {
		err = errMigrating
	}
	return err
}
