package memory

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/errs"
)

// InsertCampaign implements campaign.CampaignStore.
func (s *Store) InsertCampaign(ctx context.Context, c campaign.Campaign) error {
	const op = "memory.InsertCampaign"
	return s.write(ctx, op, func(st *state) error {
		if st.campaigns.has(c.ID) {
			return errs.Conflict(op, "id", "exists", "exists already")
		}
		return st.putCampaign(op, c)
	})
}

// putCampaign stores a campaign unless its name belongs to another.
func (st *state) putCampaign(op string, c campaign.Campaign) error {
	name := text(c.Name)
	if owner, taken := st.campaignNames.get(name); taken && owner != c.ID {
		return errs.Conflict(op, "name", "taken", "belongs to another campaign")
	}
	st.campaignNames.put(st.edit, name, c.ID)
	st.campaigns.put(st.edit, c.ID, cloneCampaign(c))
	return nil
}

// UpdateCampaign implements campaign.CampaignStore. It returns
// errs.ErrConflict when the name belongs to another campaign.
func (s *Store) UpdateCampaign(ctx context.Context, c campaign.Campaign) error {
	const op = "memory.UpdateCampaign"
	return s.write(ctx, op, func(st *state) error {
		old, found := st.campaigns.get(c.ID)
		if !found {
			return errs.NotFound(op, "id")
		}
		st.campaignNames.remove(st.edit, text(old.Name))
		return st.putCampaign(op, c)
	})
}

// Campaign implements campaign.CampaignStore.
func (s *Store) Campaign(ctx context.Context, id campaign.ID) (campaign.Campaign, error) {
	const op = "memory.Campaign"
	st, err := s.read(ctx, op)
	if err != nil {
		return campaign.Campaign{}, err
	}
	c, found := st.campaigns.get(id)
	if !found {
		return campaign.Campaign{}, errs.NotFound(op, "id")
	}
	return *cloneCampaign(*c), nil
}

// CampaignByName implements campaign.CampaignStore.
func (s *Store) CampaignByName(ctx context.Context, name string) (campaign.Campaign, error) {
	const op = "memory.CampaignByName"
	st, err := s.read(ctx, op)
	if err != nil {
		return campaign.Campaign{}, err
	}
	id, found := st.campaignNames.get(text(name))
	if !found {
		return campaign.Campaign{}, errs.NotFound(op, "name")
	}
	c, _ := st.campaigns.get(id)
	return *cloneCampaign(*c), nil
}

// Campaigns implements campaign.CampaignStore.
func (s *Store) Campaigns(ctx context.Context, states ...campaign.State) ([]campaign.Campaign, error) {
	st, err := s.read(ctx, "memory.Campaigns")
	if err != nil {
		return nil, err
	}
	var list []campaign.Campaign
	for _, id := range st.campaignNames.from("") {
		c, _ := st.campaigns.get(id)
		if len(states) == 0 || slices.Contains(states, c.State) {
			list = append(list, *cloneCampaign(*c))
		}
	}
	return list, nil
}

// LockCampaign implements campaign.CampaignStore. In a transaction everything
// is locked anyway.
func (s *Store) LockCampaign(ctx context.Context, id campaign.ID) (campaign.Campaign, error) {
	return s.Campaign(ctx, id)
}

// HoldCampaign implements campaign.CampaignStore. Transactions run one after
// the other here, so no two hold a campaign at once.
func (s *Store) HoldCampaign(ctx context.Context, id campaign.ID) (campaign.Campaign, error) {
	return s.Campaign(ctx, id)
}
