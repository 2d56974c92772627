package postgres

import (
	"context"
	"database/sql"

	"github.com/stammkunde/crm/storage/internal/sqlstore"
)

// EnableRowSecurity turns row-level security on for all tables with the prefix, as a
// second line behind the store's own queries, which name the tenant anyway. Then a
// statement sees and writes only rows of the tenant that its transaction has named by
//
//	SELECT set_config('crm.tenant', 'shop-1', true)
//
// and without a name it sees none and can write none. A store does that with
// Config.RowSecurity, so set it in all processes first and call this then. The host's
// own statements on these tables have to name the tenant themselves.
//
// All happens in one transaction, or nothing, and it may run again: call it after each
// Migrate, which may add tables. db must belong to the owner of the tables.
//
// Superusers and roles with BYPASSRLS see everything all the same, and the owner can
// switch it off. So let the application work as a role of its own that has SELECT,
// INSERT, UPDATE and DELETE on the tables and nothing else. It is no defence against
// somebody who can run any SQL as that role: whoever can, can name any tenant.
//
// Each look-up outside a transaction becomes a transaction with four round trips in place
// of one, and each transaction has one more. Within a transaction of the host's every
// statement has one more. After a call the host's transaction keeps the tenant's name
// until it ends.
func EnableRowSecurity(ctx context.Context, db *sql.DB, cfg *Config) error {
	return sqlstore.EnableRowSecurity(ctx, db, sqlstore.Postgres, cfg.internal())
}

// DisableRowSecurity takes back what EnableRowSecurity did. It may run again.
func DisableRowSecurity(ctx context.Context, db *sql.DB, cfg *Config) error {
	return sqlstore.DisableRowSecurity(ctx, db, sqlstore.Postgres, cfg.internal())
}
