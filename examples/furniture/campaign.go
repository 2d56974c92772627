package main

import (
	"context"
	"errors"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

const shopName = "Stammkunde Furniture"

// lease is how long a worker may hold a batch. It is short, so that the next
// run of the example soon takes over what a killed one held.
const lease = 5 * time.Second

// campaignChannels in order of preference.
var campaignChannels = []contact.Channel{contact.ChannelEmail, contact.ChannelLetter, contact.ChannelPhone}

var campaignTemplates = map[contact.Channel]campaign.Template{
	contact.ChannelEmail: {
		Subject: "{{.Voucher.Percent}} % for you, {{.Contact.Given}}",
		Text:    messageText,
		HTML: `<p>Dear {{.Contact.Name}},</p>
<p>it has been a while. On your next order we take <b>{{.Voucher.Percent}} %</b> off with your personal code</p>
<p style="font-size: 150%"><b>{{.Voucher.Code}}</b></p>
<p>It is valid until {{.Voucher.ValidUntil}}.</p>
<p>` + shopName + `</p>
`,
	},
	contact.ChannelLetter: {Subject: "{{.Voucher.Percent}} % off your next order", Text: messageText},
	contact.ChannelPhone: {Text: "Ask {{.Contact.Name}} how the furniture is doing. Offer {{.Voucher.Percent}} % off the next order: " +
		"code {{.Voucher.Code}}, valid until {{.Voucher.ValidUntil}}."},
}

const messageText = `Dear {{.Contact.Name}},

it has been a while. On your next order we take {{.Voucher.Percent}} % off with your personal code

{{.Voucher.Code}}

It is valid until {{.Voucher.ValidUntil}}.

Yours sincerely
` + shopName + `
`

// campaign is step 3: simulate, then run. A campaign that an earlier run began
// goes on where it was left.
func (j *job) campaign(ctx context.Context) (campaign.Campaign, error) {
	j.out.head(3, "The campaign")
	c, err := j.findCampaign(ctx)
	if err != nil {
		return c, err
	}
	forecast, err := j.crm.Campaigns.Simulate(ctx, c.ID)
	if err != nil {
		return c, err
	}
	j.out.forecast(forecast)
	before := c.State
	done, err := j.crm.Campaigns.Run(ctx, c.ID, &campaign.RunOptions{Lease: lease, Progress: func(p campaign.Progress) {
		j.out.progress.show("messages", int(p.States[campaign.Sent]), int(p.Planned))
	}})
	j.out.progress.clear()
	if err != nil {
		return c, err
	}
	if err := j.calls.Compile(ctx); err != nil {
		return c, err
	}
	j.out.sent(before, done, j.o.out)
	return c, nil
}

// findCampaign returns the campaign of these flags; the first run creates it.
func (j *job) findCampaign(ctx context.Context) (campaign.Campaign, error) {
	name := j.o.campaignName()
	c, err := j.crm.Campaigns.Find(ctx, name)
	if !errors.Is(err, crm.ErrNotFound) {
		return c, err
	}
	err = j.crm.Atomic(ctx, func(ctx context.Context, tx *crm.CRM) error {
		s, err := tx.Segments.Save(ctx, name, j.rule())
		if err != nil {
			return err
		}
		c, err = tx.Campaigns.Create(ctx, j.definition(s.ID))
		return err
	})
	if errors.Is(err, crm.ErrConflict) { // another process was faster
		return j.crm.Campaigns.Find(ctx, name)
	}
	return c, err
}

// forEach calls f for the contacts of the campaign's plan with the outcome, some
// at a time.
func (j *job) forEach(ctx context.Context, of campaign.ID, outcome campaign.Outcome, f func([]contact.Contact) error) error {
	cursor := ""
	for {
		page, err := j.crm.Campaigns.Audience(ctx, of, outcome, cursor, batchSize)
		if err != nil {
			return err
		}
		ids := make([]contact.ID, len(page.Members))
		for i, m := range page.Members {
			ids[i] = m.Contact
		}
		list, err := j.crm.Contacts.GetMany(ctx, ids)
		if err != nil {
			return err
		}
		if err := f(list); err != nil {
			return err
		}
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
}
