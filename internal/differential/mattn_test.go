//go:build cgo

package differential

import (
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
)

func init() {
	engines["sqlite-mattn"] = func(t *testing.T) storage.Store { return onSQLite(t, "sqlite3", dbtest.SQLiteForMattn(t)) }
}
