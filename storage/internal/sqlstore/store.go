package sqlstore

import (
	"database/sql"
	"fmt"
	"regexp"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/storage"
)

var (
	_ storage.Store   = (*Store)(nil)
	_ storage.Binding = (*Store)(nil)
)

// Store implements storage.Store for one tenant. The zero value is of no use;
// call New.
type Store struct {
	pool   *sql.DB
	db     session
	d      *dialect
	tenant string
	prefix string
	// bound is true on a handle within a transaction, and foreign on one
	// within a transaction that the host began.
	bound, foreign bool
	// nameTenant is the statement that names the tenant to row-level security. Empty
	// where there is none.
	nameTenant string
}

// Config says where a store keeps its data.
type Config struct {
	// Tenant defaults to "default".
	Tenant string
	// Prefix of all tables, defaults to "crm_".
	Prefix string
	// RowSecurity lets every transaction begin by naming the tenant.
	RowSecurity bool
}

// tables lists the tables without their prefix.
var tables = []string{
	"contact", "contact_identity", "contact_field", "contact_element",
	"activity", "activity_item", "activity_data", "activity_ref", "rollup",
	"consent_event", "consent_state", "notice", "suppression", "opt_in", "segment",
	"campaign", "audience", "delivery", "voucher", "redemption",
	"watch", "live_segment", "membership", "member", "segment_change", "lease",
	"snapshot", "snapshot_member",
	"import", "import_problem", "import_change", "merge", "contact_key", "contact_secret",
	"duplicate_scan", "duplicate_pair", "duplicate_dismissal",
	"audit", "audit_head",
	"restriction", "legal_hold", "held", "erasure",
}

// hinted lists the indexes that a query can ask for: ?use_voucher_contact.
var hinted = []string{
	"contact_identity_contact", "audience_campaign", "voucher_contact", "voucher_owner", "redemption_campaign", "redemption_contact",
	"snapshot_member_snapshot",
	"audit_at", "audit_contact", "audit_many", "audit_unsealed", "audit_chain",
}

// New makes a store on the host's database. It does not touch the database.
func New(db *sql.DB, d *dialect, cfg Config) (*Store, error) {
	cfg, err := cfg.complete(d.name+".New", db)
	if err != nil {
		return nil, err
	}
	return newStore(db, bun.NewDB(db, d.bun()), d, cfg), nil
}

func newStore(pool *sql.DB, db *bun.DB, d *dialect, cfg Config) *Store {
	s := &Store{pool: pool, d: d, tenant: cfg.Tenant, prefix: cfg.Prefix}
	s.db = session{s.withNames(db), guard{pool}}
	if cfg.RowSecurity {
		s.nameTenant = s.db.bun.QueryGen().FormatQuery("SELECT set_config(?, ?tenant, true)", tenantSetting)
		s.db.conn = guard{newSingles(pool, s.nameTenant)}
	}
	return s
}

// withNames gives the queries their names.
func (s *Store) withNames(db *bun.DB) *bun.DB {
	db = db.WithNamedArg("tenant", s.tenant)
	for name, text := range s.d.fragments {
		db = db.WithNamedArg(name, bun.Safe(text))
	}
	for _, name := range tables {
		db = db.WithNamedArg(name, bun.Safe(s.table(name)))
	}
	for _, name := range hinted {
		db = db.WithNamedArg("use_"+name, bun.Safe(s.hint(name)))
	}
	return db
}

var prefixPattern = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,30}$`)

// complete returns the configuration with its defaults, or what is wrong with
// it.
func (c Config) complete(op string, db *sql.DB) (Config, error) {
	if c.Tenant == "" {
		c.Tenant = "default"
	}
	if c.Prefix == "" {
		c.Prefix = "crm_"
	}
	var f errs.Fields
	if db == nil {
		f.Add("db", "required", "must not be nil")
	}
	check.Name(&f, "tenant", c.Tenant)
	if !prefixPattern.MatchString(c.Prefix) {
		f.Add("prefix", "syntax", "must be a lower-case letter or '_' followed by lower-case letters, digits or '_', at most 31 in all")
	}
	return c, f.Err(op)
}

// ForTenant returns a store for another tenant in the same tables.
func (s *Store) ForTenant(name string) (*Store, error) {
	return New(s.pool, s.d, Config{Tenant: name, Prefix: s.prefix, RowSecurity: s.nameTenant != ""})
}

// WithTx returns a handle within a transaction that the host began and ends.
func (s *Store) WithTx(tx *sql.Tx) *Store {
	if s.nameTenant != "" {
		return s.within(hostTx{tx, s.nameTenant}, true)
	}
	return s.within(tx, true)
}

// Bound implements storage.Binding.
func (s *Store) Bound() bool { return s.bound }

// within returns a handle that runs everything on the connection.
func (s *Store) within(conn connection, foreign bool) *Store {
	inner := *s
	inner.db.conn, inner.bound, inner.foreign = guard{conn}, true, foreign
	return &inner
}

// table returns the quoted name of a table.
func (s *Store) table(name string) string { return `"` + s.prefix + name + `"` }

// hint returns the hint to use an index, which is empty where none is needed.
func (s *Store) hint(index string) string {
	if s.d.useIndex == "" {
		return ""
	}
	return fmt.Sprintf(s.d.useIndex, s.prefix+index)
}
