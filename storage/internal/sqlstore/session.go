package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"
)

// session makes bun's queries and runs them on one connection: the host's
// pool, or the connection of a transaction.
type session struct {
	bun  *bun.DB
	conn connection
}

// connection is a pool, a connection or a transaction of database/sql.
type connection interface {
	bun.IConn
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// NewSelect makes a SELECT.
func (s session) NewSelect() *bun.SelectQuery { return s.bun.NewSelect().Conn(s.conn) }

// NewUpdate makes an UPDATE.
func (s session) NewUpdate() *bun.UpdateQuery { return s.bun.NewUpdate().Conn(s.conn) }

// NewRaw makes a query of plain text.
func (s session) NewRaw(query string, args ...any) *bun.RawQuery {
	return s.bun.NewRaw(query, args...).Conn(s.conn)
}

// Exec runs a statement of plain text and returns how many rows it touched.
func (s session) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	return affected(s.conn.ExecContext(ctx, s.bun.QueryGen().FormatQuery(query, args...)))
}

// Each runs a query of plain text and calls f after it has read a row into dest.
func (s session) Each(ctx context.Context, f func() error, dest []any, query string, args ...any) (err error) {
	rows, err := s.conn.QueryContext(ctx, s.bun.QueryGen().FormatQuery(query, args...))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := f(); err != nil {
			return err
		}
	}
	return withContext(ctx, rows.Err())
}

func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// guard makes the end of a context visible in the errors of drivers that
// report only that something was interrupted.
type guard struct{ connection }

func (g guard) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	res, err := g.connection.ExecContext(ctx, query, args...)
	return res, withContext(ctx, err)
}

func (g guard) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := g.connection.QueryContext(ctx, query, args...)
	return rows, withContext(ctx, err)
}

func withContext(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("%w: %w", ctx.Err(), err)
}
