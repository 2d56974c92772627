package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

// memberRow is a row of the table audience.
type memberRow struct {
	bun.BaseModel `bun:"alias:m"`

	TenantID   string
	ContactID  dbID
	CampaignID dbID
	OriginID   dbID
	Outcome    string
	Reason     string
	Channel    string
	Orders     int64
	Revenue    int64
}

func (s *Store) memberRow(m campaign.Member) memberRow {
	return memberRow{
		TenantID: s.tenant, ContactID: dbID(m.Contact), CampaignID: dbID(m.Campaign), OriginID: dbID(m.Origin),
		Outcome: string(m.Outcome), Reason: string(m.Reason), Channel: string(m.Channel), Orders: m.Orders, Revenue: m.Revenue,
	}
}

func (r *memberRow) member() campaign.Member {
	return campaign.Member{
		Campaign: campaign.ID(r.CampaignID), Contact: contact.ID(r.ContactID), Origin: contact.ID(r.OriginID),
		Outcome: campaign.Outcome(r.Outcome), Reason: campaign.Reason(r.Reason), Channel: contact.Channel(r.Channel),
		Orders: r.Orders, Revenue: r.Revenue,
	}
}

// InsertAudience implements campaign.Store.
func (s *Store) InsertAudience(ctx context.Context, members []campaign.Member) error {
	const op = "storage.InsertAudience"
	if len(members) == 0 {
		return nil
	}
	rows := make([]memberRow, len(members))
	for i, m := range members {
		rows[i] = s.memberRow(m)
	}
	return s.undoable(ctx, op, len(rows) > 1, func(ctx context.Context, tx *Store) error {
		return insertNew(ctx, tx, op, "audience", "contact", rows)
	})
}

// Audience implements campaign.Store.
func (s *Store) Audience(ctx context.Context, q campaign.AudienceQuery) ([]campaign.Member, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	var rows []memberRow
	sel := s.db.NewSelect().Model(&rows).ModelTableExpr("?audience AS m ?use_audience_campaign").
		Where("m.tenant_id = ?tenant AND m.campaign_id = ? AND m.contact_id > ?", dbID(q.Campaign), dbID(q.After)).
		Order("m.contact_id").Limit(int64(q.Limit))
	if q.Outcome != "" {
		sel = sel.Where("m.outcome = ?", string(q.Outcome))
	}
	err := sel.Scan(ctx)
	list := make([]campaign.Member, len(rows))
	for i, r := range rows {
		list[i] = r.member()
	}
	return list, s.wrap("storage.Audience", err)
}

// AudienceCounts implements campaign.Store.
func (s *Store) AudienceCounts(ctx context.Context, of campaign.ID) ([]campaign.AudienceCount, error) {
	var list []campaign.AudienceCount
	err := s.db.NewRaw(`SELECT outcome, reason, channel, COUNT(*) AS count FROM ?audience ?use_audience_campaign
		WHERE tenant_id = ?tenant AND campaign_id = ?
		GROUP BY outcome, reason, channel ORDER BY outcome, reason, channel`, dbID(of)).Scan(ctx, &list)
	return list, s.wrap("storage.AudienceCounts", err)
}

// Responses implements campaign.Store.
func (s *Store) Responses(ctx context.Context, q campaign.ResponseQuery) ([]campaign.Response, error) {
	var list []campaign.Response
	err := s.db.NewRaw(`SELECT m.outcome, m.channel, COUNT(*) AS contacts,
			COUNT(CASE WHEN b.contact_id IS NOT NULL OR m.orders > 0 THEN 1 END) AS buyers,
			CAST(SUM(COALESCE(b.orders, 0) + m.orders) AS bigint) AS orders, CAST(SUM(COALESCE(b.revenue, 0) + m.revenue) AS bigint) AS revenue
		FROM ?audience AS m LEFT JOIN (
			SELECT a.tenant_id, a.contact_id, COUNT(*) AS orders,
				SUM(CASE WHEN a.currency = ? THEN a.amount ELSE 0 END) AS revenue
			FROM ?activity AS a
			WHERE a.tenant_id = ?tenant AND a.kind = ? AND a.at >= ? AND a.at < ?
			GROUP BY a.tenant_id, a.contact_id
		) AS b ON b.tenant_id = m.tenant_id AND b.contact_id = m.contact_id
		WHERE m.tenant_id = ?tenant AND m.campaign_id = ?
		GROUP BY m.outcome, m.channel ORDER BY m.outcome, m.channel`,
		q.Currency, string(activity.Purchase), q.From.UnixMicro(), q.To.UnixMicro(), dbID(q.Campaign)).Scan(ctx, &list)
	return list, s.wrap("storage.Responses", err)
}
