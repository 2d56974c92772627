package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/privacy"
)

// Restricted implements contact.Store.
func (s *Store) Restricted(ctx context.Context, ids []contact.ID) ([]contact.ID, error) {
	return s.among(ctx, "storage.Restricted", "?restriction", ids)
}

// Erased implements contact.Store.
func (s *Store) Erased(ctx context.Context, ids []contact.ID) ([]contact.ID, error) {
	return s.among(ctx, "storage.Erased", "?erasure", ids)
}

// among returns those of the ids that have a row in a table.
func (s *Store) among(ctx context.Context, op, table string, ids []contact.ID) (list []contact.ID, err error) {
	err = inChunks(distinct(ids), func(chunk []dbID) error {
		found, err := s.listIDs(ctx, op, "SELECT contact_id FROM "+table+" WHERE tenant_id = ?tenant AND contact_id IN (?) ORDER BY contact_id", idList(chunk))
		list = append(list, found...)
		return err
	})
	return list, err
}

// restrictionRow is a row of the table restriction.
type restrictionRow struct {
	bun.BaseModel `bun:"alias:r"`

	TenantID  string
	ContactID dbID
	Reason    string
	At        int64
}

// PutRestriction implements privacy.Store.
func (s *Store) PutRestriction(ctx context.Context, r privacy.Restriction) error {
	return s.undoable(ctx, "storage.PutRestriction", true, func(ctx context.Context, tx *Store) error {
		row := restrictionRow{TenantID: tx.tenant, ContactID: dbID(r.Contact), Reason: r.Reason, At: r.At.UnixMicro()}
		_, err := insert(ctx, tx, "restriction", []restrictionRow{row}, "ON CONFLICT (tenant_id, contact_id) DO UPDATE SET reason = excluded.reason, at = excluded.at")
		if err != nil {
			return err
		}
		return tx.markRemoved(ctx, []dbID{dbID(r.Contact)}, r.At)
	})
}

// DeleteRestriction implements privacy.Store.
func (s *Store) DeleteRestriction(ctx context.Context, of contact.ID, at time.Time) error {
	return s.undoable(ctx, "storage.DeleteRestriction", true, func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, "DELETE FROM ?restriction WHERE tenant_id = ?tenant AND contact_id = ?", dbID(of))
		if err != nil || n == 0 {
			return err
		}
		return tx.markRemoved(ctx, []dbID{dbID(of)}, at)
	})
}

// Restrictions implements privacy.Store.
func (s *Store) Restrictions(ctx context.Context, ids []contact.ID) (list []privacy.Restriction, err error) {
	err = inChunks(distinct(ids), func(chunk []dbID) error {
		var rows []restrictionRow
		err := s.rowsOf(&rows, "?restriction AS r", "r", chunk, "r.contact_id").Scan(ctx)
		for _, r := range rows {
			list = append(list, privacy.Restriction{Contact: contact.ID(r.ContactID), Reason: r.Reason, At: instant(r.At)})
		}
		return err
	})
	return list, s.wrap("storage.Restrictions", err)
}

// holdRow is a row of the table legal_hold.
type holdRow struct {
	bun.BaseModel `bun:"alias:h"`

	TenantID  string
	ContactID dbID
	ID        dbID
	Class     string
	Reason    string
	Until     dbTime
	Reference string
	At        int64
}

func (r holdRow) hold() privacy.Hold {
	return privacy.Hold{
		ID: privacy.HoldID(r.ID), Contact: contact.ID(r.ContactID), Class: privacy.Class(r.Class), Reason: r.Reason,
		Until: r.Until.t, Reference: r.Reference, At: instant(r.At),
	}
}

// PutHold implements privacy.Store.
func (s *Store) PutHold(ctx context.Context, h privacy.Hold) error {
	return s.write(ctx, "storage.PutHold", func(ctx context.Context, tx *Store) error {
		row := holdRow{
			TenantID: tx.tenant, ContactID: dbID(h.Contact), ID: dbID(h.ID), Class: string(h.Class), Reason: h.Reason,
			Until: dbTime{h.Until}, Reference: h.Reference, At: h.At.UnixMicro(),
		}
		_, err := insert(ctx, tx, "legal_hold", []holdRow{row}, `ON CONFLICT (tenant_id, contact_id, id) DO UPDATE SET class = excluded.class,
			reason = excluded.reason, until = excluded.until, reference = excluded.reference, at = excluded.at`)
		return err
	})
}

// DeleteHold implements privacy.Store.
func (s *Store) DeleteHold(ctx context.Context, of contact.ID, hold privacy.HoldID) (there bool, err error) {
	err = s.write(ctx, "storage.DeleteHold", func(ctx context.Context, tx *Store) error {
		n, err := tx.db.Exec(ctx, "DELETE FROM ?legal_hold WHERE tenant_id = ?tenant AND contact_id = ? AND id = ?", dbID(of), dbID(hold))
		there = n > 0
		return err
	})
	return there && err == nil, err
}

// Holds implements privacy.Store.
func (s *Store) Holds(ctx context.Context, ids []contact.ID) (list []privacy.Hold, err error) {
	err = inChunks(distinct(ids), func(chunk []dbID) error {
		var rows []holdRow
		err := s.rowsOf(&rows, "?legal_hold AS h", "h", chunk, "h.contact_id", "h.id").Scan(ctx)
		for _, r := range rows {
			list = append(list, r.hold())
		}
		return err
	})
	return list, s.wrap("storage.Holds", err)
}

// EndedHolds implements privacy.Store.
func (s *Store) EndedHolds(ctx context.Context, now time.Time, limit int) ([]privacy.Hold, error) {
	if limit <= 0 {
		return nil, nil
	}
	var rows []holdRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?legal_hold AS h").
		Where("h.tenant_id = ?tenant AND h.until IS NOT NULL AND h.until <= ?", now.UnixMicro()).
		Order("h.contact_id", "h.id").Limit(int64(limit)).Scan(ctx)
	var list []privacy.Hold
	for _, r := range rows {
		list = append(list, r.hold())
	}
	return list, s.wrap("storage.EndedHolds", err)
}

// heldRow is a row of the table held.
type heldRow struct {
	bun.BaseModel `bun:"alias:h"`

	TenantID  string
	ContactID dbID
	Class     string
	Pos       int64
	Kind      string
	Record    string
}

// InsertHeld implements privacy.Store.
func (s *Store) InsertHeld(ctx context.Context, list []privacy.Held) error {
	const op = "storage.InsertHeld"
	if len(list) == 0 {
		return nil
	}
	rows := each(list, func(h privacy.Held) heldRow {
		return heldRow{
			TenantID: s.tenant, ContactID: dbID(h.Contact), Class: string(h.Class), Pos: int64(h.Position), Kind: h.Kind, Record: string(h.Record),
		}
	})
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "held", "held", rows)
	})
}

// HeldOf implements privacy.Store.
func (s *Store) HeldOf(ctx context.Context, of contact.ID) ([]privacy.Held, error) {
	var rows []heldRow
	err := s.rowsOf(&rows, "?held AS h", "h", idList{dbID(of)}, "h.class", "h.pos").Scan(ctx)
	var list []privacy.Held
	for _, r := range rows {
		list = append(list, privacy.Held{
			Contact: contact.ID(r.ContactID), Class: privacy.Class(r.Class), Position: int(r.Pos), Kind: r.Kind, Record: json.RawMessage(r.Record),
		})
	}
	return list, s.wrap("storage.HeldOf", err)
}

// HeldContacts implements privacy.Store.
func (s *Store) HeldContacts(ctx context.Context, after contact.ID, limit int) ([]contact.ID, error) {
	if limit <= 0 {
		return nil, nil
	}
	return s.listIDs(ctx, "storage.HeldContacts",
		"SELECT DISTINCT contact_id FROM ?held WHERE tenant_id = ?tenant AND contact_id > ? ORDER BY contact_id LIMIT ?", dbID(after), limit)
}

// DeleteHeld implements privacy.Store.
func (s *Store) DeleteHeld(ctx context.Context, of contact.ID, class privacy.Class) (n int64, err error) {
	err = s.write(ctx, "storage.DeleteHeld", func(ctx context.Context, tx *Store) (err error) {
		n, err = tx.db.Exec(ctx, "DELETE FROM ?held WHERE tenant_id = ?tenant AND contact_id = ? AND class = ?", dbID(of), string(class))
		return err
	})
	return n, err
}

// erasureRow is a row of the table erasure.
type erasureRow struct {
	bun.BaseModel `bun:"alias:e"`

	TenantID    string
	ContactID   dbID
	SubjectID   dbID
	Pending     bool
	Certificate string
}

// PutCertificate implements privacy.Store.
func (s *Store) PutCertificate(ctx context.Context, ids []contact.ID, c privacy.Certificate) error {
	const op = "storage.PutCertificate"
	text, err := encode(c)
	if err != nil || len(ids) == 0 {
		return s.wrap(op, err)
	}
	rows := each(distinct(ids), func(id dbID) erasureRow {
		return erasureRow{TenantID: s.tenant, ContactID: id, SubjectID: dbID(c.Contact), Pending: c.Pending, Certificate: text}
	})
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		_, err := insert(ctx, tx, "erasure", rows, `ON CONFLICT (tenant_id, contact_id) DO UPDATE SET subject_id = excluded.subject_id,
			pending = excluded.pending, certificate = excluded.certificate`)
		return err
	})
}

// CertificateOf implements privacy.Store.
func (s *Store) CertificateOf(ctx context.Context, id contact.ID) (privacy.Certificate, error) {
	const op = "storage.CertificateOf"
	var rows []erasureRow
	if err := s.rowsOf(&rows, "?erasure AS e", "e", idList{dbID(id)}).Scan(ctx); err != nil {
		return privacy.Certificate{}, s.wrap(op, err)
	}
	if len(rows) == 0 {
		return privacy.Certificate{}, errs.NotFound(op, "id")
	}
	var c privacy.Certificate
	err := decode(rows[0].Certificate, &c)
	return c, s.wrap(op, err)
}

// PendingCertificates implements privacy.Store.
func (s *Store) PendingCertificates(ctx context.Context, after contact.ID, limit int) ([]privacy.Certificate, error) {
	const op = "storage.PendingCertificates"
	if limit <= 0 {
		return nil, nil
	}
	var rows []erasureRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?erasure AS e").
		Where("e.tenant_id = ?tenant AND e.pending AND e.subject_id = e.contact_id AND e.contact_id > ?", dbID(after)).
		Order("e.contact_id").Limit(int64(limit)).Scan(ctx)
	var list []privacy.Certificate
	for _, r := range rows {
		var c privacy.Certificate
		if err == nil {
			err = decode(r.Certificate, &c)
		}
		list = append(list, c)
	}
	return list, s.wrap(op, err)
}
