package storagetest

import (
	"context"
	"fmt"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// campaignConsentAtGate changes what is permitted between planning and
// sending.
func campaignConsentAtGate(k *kit) {
	c, people := k.audience(6, nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	k.clock.add(time.Second)
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(people[0].ID, channels...)), "withdrawing")
	k.ok(k.crm.Consents.Suppress(k.ctx, declaration(people[1].ID, channels...)), "suppressing")
	moved, err := k.crm.Contacts.Get(k.ctx, people[2].ID)
	k.ok(err, "reading a contact")
	moved.Emails = nil
	_, err = k.crm.Contacts.Update(k.ctx, moved)
	k.ok(err, "taking an address away")
	k.ok(k.crm.Consents.Withdraw(k.ctx, declaration(people[3].ID, contact.ChannelLetter)), "withdrawing for another channel")
	k.run(k.reopened(), c.ID)
	all := k.deliveries(c.ID)
	const why = "what changed between planning and sending must count"
	k.state(all, people[0], campaign.Skipped, campaign.NoConsent, why)
	k.state(all, people[1], campaign.Skipped, campaign.IsSuppressed, why)
	k.state(all, people[2], campaign.Skipped, campaign.NoAddress, why)
	for _, p := range people[3:] {
		k.state(all, p, campaign.Sent, "", why)
	}
	k.equal(len(k.post.messages()), 3, "how many messages went out")
	r, err := k.crm.Campaigns.Report(k.ctx, c.ID)
	k.ok(err, "reading a report")
	k.equal(r.Channels[0].Skipped, map[campaign.Reason]int64{campaign.NoConsent: 1, campaign.IsSuppressed: 1, campaign.NoAddress: 1}, "why deliveries were skipped, in the report")
}

// refusals are the ways to say no, with the reason for which a delivery is then skipped.
func refusals(c *crm.CRM) []struct {
	say    func(context.Context, consent.Declaration) error
	reason campaign.Reason
} {
	return []struct {
		say    func(context.Context, consent.Declaration) error
		reason campaign.Reason
	}{
		{c.Consents.Withdraw, campaign.NoConsent}, {c.Consents.Object, campaign.Objected}, {c.Consents.Suppress, campaign.IsSuppressed},
		{c.Consents.Deny, campaign.NoConsent}, {c.Consents.Restrict, campaign.IsRestricted},
	}
}

// campaignWithdrawRace refuses while a campaign is being sent, in every way. When that has
// returned, what has not passed the gate yet must not pass it any more. There are 48
// refusals, or as many as CRM_REFUSALS says.
func campaignWithdrawRace(k *kit) {
	const people, each = 240, 5
	rounds := (k.number("CRM_REFUSALS", people/each)*each + people - 1) / people
	k.within(patience + time.Duration(rounds)*5*time.Second)
	waited := 0
	for round := range rounds {
		waited += k.refuseMeanwhile(round, people, each)
	}
	k.Logf("%d refusals, of which %d came before the gate", rounds*people/each, waited)
}

// refuseMeanwhile is one campaign, of which one recipient in so many refuses. It returns
// how many of these had not passed the gate.
func (k *kit) refuseMeanwhile(round, n, each int) int {
	k.Helper()
	k.post.clear()
	tag := fmt.Sprintf("round-%d", round)
	list := make([]contact.Contact, n)
	for i := range list {
		list[i] = person(round*n + i)
		list[i].Tags = []string{tag}
	}
	results, err := k.crm.Contacts.UpsertMany(k.ctx, list)
	k.ok(err, "creating recipients")
	for i, r := range results {
		list[i] = r.Contact
	}
	k.agree(list, channels...)
	c := k.campaign(tag, segment.Has(segment.Tags).Where(segment.Field("name").Equals(tag)).AtLeast(1), nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	k.clock.add(time.Second)
	k.post.answer = func(context.Context, channel.Message) error {
		time.Sleep(2 * time.Millisecond)
		return nil
	}
	done := make(chan error, 1)
	go func() {
		_, err := k.reopened().Campaigns.Run(k.ctx, c.ID, &campaign.RunOptions{Workers: 2})
		done <- err
	}()
	waiting := map[contact.ID]campaign.Reason{}
	ways := refusals(k.crm)
	for i := 0; i < n; i += each {
		way := ways[i/each%len(ways)]
		k.ok(way.say(k.ctx, declaration(list[i].ID, channels...)), "refusing while a campaign is being sent")
		state := k.deliveries(c.ID)[list[i].ID].State
		if state == campaign.Queued || state == campaign.Claimed {
			waiting[list[i].ID] = way.reason
		}
	}
	k.ok(<-done, "running a campaign while recipients refuse")
	all, sent := k.deliveries(c.ID), k.post.letters()
	for _, p := range list {
		if reason, waited := waiting[p.ID]; waited {
			k.state(all, p, campaign.Skipped, reason, "a refusal had returned before the delivery passed the gate")
			k.equal(sent[p.Name.Family], 0, "how much was sent to a recipient who had refused")
		}
	}
	return len(waiting)
}

func campaignCap(k *kit) {
	people := k.customers(3, nil)
	k.agree(people, channels...)
	limited := func(d *campaign.Definition) { d.Cap = &campaign.Cap{Max: 2, Days: 7} }
	sent := []int{3, 3, 0, 0, 3} // by the fifth the first is a week and an hour away, the second a week and a microsecond
	for i, pause := range []time.Duration{0, time.Hour, time.Hour, 7*24*time.Hour - 2*time.Hour - time.Microsecond, time.Microsecond + time.Microsecond} {
		k.clock.add(pause)
		k.post.clear()
		c := k.campaign(fmt.Sprintf("c%d", i), segment.Everyone(), limited)
		k.run(k.crm, c.ID)
		k.equal(len(k.post.messages()), sent[i], fmt.Sprintf("what campaign %d sends with a cap of two messages in seven days", i+1))
		if sent[i] > 0 {
			continue
		}
		for _, p := range people {
			k.state(k.deliveries(c.ID), p, campaign.Skipped, campaign.FrequencyCap, "a recipient who got much already")
		}
	}
}

func campaignQuietHours(k *kit) {
	people := k.customers(3, func(i int, c *contact.Contact) {
		c.TimeZone = []string{"", "America/New_York", "Asia/Tokyo"}[i] // the first is in the zone of the shop
	})
	k.agree(people, channels...)
	k.clock.set(time.Date(2026, 3, 28, 22, 30, 0, 0, time.UTC)) // 23:30 in Berlin, 18:30 in New York, 07:30 in Tokyo
	c := k.campaign("night", segment.Everyone(), func(d *campaign.Definition) {
		d.QuietHours = &campaign.QuietHours{From: 22 * 60, To: 8 * 60}
	})
	k.run(k.crm, c.ID)
	all := k.deliveries(c.ID)
	const why = "quiet hours are those of the recipient"
	berlin := k.state(all, people[0], campaign.Queued, campaign.QuietTime, why)
	k.state(all, people[1], campaign.Sent, "", why)
	tokyo := k.state(all, people[2], campaign.Queued, campaign.QuietTime, why)
	k.equal([]time.Time{berlin.NotBefore, tokyo.NotBefore},
		[]time.Time{time.Date(2026, 3, 29, 6, 0, 0, 0, time.UTC), time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC)},
		"when the quiet hours end, in Berlin after a night in which summer time begins, and in Tokyo")
	for _, step := range []struct {
		at   time.Time
		sent int
	}{{tokyo.NotBefore.Add(-time.Microsecond), 1}, {tokyo.NotBefore, 2}, {berlin.NotBefore, 3}} {
		k.clock.set(step.at)
		k.run(k.reopened(), c.ID)
		k.equal(len(k.post.messages()), step.sent, "how much was sent by "+step.at.Format(time.RFC3339Nano))
	}
	k.eachOnce(c.ID, people, "after the quiet hours")
}

func campaignWindow(k *kit) {
	people := k.customers(3, nil)
	k.agree(people, channels...)
	from, until := noon.Add(time.Hour), noon.Add(2*time.Hour)
	run := func(name string, change func(*campaign.Definition), at ...time.Time) campaign.ID {
		c := k.campaign(name, segment.Everyone(), change)
		for _, t := range at {
			k.clock.set(t)
			k.run(k.crm, c.ID)
		}
		k.clock.set(noon)
		return c.ID
	}
	window := func(d *campaign.Definition) { d.From, d.Until = from, until }
	early := run("early", window, noon, from.Add(-time.Microsecond))
	k.equal(len(k.deliveries(early, campaign.Queued)), 3, "how many deliveries wait for the beginning of the window")
	k.equal(len(k.post.messages()), 0, "how much was sent before the beginning of the window")
	run("exact", window, noon, from)
	k.equal(len(k.post.messages()), 3, "how much was sent at the beginning of the window")
	run("last", window, noon, until.Add(-time.Microsecond))
	k.equal(len(k.post.messages()), 6, "how much was sent at the last moment of the window")
	late := run("late", window, noon, until)
	offer := run("offer", func(d *campaign.Definition) { d.From, d.Offer.ValidUntil = from, until }, noon, until)
	k.equal(len(k.post.messages()), 6, "how much was sent when window or offer were over")
	for _, p := range people {
		k.state(k.deliveries(late), p, campaign.Expired, campaign.WindowClosed, "at the end of the window nothing goes out any more")
		k.state(k.deliveries(offer), p, campaign.Expired, campaign.OfferOver, "a voucher that is no longer valid is not sent")
	}
	k.stateIs(late, campaign.Finished, "when all deliveries have expired")
}
