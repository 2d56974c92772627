package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/sqlite"
	"github.com/stammkunde/crm/storage/storagetest"
)

// found lists those of the words that stand in the bytes of the files, without regard to
// case.
func found(t *testing.T, paths []string, words []string) (list []string) {
	t.Helper()
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ToLower(b)
		for _, w := range words {
			if bytes.Contains(b, []byte(strings.ToLower(w))) {
				list = append(list, filepath.Base(path)+": "+w)
			}
		}
	}
	return list
}

// Nothing of an erased person is in the bytes of the database, its indexes and its
// write-ahead log, once they are scrubbed; before, almost everything is.
func TestScrub_leaves_no_bytes_of_the_erased(t *testing.T) {
	dsn := dbtest.SQLite(t)
	store, db := prepared(t, open(t, dsn), nil)
	p := storagetest.Plant(t, store)
	if _, err := db.Exec("ANALYZE"); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(strings.TrimPrefix(strings.SplitN(dsn, "?", 2)[0], "file://"))
	files := func() []string {
		list, err := filepath.Glob(filepath.Join(dir, "crm.db*"))
		if err != nil || len(list) == 0 {
			t.Fatal("the files of the database are not there", err)
		}
		return list
	}
	if n := len(found(t, files(), p.Words)); n < len(p.Words) {
		t.Fatalf("only %d of %d words are in the files before the erasure", n, len(p.Words))
	}
	if _, err := p.CRM.Privacy.Erase(t.Context(), p.Contact, nil); err != nil {
		t.Fatal(err)
	}
	t.Logf("without Scrub the files still have %d words", len(found(t, files(), p.Words)))
	done, err := sqlite.Scrub(t.Context(), db, nil)
	if err != nil || len(done.Left) > 0 {
		t.Fatal(done, err)
	}
	if list := found(t, files(), p.Words); len(list) > 0 {
		t.Errorf("after an erasure and Scrub the files have %v", list)
	}
	if people(t, store) != 4 {
		t.Error("Scrub has lost contacts")
	}
}

// Somebody who reads an old state keeps the write-ahead log from being emptied, and that
// is told.
func TestScrub_tells_what_is_left(t *testing.T) {
	store, db := fresh(t)
	storagetest.Plant(t, store)
	reader, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for _, q := range []string{"BEGIN", "SELECT COUNT(*) FROM crm_contact"} {
		if _, err := reader.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "PRAGMA busy_timeout = 100"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	done, err := sqlite.Scrub(t.Context(), db, nil)
	if err == nil && len(done.Left) == 0 {
		t.Error("Scrub says that it did everything, while somebody reads what was there before")
	}
	if _, err := reader.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if done, err = sqlite.Scrub(t.Context(), db, nil); err != nil || len(done.Left) > 0 {
		t.Errorf("Scrub after the reader has ended gives %v %v", done, err)
	}
}

// Of an erased person no table has even the id, but for the certificate, for what live
// segments have still to tell, and for how far a campaign was planned.
func TestErase_leaves_no_id(t *testing.T) {
	store, db := fresh(t)
	p := storagetest.Plant(t, store)
	before := naming(t, db, p)
	for _, table := range []string{"crm_activity", "crm_delivery", "crm_merge", "crm_import_change", "crm_snapshot_member", "crm_duplicate_pair", "crm_contact_key"} {
		if !slices.ContainsFunc(before, func(c string) bool { return strings.HasPrefix(c, table+".") }) {
			t.Errorf("%s does not name the person before the erasure, so nothing is shown by it", table)
		}
	}
	if _, err := p.CRM.Privacy.Erase(t.Context(), p.Contact, nil); err != nil {
		t.Fatal(err)
	}
	got := naming(t, db, p)
	want := []string{
		"crm_campaign.planned_to", "crm_erasure.certificate", "crm_erasure.contact_id", "crm_erasure.subject_id", "crm_member.contact_id", "crm_membership.contact_id", "crm_watch.contact_id",
	}
	if !slices.Equal(got, want) {
		t.Errorf("after the erasure the person is named by\n%q\nmust be\n%q", got, want)
	}
}

// naming lists the columns of all tables that hold an id of the person, as bytes or in a
// text.
func naming(t *testing.T, db *sql.DB, p storagetest.Planted) (list []string) {
	t.Helper()
	rows, err := db.Query("SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name LIKE 'crm%' ORDER BY 1, 2")
	if err != nil {
		t.Fatal(err)
	}
	var columns [][2]string
	for rows.Next() {
		var c [2]string
		if err := rows.Scan(&c[0], &c[1]); err != nil {
			t.Fatal(err)
		}
		columns = append(columns, c)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	for _, c := range columns {
		n := 0
		for _, id := range []contact.ID{p.Contact, p.Merged} {
			var found int
			err := db.QueryRow("SELECT COUNT(*) FROM "+c[0]+" WHERE "+c[1]+" = ?1 OR instr(CAST("+c[1]+" AS TEXT), ?2) > 0", id[:], id.String()).Scan(&found)
			if err != nil {
				t.Fatal(err)
			}
			n += found
		}
		if n > 0 {
			list = append(list, c[0]+"."+c[1])
		}
	}
	return list
}
