package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

func campaignRunTwice(k *kit) {
	c, people := k.audience(30, nil)
	if p := k.run(k.crm, c.ID); !p.Done {
		k.Errorf("a campaign without obstacles must be done after one run: %v", p)
	}
	k.eachOnce(c.ID, people, "after one run")
	report, err := k.crm.Campaigns.Report(k.ctx, c.ID)
	k.ok(err, "reading a report")
	for _, handle := range []*crm.CRM{k.crm, k.reopened()} {
		k.run(handle, c.ID)
		k.eachOnce(c.ID, people, "after another run")
	}
	again, err := k.crm.Campaigns.Report(k.ctx, c.ID)
	k.ok(err, "reading a report")
	k.equal(again, report, "another run has changed the report")
	for _, p := range people {
		k.equal(len(k.history(p.ID)), 1, "how many messages stand in the history of a recipient")
	}
	k.stateIs(c.ID, campaign.Finished, "after the run")
}

// campaignCrashInPlan breaks planning at one point after the other, each time
// as if the process had died, and goes on in another.
func campaignCrashInPlan(k *kit) {
	c, people := k.audience(1100, nil) // more than are planned together
	attempts := 0
	for n := int64(1); ; n++ {
		f := newFaulty(k.reopen(), n)
		err := k.on(f).Campaigns.Plan(k.ctx, c.ID)
		if err == nil && !f.fired() {
			break
		}
		if err != nil && !errors.Is(err, errInjected) {
			k.Fatalf("planning was cut off at point %d, but the error is %v", n, err)
		}
		if attempts++; attempts > 100 {
			k.Fatal("planning makes no progress when it is cut off again and again")
		}
	}
	e := k.read(k.store)
	k.equal([]int{len(e.Audience), len(e.Deliveries), len(e.Vouchers)}, []int{len(people), len(people), len(people)},
		"rows of the plan, deliveries and vouchers, after planning was cut off again and again")
	k.equal(len(k.post.messages()), 0, "how much was sent before the run")
	k.run(k.reopened(), c.ID)
	k.eachOnce(c.ID, people, "when planning was cut off and another process sent")
}

func campaignTwoWorkers(k *kit) {
	c, people := k.audience(260, nil)
	handles := []*crm.CRM{k.crm, k.reopened(), k.reopened()}
	k.allOK(k.together(len(handles), func(i int) error {
		_, err := handles[i].Campaigns.Run(k.ctx, c.ID, &campaign.RunOptions{Workers: 2})
		return err
	}), "running one campaign in several processes")
	k.eachOnce(c.ID, people, "with several workers on one campaign")
	k.stateIs(c.ID, campaign.Finished, "after several workers have run it")
}

// campaignInterrupted stops a run in the middle, as a deployment does.
func campaignInterrupted(k *kit) {
	c, people := k.audience(130, nil)
	ctx, stop := context.WithCancel(k.ctx)
	defer stop()
	var sent atomic.Int64
	k.post.answer = func(context.Context, channel.Message) error {
		if sent.Add(1) == 40 {
			stop()
		}
		return nil
	}
	if _, err := k.crm.Campaigns.Run(ctx, c.ID, nil); err == nil {
		k.Error("a run whose context ended must give an error")
	}
	if n := len(k.post.messages()); n < 40 || n > 41 {
		k.Errorf("a run was stopped at the 40th message, but %d were sent", n)
	}
	k.equal(len(k.deliveries(c.ID, campaign.InDoubt, campaign.Sending)), 0, "how many deliveries are in doubt after a run was stopped in order")
	k.run(k.reopened(), c.ID)
	k.eachOnce(c.ID, people, "when a run was stopped and another process went on")
}

// campaignFaults breaks a run at one point after the other, a new campaign for
// each, and lets another process go on. With a sender that keeps messages from
// going out twice everybody gets the message; with any other nobody gets it
// twice, and who may have got it is listed as in doubt.
func campaignFaults(k *kit, idempotent bool) {
	k.post.caps = channel.Caps{Idempotent: idempotent, Timeout: 10 * time.Millisecond}
	people := k.customers(5, nil)
	k.agree(people, channels...)
	for n := int64(1); ; n++ {
		c := k.campaign(fmt.Sprintf("c%d", n), segment.Everyone(), nil)
		k.post.clear()
		f := newFaulty(k.store, n)
		o := &campaign.RunOptions{Lease: 40 * time.Millisecond}
		_, err := k.on(f).Campaigns.Run(k.ctx, c.ID, o)
		if err != nil && !errors.Is(err, errInjected) {
			k.Fatalf("a run was cut off at point %d, but the error is %v", n, err)
		}
		_, err = k.reopened().Campaigns.Run(k.ctx, c.ID, o)
		k.ok(err, "running a campaign that another process had begun")
		k.afterFault(c.ID, people, idempotent, fmt.Sprintf("when a run was cut off at point %d", n))
		if !f.fired() || k.Failed() {
			return
		}
	}
}

func (k *kit) afterFault(id campaign.ID, people []contact.Contact, idempotent bool, when string) {
	k.Helper()
	sent, keys, deliveries := k.post.letters(), k.post.keys(), k.deliveries(id)
	for _, p := range people {
		d, name := deliveries[p.ID], p.Name.Family
		switch {
		case len(keys[name]) > 1:
			k.Errorf("%s: a recipient got messages with different keys, so no sender can tell that they are the same", when)
		case !idempotent && sent[name] > 1:
			k.Errorf("%s: a recipient got the message %d times", when, sent[name])
		case d.State == campaign.Sent && sent[name] == 0:
			k.Errorf("%s: a delivery is sent, but nothing was", when)
		case d.State == campaign.Sent, d.State == campaign.InDoubt && !idempotent:
		default:
			k.Errorf("%s: a delivery stays %q (%q), and nobody will ever take it up", when, d.State, d.Reason)
		}
	}
	k.equal(len(deliveries), len(people), when+": the number of deliveries")
}

// dead takes some deliveries under a short lease, as a worker that dies then.
func (k *kit) dead(id campaign.ID, n int, token campaign.Token) []campaign.Delivery {
	k.Helper()
	k.ok(k.crm.Campaigns.Plan(k.ctx, id), "planning")
	k.ok(k.crm.Campaigns.Start(k.ctx, id), "starting")
	q := campaign.ClaimQuery{Campaign: id, Token: token, Now: k.clock.Now(), Lease: 50 * time.Millisecond, Limit: n}
	claimed, err := k.store.ClaimDeliveries(k.ctx, q)
	k.ok(err, "claiming deliveries")
	k.equal(len(claimed), n, "how many deliveries were claimed")
	return claimed
}

func campaignDeadAfterClaim(k *kit) {
	c, people := k.audience(12, nil)
	claimed := k.dead(c.ID, 5, 7)
	k.run(k.reopened(), c.ID)
	k.eachOnce(c.ID, people, "when a worker died holding deliveries that had not passed the gate")
	for who, d := range k.deliveries(c.ID) {
		crashes := 0
		if slices.ContainsFunc(claimed, func(d campaign.Delivery) bool { return d.Contact == who }) {
			crashes = 1
		}
		k.equal([]int{d.Attempts, d.Crashes}, []int{1, crashes}, "attempts and crashes of a delivery that was taken over")
	}
}

func campaignDeadAfterGate(k *kit) {
	k.post.caps = channel.Caps{Timeout: 10 * time.Millisecond}
	c, people := k.audience(12, nil)
	lost := k.gated(c.ID, 4)
	for range 2 {
		if p := k.run(k.reopened(), c.ID); p.Done {
			k.Error("a campaign with deliveries in doubt must not count as done")
		}
	}
	doubt := k.deliveries(c.ID, campaign.InDoubt)
	k.equal(len(doubt), len(lost), "how many deliveries are listed as in doubt")
	for _, d := range lost {
		k.equal(doubt[d.Contact].State, campaign.InDoubt, "the state of a delivery whose worker died behind the gate")
	}
	sent := k.post.letters()
	for _, p := range people {
		want := 1
		if _, uncertain := doubt[p.ID]; uncertain {
			want = 0
		}
		k.equal(sent[p.Name.Family], want, "how often a message went out when a worker died behind the gate: what is in doubt is never sent again blindly")
	}
	k.stateIs(c.ID, campaign.Running, "while deliveries are in doubt")
}

// gated takes deliveries through the gate as a worker that dies then.
func (k *kit) gated(id campaign.ID, n int) []campaign.Delivery {
	k.Helper()
	claimed := k.dead(id, n, 9)
	moves := make([]campaign.Move, n)
	for i, d := range claimed {
		moves[i] = campaign.Move{Delivery: d.ID, Contact: d.Contact, From: campaign.Claimed, To: campaign.Sending, Attempts: 1}
	}
	moved, err := k.store.MoveDeliveries(k.ctx, 9, k.clock.Now(), moves)
	k.ok(err, "taking deliveries through the gate")
	k.equal(len(moved), n, "how many deliveries passed the gate")
	return claimed
}

func campaignDeadAfterGateIdempotent(k *kit) {
	k.post.caps = channel.Caps{Idempotent: true, Timeout: 10 * time.Millisecond}
	c, people := k.audience(12, nil)
	k.gated(c.ID, 4)
	k.run(k.reopened(), c.ID)
	k.eachOnce(c.ID, people, "when a worker died behind the gate and the sender keeps messages from going out twice")
}
