package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
)

// tenantSetting is the name of the setting that row-level security compares tenants with.
const tenantSetting = "crm.tenant"

// EnableRowSecurity makes the database itself hide the rows of all tenants but the one
// that a transaction has named, in all tables or in none. It may run again.
func EnableRowSecurity(ctx context.Context, db *sql.DB, d *dialect, cfg Config) error {
	is := fmt.Sprintf("tenant_id = current_setting('%s', true)", tenantSetting)
	return alterTables(ctx, db, d, cfg, d.name+".EnableRowSecurity",
		"ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
		"ALTER TABLE %s FORCE ROW LEVEL SECURITY",
		"DROP POLICY IF EXISTS crm_tenant ON %s",
		"CREATE POLICY crm_tenant ON %s USING ("+is+") WITH CHECK ("+is+")",
	)
}

// DisableRowSecurity takes back what EnableRowSecurity did. It may run again.
func DisableRowSecurity(ctx context.Context, db *sql.DB, d *dialect, cfg Config) error {
	return alterTables(ctx, db, d, cfg, d.name+".DisableRowSecurity",
		"DROP POLICY IF EXISTS crm_tenant ON %s",
		"ALTER TABLE %s NO FORCE ROW LEVEL SECURITY",
		"ALTER TABLE %s DISABLE ROW LEVEL SECURITY",
	)
}

// alterTables runs the statements on each table, in one transaction. They wait their
// turn as migrations do.
func alterTables(ctx context.Context, db *sql.DB, d *dialect, cfg Config, op string, formats ...string) error {
	cfg, err := cfg.complete(op, db)
	if err != nil {
		return err
	}
	s := newStore(db, bun.NewDB(db, d.bun()), d, cfg)
	return s.retry(ctx, op, func() error {
		return s.transact(ctx, op, func(ctx context.Context, tx *Store) error {
			if _, err := tx.db.Exec(ctx, "SET LOCAL lock_timeout = '10s'"); err != nil {
				return tx.wrap(op, err)
			}
			for _, name := range tables {
				for _, format := range formats {
					if _, err := tx.db.Exec(ctx, fmt.Sprintf(format, tx.table(name))); err != nil {
						return tx.wrap(op, err)
					}
				}
			}
			return nil
		})
	})
}
