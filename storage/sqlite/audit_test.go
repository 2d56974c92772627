package sqlite_test

import (
	"database/sql"
	"testing"

	"github.com/stammkunde/crm/internal/tamper"
	"github.com/stammkunde/crm/storage"
)

// Verify names the first fault, whatever was done to the tables.
func TestVerify_finds_what_was_done_to_the_tables(t *testing.T) {
	store, db := fresh(t)
	tamper.Run(t, store, db, func(tx *sql.Tx) storage.Store { return store.WithTx(tx) })
}
