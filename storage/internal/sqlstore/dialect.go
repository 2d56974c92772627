package sqlstore

import (
	"context"
	"database/sql"
	"reflect"

	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/segment"
)

// dialect is all in which the engines differ.
type dialect struct {
	// name stands in the operation of errors.
	name string
	// bun makes bun's own dialect.
	bun func() schema.Dialect
	// begin begins a transaction that may write.
	begin func(context.Context, *sql.DB) (transaction, error)
	// read begins a transaction that only reads, at one moment.
	read func(context.Context, *sql.DB) (transaction, error)
	// scrub rewrites the tables with the prefix.
	scrub func(ctx context.Context, conn *sql.Conn, prefix string) (Scrubbed, error)
	// lockMigration gives a migration the database for itself, or returns
	// errMigrating when another one has it. Nil when begin does that already.
	lockMigration func(context.Context, *Store) error
	// writeLock is a statement without effect that takes the lock which other
	// transactions need to write, in a transaction that begin did not begin.
	// Empty where rows are locked.
	writeLock string
	// forUpdate and forShare lock the rows of a SELECT; empty where begin
	// locks everything.
	forUpdate, forShare string
	// useIndex is a format for a hint to use an index. Without statistics
	// SQLite takes any index that begins with the tenant for a good one, and
	// where the wrong one is clustered or sorted it reads the whole tenant.
	useIndex string
	// position is a format for the place, from 1, of the second text in the
	// first, and suffix for the last characters of a text.
	position, suffix string
	// fence stands at the end of a sub-query that must be asked row by row, and
	// not be turned into a join.
	fence string
	// unindexed stands before a column that must not choose the index.
	unindexed string
	// apart is whether rows of the rollup that need a look at activities are selected
	// apart from the others, by an index: PostgreSQL makes its plan as if it looked at
	// those of every row.
	apart bool
	// plainPlans is a statement for the rest of a transaction, after which
	// plans are run as they are. Empty where they always are.
	plainPlans string
	// insert makes an INSERT of some rows, a slice of structs.
	insert func(*insertion, reflect.Value) (execution, error)
	// ifTaken stands behind an INSERT of rows that must all be new, and is undone if
	// one is not. PostgreSQL spends a fourth of the time on leaving rows out.
	ifTaken string
	// byKeys is what follows FROM to find the rows of a source with some keys.
	byKeys func(table, source string, keys []string) frag
	// explain tells what a query reads.
	explain func(context.Context, *Store, frag) ([]segment.PlanRead, error)
	// fragments are the names that queries use for what has another spelling.
	fragments map[string]string
	// lacksTables is a query that returns a row when the table does not
	// exist, asked after a failure. It is empty where undefinedTable tells.
	lacksTables string
}

// lockRows is what locks the rows of a SELECT, as forUpdate says.
func (d *dialect) lockRows() string {
	if d.forUpdate == "" {
		return ""
	}
	return "FOR " + d.forUpdate
}

// SQLite is the dialect of SQLite 3.42 and later.
var SQLite = &dialect{
	name:        "sqlite",
	bun:         func() schema.Dialect { return sqlitedialect.New() },
	begin:       beginImmediate,
	read:        beginDeferred,
	scrub:       scrubSQLite,
	writeLock:   "UPDATE ?contact SET version = version WHERE tenant_id = '' AND id = X''",
	lacksTables: "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)",
	useIndex:    `INDEXED BY "%s"`,
	position:    "instr(%s, %s)",
	suffix:      "substr(%s, -%s)",
	unindexed:   "+",
	insert:      insertBound,
	ifTaken:     orNothing,
	byKeys:      keysIn,
	explain:     explainSQLite,
	fragments: map[string]string{
		"least":      "min",
		"position":   "instr",
		"joined":     "group_concat(hex(x.contact_id), '')",
		"orignore":   "OR IGNORE",
		"ornothing":  "",
		"greatest":   "max",
		"skiplocked": "",
		"keepkeys":   "",
		"alone":      "",
		"clock":      "CAST(round(unixepoch('subsec') * 1000000) AS INTEGER)",
	},
}

// Postgres is the dialect of PostgreSQL 13 and later.
var Postgres = &dialect{
	name:          "postgres",
	fence:         " OFFSET 0",
	bun:           func() schema.Dialect { return pgdialect.New() },
	begin:         beginReadCommitted,
	read:          beginRepeatableRead,
	scrub:         scrubPostgres,
	lockMigration: tryAdvisoryLock,
	forUpdate:     "NO KEY UPDATE",
	forShare:      "SHARE",
	position:      "strpos(%s, %s)",
	suffix:        "right(%s, %s)",
	apart:         true,
	plainPlans:    "SET LOCAL jit = off",
	insert:        insertArrays,
	ifTaken:       plain,
	byKeys:        keysEach,
	explain:       explainPostgres,
	fragments: map[string]string{
		"joined":     "string_agg(replace(x.contact_id::text, '-', ''), '')",
		"orignore":   "",
		"ornothing":  orNothing,
		"least":      "least",
		"position":   "strpos",
		"greatest":   "greatest",
		"skiplocked": "FOR NO KEY UPDATE SKIP LOCKED",
		"keepkeys":   "FOR KEY SHARE",
		"alone":      "FOR UPDATE",
		"clock":      "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)",
	},
}
