package postgres_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/storagetest"
)

// found lists those of the words that stand in the bytes of the files below a directory,
// without regard to case.
func found(t *testing.T, dir string, words []string) (list []string) {
	t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && d.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // has just been removed
			return nil
		}
		b = bytes.ToLower(b)
		for _, w := range words {
			if !seen[w] && bytes.Contains(b, []byte(strings.ToLower(w))) {
				seen[w], list = true, append(list, w)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func ask(t *testing.T, db *sql.DB, query string) (text string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// directories gives those of the database and of the write-ahead log, if the server is on
// this machine and can be looked into.
func directories(t *testing.T, db *sql.DB) (base, wal string) {
	t.Helper()
	data := ask(t, db, "SHOW data_directory")
	if _, err := os.ReadDir(filepath.Join(data, "base")); err != nil {
		t.Skip("the files of the server cannot be read: ", err)
	}
	return filepath.Join(data, "base", ask(t, db, "SELECT oid::text FROM pg_database WHERE datname = current_database()")), filepath.Join(data, "pg_wal")
}

// Nothing of an erased person is in the bytes of the tables, the indexes and the
// statistics once they are scrubbed, nor in the write-ahead log of a server that does not
// recycle its segments; before, almost everything is.
func TestScrub_leaves_no_bytes_of_the_erased(t *testing.T) {
	store, db := fresh(t)
	base, wal := directories(t, db)
	for _, q := range []string{"ALTER SYSTEM SET wal_recycle = off", "SELECT pg_reload_conf()"} {
		if _, err := db.Exec(q); err != nil {
			t.Skip("the server cannot be configured: ", err)
		}
	}
	t.Cleanup(func() {
		admin := open(t, dbtest.Postgres(t))
		if _, err := admin.Exec("ALTER SYSTEM RESET wal_recycle"); err != nil {
			t.Error(err)
		}
	})
	p := storagetest.Plant(t, store)
	for _, q := range []string{"ANALYZE", "CHECKPOINT"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(found(t, base, p.Words)); n < len(p.Words)-3 {
		t.Fatalf("only %d of %d words are in the files before the erasure", n, len(p.Words))
	}
	if _, err := p.CRM.Privacy.Erase(t.Context(), p.Contact, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	t.Logf("without Scrub the tables have %d words, the log has %d", len(found(t, base, p.Words)), len(found(t, wal, p.Words)))
	if _, err := db.Exec("VACUUM"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	t.Logf("after a plain VACUUM the tables have %v", found(t, base, p.Words))
	scrub(t, db)
	if list := found(t, base, p.Words); len(list) > 0 {
		t.Errorf("after an erasure and Scrub the files of the database have %v", list)
	}
	if list := found(t, wal, p.Words); len(list) > 0 {
		t.Errorf("after an erasure and Scrub the write-ahead log has %v", list)
	}
	if people(t, store) != 4 {
		t.Error("Scrub has lost contacts")
	}
}

func scrub(t *testing.T, db *sql.DB) {
	t.Helper()
	began := time.Now()
	done, err := postgres.Scrub(t.Context(), db, nil)
	if err != nil || len(done.Left) > 0 {
		t.Fatal(done, err)
	}
	t.Log("Scrub took", time.Since(began))
}

// A role without privileges scrubs what it owns, and is told what is left.
func TestScrub_tells_what_is_left(t *testing.T) {
	_, db := fresh(t)
	role := "scrubber_" + strings.ToLower(ask(t, db, "SELECT substr(md5(random()::text), 1, 8)"))
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run := func(q string) {
		t.Helper()
		if _, err := conn.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE ROLE " + role)
	run("GRANT CREATE, USAGE ON SCHEMA public TO " + role)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	own := open(t, dbtest.Postgres(t))
	own.SetMaxOpenConns(1)
	for _, q := range []string{"GRANT CREATE, USAGE ON SCHEMA public TO " + role, "SET ROLE " + role} {
		if _, err := own.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	prepared(t, own, nil)
	done, err := postgres.Scrub(t.Context(), own, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(done.Left) != 3 {
		t.Errorf("a role without privileges is told that this is left: %q", done.Left)
	}
	if _, err := own.Exec("RESET ROLE"); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"DROP OWNED BY " + role} {
		if _, err := own.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"DROP OWNED BY " + role, "DROP ROLE " + role} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
}
