package sqlstore

import (
	"context"
	"reflect"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// InsertContacts implements contact.Store. The rows of some contacts are made while
// those of others are being inserted.
func (s *Store) InsertContacts(ctx context.Context, contacts []contact.Contact) error {
	const op = "storage.InsertContacts"
	if len(contacts) == 0 {
		return nil
	}
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		exists := errs.Conflict(op, "id", "exists", "exists already")
		return insertAhead(ctx,
			pieces(tx, "contact", contacts, exists, tx.contactRows, tx.d.ifTaken),
			pieces(tx, "contact_field", contacts, nil, tx.fieldsOf, plain),
			pieces(tx, "contact_element", contacts, nil, tx.elementsOf, plain),
			tx.marking(contacts))
	})
}

func (s *Store) contactRows(contacts []contact.Contact) (rows []contactRow, err error) {
	rows = make([]contactRow, len(contacts))
	for i := range contacts {
		if rows[i], err = s.contactRow(&contacts[i]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (s *Store) fieldsOf(contacts []contact.Contact) (rows []fieldRow, err error) {
	for i := range contacts {
		rows = append(rows, s.fieldRows(&contacts[i])...)
	}
	return rows, nil
}

func (s *Store) elementsOf(contacts []contact.Contact) (rows []elementRow, err error) {
	for i := range contacts {
		rows = append(rows, s.elementRows(&contacts[i])...)
	}
	return rows, nil
}

// insertParts writes what stands in tables of its own for the rules.
func (s *Store) insertParts(ctx context.Context, contacts []contact.Contact) error {
	return insertAhead(ctx,
		pieces(s, "contact_field", contacts, nil, s.fieldsOf, plain),
		pieces(s, "contact_element", contacts, nil, s.elementsOf, plain))
}

// UpdateContacts implements contact.Store.
func (s *Store) UpdateContacts(ctx context.Context, contacts []contact.Contact) error {
	const op = "storage.UpdateContacts"
	rows, err := s.contactRows(contacts)
	if err != nil || len(rows) == 0 {
		return s.wrap(op, err)
	}
	slices.SortFunc(rows, func(a, b contactRow) int { return compareIDs(a.ID, b.ID) })
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		for chunk := range slices.Chunk(rows, maxIDs) {
			if err := tx.updateContacts(ctx, op, chunk); err != nil {
				return err
			}
		}
		if err := tx.insertParts(ctx, contacts); err != nil {
			return err
		}
		return tx.mark(ctx, marksOf(contacts))
	})
}

// updateContacts replaces records and takes away their parts. The
// tenant is joined and not a constant, for the reason in MoveDeliveries.
func (s *Store) updateContacts(ctx context.Context, op string, rows []contactRow) error {
	n, err := affected(s.db.NewUpdate().
		With("new", s.db.bun.NewValues(&rows)).
		Model((*contactRow)(nil)).ModelTableExpr("?contact AS c").TableExpr("new").
		Apply(setContact).
		Where("c.tenant_id = new.tenant_id AND c.id = new.id AND c.version = new.version - 1").
		Exec(ctx))
	if err != nil {
		return err
	}
	if n != int64(len(rows)) {
		return errs.Conflict(op, "version", "changed", "the contact changed since it was read")
	}
	ids := make(idList, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	if _, err = s.db.Exec(ctx, "DELETE FROM ?contact_field WHERE tenant_id = ?tenant AND contact_id IN (?)", ids); err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, "DELETE FROM ?contact_element WHERE tenant_id = ?tenant AND contact_id IN (?)", ids)
	return err
}

// setContact sets all columns but the key, the place in random shares and
// created_at.
func setContact(q *bun.UpdateQuery) *bun.UpdateQuery {
	for _, f := range q.DB().Table(reflect.TypeFor[contactRow]()).Fields {
		switch f.Name {
		case "tenant_id", "id", "bucket", "created_at":
		default:
			q = q.Set("? = new.?", bun.Ident(f.Name), bun.Ident(f.Name))
		}
	}
	return q
}
