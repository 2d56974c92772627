package sqlstore

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

// campaignRow is a row of the table campaign.
type campaignRow struct {
	bun.BaseModel `bun:"alias:c"`

	TenantID   string
	ID         dbID
	Name       string
	State      string
	Definition string
	Rule       string
	AsOf       dbTime
	PlannedTo  dbID
	CreatedAt  int64
	StartedAt  dbTime
	FinishedAt dbTime
}

func (s *Store) campaignRow(c campaign.Campaign) (campaignRow, error) {
	r := campaignRow{
		TenantID: s.tenant, ID: dbID(c.ID), Name: c.Name, State: string(c.State),
		AsOf: dbTime{c.AsOf}, PlannedTo: dbID(c.PlannedTo), CreatedAt: c.CreatedAt.UnixMicro(),
		StartedAt: dbTime{c.StartedAt}, FinishedAt: dbTime{c.FinishedAt},
	}
	var err error
	if r.Definition, err = encode(c.Definition); err != nil || c.Rule == nil {
		return r, err
	}
	r.Rule, err = encode(c.Rule)
	return r, err
}

func (r *campaignRow) campaign() (campaign.Campaign, error) {
	c := campaign.Campaign{
		ID: campaign.ID(r.ID), State: campaign.State(r.State),
		AsOf: r.AsOf.t, PlannedTo: contact.ID(r.PlannedTo),
		CreatedAt: instant(r.CreatedAt), StartedAt: r.StartedAt.t, FinishedAt: r.FinishedAt.t,
	}
	if err := decode(r.Definition, &c.Definition); err != nil {
		return c, err
	}
	return c, decode(r.Rule, &c.Rule)
}

// InsertCampaign implements campaign.Store.
func (s *Store) InsertCampaign(ctx context.Context, c campaign.Campaign) error {
	const op = "storage.InsertCampaign"
	row, err := s.campaignRow(c)
	if err != nil {
		return s.wrap(op, err)
	}
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return insertNamed(ctx, tx, op, "campaign", row.ID, row)
	})
}

// UpdateCampaign implements campaign.Store.
func (s *Store) UpdateCampaign(ctx context.Context, c campaign.Campaign) error {
	const op = "storage.UpdateCampaign"
	row, err := s.campaignRow(c)
	if err != nil {
		return s.wrap(op, err)
	}
	const set = "name = ?, state = ?, definition = ?, rule = ?, as_of = ?, planned_to = ?, created_at = ?, started_at = ?, finished_at = ?"
	return s.write(ctx, op, func(ctx context.Context, tx *Store) error {
		return tx.updateNamed(ctx, op, "campaign", row.ID, row.Name, set,
			row.Name, row.State, row.Definition, row.Rule, row.AsOf, row.PlannedTo, row.CreatedAt, row.StartedAt, row.FinishedAt)
	})
}

// Campaign implements campaign.Store.
func (s *Store) Campaign(ctx context.Context, id campaign.ID) (campaign.Campaign, error) {
	return s.campaign(ctx, "storage.Campaign", "id", dbID(id), "")
}

// CampaignByName implements campaign.Store.
func (s *Store) CampaignByName(ctx context.Context, name string) (campaign.Campaign, error) {
	return s.campaign(ctx, "storage.CampaignByName", "name", name, "")
}

// LockCampaign implements campaign.Store.
func (s *Store) LockCampaign(ctx context.Context, id campaign.ID) (campaign.Campaign, error) {
	const op = "storage.LockCampaign"
	if err := s.lockToWrite(ctx); err != nil {
		return campaign.Campaign{}, s.wrap(op, err)
	}
	return s.campaign(ctx, op, "id", dbID(id), s.d.forUpdate)
}

// HoldCampaign implements campaign.Store. Where rows cannot be locked, one
// transaction holds it at a time.
func (s *Store) HoldCampaign(ctx context.Context, id campaign.ID) (campaign.Campaign, error) {
	const op = "storage.HoldCampaign"
	if err := s.lockToWrite(ctx); err != nil {
		return campaign.Campaign{}, s.wrap(op, err)
	}
	return s.campaign(ctx, op, "id", dbID(id), s.d.forShare)
}

// campaign reads the campaign with the value in a column.
func (s *Store) campaign(ctx context.Context, op, column string, value any, lock string) (campaign.Campaign, error) {
	var row campaignRow
	q := s.db.NewSelect().Model(&row).ModelTableExpr("?campaign AS c").
		Where("c.tenant_id = ?tenant").Where("c.? = ?", bun.Ident(column), value)
	if lock != "" {
		q = q.For(lock)
	}
	if err := q.Scan(ctx); err != nil {
		return campaign.Campaign{}, s.wrapAt(op, column, err)
	}
	c, err := row.campaign()
	return c, s.wrap(op, err)
}

// Campaigns implements campaign.Store.
func (s *Store) Campaigns(ctx context.Context, states ...campaign.State) ([]campaign.Campaign, error) {
	const op = "storage.Campaigns"
	var rows []campaignRow
	q := s.db.NewSelect().Model(&rows).ModelTableExpr("?campaign AS c").
		Where("c.tenant_id = ?tenant").Order("c.name")
	if len(states) > 0 {
		q = q.Where("c.state IN (?)", bun.List(states))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, s.wrap(op, err)
	}
	list := make([]campaign.Campaign, len(rows))
	for i := range rows {
		var err error
		if list[i], err = rows[i].campaign(); err != nil {
			return nil, s.wrap(op, err)
		}
	}
	return list, nil
}
