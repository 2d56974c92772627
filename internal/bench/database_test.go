package bench

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// database is where raw works.
type database struct {
	*sql.DB
	postgres bool
	copied   int // how many purchases are copied for the queries by hand
}

// id gives an id as the driver wants it.
func (db *database) id(id [16]byte) any {
	if db.postgres {
		return id
	}
	return id[:]
}

// rebind spells the placeholders of a query as the database wants them.
func (db *database) rebind(query string) string {
	if !db.postgres {
		return query
	}
	var b strings.Builder
	for i, part := range strings.Split(query, "?") {
		if i > 0 {
			fmt.Fprintf(&b, "$%d", i)
		}
		b.WriteString(part)
	}
	return b.String()
}

// analyze gives the planner its statistics.
func (db *database) analyze(tb testing.TB) {
	tb.Helper()
	switch {
	case db == nil:
	case db.postgres:
		db.run(tb, "VACUUM ANALYZE")
	default:
		db.run(tb, "ANALYZE")
	}
}

// run executes statements without placeholders.
func (db *database) run(tb testing.TB, statements ...string) {
	tb.Helper()
	for _, s := range statements {
		_, err := db.ExecContext(ctx, s)
		must(tb, err)
	}
}

// session is one connection with its prepared statements.
type session struct {
	tb   testing.TB
	db   *database
	conn *sql.Conn
}

// session takes a connection. It is to be closed.
func (db *database) session(tb testing.TB) *session {
	tb.Helper()
	conn, err := db.Conn(ctx)
	must(tb, err)
	return &session{tb, db, conn}
}

func (s *session) close() { must(s.tb, s.conn.Close()) }

// prepare makes a function that runs the statement.
func (s *session) prepare(query string) func(args ...any) {
	s.tb.Helper()
	stmt, err := s.conn.PrepareContext(ctx, s.db.rebind(query))
	must(s.tb, err)
	return func(args ...any) {
		_, err := stmt.ExecContext(ctx, args...)
		must(s.tb, err)
	}
}

// insert prepares an INSERT of one row.
func (s *session) insert(table, columns, amend string) func(args ...any) {
	s.tb.Helper()
	marks := strings.Repeat(", ?", strings.Count(columns, ",")+1)[2:]
	return s.prepare("INSERT INTO " + table + " (" + columns + ") VALUES (" + marks + ") " + amend)
}

// atomic runs f in a transaction.
func (s *session) atomic(f func()) {
	s.tb.Helper()
	begin := "BEGIN IMMEDIATE"
	if s.db.postgres {
		begin = "BEGIN"
	}
	s.exec(begin)
	f()
	s.exec("COMMIT")
}

func (s *session) exec(statement string) {
	s.tb.Helper()
	_, err := s.conn.ExecContext(ctx, statement)
	must(s.tb, err)
}
