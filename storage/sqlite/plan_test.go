package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/sqlite"
)

func TestPlan(t *testing.T) {
	ctx := context.Background()
	db, _ := sql.Open("sqlite", dbtest.SQLite(t))
	defer db.Close()
	must(t, sqlite.Migrate(ctx, db, nil))
	for _, q := range []string{
		`SELECT d.id FROM crm_delivery AS d WHERE (d.tenant_id = 'default' AND d.token = 7 AND d.state = 'claimed' AND d.lease_until > 5) ORDER BY d.contact_id, d.id`,
		`WITH m (to_contact, to_id, from_state, to_state) AS (VALUES (X'00', X'01', 'claimed', 'sending'),(X'00', X'02', 'claimed', 'sending'))
		UPDATE crm_delivery AS d SET state = m.to_state FROM m WHERE d.tenant_id = 'default' AND d.contact_id = m.to_contact AND d.id = m.to_id
			AND d.state = m.from_state AND (7 = 0 OR d.token = 7) RETURNING id`,
		`WITH ready (to_contact, to_id) AS (
				SELECT contact_id, id FROM crm_delivery
				WHERE tenant_id = 'default' AND campaign_id = X'01' AND state = 'queued' AND not_before <= 5
				ORDER BY not_before, id LIMIT 10)
			UPDATE crm_delivery AS d SET state = 'claimed' FROM ready
			WHERE d.tenant_id = 'default' AND d.contact_id = ready.to_contact AND d.id = ready.to_id AND d.state = 'queued'`,
		`UPDATE crm_delivery SET state = 'dead' WHERE tenant_id = 'default' AND campaign_id = X'01' AND state = 'claimed' AND token IS NOT NULL AND lease_until <= 5`,
		`UPDATE crm_delivery SET state = 'queued' WHERE tenant_id = 'default' AND campaign_id = X'01' AND state = 'in_doubt' AND channel = 'email'`,
		`UPDATE crm_delivery SET state = 'queued' WHERE tenant_id = 'default' AND campaign_id = X'01' AND (state = 'queued' OR (state='claimed' AND TRUE))`,
	} {
		rows, err := db.Query("EXPLAIN QUERY PLAN " + q)
		must(t, err)
		for rows.Next() {
			var a, b, c any
			var d string
			must(t, rows.Scan(&a, &b, &c, &d))
			fmt.Println("  ", d)
		}
		fmt.Println("--")
	}
}
