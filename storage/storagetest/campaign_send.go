package storagetest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// outcome is what a sender does to the n-th person, and what must come of it.
type outcome struct {
	answer   func(ctx context.Context) error
	state    campaign.DeliveryState
	reason   campaign.Reason
	attempts int
	sentNext bool // goes out in a later run
}

var outcomes = []outcome{
	{func(context.Context) error { return nil }, campaign.Sent, "", 1, false},
	{func(context.Context) error { return errors.Join(errors.New("busy"), channel.ErrNotSent) }, campaign.Queued, campaign.NotSent, 1, true},
	{func(context.Context) error { return channel.ErrRejected }, campaign.Failed, campaign.Rejected, 1, false},
	{func(context.Context) error { return channel.ErrBadAddress }, campaign.Failed, campaign.BadAddress, 1, false},
	{func(context.Context) error { return &channel.ThrottledError{After: 90 * time.Second} }, campaign.Queued, campaign.Throttled, 0, true},
	{func(context.Context) error { return errors.New("connection reset") }, campaign.InDoubt, campaign.Unknown, 1, false},
	{func(context.Context) error { panic("sender broke") }, campaign.InDoubt, campaign.Unknown, 1, false},
	{func(context.Context) error { return channel.ErrUnknown }, campaign.InDoubt, campaign.Unknown, 1, false},
	{func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, campaign.InDoubt, campaign.Unknown, 1, false},
}

func campaignOutcomes(k *kit) {
	k.post.caps.Timeout = 20 * time.Millisecond
	c, people := k.audience(len(outcomes), nil)
	does := map[string]func(context.Context) error{}
	for i, p := range people {
		does[p.Name.Family] = outcomes[i].answer
	}
	k.post.answer = func(ctx context.Context, m channel.Message) error { return does[m.To.Name.Family](ctx) }
	k.run(k.crm, c.ID)
	all := k.deliveries(c.ID)
	for i, p := range people {
		d := k.state(all, p, outcomes[i].state, outcomes[i].reason, "after an answer of the sender")
		k.equal(d.Attempts, outcomes[i].attempts, "the attempts of a delivery that is "+string(d.State)+" ("+string(d.Reason)+")")
		k.equal(d.ProviderID != "", d.State == campaign.Sent, "whether a delivery has the provider's id")
		k.equal(d.SentAt.IsZero(), d.State != campaign.Sent, "whether a delivery has no instant of sending")
	}
	k.equal(all[people[4].ID].NotBefore, noon.Add(90*time.Second), "a throttled delivery must wait as long as the provider wants")
	if d := all[people[1].ID]; d.NotBefore.Before(noon) || d.NotBefore.After(noon.Add(30*time.Second)) {
		k.Errorf("a delivery that was not sent must wait up to 30 seconds the first time, not until %v", d.NotBefore)
	}
	k.permits(people[3].ID, consent.Marketing, all[people[3].ID].Channel, consent.Suppressed, "after an address did not work")

	k.post.answer = nil
	k.post.clear()
	k.clock.add(91 * time.Second)
	k.run(k.reopened(), c.ID)
	sent := k.post.letters()
	for i, p := range people {
		want := 0
		if outcomes[i].sentNext {
			want = 1
		}
		k.equal(sent[p.Name.Family], want, "how often a later run sends a delivery that was "+string(outcomes[i].state)+" ("+string(outcomes[i].reason)+")")
	}
	k.stateIs(c.ID, campaign.Running, "while deliveries are in doubt")
}

// campaignIdempotentRetry repeats what is in doubt with a sender that makes
// that safe.
func campaignIdempotentRetry(k *kit) {
	k.post.caps = channel.Caps{Idempotent: true, Window: time.Hour}
	c, people := k.audience(3, nil)
	var once sync.Once
	k.post.answer = func(context.Context, channel.Message) (err error) {
		once.Do(func() { err = errors.New("connection reset") })
		return err
	}
	k.run(k.crm, c.ID)
	k.clock.add(time.Minute)
	k.run(k.reopened(), c.ID)
	for _, keys := range k.post.keys("summer") {
		k.equal(len(keys), 1, "how many keys the attempts of one delivery have")
	}
	for _, d := range k.deliveries(c.ID) {
		k.equal(d.State, campaign.Sent, "the state of a delivery that may be repeated")
	}
	k.equal(len(k.post.messages()), len(people)+1, "how many messages were handed over, one of them twice")
}

// campaignPause pauses from within the sender: what has not passed the gate
// stays, until the campaign is resumed.
func campaignPause(k *kit) {
	const batch = 100 // pass the gate together
	c, people := k.audience(2*batch+50, nil)
	var once sync.Once
	k.post.answer = func(context.Context, channel.Message) (err error) {
		once.Do(func() { err = k.crm.Campaigns.Pause(k.background(), c.ID) })
		return err
	}
	k.run(k.crm, c.ID)
	if n := len(k.post.messages()); n > batch {
		k.Errorf("%d messages went out, though the campaign was paused while the first batch of %d was being sent", n, batch)
	}
	k.stateIs(c.ID, campaign.Paused, "after Pause")
	n := len(k.post.messages())
	k.run(k.reopened(), c.ID)
	k.equal(len(k.post.messages()), n, "how much was sent once the campaign was paused")
	k.ok(k.crm.Campaigns.Resume(k.ctx, c.ID), "resuming")
	k.run(k.reopened(), c.ID)
	k.eachOnce(c.ID, people, "after pause and resume")
}

func campaignCancel(k *kit) {
	const batch = 100
	c, people := k.audience(2*batch, nil)
	var once sync.Once
	k.post.answer = func(context.Context, channel.Message) (err error) {
		once.Do(func() { err = k.reopened().Campaigns.Cancel(k.background(), c.ID) })
		return err
	}
	k.run(k.crm, c.ID)
	if n := len(k.post.messages()); n > batch {
		k.Errorf("%d messages went out, though the campaign was cancelled while the first batch of %d was being sent", n, batch)
	}
	sent := k.post.letters()
	all := k.deliveries(c.ID)
	for _, p := range people {
		if sent[p.Name.Family] == 1 {
			k.state(all, p, campaign.Sent, "", "a message that was on its way when the campaign was cancelled")
		} else {
			k.state(all, p, campaign.Stopped, campaign.CampaignEnded, "what was not sent when the campaign was cancelled")
		}
	}
	k.stateIs(c.ID, campaign.Cancelled, "after Cancel")
	_, err := k.crm.Campaigns.Run(k.ctx, c.ID, nil)
	k.fails(err, errs.ErrConflict, "running a cancelled campaign")
	k.fails(k.crm.Campaigns.Start(k.ctx, c.ID), errs.ErrConflict, "starting a cancelled campaign")
}

func campaignResolve(k *kit) {
	k.post.answer = func(context.Context, channel.Message) error { return channel.ErrUnknown }
	c, people := k.audience(4, nil)
	k.run(k.crm, c.ID)
	doubt := k.deliveries(c.ID, campaign.InDoubt)
	k.equal(len(doubt), len(people), "how many deliveries are in doubt")
	verdicts := []campaign.Verdict{campaign.WasSent, campaign.WasNotSent, campaign.CannotTell, campaign.WasSent}
	for i, p := range people {
		k.ok(k.crm.Campaigns.Resolve(k.ctx, doubt[p.ID], verdicts[i]), "resolving a delivery in doubt")
		k.fails(k.crm.Campaigns.Resolve(k.ctx, doubt[p.ID], verdicts[i]), errs.ErrConflict, "resolving what is not in doubt any more")
	}
	k.post.answer = nil
	k.post.clear()
	k.run(k.reopened(), c.ID)
	k.equal(k.post.letters(), map[string]int{people[1].Name.Family: 1}, "what goes out after a person has looked at what is in doubt")
	all := k.deliveries(c.ID)
	for i, want := range []campaign.DeliveryState{campaign.Sent, campaign.Sent, campaign.Unresolved, campaign.Sent} {
		k.equal(all[people[i].ID].State, want, "the state after the verdict "+string(verdicts[i]))
		k.equal(len(k.history(people[i].ID)) == 1, want == campaign.Sent, "whether a message stands in the history after the verdict "+string(verdicts[i]))
	}
	k.stateIs(c.ID, campaign.Finished, "when everything in doubt is settled")
}

// campaignTrace looks at what a sent message leaves behind.
func campaignTrace(k *kit) {
	c, people := k.audience(2, nil)
	k.run(k.crm, c.ID)
	vouchers := k.vouchers(c.ID, people)
	for _, m := range k.post.messages() {
		k.equal([]string{m.Subject, m.Campaign}, []string{"summer", "summer"}, "subject and campaign of a message")
	}
	for who, d := range k.deliveries(c.ID) {
		want := campaign.Delivery{
			ID: d.ID, Campaign: c.ID, Contact: who, Channel: contact.ChannelEmail, State: campaign.Sent, NotBefore: noon,
			Attempts: 1, FirstAttemptAt: noon, GatedAt: noon, SentAt: noon, ProviderID: d.ProviderID, UpdatedAt: noon,
		}
		k.equal(d, want, "a delivery that was sent")
		h := k.history(who)
		if len(h) != 1 {
			k.Fatalf("%d activities stand in the history of a recipient, want 1", len(h))
		}
		k.equal(h[0], activity.Activity{
			ID: h[0].ID, Contact: who, Kind: activity.Email, Ref: activity.Ref{Source: "crm.delivery", Key: d.ID.String()},
			At: noon, RecordedAt: noon, Direction: activity.Outbound, Channel: contact.ChannelEmail, Subject: "summer",
			Campaign: activity.CampaignID(c.ID),
		}, "what a sent message leaves in the history")
		v := vouchers[who]
		k.equal(v, campaign.Voucher{Code: v.Code, Campaign: c.ID, Contact: who, Channel: contact.ChannelEmail, BasisPoints: 1000, MaxUses: 1}, "the voucher of a recipient")
	}
}
