package dbtest

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestDSN(t *testing.T) {
	tests := []struct{ name, given, driver, psql string }{
		{
			"URL",
			"postgres://ann:p%40ss@db.test:5433/postgres?sslmode=disable",
			"postgres://ann:p%40ss@db.test:5433/crm_test_x?default_query_exec_mode=exec&sslmode=disable",
			"postgres://ann:p%40ss@db.test:5433/postgres?sslmode=disable",
		}, {
			"URL with the settings of pgx",
			"postgresql://db.test/?default_query_exec_mode=simple_protocol&statement_cache_capacity=0&dbname=main",
			"postgresql://db.test/crm_test_x?default_query_exec_mode=exec&statement_cache_capacity=0",
			"postgresql://db.test/?dbname=main",
		}, {
			"URL with a space",
			"postgres://db.test/main?application_name=my%20tests",
			"postgres://db.test/crm_test_x?application_name=my+tests&default_query_exec_mode=exec",
			"postgres://db.test/main?application_name=my%20tests",
		}, {
			"keywords",
			"host=db.test dbname=main",
			"host=db.test dbname=main dbname=crm_test_x default_query_exec_mode=exec",
			"host=db.test dbname=main",
		}, {
			"keywords with the settings of pgx",
			"default_query_exec_mode=simple_protocol host=db.test statement_cache_capacity = 0 port=5433",
			"host=db.test port=5433 dbname=crm_test_x default_query_exec_mode=exec",
			"host=db.test port=5433",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := dsn(tt.given).forDriver("crm_test_x"); got != tt.driver {
				t.Errorf("for the driver:\n got %s\nwant %s", got, tt.driver)
			}
			if got := dsn(tt.given).forPsql(); got != tt.psql {
				t.Errorf("for psql:\n got %s\nwant %s", got, tt.psql)
			}
		})
	}
}

func TestSQLiteDSN(t *testing.T) {
	path := filepath.Join(t.TempDir(), "100% of a?b#c.db")
	got := sqliteDSN(path, sqliteOptions)
	if !strings.HasPrefix(got, "file:///") || !strings.HasSuffix(got, "100%25%20of%20a%3Fb%23c.db?"+sqliteOptions) {
		t.Errorf("the path is not escaped: %s", got)
	}
}
