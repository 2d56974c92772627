package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
)

// secretRow is a row of the table contact_secret.
type secretRow struct {
	bun.BaseModel `bun:"alias:s"`

	TenantID  string `bun:"type:text"`
	ContactID dbID   `bun:"type:uuid"`
	Version   int64  `bun:"type:bigint"`
	Wrapped   packed `bun:"type:bytea"`
	Kek       string `bun:"type:text"`
	CreatedAt int64  `bun:"type:bigint"`
}

// secretRows gives rows in the order of the primary key, so that no two callers wait for
// each other.
func (s *Store) secretRows(list []contact.Secret) []secretRow {
	rows := make([]secretRow, len(list))
	for i, n := range list {
		rows[i] = secretRow{
			TenantID: s.tenant, ContactID: dbID(n.Contact), Version: n.Version, Wrapped: append(packed{}, n.Wrapped...), Kek: n.KEK,
			CreatedAt: n.CreatedAt.UnixMicro(),
		}
	}
	slices.SortFunc(rows, func(a, b secretRow) int {
		return cmp.Or(compareIDs(a.ContactID, b.ContactID), cmp.Compare(a.Version, b.Version))
	})
	return rows
}

func (r *secretRow) secret() contact.Secret {
	return contact.Secret{
		Contact: contact.ID(r.ContactID), Version: r.Version, Wrapped: r.Wrapped, KEK: r.Kek, CreatedAt: instant(r.CreatedAt),
	}
}

// Tenant implements contact.SecretStore.
func (s *Store) Tenant() string { return s.tenant }

// InsertSecrets implements contact.SecretStore.
func (s *Store) InsertSecrets(ctx context.Context, list []contact.Secret) error {
	const op = "storage.InsertSecrets"
	if len(list) == 0 {
		return nil
	}
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "contact_secret", "version", tx.secretRows(list))
	})
}

// UpdateSecrets implements contact.SecretStore.
func (s *Store) UpdateSecrets(ctx context.Context, list []contact.Secret) error {
	if len(list) == 0 {
		return nil
	}
	return s.undoable(ctx, "storage.UpdateSecrets", true, func(ctx context.Context, tx *Store) error {
		return inChunks(tx.secretRows(list), func(chunk []secretRow) error {
			_, err := tx.db.NewUpdate().
				With("new", tx.db.bun.NewValues(&chunk)).
				Model((*secretRow)(nil)).ModelTableExpr("?contact_secret AS s").TableExpr("new").
				Set("wrapped = new.wrapped").Set("kek = new.kek").
				Where("s.tenant_id = new.tenant_id AND s.contact_id = new.contact_id AND s.version = new.version").
				Exec(ctx)
			return err
		})
	})
}

// Secrets implements contact.SecretStore.
func (s *Store) Secrets(ctx context.Context, contacts []contact.ID) ([]contact.Secret, error) {
	var list []contact.Secret
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []secretRow
		err := s.db.NewSelect().Model(&rows).ModelTableExpr("?contact_secret AS s").
			Where("s.tenant_id = ?tenant AND s.contact_id IN (?)", idList(chunk)).
			Order("s.contact_id", "s.created_at", "s.version").Scan(ctx)
		for i := range rows {
			list = append(list, rows[i].secret())
		}
		return err
	})
	return list, s.wrap("storage.Secrets", err)
}

// ListSecrets implements contact.SecretStore.
func (s *Store) ListSecrets(ctx context.Context, after contact.Secret, limit int) ([]contact.Secret, error) {
	if limit <= 0 {
		return nil, nil
	}
	var rows []secretRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?contact_secret AS s").
		Where("s.tenant_id = ?tenant AND (s.contact_id, s.version) > (?, ?)", dbID(after.Contact), after.Version).
		Order("s.contact_id", "s.version").Limit(int64(limit)).Scan(ctx)
	list := make([]contact.Secret, len(rows))
	for i := range rows {
		list[i] = rows[i].secret()
	}
	return list, s.wrap("storage.ListSecrets", err)
}

// DeleteSecrets implements contact.SecretStore.
func (s *Store) DeleteSecrets(ctx context.Context, contacts []contact.ID, keep []int64) error {
	return s.undoable(ctx, "storage.DeleteSecrets", true, func(ctx context.Context, tx *Store) error {
		return inChunks(distinct(contacts), func(chunk []dbID) error {
			if len(keep) == 0 {
				_, err := tx.db.Exec(ctx, "DELETE FROM ?contact_secret WHERE tenant_id = ?tenant AND contact_id IN (?)", idList(chunk))
				return err
			}
			_, err := tx.db.Exec(ctx, "DELETE FROM ?contact_secret WHERE tenant_id = ?tenant AND contact_id IN (?) AND version NOT IN (?)",
				idList(chunk), bun.List(keep))
			return err
		})
	})
}

// HoldersOf implements contact.SecretStore: by the rows for rules, and by the names in
// what merges keep. Within JSON an unescaped name can only be that of a member, and only
// custom values begin with their type.
func (s *Store) HoldersOf(ctx context.Context, fields []string, after contact.ID, limit int) ([]contact.ID, error) {
	const op = "storage.HoldersOf"
	if limit <= 0 || len(fields) == 0 {
		return nil, nil
	}
	lists := make([]string, len(fields))
	for i, name := range fields {
		lists[i] = "custom." + name
	}
	var all []dbID
	ask := func(query string, args ...any) error {
		var found []dbID
		err := s.db.NewRaw(query, args...).Scan(ctx, &found)
		all = append(all, found...)
		return err
	}
	err := ask(`SELECT DISTINCT contact_id FROM ?contact_field
		WHERE tenant_id = ?tenant AND contact_id > ? AND name IN (?) ORDER BY contact_id LIMIT ?`, dbID(after), bun.List(fields), limit)
	if err == nil {
		err = ask(`SELECT DISTINCT contact_id FROM ?contact_element
			WHERE tenant_id = ?tenant AND contact_id > ? AND list IN (?) ORDER BY contact_id LIMIT ?`, dbID(after), bun.List(lists), limit)
	}
	for i := 0; i < len(fields) && err == nil; i++ {
		value := `"` + fields[i] + `":{"type":"`
		err = ask(`SELECT DISTINCT winner_id FROM ?merge WHERE tenant_id = ?tenant AND winner_id > ? AND
			(?position(before_record, ?) > 0 OR ?position(lost_record, ?) > 0 OR ?position(after_record, ?) > 0)
			ORDER BY winner_id LIMIT ?`, dbID(after), value, value, value, limit)
	}
	if err != nil {
		return nil, s.wrap(op, err)
	}
	list := distinct(contactIDs(all))
	return contactIDs(list[:min(len(list), limit)]), nil
}

// EditCopies implements contact.SecretStore.
func (s *Store) EditCopies(ctx context.Context, contacts []contact.ID, edit func(contact.Contact) contact.Contact) error {
	return s.undoable(ctx, "storage.EditCopies", true, func(ctx context.Context, tx *Store) error {
		return inChunks(distinct(contacts), func(chunk []dbID) error {
			if err := tx.editMerges(ctx, chunk, edit); err != nil {
				return err
			}
			return tx.editChanges(ctx, chunk, edit)
		})
	})
}

// editMerges edits what merges keep.
func (s *Store) editMerges(ctx context.Context, of []dbID, edit func(contact.Contact) contact.Contact) error {
	var rows []mergeRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?merge AS m").
		Where("m.tenant_id = ?tenant AND (m.loser_id IN (?) OR m.winner_id IN (?))", idList(of), idList(of)).Order("m.loser_id").Scan(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		before := r
		if err := editJSON(edit, &r.BeforeRecord, &r.LostRecord, &r.AfterRecord); err != nil {
			return err
		}
		if r == before {
			continue
		}
		_, err := s.db.Exec(ctx, `UPDATE ?merge SET before_record = ?, lost_record = ?, after_record = ?
			WHERE tenant_id = ?tenant AND loser_id = ?`, r.BeforeRecord, r.LostRecord, r.AfterRecord, r.LoserID)
		if err != nil {
			return err
		}
	}
	return nil
}

// editChanges edits what imports keep.
func (s *Store) editChanges(ctx context.Context, of []dbID, edit func(contact.Contact) contact.Contact) error {
	var rows []importChangeRow
	err := s.db.NewSelect().Model(&rows).ModelTableExpr("?import_change AS c").
		Where("c.tenant_id = ?tenant AND c.contact_id IN (?) AND (c.before_record IS NOT NULL OR c.after_record IS NOT NULL)", idList(of)).
		Order("c.import_id", "c.contact_id", "c.seq").Scan(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		before := r
		if err := editJSON(edit, &r.BeforeRecord, &r.AfterRecord); err != nil {
			return err
		}
		if r == before {
			continue
		}
		_, err := s.db.NewUpdate().Model(&r).ModelTableExpr("?import_change AS c").Column("before_record", "after_record").
			Where("c.tenant_id = ?tenant AND c.import_id = ? AND c.contact_id = ? AND c.seq = ?", r.ImportID, r.ContactID, r.Seq).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// editJSON edits records that are there.
func editJSON(edit func(contact.Contact) contact.Contact, records ...*string) error {
	for _, text := range records {
		if *text == "" {
			continue
		}
		var c contact.Contact
		err := decode(*text, &c)
		if err == nil {
			*text, err = encode(edit(c))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
