package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
)

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
