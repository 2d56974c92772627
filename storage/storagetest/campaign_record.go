package storagetest

import (
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
)

func campaignRecord(k *kit) {
	seg, err := k.crm.Segments.Save(k.ctx, "all", segment.Everyone())
	k.ok(err, "saving a segment")
	d := k.definition("spring-2026", seg.ID)
	d.Purpose, d.HoldOut = "newsletter", 0.1
	d.From, d.Until = noon, noon.Add(48*time.Hour)
	d.Offer.ValidFrom, d.Offer.ValidUntil, d.Offer.Percent = noon.Add(-time.Microsecond), noon.AddDate(0, 2, 0), 12.34
	d.QuietHours, d.Cap = &campaign.QuietHours{From: 1320, To: 480}, &campaign.Cap{Max: 3, Days: 30}
	created, err := k.crm.Campaigns.Create(k.ctx, d)
	k.ok(err, "creating a campaign")
	want := campaign.Campaign{ID: created.ID, Definition: d, State: campaign.Draft, CreatedAt: noon}
	k.equal(created, want, "what Create returns")
	got, err := k.crm.Campaigns.Get(k.ctx, created.ID)
	k.ok(err, "reading a campaign")
	k.equal(got, want, "a field of a campaign did not come back as it was given")

	before := k.read(k.store)
	_, err = k.crm.Campaigns.Create(k.ctx, d)
	k.fails(err, errs.ErrConflict, "creating a campaign whose name is taken")
	_, err = k.crm.Campaigns.Create(k.ctx, k.definition("other", id.New()))
	k.fails(err, errs.ErrNotFound, "creating a campaign for a segment that does not exist")
	k.equal(k.read(k.store), before, "a refused campaign has left something")
	_, err = k.crm.Campaigns.Get(k.ctx, campaign.ID(id.New()))
	k.fails(err, errs.ErrNotFound, "reading a campaign that does not exist")
	_, err = k.crm.Campaigns.Find(k.ctx, "other")
	k.fails(err, errs.ErrNotFound, "finding a campaign that does not exist")
	k.fails(k.crm.Campaigns.Plan(k.ctx, campaign.ID(id.New())), errs.ErrNotFound, "planning a campaign that does not exist")
	k.fails(k.crm.Campaigns.Pause(k.ctx, created.ID), errs.ErrConflict, "pausing a draft")
	k.campaignsByState(seg.ID)
}

func (k *kit) campaignsByState(seg segment.ID) {
	k.Helper()
	for _, name := range []string{"b", "a"} {
		c, err := k.crm.Campaigns.Create(k.ctx, k.definition(name, seg))
		k.ok(err, "creating a campaign")
		k.ok(k.crm.Campaigns.Cancel(k.ctx, c.ID), "cancelling a draft")
	}
	list := func(states ...campaign.State) []string {
		all, err := k.crm.Campaigns.List(k.ctx, states...)
		k.ok(err, "listing campaigns")
		var names []string
		for _, c := range all {
			names = append(names, c.Name)
		}
		return names
	}
	k.equal(list(), []string{"a", "b", "spring-2026"}, "all campaigns must be listed by name")
	k.equal(list(campaign.Cancelled, campaign.Running), []string{"a", "b"}, "campaigns must be listed by state")
	found, err := k.crm.Campaigns.Find(k.ctx, "b")
	k.ok(err, "finding a campaign")
	k.equal(found.State, campaign.Cancelled, "the state of the campaign that was found")
}
