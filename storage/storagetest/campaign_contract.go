package storagetest

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

// campaignContract holds campaigns themselves to the contract.
func campaignContract(k *kit) {
	of, _ := k.queue("one", 0)
	c, err := k.store.Campaign(k.ctx, of)
	k.ok(err, "reading a campaign")
	for what, read := range map[string]func() (campaign.Campaign, error){
		"LockCampaign": func() (campaign.Campaign, error) { return k.store.LockCampaign(k.ctx, of) },
		"HoldCampaign": func() (campaign.Campaign, error) { return k.store.HoldCampaign(k.ctx, of) },
	} {
		got, err := read()
		k.ok(err, what)
		k.equal(got, c, what+" must give what Campaign gives")
	}
	sameName, sameID, missing := c, c, c
	sameName.ID, sameID.Name, missing.ID, missing.Name = id.New(), "two", id.New(), "three"
	k.fails(k.store.InsertCampaign(k.ctx, sameName), errs.ErrConflict, "inserting a campaign whose name exists")
	k.fails(k.store.InsertCampaign(k.ctx, sameID), errs.ErrConflict, "inserting a campaign whose id exists")
	k.fails(k.store.UpdateCampaign(k.ctx, missing), errs.ErrNotFound, "updating a campaign that does not exist")
	two, _ := k.queue("two", 0)
	stolen, err := k.store.Campaign(k.ctx, two)
	k.ok(err, "reading a campaign")
	stolen.Name = "one"
	k.fails(k.store.UpdateCampaign(k.ctx, stolen), errs.ErrConflict, "giving a campaign the name of another")
	_, err = k.store.LockCampaign(k.ctx, missing.ID)
	k.fails(err, errs.ErrNotFound, "locking a campaign that does not exist")
	_, err = k.store.HoldCampaign(k.ctx, missing.ID)
	k.fails(err, errs.ErrNotFound, "holding a campaign that does not exist")
	rule := lapsed()
	c.State, c.Rule, c.AsOf, c.PlannedTo, c.FinishedAt = campaign.Cancelled, &rule, noon.Add(time.Hour), spread(7), noon.Add(2*time.Hour)
	c.CreatedAt = noon.Add(-time.Hour)
	k.ok(k.store.UpdateCampaign(k.ctx, c), "updating a campaign")
	got, err := k.store.CampaignByName(k.ctx, "one")
	k.ok(err, "finding a campaign")
	k.equal(got, c, "an updated campaign did not come back as it was stored")
	k.responses()
}

// responses counts what an audience bought, at the edges of the time asked
// for.
func (k *kit) responses() {
	k.Helper()
	of, _ := k.queue("responses", 0)
	people := k.customers(5, nil)
	outcomes := []campaign.Outcome{campaign.Addressed, campaign.Addressed, campaign.HeldOut, campaign.Excluded, campaign.Addressed}
	var members []campaign.Member
	for i, p := range people {
		members = append(members, campaign.Member{Campaign: of, Contact: p.ID, Outcome: outcomes[i], Channel: contact.ChannelEmail})
	}
	members[3].Channel, members[3].Reason, members[4].Channel = "", campaign.NoConsent, contact.ChannelLetter
	k.ok(k.store.InsertAudience(k.ctx, members), "inserting a plan")
	from, to := noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	n := 0
	buy := func(who int, at time.Time) {
		k.record(order(people[who].ID, n, at))
		n++
	}
	for _, at := range []time.Time{from.Add(-time.Microsecond), from, to.Add(-time.Microsecond), to} {
		buy(0, at)
		buy(2, at)
	}
	buy(3, from)
	foreign := activity.Activity{Contact: people[0].ID, Kind: activity.Purchase, At: from, Amount: euro(7)}
	foreign.Amount.Currency = "USD"
	k.record(foreign)
	k.record(activity.Activity{Contact: people[1].ID, Kind: activity.Return, At: from, Amount: euro(7)})
	got, err := k.store.Responses(k.ctx, campaign.ResponseQuery{Campaign: of, From: from, To: to, Currency: "EUR"})
	k.ok(err, "counting responses")
	got = sortedBy(got, func(r campaign.Response) string { return string(r.Outcome) + string(r.Channel) })
	k.equal(got, []campaign.Response{
		{Outcome: campaign.Addressed, Channel: contact.ChannelEmail, Contacts: 2, Buyers: 1, Orders: 3, Revenue: 2 * 19_998},
		{Outcome: campaign.Addressed, Channel: contact.ChannelLetter, Contacts: 1},
		{Outcome: campaign.Excluded, Contacts: 1, Buyers: 1, Orders: 1, Revenue: 19_998},
		{Outcome: campaign.HeldOut, Channel: contact.ChannelEmail, Contacts: 1, Buyers: 1, Orders: 2, Revenue: 2 * 19_998},
	}, "who bought within From <= at < To, by outcome and channel; a foreign currency counts as an order without revenue")
}
