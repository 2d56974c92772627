package storagetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// campaignCrashInPlan breaks planning at one point after the other, each time
// as if the process had died, and goes on in another.
func campaignCrashInPlan(k *kit) {
	k.within(long)
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

// campaignFaults breaks a run at one point after the other, a new campaign for
// each, and lets another process go on. With a sender that keeps messages from
// going out twice everybody gets the message; with any other nobody gets it
// twice, and who may have got it is listed as in doubt.
func campaignFaults(k *kit, idempotent bool) {
	k.within(long)
	k.post.caps = channel.Caps{Idempotent: idempotent, Timeout: 10 * time.Millisecond}
	people := k.customers(5, nil)
	k.agree(people, channels...)
	var cut []campaign.Campaign
	for n, fired := int64(1), true; fired; n++ {
		c := k.campaign(fmt.Sprintf("c%d", n), segment.Everyone(), nil)
		f := newFaulty(k.store, n)
		// Long enough for a worker that lives, short enough to wait for.
		_, err := k.on(f).Campaigns.Run(k.ctx, c.ID, &campaign.RunOptions{Lease: 300 * time.Millisecond})
		if fired = f.fired(); fired != errors.Is(err, errInjected) {
			k.Fatalf("point %d was reached: %t, but the error of the run is %v", n, fired, err)
		}
		cut = append(cut, c)
	}
	for n, c := range cut {
		k.run(k.reopened(), c.ID)
		k.afterFault(c, people, idempotent, fmt.Sprintf("when a run was cut off at point %d", n+1))
	}
}

func (k *kit) afterFault(c campaign.Campaign, people []contact.Contact, idempotent bool, when string) {
	k.Helper()
	sent, keys, deliveries := k.post.letters(c.Name), k.post.keys(c.Name), k.deliveries(c.ID)
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
