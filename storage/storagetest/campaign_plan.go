package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// mixed creates an audience in which every decision of a plan occurs: one
// person in seven each. It returns what must be decided, without a hold-out.
func (k *kit) mixed(n int) ([]contact.Contact, func(i int) (campaign.Outcome, campaign.Reason, contact.Channel)) {
	k.Helper()
	people := k.customers(n, func(i int, c *contact.Contact) {
		switch i % 7 {
		case 2:
			c.Addresses, c.Emails = nil, nil
		case 4:
			c.PreferredChannel = contact.ChannelPhone
		}
	})
	by := func(rest int) (some []contact.Contact) {
		for i, p := range people {
			if i%7 == rest {
				some = append(some, p)
			}
		}
		return some
	}
	k.agree(by(0), contact.ChannelLetter, contact.ChannelEmail)
	k.agree(by(2), contact.ChannelLetter, contact.ChannelEmail)
	k.agree(slices.Concat(by(3), by(4)), channels...)
	k.agree(slices.Concat(by(5), by(6)), contact.ChannelEmail, contact.ChannelLetter)
	for _, p := range by(3) {
		k.ok(k.crm.Consents.Suppress(k.ctx, declaration(p.ID, channels...)), "suppressing")
	}
	came := func(p contact.Contact, ch contact.Channel, ago time.Duration) {
		k.record(activity.Activity{Contact: p.ID, Kind: "visit", Direction: activity.Inbound, Channel: ch, At: noon.Add(-ago)})
	}
	for i, p := range by(5) { // twice by letter, once, but later, by e-mail; most often by a channel that is not permitted
		for _, ago := range []time.Duration{2, 3} {
			came(p, contact.ChannelLetter, ago*time.Hour)
		}
		came(p, contact.ChannelEmail, time.Duration(i)*time.Second)
		for range 3 {
			came(p, contact.ChannelPhone, time.Hour)
		}
	}
	for _, p := range by(6) { // once each, last by letter
		came(p, contact.ChannelEmail, time.Hour)
		came(p, contact.ChannelLetter, time.Minute)
	}
	return people, mixedPlan
}

func mixedPlan(i int) (campaign.Outcome, campaign.Reason, contact.Channel) {
	switch i % 7 {
	case 0:
		return campaign.Addressed, "", contact.ChannelEmail
	case 1:
		return campaign.Excluded, campaign.NoConsent, ""
	case 2:
		return campaign.Excluded, campaign.NoAddress, ""
	case 3:
		return campaign.Excluded, campaign.IsSuppressed, ""
	case 4:
		return campaign.Addressed, "", contact.ChannelPhone
	}
	return campaign.Addressed, "", contact.ChannelLetter
}

func campaignPlan(k *kit) {
	people, plan := k.mixed(70)
	k.agree(k.outsiders(), channels...)
	c := k.campaign("mixed", segment.Field("name.given").Equals("Kim"), func(d *campaign.Definition) { d.HoldOut = 0.3 })
	want := campaign.Forecast{Excluded: map[campaign.Reason]int64{}, Deliveries: map[contact.Channel]int64{}}
	members := map[contact.ID]campaign.Member{}
	for i, p := range people {
		m := campaign.Member{Campaign: c.ID, Contact: p.ID}
		m.Outcome, m.Reason, m.Channel = plan(i)
		want.Audience++
		switch {
		case m.Outcome == campaign.Excluded:
			want.Excluded[m.Reason]++
		case campaign.Share("mixed", p.ID) < 0.3:
			m.Outcome = campaign.HeldOut
			want.HeldOut++
		default:
			want.Deliveries[m.Channel]++
		}
		members[p.ID] = m
	}
	before := k.read(k.store)
	k.forecast(c.ID, want, "before planning")
	k.equal(k.read(k.store), before, "Simulate has written something")
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	k.forecast(c.ID, want, "after planning")
	k.planned(c.ID, members)
	k.equal(len(k.post.messages()), 0, "how much was sent by planning alone")
	k.stateIs(c.ID, campaign.Scheduled, "after planning")
	k.run(k.crm, c.ID)
	k.forecast(c.ID, want, "after the run")
	k.planned(c.ID, members)
	k.equal(k.post.via(), want.Deliveries, "what was sent, by channel, must be what was forecast")
	k.reported(c.ID, want)
}

// outsiders are customers whom the audience of campaignPlan leaves out.
func (k *kit) outsiders() []contact.Contact {
	k.Helper()
	others := make([]contact.Contact, 5)
	for i := range others {
		p := person(5000 + i)
		p.Name.Given = "kim"
		var err error
		others[i], err = k.crm.Contacts.Create(k.ctx, p)
		k.ok(err, "creating a contact")
	}
	return others
}

func (k *kit) forecast(id campaign.ID, want campaign.Forecast, when string) {
	k.Helper()
	got, err := k.reopened().Campaigns.Simulate(k.ctx, id)
	k.ok(err, "simulating a campaign")
	k.equal(got, want, "Simulate "+when)
}

// planned compares the rows of the plan with what must have been decided.
func (k *kit) planned(id campaign.ID, want map[contact.ID]campaign.Member) {
	k.Helper()
	deliveries := k.deliveries(id)
	seen, last := 0, contact.ID{}
	for cursor := ""; ; {
		page, err := k.crm.Campaigns.Audience(k.ctx, id, "", cursor, 9)
		k.ok(err, "listing an audience")
		for _, m := range page.Members {
			k.equal(m, want[m.Contact], "what was planned for a contact")
			if d, has := deliveries[m.Contact]; has != (m.Outcome == campaign.Addressed) || has && d.Channel != m.Channel {
				k.Errorf("a contact that is %s on %q has a delivery: %t on %q", m.Outcome, m.Channel, has, d.Channel)
			}
			if m.Contact.Compare(last) <= 0 {
				k.Error("an audience must be listed in ascending order of contact, each once")
			}
			last = m.Contact
			seen++
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	k.equal(seen, len(want), "how many contacts the plan lists")
	held, err := k.crm.Campaigns.Audience(k.ctx, id, campaign.HeldOut, "", 1000)
	k.ok(err, "listing the held-out")
	for _, m := range held.Members {
		k.equal(want[m.Contact].Outcome, campaign.HeldOut, "the outcome of a contact that is listed as held out")
	}
}

// reported compares the report with the forecast.
func (k *kit) reported(id campaign.ID, want campaign.Forecast) {
	k.Helper()
	r, err := k.crm.Campaigns.Report(k.ctx, id)
	k.ok(err, "reading a report")
	got := campaign.Forecast{Audience: r.Audience, HeldOut: r.HeldOut, Excluded: r.Excluded, Deliveries: map[contact.Channel]int64{}}
	total := int64(0)
	for _, ch := range r.Channels {
		if ch.Deliveries > 0 {
			got.Deliveries[ch.Channel] = ch.Deliveries
		}
		total += ch.Deliveries
		k.equal(ch.Sent, ch.Deliveries, "how many deliveries by "+string(ch.Channel)+" the report shows as sent")
	}
	k.equal(got, want, "the report must show what was forecast")
	k.equal(r.Total.Deliveries, total, "the total of the deliveries in the report")
	excluded := int64(0)
	for _, n := range r.Excluded {
		excluded += n
	}
	k.equal(r.Audience, r.HeldOut+excluded+total, "audience = held out + all excluded + all deliveries")
}

func campaignHoldOut(k *kit) {
	people := k.customers(60, nil)
	k.agree(people, channels...)
	for _, share := range []float64{0, 0.25, 0.9} {
		c := k.campaign("hold-out", segment.Everyone(), func(d *campaign.Definition) {
			d.HoldOut = share
			d.Name = map[float64]string{0: "none", 0.25: "quarter", 0.9: "most"}[share]
		})
		k.ok(k.reopened().Campaigns.Plan(k.ctx, c.ID), "planning")
		page, err := k.crm.Campaigns.Audience(k.ctx, c.ID, "", "", 1000)
		k.ok(err, "listing an audience")
		for _, m := range page.Members {
			if want := campaign.Share(c.Name, m.Contact) < share; want != (m.Outcome == campaign.HeldOut) {
				k.Errorf("with a hold-out of %v a contact is %s, though campaign.Share says held out: %t", share, m.Outcome, want)
			}
		}
	}
}

// campaignFrozen changes the segment, the record and the population between
// planning and sending.
func campaignFrozen(k *kit) {
	c, people := k.audience(12, nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	_, err := k.crm.Segments.Save(k.ctx, "summer", segment.Any())
	k.ok(err, "changing the segment")
	late := k.customer(100)
	k.agree([]contact.Contact{late}, channels...)
	k.run(k.reopened(), c.ID)
	k.eachOnce(c.ID, people, "when the segment changed after planning")
	got, err := k.crm.Campaigns.Get(k.ctx, c.ID)
	k.ok(err, "reading a campaign")
	k.equal([]any{*got.Rule, got.AsOf, got.State, got.StartedAt, got.FinishedAt},
		[]any{segment.Everyone(), noon, campaign.Finished, noon, noon}, "rule, instant, state, start and end of a finished campaign")
}
