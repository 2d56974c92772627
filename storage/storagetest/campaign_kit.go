package storagetest

import (
	"context"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// definition is a campaign with an offer on three channels.
func (k *kit) definition(name string, of segment.ID) campaign.Definition {
	d := campaign.Definition{
		Name: name, Segment: of, Currency: "EUR", Offer: &campaign.Offer{Percent: 10},
		Channels: []contact.Channel{contact.ChannelEmail, contact.ChannelLetter, contact.ChannelPhone}, Templates: map[contact.Channel]campaign.Template{},
	}
	for _, ch := range d.Channels {
		d.Templates[ch] = campaign.Template{Subject: "{{.Campaign.Name}}", Text: "Dear {{.Contact.Family}}: {{.Voucher.Code}}"}
	}
	return d
}

// campaign creates a campaign for those whom the rule selects.
func (k *kit) campaign(name string, rule segment.Rule, change func(*campaign.Definition)) campaign.Campaign {
	k.Helper()
	seg, err := k.crm.Segments.Save(k.ctx, name, rule)
	k.ok(err, "saving a segment")
	d := k.definition(name, seg.ID)
	if change != nil {
		change(&d)
	}
	c, err := k.crm.Campaigns.Create(k.ctx, d)
	k.ok(err, "creating a campaign")
	return c
}

// audience creates n customers who have agreed to everything, and a campaign
// for them.
func (k *kit) audience(n int, change func(*campaign.Definition)) (campaign.Campaign, []contact.Contact) {
	k.Helper()
	people := k.customers(n, nil)
	k.agree(people, channels...)
	return k.campaign("summer", segment.Everyone(), change), people
}

// run runs a campaign to its end or until it must wait.
func (k *kit) run(c *crm.CRM, id campaign.ID) campaign.Progress {
	k.Helper()
	p, err := c.Campaigns.Run(k.ctx, id, nil)
	k.ok(err, "running a campaign")
	return p
}

// deliveries returns the deliveries of a campaign by contact.
func (k *kit) deliveries(id campaign.ID, states ...campaign.DeliveryState) map[contact.ID]campaign.Delivery {
	k.Helper()
	page, err := k.crm.Campaigns.Deliveries(k.ctx, id, "", 1000, states...)
	k.ok(err, "listing deliveries")
	list := make(map[contact.ID]campaign.Delivery, len(page.Deliveries))
	for _, d := range page.Deliveries {
		if _, twice := list[d.Contact]; twice {
			k.Errorf("contact %s has two deliveries in one campaign", d.Contact)
		}
		list[d.Contact] = d
	}
	return list
}

// state checks the state and reason of one person's delivery.
func (k *kit) state(all map[contact.ID]campaign.Delivery, who contact.Contact, state campaign.DeliveryState, reason campaign.Reason, why string) campaign.Delivery {
	k.Helper()
	d, exists := all[who.ID]
	if !exists {
		k.Errorf("%s: there is no delivery for %s", why, who.Name.Family)
	}
	if d.State != state || d.Reason != reason {
		k.Errorf("%s: the delivery is %q (%q), must be %q (%q)", why, d.State, d.Reason, state, reason)
	}
	return d
}

// eachOnce checks that everybody got exactly one message, and that all
// deliveries are sent.
func (k *kit) eachOnce(id campaign.ID, people []contact.Contact, after string) {
	k.Helper()
	sent := k.post.letters()
	k.onlyTo(sent, people)
	twice, never := 0, 0
	for _, p := range people {
		switch n := sent[p.Name.Family]; {
		case n == 0:
			never++
		case n > 1:
			twice++
		}
	}
	if twice+never > 0 {
		k.Errorf("%s: of %d recipients %d got nothing and %d more than one message; each must get exactly one", after, len(people), never, twice)
	}
	counts, err := k.store.DeliveryCounts(k.ctx, id)
	k.ok(err, "counting deliveries")
	total := int64(0)
	for _, c := range counts {
		total += c.Count
		if c.State != campaign.Sent {
			k.Errorf("%s: %d deliveries are %q (%q), all must be sent", after, c.Count, c.State, c.Reason)
		}
	}
	k.equal(total, len(people), after+": the number of deliveries")
}

// onlyTo checks that nobody else got anything.
func (k *kit) onlyTo(sent map[string]int, people []contact.Contact) {
	k.Helper()
	known := map[string]bool{}
	for _, p := range people {
		known[p.Name.Family] = true
	}
	for name := range sent {
		if !known[name] {
			k.Errorf("somebody outside of the audience got a message")
		}
	}
}

// stateIs checks the state of a campaign.
func (k *kit) stateIs(id campaign.ID, want campaign.State, when string) {
	k.Helper()
	c, err := k.crm.Campaigns.Get(k.ctx, id)
	k.ok(err, "reading a campaign")
	if c.State != want {
		k.Errorf("%s: the campaign is %q, must be %q", when, c.State, want)
	}
}

// vouchers returns the vouchers of a campaign by contact.
func (k *kit) vouchers(id campaign.ID, people []contact.Contact) map[contact.ID]campaign.Voucher {
	k.Helper()
	list, err := k.crm.Campaigns.Vouchers(k.ctx, id, idsOf(people))
	k.ok(err, "listing vouchers")
	by := make(map[contact.ID]campaign.Voucher, len(list))
	for _, v := range list {
		by[v.Contact] = v
	}
	return by
}

// background is a context for what senders do while they are called, which
// outlives the cancelled one of a run.
func (k *kit) background() context.Context { return context.WithoutCancel(k.ctx) }
