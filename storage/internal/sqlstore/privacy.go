package sqlstore

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
)

// LockAlone implements privacy.Store.
func (s *Store) LockAlone(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	const op = "storage.LockAlone"
	if len(ids) == 0 {
		return nil, nil
	}
	if err := s.lockToWrite(ctx); err != nil {
		return nil, s.wrap(op, err)
	}
	if _, err := s.lockAlone(ctx, distinct(ids)); err != nil {
		return nil, s.wrap(op, err)
	}
	list, err := s.contacts(ctx, ids, "")
	return list, s.wrap(op, err)
}

// PersonalRows implements privacy.Store.
func (s *Store) PersonalRows(ctx context.Context, ids []contact.ID) (privacy.Rows, error) {
	var r privacy.Rows
	if len(ids) == 0 {
		return r, nil
	}
	list := idList(distinct(ids))
	var err error
	if r.CampaignRows, err = s.campaignRows(ctx, list); err == nil {
		err = s.otherRows(ctx, list, &r)
	}
	return r, s.wrap("storage.PersonalRows", err)
}

// campaignRows reads what campaigns have for contacts.
func (s *Store) campaignRows(ctx context.Context, ids idList) (r privacy.CampaignRows, err error) {
	var members []memberRow
	if err := s.rowsOf(&members, "?audience AS m", "m", ids, "m.contact_id", "m.campaign_id").Scan(ctx); err != nil {
		return r, err
	}
	for i := range members {
		r.Audience = append(r.Audience, members[i].member())
	}
	var deliveries []deliveryRow
	if err := s.rowsOf(&deliveries, "?delivery AS d", "d", ids, "d.contact_id", "d.id").Scan(ctx); err != nil {
		return r, err
	}
	for i := range deliveries {
		r.Deliveries = append(r.Deliveries, deliveries[i].delivery())
	}
	var vouchers []voucherRow
	if err := s.rowsOf(&vouchers, "?voucher AS v ?use_voucher_owner", "v", ids, "v.code").Scan(ctx); err != nil {
		return r, err
	}
	for i := range vouchers {
		r.Vouchers = append(r.Vouchers, vouchers[i].voucher())
	}
	var redemptions []redemptionRow
	if err := s.rowsOf(&redemptions, "?redemption AS r ?use_redemption_contact", "r", ids, "r.order_source", "r.order_key").Scan(ctx); err != nil {
		return r, err
	}
	for i := range redemptions {
		r.Redemptions = append(r.Redemptions, redemptions[i].redemption())
	}
	return r, nil
}

// rowsOf selects the rows of contacts in an order.
func (s *Store) rowsOf(rows any, table, alias string, ids idList, order ...string) *bun.SelectQuery {
	return s.db.NewSelect().Model(rows).ModelTableExpr(table).
		Where("?0.tenant_id = ?tenant AND ?0.contact_id IN (?1)", bun.Safe(alias), ids).Order(order...)
}

// otherRows reads what snapshots, imports and scans have of contacts.
func (s *Store) otherRows(ctx context.Context, ids idList, r *privacy.Rows) error {
	var frozen []frozenRow
	if err := s.rowsOf(&frozen, "?snapshot_member AS m", "m", ids, "m.contact_id", "m.snapshot_id").Scan(ctx); err != nil {
		return err
	}
	for _, f := range frozen {
		r.Snapshots = append(r.Snapshots, privacy.SnapshotRow{Contact: contact.ID(f.ContactID), Snapshot: segment.SnapshotID(f.SnapshotID)})
	}
	var changes []importChangeRow
	err := s.rowsOf(&changes, "?import_change AS c", "c", ids, "c.import_id", "c.contact_id", "c.seq").
		Where("c.import_id IN (SELECT id FROM ?import WHERE tenant_id = ?tenant)").Scan(ctx)
	if err != nil {
		return err
	}
	for i := range changes {
		c, err := changes[i].change()
		if err != nil {
			return err
		}
		r.Imports = append(r.Imports, privacy.ImportRow{Import: exchange.ID(changes[i].ImportID), Change: c})
	}
	var pairs []foundRow
	err = s.db.NewSelect().Model(&pairs).ModelTableExpr("?duplicate_pair AS p").
		Where("p.tenant_id = ?tenant AND p.scan IN (SELECT number FROM ?duplicate_scan WHERE tenant_id = ?tenant)").
		Where("(p.a_id IN (?0) OR p.b_id IN (?0))", ids).Order("p.scan", "p.a_id", "p.b_id").Scan(ctx)
	if len(pairs) > 0 {
		r.Pairs = foundOf(pairs)
	}
	return err
}

// ReplaceCampaignRows implements privacy.Store.
func (s *Store) ReplaceCampaignRows(ctx context.Context, of []contact.ID, in campaign.ID, with privacy.CampaignRows) error {
	const op = "storage.ReplaceCampaignRows"
	return s.undoable(ctx, op, true, func(ctx context.Context, tx *Store) error {
		if len(of) > 0 {
			if err := tx.deleteCampaignRows(ctx, op, distinct(of), in); err != nil {
				return err
			}
		}
		return tx.putCampaignRows(ctx, with)
	})
}

func (s *Store) deleteCampaignRows(ctx context.Context, op string, ids idList, in campaign.ID) error {
	where := bun.Safe(s.db.bun.QueryGen().FormatQuery("tenant_id = ?tenant AND contact_id IN (?)", ids))
	if !in.IsZero() {
		where = bun.Safe(s.db.bun.QueryGen().FormatQuery("? AND campaign_id = ?", where, dbID(in)))
	}
	if _, err := s.db.Exec(ctx, "DELETE FROM ?delivery WHERE ? AND state <> 'sending'", where); err != nil {
		return err
	}
	var sending []dbID
	if err := s.db.NewRaw("SELECT id FROM ?delivery WHERE ? LIMIT 1", where).Scan(ctx, &sending); err != nil {
		return err
	}
	if len(sending) > 0 {
		return errs.Conflict(op, "delivery", "state", "is being sent")
	}
	for _, table := range []string{"?audience", "?voucher", "?redemption"} {
		if _, err := s.db.Exec(ctx, "DELETE FROM "+table+" WHERE ?", where); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) putCampaignRows(ctx context.Context, with privacy.CampaignRows) error {
	if _, err := insert(ctx, s, "audience", each(with.Audience, s.memberRow), plain); err != nil {
		return err
	}
	if _, err := insert(ctx, s, "delivery", each(with.Deliveries, s.deliveryRow), plain); err != nil {
		return err
	}
	if _, err := insert(ctx, s, "voucher", each(with.Vouchers, s.voucherRow), plain); err != nil {
		return err
	}
	_, err := insert(ctx, s, "redemption", each(with.Redemptions, s.redemptionRow), plain)
	return err
}

// each makes a row of everything in a list.
func each[E, R any](list []E, row func(E) R) []R {
	rows := make([]R, len(list))
	for i, e := range list {
		rows[i] = row(e)
	}
	return rows
}

// EraseContacts implements privacy.Store.
func (s *Store) EraseContacts(ctx context.Context, ids []contact.ID, at time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.undoable(ctx, "storage.EraseContacts", true, func(ctx context.Context, tx *Store) error {
		return inChunks(distinct(ids), func(chunk []dbID) error {
			for _, t := range personal {
				if t.kept != "" {
					continue
				}
				if err := tx.eraseRows(ctx, t, chunk); err != nil {
					return err
				}
			}
			return tx.eraseOrTell(ctx, chunk, at)
		})
	})
}

// eraseRows deletes what a table has of contacts.
func (s *Store) eraseRows(ctx context.Context, t personalTable, ids idList) error {
	for _, column := range t.by {
		query := "DELETE FROM ?" + t.name + " WHERE tenant_id = ?tenant AND " + column + " IN (?0)"
		if t.where != "" {
			query += " AND " + t.where
		}
		if _, err := s.db.Exec(ctx, query, ids); err != nil {
			return err
		}
	}
	return nil
}

// eraseOrTell removes what live segments keep of contacts, but of members only when they
// have been told to have left.
func (s *Store) eraseOrTell(ctx context.Context, ids idList, at time.Time) error {
	kept, err := s.memberships(ctx, ids, s.d.lockRows())
	if err != nil {
		return err
	}
	var told, gone []dbID
	for _, id := range ids {
		if anyMember(kept[id]) {
			told = append(told, id)
		} else {
			gone = append(gone, id)
		}
	}
	if err := s.eraseWatches(ctx, gone); err != nil {
		return err
	}
	return s.markRemoved(ctx, told, at)
}

func anyMember(list []segment.Membership) bool {
	for _, m := range list {
		if m.Member {
			return true
		}
	}
	return false
}

// DeleteWatches implements privacy.Store.
func (s *Store) DeleteWatches(ctx context.Context, ids []contact.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return s.undoable(ctx, "storage.DeleteWatches", true, func(ctx context.Context, tx *Store) error {
		return inChunks(distinct(ids), func(chunk []dbID) error {
			if _, err := tx.db.Exec(ctx, "DELETE FROM ?segment_change WHERE tenant_id = ?tenant AND contact_id IN (?)", idList(chunk)); err != nil {
				return err
			}
			return tx.eraseWatches(ctx, chunk)
		})
	})
}

// eraseWatches deletes marks and memberships. The rows of member are found by what the
// memberships say, because their key begins with the segment.
func (s *Store) eraseWatches(ctx context.Context, ids idList) error {
	if len(ids) == 0 {
		return nil
	}
	kept, err := s.memberships(ctx, ids, s.d.lockRows())
	if err != nil {
		return err
	}
	var pairs pairList
	for of, list := range kept {
		for _, m := range list {
			pairs = append(pairs, pair{dbID(m.Segment), of})
		}
	}
	err = inChunks(pairs, func(chunk []pair) error {
		_, err := s.db.Exec(ctx, "DELETE FROM ?member WHERE tenant_id = ?tenant AND (segment_id, contact_id) IN (VALUES ?)", pairList(chunk))
		return err
	})
	if err != nil {
		return err
	}
	for _, table := range []string{"?membership", "?watch"} {
		if _, err := s.db.Exec(ctx, "DELETE FROM "+table+" WHERE tenant_id = ?tenant AND contact_id IN (?)", ids); err != nil {
			return err
		}
	}
	return nil
}

// IdleContacts implements privacy.Store.
func (s *Store) IdleContacts(ctx context.Context, before time.Time, after contact.ID, limit int) ([]contact.ID, error) {
	if limit <= 0 {
		return nil, nil
	}
	return s.listIDs(ctx, "storage.IdleContacts", `SELECT c.id FROM ?contact AS c WHERE c.tenant_id = ?tenant AND c.id > ?0 AND c.updated_at < ?1
		AND NOT EXISTS (SELECT 1 FROM ?activity AS a WHERE a.tenant_id = c.tenant_id AND a.contact_id = c.id AND a.at >= ?1)
		AND NOT EXISTS (SELECT 1 FROM ?consent_event AS e WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.id AND e.at >= ?1)
		ORDER BY c.id LIMIT ?2`, dbID(after), before.UnixMicro(), limit)
}

// ContactsWithHistory implements privacy.Store.
func (s *Store) ContactsWithHistory(ctx context.Context, before time.Time, after contact.ID, limit int) ([]contact.ID, error) {
	if limit <= 0 {
		return nil, nil
	}
	return s.listIDs(ctx, "storage.ContactsWithHistory", `SELECT c.id FROM ?contact AS c WHERE c.tenant_id = ?tenant AND c.id > ?0
		AND EXISTS (SELECT 1 FROM ?activity AS a WHERE a.tenant_id = c.tenant_id AND a.contact_id = c.id AND a.at < ?1)
		ORDER BY c.id LIMIT ?2`, dbID(after), before.UnixMicro(), limit)
}

// listIDs reads ids of contacts.
func (s *Store) listIDs(ctx context.Context, op, query string, args ...any) ([]contact.ID, error) {
	var found []dbID
	if err := s.db.NewRaw(query, args...).Scan(ctx, &found); err != nil {
		return nil, s.wrap(op, err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return contactIDs(found), nil
}
