package sqlstore

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

// deliveryRow is a row of the table delivery, without token and lease, which
// only statements of the store look at.
type deliveryRow struct {
	bun.BaseModel `bun:"alias:d"`

	TenantID       string
	ContactID      dbID
	ID             dbID
	CampaignID     dbID
	OriginID       dbID
	Step           int64
	Channel        string
	State          string
	Reason         string
	NotBefore      int64
	Attempts       int64
	Crashes        int64
	FirstAttemptAt dbTime
	GatedAt        dbTime
	SentAt         dbTime
	ProviderID     string
	UpdatedAt      int64
}

func (s *Store) deliveryRow(d campaign.Delivery) deliveryRow {
	return deliveryRow{
		TenantID: s.tenant, ContactID: dbID(d.Contact), ID: dbID(d.ID), CampaignID: dbID(d.Campaign), OriginID: dbID(d.Origin),
		Step: int64(d.Step), Channel: string(d.Channel), State: string(d.State), Reason: string(d.Reason),
		NotBefore: d.NotBefore.UnixMicro(), Attempts: int64(d.Attempts), Crashes: int64(d.Crashes),
		FirstAttemptAt: dbTime{d.FirstAttemptAt}, GatedAt: dbTime{d.GatedAt}, SentAt: dbTime{d.SentAt},
		ProviderID: d.ProviderID, UpdatedAt: d.UpdatedAt.UnixMicro(),
	}
}

func (r *deliveryRow) delivery() campaign.Delivery {
	return campaign.Delivery{
		ID: campaign.DeliveryID(r.ID), Campaign: campaign.ID(r.CampaignID), Step: int(r.Step),
		Channel: contact.Channel(r.Channel), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID),
		State: campaign.DeliveryState(r.State), Reason: campaign.Reason(r.Reason),
		NotBefore: instant(r.NotBefore), Attempts: int(r.Attempts), Crashes: int(r.Crashes),
		FirstAttemptAt: r.FirstAttemptAt.t, GatedAt: r.GatedAt.t, SentAt: r.SentAt.t,
		ProviderID: r.ProviderID, UpdatedAt: instant(r.UpdatedAt),
	}
}

func deliveriesOf(rows []deliveryRow) []campaign.Delivery {
	list := make([]campaign.Delivery, len(rows))
	for i := range rows {
		list[i] = rows[i].delivery()
	}
	return list
}

// InsertDeliveries implements campaign.Store.
func (s *Store) InsertDeliveries(ctx context.Context, deliveries []campaign.Delivery) error {
	const op = "storage.InsertDeliveries"
	if len(deliveries) == 0 {
		return nil
	}
	rows := make([]deliveryRow, len(deliveries))
	for i, d := range deliveries {
		rows[i] = s.deliveryRow(d)
	}
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "delivery", "contact", rows)
	})
}

// Deliveries implements campaign.Store.
func (s *Store) Deliveries(ctx context.Context, q campaign.DeliveryQuery) ([]campaign.Delivery, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	var rows []deliveryRow
	sel := s.db.NewSelect().Model(&rows).ModelTableExpr("?delivery AS d").
		Where("d.tenant_id = ?tenant AND d.campaign_id = ? AND d.id > ?", dbID(q.Campaign), dbID(q.After)).
		Order("d.id").Limit(int64(q.Limit))
	if len(q.States) > 0 {
		sel = sel.Where("d.state IN (?)", bun.List(q.States))
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, s.wrap("storage.Deliveries", err)
	}
	return deliveriesOf(rows), nil
}

// DeliveryCounts implements campaign.Store.
func (s *Store) DeliveryCounts(ctx context.Context, of campaign.ID) ([]campaign.DeliveryCount, error) {
	var list []campaign.DeliveryCount
	err := s.db.NewRaw(`SELECT channel, state, reason, COUNT(*) AS count FROM ?delivery
		WHERE tenant_id = ?tenant AND campaign_id = ?
		GROUP BY channel, state, reason ORDER BY channel, state, reason`, dbID(of)).Scan(ctx, &list)
	return list, s.wrap("storage.DeliveryCounts", err)
}

// Touches implements campaign.Store.
func (s *Store) Touches(ctx context.Context, contacts []contact.ID, since time.Time) (map[contact.ID]int64, error) {
	touches := make(map[contact.ID]int64)
	err := inChunks(distinct(contacts), func(chunk []dbID) error {
		var rows []touchRow
		err := s.db.NewRaw(`SELECT contact_id, COUNT(*) AS count FROM ?delivery
			WHERE tenant_id = ?tenant AND contact_id IN (?) AND state IN ('sending', 'sent', 'in_doubt') AND gated_at > ?
			GROUP BY contact_id`, idList(chunk), since.UnixMicro()).Scan(ctx, &rows)
		for _, r := range rows {
			touches[contact.ID(r.ContactID)] = r.Count
		}
		return err
	})
	return touches, s.wrap("storage.Touches", err)
}

type touchRow struct {
	ContactID dbID
	Count     int64
}
