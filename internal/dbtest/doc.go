// Package dbtest gives tests a fresh, empty database.
//
// [Postgres] and [SQLite] return the DSN of a database that belongs to the
// calling test alone and is gone when the test has ended. The test opens it
// with a driver of its choice:
//
//	db, err := sql.Open("pgx", dbtest.Postgres(t))
//	db, err := sql.Open("sqlite", dbtest.SQLite(t))
//
// # Where PostgreSQL comes from
//
// If the environment variable CRM_TEST_POSTGRES is set, it is the DSN of a
// server whose user may create databases; each test gets a database there.
// Otherwise the first call in a test process starts a throw-away cluster from
// an installed PostgreSQL 13 or later: in a temporary directory, on a unix
// socket that only its owner can reach, without TCP, without fsync. All tests
// of the process share that cluster. A root user runs it as "postgres" or
// "nobody", because PostgreSQL refuses to run as root.
//
// Without either the test is skipped, and told what to install; with
// CRM_TEST_REQUIRE_POSTGRES=1 it fails instead.
//
// # How the cluster ends
//
// A package whose tests use [Postgres] hands its TestMain over:
//
//	func TestMain(m *testing.M) { dbtest.Main(m) }
//
// so that the cluster is stopped and its directory removed before the process
// exits. The same happens, a moment later, when the process ends in any other
// way, be it by a panic or by SIGKILL: the cluster is the child of a small shell
// that waits for the end of a pipe whose other end only the test process holds.
//
// # No driver
//
// This package imports no database driver. It creates and drops databases with
// the psql of the installation, so that the tests of storage/sqlite can use it
// and a module that needs only SQLite still has no reason to download a driver
// for PostgreSQL.
package dbtest
