package dbtest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// The environment variables that decide where PostgreSQL comes from.
const (
	envServer  = "CRM_TEST_POSTGRES"
	envRequire = "CRM_TEST_REQUIRE_POSTGRES"
)

// errNone says that there is no PostgreSQL on this machine that could be used.
var errNone = errors.New("no PostgreSQL for this test: install the server" +
	" (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql)" +
	" or set " + envServer + " to the DSN of a server on which databases may be created")

// server is a running PostgreSQL on which databases can be created.
type server struct {
	admin dsn          // a database to be connected to while creating others
	psql  string       // the path of psql
	env   []string     // the environment of psql
	stop  func() error // ends the server if it is ours
}

// theServer is the one server of this process, found or started by the first
// test that wants it.
var theServer struct {
	sync.Once
	*server
	err error
}

// Postgres creates an empty database for this test and returns its DSN, made
// for the stdlib package of pgx: it sets default_query_exec_mode=exec, so that
// no statement is prepared behind the test's back. The database is dropped when
// the test has ended, even if connections to it are still open.
func Postgres(tb testing.TB) string {
	tb.Helper()
	return database(tb, "")
}

// PostgresIn is Postgres, but texts sort as in the language, for instance
// "de-DE", wherever a statement does not say otherwise. It needs a server from
// version 15 on that was built with ICU.
func PostgresIn(tb testing.TB, language string) string {
	tb.Helper()
	return database(tb, "LOCALE_PROVIDER icu ICU_LOCALE '"+language+"' LC_COLLATE 'C' LC_CTYPE 'C'")
}

func database(tb testing.TB, options string) string {
	tb.Helper()
	srv, err := sharedServer()
	if errors.Is(err, errNone) {
		missing(tb, err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	name := "crm_test_" + strings.ToLower(rand.Text()[:16])
	if err := srv.create(name, options); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := srv.drop(name); err != nil {
			tb.Error(err)
		}
	})
	return srv.admin.forDriver(name)
}

// Main runs the tests of a package, ends the throw-away cluster if one was
// started, and exits. It is all that a TestMain needs.
func Main(m *testing.M) {
	code := m.Run()
	if err := stopServer(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// missing ends the test: without PostgreSQL it is skipped, unless the
// environment demands PostgreSQL.
func missing(tb testing.TB, err error) {
	tb.Helper()
	if os.Getenv(envRequire) == "1" {
		tb.Fatalf("%v (%s=1 turns this skip into a failure)", err, envRequire)
	}
	tb.Skip(err)
}

func sharedServer() (*server, error) {
	s := &theServer
	s.Do(func() { s.server, s.err = findServer() })
	return s.server, s.err
}

// findServer takes the server of the environment, else it starts one.
func findServer() (*server, error) {
	given := os.Getenv(envServer)
	if given == "" {
		return startCluster()
	}
	psql, err := findPsql()
	if err != nil {
		return nil, err
	}
	return &server{
		admin: dsn(given),
		psql:  psql,
		env:   os.Environ(),
		stop:  func() error { return nil },
	}, nil
}

// stopServer ends the server of this process; none is started afterwards.
func stopServer() error {
	s := &theServer
	s.Do(func() { s.err = errors.New("dbtest: the tests of this process are over") })
	if s.server == nil {
		return nil
	}
	return s.stop()
}
