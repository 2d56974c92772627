package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/contact"
)

// ReleaseIdentities implements contact.Store.
func (s *Store) ReleaseIdentities(ctx context.Context, claims []contact.Claim) error {
	const op = "storage.ReleaseIdentities"
	if len(claims) == 0 {
		return nil
	}
	keys := make(map[contact.ID][]hostKey)
	for _, c := range claims {
		keys[c.Contact] = append(keys[c.Contact], hostKey{c.Identity.Source, c.Identity.Key})
	}
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		for of, list := range keys {
			err := bySource(list, func(source string, chunk []string) error {
				_, err := tx.db.Exec(ctx, `DELETE FROM ?contact_identity WHERE tenant_id = ?tenant
					AND source = ? AND key IN (?) AND contact_id = ?`, source, bun.List(chunk), dbID(of))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// naming are the tables whose rows keep a contact alive, the first one also a contact
// that was merged into another.
var naming = []string{"?activity", "(SELECT tenant_id, winner_id AS contact_id FROM ?merge) AS m", "?audience", "?delivery", "?voucher ?use_voucher_owner", "?redemption ?use_redemption_contact", "?legal_hold", "?restriction"}

// owned are the tables whose rows go with a contact, and the column of it. The
// record is the last, because others refer to it. There is nothing in the rollup:
// who has no activity has no row.
var owned = []struct{ table, column string }{
	{"?contact_identity ?use_contact_identity_contact", "contact_id"}, {"?contact_field", "contact_id"}, {"?contact_element", "contact_id"},
	{"?consent_state", "contact_id"}, {"?consent_event", "contact_id"}, {"?opt_in", "contact_id"},
	{"?contact", "id"},
}

// DeleteContacts implements contact.Store.
func (s *Store) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) ([]contact.ID, error) {
	const op = "storage.DeleteContacts"
	if len(ids) == 0 {
		return nil, nil
	}
	var gone []dbID
	err := s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		gone = nil
		err := inChunks(distinct(ids), func(chunk []dbID) error {
			free, err := tx.unnamed(ctx, chunk)
			if err != nil || len(free) == 0 {
				return err
			}
			gone = append(gone, free...)
			return tx.deleteOwned(ctx, free)
		})
		if err != nil {
			return err
		}
		return tx.markRemoved(ctx, gone, at)
	})
	if err != nil {
		return nil, err
	}
	return contactIDs(gone), nil
}

// unnamed gives those of the contacts that no row names which stays. They are
// locked so that nobody can refer to them.
func (s *Store) unnamed(ctx context.Context, ids []dbID) ([]dbID, error) {
	free, err := s.lockAlone(ctx, ids)
	if err != nil {
		return nil, err
	}
	into, err := s.MergedInto(ctx, contactIDs(free))
	if err != nil {
		return nil, err
	}
	merged := make(map[dbID]bool, len(free))
	for i, id := range free {
		merged[id] = !into[i].IsZero()
	}
	for i, table := range naming {
		if err != nil || len(free) == 0 {
			return nil, err
		}
		var named []dbID
		err = s.db.NewRaw("SELECT DISTINCT contact_id FROM "+table+" WHERE tenant_id = ?tenant AND contact_id IN (?)", idList(free)).Scan(ctx, &named)
		if len(named) > 0 {
			free = slices.DeleteFunc(free, func(id dbID) bool { return slices.Contains(named, id) && (i == 0 || !merged[id]) })
		}
	}
	return free, err
}

// lockAlone locks records as if they were deleted, and returns the ids of those
// that are there, ascending: whoever records something for them waits, or is
// waited for.
func (s *Store) lockAlone(ctx context.Context, ids []dbID) (found []dbID, err error) {
	err = s.db.NewRaw("SELECT id FROM ?contact WHERE tenant_id = ?tenant AND id IN (?) ORDER BY id ?alone", idList(ids)).Scan(ctx, &found)
	return found, err
}

func (s *Store) deleteOwned(ctx context.Context, ids []dbID) error {
	for _, o := range owned {
		if _, err := s.db.Exec(ctx, "DELETE FROM "+o.table+" WHERE tenant_id = ?tenant AND "+o.column+" IN (?)", idList(ids)); err != nil {
			return err
		}
	}
	_, err := s.db.Exec(ctx, `DELETE FROM ?contact_secret AS s WHERE s.tenant_id = ?tenant AND s.contact_id IN (?) AND NOT EXISTS
		(SELECT 1 FROM ?merge AS m WHERE m.tenant_id = ?tenant AND m.loser_id = s.contact_id)`, idList(ids))
	return err
}
