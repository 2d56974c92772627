package sqlite

import (
	"context"
	"database/sql"

	"github.com/stammkunde/crm/storage/internal/sqlstore"
)

// Scrubbed says what Scrub could not do. Left is empty when it did everything.
type Scrubbed = sqlstore.Scrubbed

// Scrub sees to it that the files of the database hold no bytes of what was deleted, which
// DELETE alone does not do: free pages and the write-ahead log keep them. Call it after
// erasures and sweeps, once for many of them, and not in a transaction.
//
// It runs VACUUM, which rewrites the whole file, with the tables of the host, because
// SQLite cannot do that for some of them, and truncates the write-ahead log; where ANALYZE
// was run, it runs that again before. It takes about as long as copying the file, needs
// twice its size on the disk, and keeps everybody else from writing meanwhile. It returns
// an errs.ErrStore when it cannot get the database for itself within the busy_timeout.
//
// What the disk itself keeps of overwritten files, backups, and copies of the file are
// beyond its reach; see docs/decisions/022-erasure-and-the-bytes.md.
func Scrub(ctx context.Context, db *sql.DB, cfg *Config) (Scrubbed, error) {
	return sqlstore.Scrub(ctx, db, sqlstore.SQLite, cfg.internal())
}
