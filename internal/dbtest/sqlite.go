package dbtest

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// sqliteOptions are the settings under which the library is meant to run: a
// transaction takes the write lock when it begins, a busy database is waited
// for, and foreign keys hold.
const sqliteOptions = "_txlock=immediate" +
	"&_pragma=busy_timeout(10000)" +
	"&_pragma=journal_mode(WAL)" +
	"&_pragma=synchronous(NORMAL)" +
	"&_pragma=foreign_keys(on)"

// SQLite returns the DSN of an empty database file for this test, made for
// modernc.org/sqlite. The file lies in tb.TempDir() and goes with it, so the
// test must close its connections before it ends.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return sqliteDSN(filepath.Join(tb.TempDir(), "crm.db"), sqliteOptions)
}

// SQLiteForMattn is SQLite for github.com/mattn/go-sqlite3, which spells the
// same settings in another way.
func SQLiteForMattn(tb testing.TB) string {
	tb.Helper()
	return sqliteDSN(filepath.Join(tb.TempDir(), "crm.db"),
		"_txlock=immediate&_busy_timeout=10000&_journal_mode=WAL&_synchronous=NORMAL&_foreign_keys=on")
}

// sqliteDSN spells a path as the URI that SQLite wants: with slashes, one of
// them in front, and with everything escaped that would end the path.
func sqliteDSN(path, options string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/... on Windows
	}
	uri := url.URL{Scheme: "file", Path: path, RawQuery: options}
	return uri.String()
}
