package sqlstore

import (
	"context"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// auditRow is a row of the table audit.
type auditRow struct {
	bun.BaseModel `bun:"alias:a"`

	TenantID  string
	ID        dbID
	At        int64
	Actor     string
	Action    string
	Kind      string
	Resource  string
	ContactID dbID
	Many      bool
	Payload   string
	Salt      dbID
	Digest    string
	Mac       string
	Seq       int64
	Prev      string
	Hash      string
}

const auditColumns = "id, at, actor, action, kind, resource, contact_id, many, payload, salt, digest, mac, seq, prev, hash"

func (s *Store) auditRow(e audit.Entry) auditRow {
	return auditRow{
		TenantID: s.tenant, ID: dbID(e.ID), At: e.At.UnixMicro(), Actor: e.Actor, Action: e.Action, Kind: e.Kind, Resource: e.Resource,
		ContactID: dbID(e.Contact), Many: e.Many, Payload: string(e.Payload), Salt: e.Salt,
		Digest: e.Digest.String(), Mac: e.Mac.String(), Seq: e.Seq, Prev: e.Prev.String(), Hash: e.Hash.String(),
	}
}

func (r *auditRow) entry() audit.Entry {
	e := audit.Entry{
		ID: audit.ID(r.ID), At: instant(r.At), Actor: r.Actor, Action: r.Action, Kind: r.Kind, Resource: r.Resource,
		Contact: contact.ID(r.ContactID), Many: r.Many, Salt: r.Salt,
		Digest: hashOf(r.Digest), Mac: hashOf(r.Mac), Seq: r.Seq, Prev: hashOf(r.Prev), Hash: hashOf(r.Hash),
	}
	if r.Payload != "" {
		e.Payload = []byte(r.Payload)
	}
	return e
}

// hashOf reads a hash. One that somebody has spoilt is the zero hash, so that Verify
// names the entry.
func hashOf(text string) (h audit.Hash) {
	if h.UnmarshalText([]byte(text)) != nil {
		return audit.Hash{}
	}
	return h
}

func entriesOf(rows []auditRow) []audit.Entry {
	list := make([]audit.Entry, len(rows))
	for i := range rows {
		list[i] = rows[i].entry()
	}
	return list
}

// AppendAudit implements audit.Store.
func (s *Store) AppendAudit(ctx context.Context, entries []audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	const op = "storage.AppendAudit"
	rows := make([]auditRow, len(entries))
	for i, e := range entries {
		rows[i] = s.auditRow(e)
	}
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "audit", "id", rows)
	})
}

// AuditEntries implements audit.Store. Entries about one contact and those about
// several have an index each.
func (s *Store) AuditEntries(ctx context.Context, q audit.EntryQuery) ([]audit.Entry, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	where, args := auditWhere(q)
	part := func(index, also string, first ...any) frag {
		return raw("SELECT "+auditColumns+" FROM ?audit AS a "+index+" WHERE a.tenant_id = ?tenant AND "+also+where+
			" ORDER BY a.at, a.id LIMIT ?", append(append(first, args...), q.Limit)...)
	}
	var query frag
	switch {
	case q.Unsealed:
		query = part("?use_audit_unsealed", "a.seq = 0")
	case q.Contact.IsZero():
		query = part("?use_audit_at", "TRUE")
	default:
		one, many := part("?use_audit_contact", "a.contact_id = ?", dbID(q.Contact)), part("?use_audit_many", "a.many")
		query = raw("SELECT * FROM (SELECT * FROM ("+one.sql+") AS x UNION ALL SELECT * FROM ("+many.sql+") AS y) AS u ORDER BY at, id LIMIT ?",
			append(append(one.args, many.args...), q.Limit)...)
	}
	var rows []auditRow
	err := s.db.NewRaw(query.sql, query.args...).Scan(ctx, &rows)
	return entriesOf(rows), s.wrap("storage.AuditEntries", err)
}

// auditWhere spells the conditions that can be combined with all others.
func auditWhere(q audit.EntryQuery) (where string, args []any) {
	and := func(condition string, values ...any) {
		where += " AND " + condition
		args = append(args, values...)
	}
	if q.Unsealed && !q.Contact.IsZero() {
		and("(a.many OR a.contact_id = ?)", dbID(q.Contact))
	}
	if q.Actor != "" {
		and("a.actor = ?", q.Actor)
	}
	if q.Action != "" {
		and("a.action = ?", q.Action)
	}
	if !q.From.IsZero() {
		and("a.at >= ?", q.From.UnixMicro())
	}
	if !q.To.IsZero() {
		and("a.at < ?", q.To.UnixMicro())
	}
	if !q.After.IsZero() {
		and("(a.at, a.id) > (?, ?)", q.AfterAt.UnixMicro(), dbID(q.After))
	}
	return where, args
}

// AuditChain implements audit.Store.
func (s *Store) AuditChain(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	if limit <= 0 {
		return nil, nil
	}
	var rows []auditRow
	err := s.db.NewRaw("SELECT "+auditColumns+` FROM ?audit AS a ?use_audit_chain
		WHERE a.tenant_id = ?tenant AND a.seq > 0 AND a.seq > ? ORDER BY a.seq LIMIT ?`, after, limit).Scan(ctx, &rows)
	return entriesOf(rows), s.wrap("storage.AuditChain", err)
}

// EraseAuditPayloads implements audit.Store.
func (s *Store) EraseAuditPayloads(ctx context.Context, of contact.ID, limit int) (n int64, err error) {
	if of.IsZero() || limit <= 0 {
		return 0, nil
	}
	err = s.write(ctx, "storage.EraseAuditPayloads", func(ctx context.Context, tx *Store) error {
		n, err = tx.db.Exec(ctx, `UPDATE ?audit SET payload = '', salt = ? WHERE tenant_id = ?tenant AND id IN (
			SELECT a.id FROM ?audit AS a ?use_audit_contact
			WHERE a.tenant_id = ?tenant AND a.contact_id = ? AND a.payload <> '' ORDER BY a.at, a.id LIMIT ?)`, dbID{}, dbID(of), limit)
		return err
	})
	return n, err
}

// headRow is a row of the table audit_head.
type headRow struct {
	Seq  int64
	Hash string
}

// AuditHead implements audit.Store.
func (s *Store) AuditHead(ctx context.Context) (audit.Head, error) {
	return s.auditHead(ctx, "storage.AuditHead", "")
}

// LockAuditHead implements audit.Store.
func (s *Store) LockAuditHead(ctx context.Context) (head audit.Head, err error) {
	const op = "storage.LockAuditHead"
	err = s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		_, err := tx.db.Exec(ctx, "INSERT INTO ?audit_head (tenant_id, seq, hash) VALUES (?tenant, 0, ?) ON CONFLICT DO NOTHING", audit.Hash{}.String())
		if err != nil {
			return err
		}
		head, err = tx.auditHead(ctx, op, s.d.forUpdate)
		return err
	})
	return head, err
}

func (s *Store) auditHead(ctx context.Context, op, lock string) (audit.Head, error) {
	if lock != "" {
		lock = " FOR " + lock
	}
	var rows []headRow
	err := s.db.NewRaw("SELECT seq, hash FROM ?audit_head WHERE tenant_id = ?tenant"+lock).Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return audit.Head{}, s.wrap(op, err)
	}
	return audit.Head{Seq: rows[0].Seq, Hash: hashOf(rows[0].Hash)}, nil
}

// SealAudit implements audit.Store. The tenant is part of the list for the reason in
// MoveDeliveries.
func (s *Store) SealAudit(ctx context.Context, seals []audit.Seal) error {
	if len(seals) == 0 {
		return nil
	}
	const op = "storage.SealAudit"
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		err := inChunks(seals, func(chunk []audit.Seal) error {
			n, err := tx.db.Exec(ctx, `WITH sealed (of_tenant, of_id, new_seq, new_prev, new_hash) AS (VALUES ?)
				UPDATE ?audit AS a SET seq = new_seq, prev = new_prev, hash = new_hash FROM sealed
				WHERE a.tenant_id = of_tenant AND a.id = of_id AND `+tx.d.unindexed+`a.seq = 0`, sealList(chunk))
			if err == nil && n != int64(len(chunk)) {
				err = errs.Conflict(op, "id", "changed", "is not there, or was sealed already")
			}
			return err
		})
		if err != nil {
			return err
		}
		last := seals[len(seals)-1]
		_, err = tx.db.Exec(ctx, `INSERT INTO ?audit_head (tenant_id, seq, hash) VALUES (?tenant, ?, ?)
			ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`, last.Seq, last.Hash.String())
		return err
	})
}

// sealList writes seals as rows of VALUES.
type sealList []audit.Seal

// AppendQuery implements schema.QueryAppender.
func (l sealList) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	for i, seal := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = gen.AppendQuery(b, "(?tenant, ?, CAST(? AS bigint), ?, ?)", dbID(seal.ID), seal.Seq, seal.Prev.String(), seal.Hash.String())
	}
	return b, nil
}
