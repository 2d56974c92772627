package storagetest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
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

// campaignWorker lets crm.Run do the work, as a host does in the background.
func campaignWorker(k *kit) {
	c, people := k.audience(5, nil)
	k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
	k.ok(k.crm.Campaigns.Start(k.ctx, c.ID), "starting")
	ctx, stop := context.WithCancel(k.ctx)
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.reopened().Run(ctx)
	}()
	for {
		got, err := k.crm.Campaigns.Get(k.ctx, c.ID)
		k.ok(err, "reading a campaign while a worker works on it")
		if got.State == campaign.Finished {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-ended
	k.eachOnce(c.ID, people, "when crm.Run sent")
}
