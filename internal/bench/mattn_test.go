//go:build cgo

package bench

import (
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"github.com/stammkunde/crm/internal/dbtest"
)

// The driver that calls SQLite in C, where there is a C compiler.
func init() {
	duplicateStores["SQLite-C"] = func(tb testing.TB, z size) *shop {
		return newSQLite(tb, openDB(tb, "sqlite3", dbtest.SQLiteForMattn(tb)), z)
	}
}
