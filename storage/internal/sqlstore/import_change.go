package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
)

// importChangeRow is a row of the table import_change.
type importChangeRow struct {
	bun.BaseModel `bun:"alias:c"`

	TenantID     string
	ContactID    dbID
	ImportID     dbID
	Seq          int64
	Number       int64
	Line         int64
	Kind         string
	ActivityID   dbID
	ConsentID    dbID
	Digest       dbID
	BeforeRecord string `bun:",nullzero"`
	AfterRecord  string `bun:",nullzero"`
}

func (s *Store) importChangeRow(of exchange.ID, c *exchange.Change) (r importChangeRow, err error) {
	r = importChangeRow{
		TenantID: s.tenant, ContactID: dbID(c.Contact), ImportID: dbID(of), Seq: c.Seq, Number: int64(c.Number), Line: int64(c.Line),
		Kind: string(c.Kind), ActivityID: dbID(c.Activity), ConsentID: dbID(c.Consent), Digest: dbID(c.Digest),
	}
	if c.Before != nil {
		if r.BeforeRecord, err = encode(c.Before); err != nil {
			return r, err
		}
	}
	if c.After != nil {
		r.AfterRecord, err = encode(c.After)
	}
	return r, err
}

func (r *importChangeRow) change() (exchange.Change, error) {
	c := exchange.Change{
		Seq: r.Seq, Number: int(r.Number), Line: int(r.Line), Kind: exchange.ChangeKind(r.Kind), Contact: contact.ID(r.ContactID),
		Activity: activity.ID(r.ActivityID), Consent: consent.ID(r.ConsentID), Digest: r.Digest,
	}
	if err := decode(r.BeforeRecord, &c.Before); err != nil {
		return c, err
	}
	return c, decode(r.AfterRecord, &c.After)
}

// AppendImportChanges implements exchange.Store.
func (s *Store) AppendImportChanges(ctx context.Context, of exchange.ID, changes []exchange.Change) error {
	const op = "storage.AppendImportChanges"
	if len(changes) == 0 {
		return nil
	}
	rows := func(changes []exchange.Change) (rows []importChangeRow, err error) {
		rows = make([]importChangeRow, len(changes))
		for i := range changes {
			if rows[i], err = s.importChangeRow(of, &changes[i]); err != nil {
				return nil, err
			}
		}
		return rows, nil
	}
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		exists := errs.Conflict(op, "seq", "exists", "exists already")
		return insertAhead(ctx, pieces(tx, "import_change", changes, exists, rows, tx.d.ifTaken))
	})
}

// ImportChanges implements exchange.Store.
func (s *Store) ImportChanges(ctx context.Context, of exchange.ID, after contact.ID, limit int) ([]exchange.Change, error) {
	const op = "storage.ImportChanges"
	if limit <= 0 {
		return nil, nil
	}
	const where = "c.tenant_id = ?tenant AND c.import_id = ? AND c.contact_id > ?"
	var ids idList
	err := s.db.NewRaw("SELECT DISTINCT c.contact_id FROM ?import_change AS c WHERE "+where+" ORDER BY c.contact_id LIMIT ?",
		dbID(of), dbID(after), limit).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return nil, s.wrap(op, err)
	}
	var rows []importChangeRow
	err = s.db.NewSelect().Model(&rows).ModelTableExpr("?import_change AS c").
		Where(where+" AND c.contact_id <= ?", dbID(of), dbID(after), ids[len(ids)-1]).Order("c.contact_id", "c.seq").Scan(ctx)
	if err != nil {
		return nil, s.wrap(op, err)
	}
	list := make([]exchange.Change, len(rows))
	for i := range rows {
		if list[i], err = rows[i].change(); err != nil {
			return nil, s.wrap(op, err)
		}
	}
	return list, nil
}

// DeleteImportChanges implements exchange.Store.
func (s *Store) DeleteImportChanges(ctx context.Context, of exchange.ID, contacts []contact.ID) error {
	return s.undoable(ctx, "storage.DeleteImportChanges", true, func(ctx context.Context, tx *Store) error {
		return inChunks(distinct(contacts), func(chunk []dbID) error {
			_, err := tx.db.Exec(ctx, `DELETE FROM ?import_change
				WHERE tenant_id = ?tenant AND import_id = ? AND contact_id IN (?)`, dbID(of), idList(chunk))
			return err
		})
	})
}
