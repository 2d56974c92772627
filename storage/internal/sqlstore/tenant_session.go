package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"runtime"
)

// errTenantOnly says that a pool of single statements was asked for more.
var errTenantOnly = errors.New("sqlstore: this connection runs single statements only")

// undoSavepoint also works in a transaction that refuses everything else.
const undoSavepoint = "ROLLBACK TO SAVEPOINT crm"

// singles is a pool on which every statement names the tenant first, in a transaction of
// its own. So the name is gone when the connection goes back to the host's pool.
type singles struct{ *sql.DB }

// newSingles makes one that borrows its connections from the host's pool and keeps none.
// It ends when nobody uses it any more.
func newSingles(pool *sql.DB, name string) *singles {
	db := sql.OpenDB(borrower{pool, name})
	db.SetMaxIdleConns(-1)
	s := &singles{db}
	runtime.AddCleanup(s, func(db *sql.DB) { _ = db.Close() }, db)
	return s
}

// borrower is a driver.Connector that takes connections from a pool. name is the
// statement that names the tenant.
type borrower struct {
	pool *sql.DB
	name string
}

// Connect implements driver.Connector.
func (b borrower) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := b.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return borrowed{conn, b.name}, nil
}

// Driver implements driver.Connector.
func (b borrower) Driver() driver.Driver { return b.pool.Driver() }

// borrowed is a connection of the host's pool.
type borrowed struct {
	conn *sql.Conn
	name string
}

// Prepare implements driver.Conn.
func (borrowed) Prepare(string) (driver.Stmt, error) { return nil, errTenantOnly }

// Begin implements driver.Conn.
func (borrowed) Begin() (driver.Tx, error) { return nil, errTenantOnly }

// Close gives the connection back.
func (b borrowed) Close() error { return b.conn.Close() }

// begin begins the transaction of a statement.
func (b borrowed) begin(ctx context.Context) (*sql.Tx, error) {
	tx, err := b.conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, b.name); err != nil {
		_ = tx.Rollback()
		return nil, err
	}
	return tx, nil
}

// ExecContext implements driver.ExecerContext.
func (b borrowed) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	tx, err := b.begin(ctx)
	if err != nil {
		return nil, err
	}
	res, err := tx.ExecContext(ctx, query, plainArgs(args)...)
	if err != nil {
		_ = tx.Rollback()
		return nil, err
	}
	return res, tx.Commit()
}

// QueryContext implements driver.QueryerContext.
func (b borrowed) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	tx, err := b.begin(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, query, plainArgs(args)...)
	if err != nil {
		_ = tx.Rollback()
		return nil, err
	}
	columns, err := rows.Columns()
	if err != nil {
		_ = tx.Rollback()
		return nil, err
	}
	return &borrowedRows{rows: rows, tx: tx, columns: columns}, nil
}

func plainArgs(named []driver.NamedValue) []any {
	args := make([]any, len(named))
	for i, n := range named {
		args[i] = n.Value
	}
	return args
}

// borrowedRows are rows whose transaction is committed when all were read, and undone
// when somebody stops before.
type borrowedRows struct {
	rows    *sql.Rows
	tx      *sql.Tx
	columns []string
}

// Columns implements driver.Rows.
func (r *borrowedRows) Columns() []string { return r.columns }

// Next implements driver.Rows.
func (r *borrowedRows) Next(dest []driver.Value) error {
	if !r.rows.Next() {
		if err := errors.Join(r.rows.Err(), r.rows.Close()); err != nil {
			return err
		}
		if err := r.tx.Commit(); err != nil {
			return err
		}
		return io.EOF
	}
	into := make([]any, len(dest))
	for i := range dest {
		into[i] = (*any)(&dest[i])
	}
	return r.rows.Scan(into...)
}

// Close implements driver.Rows.
func (r *borrowedRows) Close() error {
	err := r.rows.Close()
	if undo := r.tx.Rollback(); !errors.Is(undo, sql.ErrTxDone) {
		err = errors.Join(err, undo)
	}
	return err
}

// hostTx is a transaction of the host's in which every statement names the tenant first:
// the host may use handles of several tenants in turn, and a savepoint of its own that is
// undone takes the name along.
type hostTx struct {
	connection
	name string
}

// ExecContext implements connection.
func (h hostTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if query != undoSavepoint {
		if _, err := h.connection.ExecContext(ctx, h.name); err != nil {
			return nil, err
		}
	}
	return h.connection.ExecContext(ctx, query, args...)
}

// QueryContext implements connection.
func (h hostTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if _, err := h.connection.ExecContext(ctx, h.name); err != nil {
		return nil, err
	}
	return h.connection.QueryContext(ctx, query, args...)
}

// QueryRowContext implements connection. After a name that failed the transaction refuses
// the query, too.
func (h hostTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_, _ = h.connection.ExecContext(ctx, h.name)
	return h.connection.QueryRowContext(ctx, query, args...)
}
