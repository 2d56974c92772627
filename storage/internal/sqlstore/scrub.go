package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/stammkunde/crm/errs"
)

// Scrubbed says what Scrub could not do.
type Scrubbed struct {
	// Left names what may still hold deleted bytes, and what would help. Empty when
	// everything that a connection can do was done.
	Left []string
}

// Scrub rewrites the tables of the library, so that the files of the database hold no
// bytes of deleted rows any more. It must not run in a transaction.
func Scrub(ctx context.Context, db *sql.DB, d *dialect, cfg Config) (Scrubbed, error) {
	op := d.name + ".Scrub"
	cfg, err := cfg.complete(op, db)
	if err != nil {
		return Scrubbed{}, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return Scrubbed{}, errs.Failed(op, withContext(ctx, err))
	}
	done, err := d.scrub(ctx, conn, cfg.Prefix)
	return done, errs.Failed(op, withContext(ctx, errors.Join(err, conn.Close())))
}

// scrubSQLite rewrites the whole file: SQLite cannot do that for single tables. Samples
// of indexes that ANALYZE has taken are taken anew before, and the write-ahead log, which
// still has the old pages, is emptied behind it.
func scrubSQLite(ctx context.Context, conn *sql.Conn, _ string) (done Scrubbed, err error) {
	var analyzed int
	if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat1'").Scan(&analyzed); err != nil {
		return done, err
	}
	if analyzed > 0 {
		if _, err := conn.ExecContext(ctx, "ANALYZE"); err != nil {
			return done, err
		}
	}
	if _, err := conn.ExecContext(ctx, "VACUUM"); err != nil {
		return done, err
	}
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return done, err
	}
	if busy != 0 {
		done.Left = append(done.Left, "the write-ahead log: somebody was reading; call again")
	}
	return done, nil
}

// scrubPostgres rewrites table after table with its indexes. The samples of values that
// ANALYZE has taken lie in a table of the system's, and the write-ahead log is of the
// whole server; both take privileges. VACUUM only warns where it may not, so that is asked
// before.
func scrubPostgres(ctx context.Context, conn *sql.Conn, prefix string) (done Scrubbed, err error) {
	for _, name := range tables {
		table := `"` + prefix + name + `"`
		var owned bool
		if err := conn.QueryRowContext(ctx, "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = '"+table+"'::regclass").Scan(&owned); err != nil {
			return done, err
		}
		if !owned {
			done.Left = append(done.Left, "the table "+prefix+name+": its owner can scrub it")
			continue
		}
		if _, err := conn.ExecContext(ctx, "VACUUM (FULL, ANALYZE) "+table); err != nil {
			return done, err
		}
		if err := forgetSamples(ctx, conn, table); err != nil {
			return done, err
		}
	}
	err = scrubServer(ctx, conn, &done)
	return done, err
}

// forgetSamples drops the samples of values of a table that is empty now: ANALYZE would
// leave them as they are. To give a column the type that it has drops those of the column.
func forgetSamples(ctx context.Context, conn *sql.Conn, table string) error {
	var used bool
	var columns sql.NullString
	err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+table+")").Scan(&used)
	if err != nil || used {
		return err
	}
	err = conn.QueryRowContext(ctx, `SELECT string_agg('ALTER COLUMN "' || a.attname || '" TYPE text COLLATE "C"', ', ')
		FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
		JOIN pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
		WHERE c.oid = '`+table+`'::regclass AND a.atttypid = 'text'::regtype AND a.attname <> 'tenant_id'`).Scan(&columns)
	if err != nil || !columns.Valid {
		return err
	}
	_, err = conn.ExecContext(ctx, "ALTER TABLE "+table+" "+columns.String)
	return err
}

// scrubServer does what is not about single tables, as far as the role may.
func scrubServer(ctx context.Context, conn *sql.Conn, done *Scrubbed) error {
	const samples = "old samples of values: a superuser or the owner of the database can run VACUUM FULL pg_statistic"
	var owner bool
	err := conn.QueryRowContext(ctx, "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()").Scan(&owner)
	if err != nil {
		return err
	}
	steps := []struct{ statement, left string }{
		{"VACUUM (FULL) pg_catalog.pg_statistic", samples},
		{"SELECT pg_switch_wal()", "the write-ahead log: a role with EXECUTE on pg_switch_wal can end its present segment"},
		{"CHECKPOINT", "old files and the write-ahead log until the next checkpoint: a superuser, or a member of pg_checkpoint, can order one"},
	}
	if !owner {
		done.Left, steps = append(done.Left, samples), steps[1:]
	}
	for _, step := range steps {
		if _, err := conn.ExecContext(ctx, step.statement); err != nil {
			if ctx.Err() != nil {
				return err
			}
			done.Left = append(done.Left, step.left)
		}
	}
	return nil
}
