package postgres

import (
	"context"
	"database/sql"

	"github.com/stammkunde/crm/storage/internal/sqlstore"
)

// Scrubbed says what Scrub could not do. Left is empty when it did everything.
type Scrubbed = sqlstore.Scrubbed

// Scrub sees to it that the files of the tables hold no bytes of what was deleted, which
// DELETE alone does not do: dead rows stay until they are vacuumed, and their bytes until
// the page is rewritten. Call it after erasures and sweeps, once for many of them, and not
// in a transaction.
//
// It runs VACUUM (FULL, ANALYZE) on one table of the library after the other, for which it
// must own them. That rewrites the table with its indexes, takes about as long as copying
// it, needs its size once more on the disk, and locks it against reading and writing, for
// that time. No other table is touched but pg_statistic, in which ANALYZE keeps samples of
// values.
//
// It then ends the present segment of the write-ahead log and orders a checkpoint. Both,
// and pg_statistic, take privileges that the role may not have; what could not be done is
// told in Left. Old segments go with the checkpoint only if the server has
// wal_recycle = off, and no wal_keep_size, replication slot or failing archive that keeps
// them. Replicas, archives and backups have bytes of their own; see
// docs/decisions/022-erasure-and-the-bytes.md.
func Scrub(ctx context.Context, db *sql.DB, cfg *Config) (Scrubbed, error) {
	return sqlstore.Scrub(ctx, db, sqlstore.Postgres, cfg.internal())
}
