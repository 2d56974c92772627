package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/stammkunde/crm/campaign"
)

// ClaimDeliveries implements campaign.Store: the candidates are locked where
// that is possible, and the UPDATE, which finds them by their whole key, asks
// again whether they are still queued.
func (s *Store) ClaimDeliveries(ctx context.Context, q campaign.ClaimQuery) ([]campaign.Delivery, error) {
	var rows []deliveryRow
	err := s.write(ctx, "storage.ClaimDeliveries", func(ctx context.Context, tx *Store) error {
		rows = nil
		return tx.db.NewRaw(`WITH ready (to_tenant, to_contact, to_id) AS (
				SELECT tenant_id, contact_id, id FROM ?delivery
				WHERE tenant_id = ?tenant AND campaign_id = ? AND state = 'queued' AND not_before <= ?
				ORDER BY not_before, id LIMIT ? ?skiplocked
			)
			UPDATE ?delivery AS d SET state = 'claimed', token = ?, lease_until = ?clock + ?, updated_at = ?
			FROM ready
			WHERE d.tenant_id = ready.to_tenant AND d.contact_id = ready.to_contact AND d.id = ready.to_id AND d.state = 'queued'
			RETURNING `+deliveryColumns,
			dbID(q.Campaign), q.Now.UnixMicro(), max(q.Limit, 0),
			int64(q.Token), q.Lease.Microseconds(), q.Now.UnixMicro(),
		).Scan(ctx, &rows)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b deliveryRow) int {
		return cmp.Or(cmp.Compare(a.NotBefore, b.NotBefore), compareIDs(a.ID, b.ID))
	})
	return deliveriesOf(rows), nil
}

// deliveryColumns are the columns of deliveryRow after RETURNING, where no
// other name in the statement may be like them.
const deliveryColumns = `tenant_id, contact_id, id, campaign_id, step, channel, state, reason, not_before,
	attempts, crashes, first_attempt_at, gated_at, sent_at, provider_id, updated_at`

// LockClaimed implements campaign.Store.
func (s *Store) LockClaimed(ctx context.Context, token campaign.Token) ([]campaign.Delivery, error) {
	const op = "storage.LockClaimed"
	if err := s.lockToWrite(ctx); err != nil {
		return nil, s.wrap(op, err)
	}
	var rows []deliveryRow
	q := s.db.NewSelect().Model(&rows).ModelTableExpr("?delivery AS d").
		Where("d.tenant_id = ?tenant AND d.token = ? AND d.state = 'claimed' AND d.lease_until > ?clock", int64(token)).
		Order("d.contact_id", "d.id")
	if s.d.forUpdate != "" {
		q = q.For(s.d.forUpdate)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, s.wrap(op, err)
	}
	return deliveriesOf(rows), nil
}

// ReapDeliveries implements campaign.Store.
func (s *Store) ReapDeliveries(ctx context.Context, q campaign.ReapQuery) (campaign.Reaped, error) {
	var reaped campaign.Reaped
	err := s.write(ctx, "storage.ReapDeliveries", func(ctx context.Context, tx *Store) error {
		reaped = campaign.Reaped{}
		var states []string
		err := tx.db.NewRaw(`UPDATE ?delivery SET
				state = CASE WHEN crashes + 1 >= ?0 THEN 'dead' ELSE 'queued' END,
				reason = CASE WHEN crashes + 1 >= ?0 THEN ?1 ELSE ?2 END,
				crashes = crashes + 1, token = NULL, lease_until = NULL, updated_at = ?3
			WHERE tenant_id = ?tenant AND campaign_id = ?4 AND state = 'claimed' AND token IS NOT NULL AND lease_until <= ?clock
			RETURNING state`,
			q.MaxCrashes, string(campaign.TooManyDeaths), string(campaign.LeaseLost), q.Now.UnixMicro(), dbID(q.Campaign),
		).Scan(ctx, &states)
		if err != nil {
			return err
		}
		for _, state := range states {
			if campaign.DeliveryState(state) == campaign.Dead {
				reaped.Dead++
			}
		}
		reaped.Requeued = int64(len(states)) - reaped.Dead
		reaped.InDoubt, err = tx.db.Exec(ctx, `UPDATE ?delivery
			SET state = 'in_doubt', reason = ?, token = NULL, lease_until = NULL, updated_at = ?
			WHERE tenant_id = ?tenant AND campaign_id = ? AND state = 'sending' AND token IS NOT NULL AND lease_until + ? <= ?clock`,
			string(campaign.LeaseLost), q.Now.UnixMicro(), dbID(q.Campaign), q.Grace.Microseconds())
		return err
	})
	return reaped, err
}

// RequeueInDoubt implements campaign.Store.
func (s *Store) RequeueInDoubt(ctx context.Context, q campaign.RequeueQuery) (n int64, err error) {
	err = s.write(ctx, "storage.RequeueInDoubt", func(ctx context.Context, tx *Store) error {
		n, err = tx.db.Exec(ctx, `UPDATE ?delivery SET state = 'queued', not_before = ?, updated_at = ?
			WHERE tenant_id = ?tenant AND campaign_id = ? AND state = 'in_doubt' AND channel = ?
				AND COALESCE(first_attempt_at, ?) >= ?`,
			q.NotBefore.UnixMicro(), q.Now.UnixMicro(), dbID(q.Campaign), string(q.Channel),
			never, q.Since.UnixMicro())
		return err
	})
	return n, err
}

// EndQueued implements campaign.Store.
func (s *Store) EndQueued(ctx context.Context, q campaign.EndQuery) (n int64, err error) {
	err = s.write(ctx, "storage.EndQueued", func(ctx context.Context, tx *Store) error {
		n, err = tx.db.Exec(ctx, `UPDATE ?delivery
			SET state = ?, reason = ?, token = NULL, lease_until = NULL, updated_at = ?
			WHERE tenant_id = ?tenant AND campaign_id = ? AND (state = 'queued' OR (state = 'claimed' AND ?))`,
			string(q.To), string(q.Reason), q.Now.UnixMicro(), dbID(q.Campaign), q.Claimed)
		return err
	})
	return n, err
}
