package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun/schema"

	"github.com/stammkunde/crm/campaign"
)

// MoveDeliveries implements campaign.Store. All moves of a batch, whatever
// they are, are one statement that joins the deliveries by their whole key. The
// tenant is part of the list and not a constant: so the planners have no other
// way than the key, also where they know nothing about the table.
func (s *Store) MoveDeliveries(ctx context.Context, token campaign.Token, now time.Time, moves []campaign.Move) ([]campaign.DeliveryID, error) {
	if len(moves) == 0 {
		return nil, nil
	}
	var moved []campaign.DeliveryID
	err := s.write(ctx, "storage.MoveDeliveries", func(ctx context.Context, tx *Store) error {
		moved = nil
		for chunk := range slices.Chunk(moves, maxRows) {
			ids, err := tx.move(ctx, token, now, chunk)
			if err != nil {
				return err
			}
			moved = append(moved, ids...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return moved, nil
}

func (s *Store) move(ctx context.Context, token campaign.Token, now time.Time, moves []campaign.Move) ([]campaign.DeliveryID, error) {
	var found []dbID
	err := s.db.NewRaw(`WITH m (to_tenant, to_contact, to_id, from_state, to_state, to_reason, to_time, tries, provider) AS (VALUES ?0)
		UPDATE ?delivery AS d SET state = m.to_state, reason = m.to_reason,
			not_before = COALESCE(m.to_time, d.not_before), attempts = d.attempts + m.tries,
			gated_at = CASE m.to_state WHEN 'sending' THEN ?1 ELSE d.gated_at END,
			first_attempt_at = CASE m.to_state WHEN 'sending' THEN COALESCE(d.first_attempt_at, ?1) ELSE d.first_attempt_at END,
			sent_at = CASE m.to_state WHEN 'sent' THEN ?1 ELSE d.sent_at END,
			token = CASE WHEN m.to_state IN ('claimed', 'sending') THEN d.token END,
			lease_until = CASE WHEN m.to_state IN ('claimed', 'sending') THEN d.lease_until END,
			provider_id = CASE m.provider WHEN '' THEN d.provider_id ELSE m.provider END, updated_at = ?1
		FROM m
		WHERE d.tenant_id = m.to_tenant AND d.contact_id = m.to_contact AND d.id = m.to_id
			AND d.state = m.from_state AND (?2 = 0 OR d.token = ?2)
		RETURNING id`, moveList(moves), now.UnixMicro(), int64(token)).Scan(ctx, &found)
	ids := make([]campaign.DeliveryID, len(found))
	for i, id := range found {
		ids[i] = campaign.DeliveryID(id)
	}
	return ids, err
}

// moveList writes moves as rows of VALUES. Instants are cast, because a column
// of nothing but NULL has no type.
type moveList []campaign.Move

func (l moveList) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	for i, m := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = gen.AppendQuery(b, "(?tenant, ?, ?, ?, ?, ?, CAST(? AS bigint), ?, ?)",
			dbID(m.Contact), dbID(m.Delivery), string(m.From), string(m.To), string(m.Reason),
			dbTime{m.NotBefore}, m.Attempts, m.ProviderID)
	}
	return b, nil
}
