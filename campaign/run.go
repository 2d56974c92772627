package campaign

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/stammkunde/crm/errs"
)

// RunOptions says how a campaign is worked on.
type RunOptions struct {
	// Workers is how many batches are sent at the same time. Zero means 1;
	// less is refused.
	Workers int
	// Lease is how long a worker may hold a batch before others take it for
	// dead. It should be more than 100 sends take. What was on the wire when a
	// worker died is settled a sender's timeout later. Zero means one minute;
	// less is refused.
	Lease time.Duration
	// Progress, where given, is called about once a second and at the end,
	// never twice at the same time.
	Progress func(Progress)
}

// Progress is how far a campaign has come.
type Progress struct {
	// Planned is the number of deliveries, the sum over all States.
	Planned int64                   `json:"planned"`
	States  map[DeliveryState]int64 `json:"states"`
	// Done is true when no delivery is open.
	Done bool `json:"done"`
}

// Run plans the campaign if that is still to be done, starts it, and sends
// what is due. It may be called again at any time, in any number of processes:
// it goes on where the last one was cut off, and what a dead worker held is
// taken over when its lease runs out. It returns when nothing is due or under
// way any more: when Progress.Done is false then, deliveries wait for their
// time, or are in doubt, or the campaign is paused.
//
// Inside a transaction it is refused with errs.ErrConflict, because a message
// cannot be rolled back; Plan and Start may be called there, and Run after the
// commit.
func (s *Service) Run(ctx context.Context, campaign ID, options *RunOptions) (p Progress, err error) {
	defer errs.SetOp(&err, opRun)
	if ctx, err = s.env.Ask(ctx, opRun, "campaign", campaign.String()); err != nil {
		return p, err
	}
	if err := s.ready(opRun, options); err != nil {
		return Progress{}, err
	}
	r, err := s.newRun(ctx, campaign, options)
	if err != nil {
		return Progress{}, err
	}
	if err := s.plan(ctx, campaign); err != nil {
		return Progress{}, err
	}
	if err := s.startIfScheduled(ctx, campaign); err != nil {
		return Progress{}, err
	}
	if err := r.loop(ctx); err != nil {
		return Progress{}, err
	}
	return r.progress.last(ctx)
}

// Work sends what is due in every running campaign, again and again, until ctx
// ends. It is what crm.Run calls; errors of one campaign go to failed and do
// not stop the others. Options that are refused, or a CRM that is bound to a
// transaction, are told to failed once, and Work returns.
func (s *Service) Work(ctx context.Context, options *RunOptions, failed func(error)) {
	const pause = time.Second
	ctx, err := s.env.Ask(ctx, "campaign.Work", "campaign", "")
	if err == nil {
		err = s.ready("campaign.Work", options)
	}
	if err != nil {
		failed(err)
		return
	}
	for {
		campaigns, err := s.store.Campaigns(ctx, Running)
		if err != nil && ctx.Err() == nil {
			failed(err)
		}
		for _, c := range campaigns {
			r, err := s.newRun(ctx, c.ID, options)
			if err == nil {
				err = r.round(ctx)
			}
			if err == nil {
				err = r.close(ctx)
			}
			if err != nil && ctx.Err() == nil {
				failed(fmt.Errorf("campaign %s: %w", c.ID, err))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

const opRun = "campaign.Run"

// ready tells why nothing can be sent at all.
func (s *Service) ready(op string, options *RunOptions) error {
	if err := s.env.Outside(op); err != nil || options == nil {
		return err
	}
	var f errs.Fields
	if options.Workers < 0 {
		f.Add("options.workers", "out_of_range", "must not be negative")
	}
	if options.Lease < 0 {
		f.Add("options.lease", "out_of_range", "must not be negative")
	}
	return f.Err(op)
}

func (s *Service) newRun(ctx context.Context, campaign ID, options *RunOptions) (*run, error) {
	r := &run{s: s}
	if options != nil {
		r.options = *options
	}
	r.options.Workers = max(r.options.Workers, 1)
	if r.options.Lease == 0 {
		r.options.Lease = defaultLease
	}
	var err error
	if r.campaign, err = s.store.Campaign(ctx, campaign); err != nil {
		return nil, err
	}
	var f errs.Fields
	for _, ch := range r.campaign.Channels {
		if s.senders[ch] == nil {
			f.Add("config.senders["+pathName(ch)+"]", "missing_sender", "is missing in crm.Config.Senders")
		}
	}
	if err := f.Err(opRun); err != nil {
		return nil, err
	}
	r.templates, err = compileAll(r.campaign.Definition)
	r.progress = &teller{r: r, next: time.Now().Add(time.Second)}
	return r, err
}

// startIfScheduled starts a campaign that was never started. One that is
// paused stays so.
func (s *Service) startIfScheduled(ctx context.Context, campaign ID) error {
	c, err := s.store.Campaign(ctx, campaign)
	if err != nil || c.State != Scheduled {
		return err
	}
	return s.move(ctx, opRun, campaign, Running, Scheduled, Running)
}

// loop goes round until nothing is due and nobody holds a delivery.
func (r *run) loop(ctx context.Context) error {
	const poll = 100 * time.Millisecond
	for {
		if err := r.round(ctx); err != nil {
			return err
		}
		held, err := r.held(ctx)
		if err != nil {
			return err
		}
		if !held {
			return r.close(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(poll):
		}
	}
}

// round takes over what the dead held, ends what is too late, and sends what
// is due.
func (r *run) round(ctx context.Context) error {
	if err := r.recover(ctx); err != nil {
		return err
	}
	var wg sync.WaitGroup
	failures := make([]error, r.options.Workers)
	for i := range failures {
		wg.Go(func() { failures[i] = r.work(ctx) })
	}
	wg.Wait()
	return errors.Join(failures...)
}

// recover takes over what dead workers held and repeats what is in doubt where
// the sender makes that safe.
func (r *run) recover(ctx context.Context) error {
	now := r.s.env.Now()
	store := r.s.store
	_, err := store.ReapDeliveries(ctx, ReapQuery{r.campaign.ID, now, r.grace(), maxCrashes})
	if err != nil {
		return err
	}
	for _, ch := range r.campaign.Channels {
		caps := r.s.senders[ch].Caps()
		if !caps.Idempotent {
			continue
		}
		q := RequeueQuery{Campaign: r.campaign.ID, Channel: ch, NotBefore: now, Now: now}
		if caps.Window > 0 {
			q.Since = now.Add(-caps.Window)
		}
		if _, err := store.RequeueInDoubt(ctx, q); err != nil {
			return err
		}
	}
	if c := r.campaign; !c.Until.IsZero() && !now.Before(c.Until) {
		_, err = store.EndQueued(ctx, EndQuery{c.ID, Expired, WindowClosed, false, now})
	}
	return err
}

// grace is how long after a lease's end a message may still be on the wire:
// the longest timeout among the senders.
func (r *run) grace() time.Duration {
	grace := time.Duration(0)
	for _, ch := range r.campaign.Channels {
		timeout := r.s.senders[ch].Caps().Timeout
		if timeout <= 0 {
			timeout = defaultTimeout
		}
		grace = max(grace, timeout)
	}
	return grace
}

// held reports whether some worker, dead or alive, holds deliveries.
func (r *run) held(ctx context.Context) (bool, error) {
	p, err := r.count(ctx, r.s.store)
	return p.States[Claimed]+p.States[Sending] > 0, err
}

// close marks the campaign as finished when no delivery is open any more.
func (r *run) close(ctx context.Context) error {
	now := r.s.env.Now()
	return r.s.atomic(ctx, func(ctx context.Context, store Stores) error {
		c, err := store.LockCampaign(ctx, r.campaign.ID)
		if err != nil || c.State != Running {
			return err
		}
		p, err := r.count(ctx, store)
		if err != nil || !p.Done {
			return err
		}
		c.State, c.FinishedAt = Finished, now
		return store.UpdateCampaign(ctx, c)
	})
}

func (r *run) count(ctx context.Context, store Store) (Progress, error) {
	counts, err := store.DeliveryCounts(ctx, r.campaign.ID)
	p := Progress{States: map[DeliveryState]int64{}, Done: true}
	for _, c := range counts {
		p.Planned += c.Count
		p.States[c.State] += c.Count
		if c.State.Open() && c.Count > 0 {
			p.Done = false
		}
	}
	return p, err
}

// teller calls RunOptions.Progress about once a second.
type teller struct {
	r    *run
	mu   sync.Mutex
	next time.Time
}

func (t *teller) tell(ctx context.Context) error {
	if t.r.options.Progress == nil || !t.mu.TryLock() {
		return nil
	}
	defer t.mu.Unlock()
	if time.Now().Before(t.next) {
		return nil
	}
	t.next = time.Now().Add(time.Second)
	p, err := t.r.count(ctx, t.r.s.store)
	if err == nil {
		t.r.options.Progress(p)
	}
	return err
}

func (t *teller) last(ctx context.Context) (Progress, error) {
	p, err := t.r.count(ctx, t.r.s.store)
	if err == nil && t.r.options.Progress != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.r.options.Progress(p)
	}
	return p, err
}
