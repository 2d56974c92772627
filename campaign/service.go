package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/internal/cursor"
	"github.com/stammkunde/crm/segment"
)

// Service keeps and runs campaigns. Hosts get it as CRM.Campaigns. It is safe
// for concurrent use.
type Service struct {
	store   Stores
	atomic  core.Atomic[Stores]
	env     core.Env
	custom  map[string]contact.Type
	sealing *contact.Sealing
	senders map[contact.Channel]channel.Sender
	// askLists asks external lists about an audience.
	askLists func(context.Context, []contact.ID) error
}

// NewService is called by crm.New.
func NewService(store Stores, atomic core.Atomic[Stores], env core.Env, custom map[string]contact.Type, sealing *contact.Sealing,
	senders map[contact.Channel]channel.Sender, askLists func(context.Context, []contact.ID) error) *Service {
	return &Service{store, atomic, env, custom, sealing, senders, askLists}
}

// Create stores a new campaign as a draft. It returns errs.ErrInvalid with all
// broken fields, errs.ErrNotFound when there is no such segment, and
// errs.ErrConflict when the name is taken.
func (s *Service) Create(ctx context.Context, d Definition) (created Campaign, err error) {
	const op = "campaign.Create"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", ""); err != nil {
		return created, err
	}
	d = normalize(d)
	var f errs.Fields
	validate(&f, d)
	if err := f.Err(op); err != nil {
		return Campaign{}, err
	}
	c := Campaign{ID: s.env.NewID(), Definition: d, State: Draft, CreatedAt: s.env.Now()}
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		if _, err := findSegment(ctx, store, op, d.Segment); err != nil {
			return err
		}
		return store.InsertCampaign(ctx, c)
	})
	if err != nil {
		return Campaign{}, err
	}
	return c, nil
}

// findSegment reads the segment of a campaign.
func findSegment(ctx context.Context, store Stores, op string, of segment.ID) (segment.Segment, error) {
	found, err := store.Segment(ctx, of)
	if errors.Is(err, errs.ErrNotFound) {
		err = errs.NotFound(op, "segment")
	}
	return found, err
}

// Get returns the campaign with the id, or errs.ErrNotFound.
func (s *Service) Get(ctx context.Context, campaign ID) (c Campaign, err error) {
	defer errs.SetOp(&err, "campaign.Get")
	if ctx, err = s.env.Ask(ctx, "campaign.Get", "campaign", campaign.String()); err != nil {
		return c, err
	}
	return s.store.Campaign(ctx, campaign)
}

// Find returns the campaign with the name, or errs.ErrNotFound.
func (s *Service) Find(ctx context.Context, name string) (c Campaign, err error) {
	const op = "campaign.Find"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", ""); err != nil {
		return c, err
	}
	var f errs.Fields
	check.Name(&f, "name", name)
	if err := f.Err(op); err != nil {
		return Campaign{}, err
	}
	return s.store.CampaignByName(ctx, name)
}

// List returns the campaigns in one of the states, all without any, by name.
func (s *Service) List(ctx context.Context, states ...State) (list []Campaign, err error) {
	const op = "campaign.List"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", ""); err != nil {
		return list, err
	}
	var f errs.Fields
	checkStates(&f, states, Draft, Planning, Scheduled, Running, Paused, Finished, Cancelled)
	if err := f.Err(op); err != nil {
		return nil, err
	}
	return s.store.Campaigns(ctx, states...)
}

// checkStates checks states that are looked for.
func checkStates[S ~string](f *errs.Fields, states []S, known ...S) {
	for i, state := range states {
		if !slices.Contains(known, state) {
			f.Add(fmt.Sprintf("states[%d]", i), "unknown_state", "must be one of the states that the package names")
		}
	}
}

// Start lets a planned campaign send. It returns errs.ErrConflict when it is
// not planned yet or is over.
func (s *Service) Start(ctx context.Context, campaign ID) error {
	return s.change(ctx, "campaign.Start", campaign, Running, Scheduled, Running)
}

// Pause stops the sending at the gate: when it returns, nothing more passes.
// What passed before may still be on the wire.
func (s *Service) Pause(ctx context.Context, campaign ID) error {
	return s.change(ctx, "campaign.Pause", campaign, Paused, Running, Paused)
}

// Resume lets a paused campaign go on.
func (s *Service) Resume(ctx context.Context, campaign ID) error {
	return s.change(ctx, "campaign.Resume", campaign, Running, Paused, Running)
}

// Cancel ends a campaign for good: what was not sent is not sent any more.
// Deliveries in doubt stay listed. Vouchers that went out stay valid.
func (s *Service) Cancel(ctx context.Context, campaign ID) error {
	return s.change(ctx, "campaign.Cancel", campaign, Cancelled, Draft, Planning, Scheduled, Running, Paused, Cancelled)
}

// change takes a campaign from one of the states to another.
func (s *Service) change(ctx context.Context, op string, campaign ID, to State, from ...State) (err error) {
	if ctx, err = s.env.Ask(ctx, op, "campaign", campaign.String()); err != nil {
		return err
	}
	return s.move(ctx, op, campaign, to, from...)
}

func (s *Service) move(ctx context.Context, op string, campaign ID, to State, from ...State) (err error) {
	defer errs.SetOp(&err, op)
	now := s.env.Now()
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		c, err := store.LockCampaign(ctx, campaign)
		if err != nil {
			return err
		}
		if c.State == to {
			return nil
		}
		if !slices.Contains(from, c.State) {
			return errs.Conflict(op, "state", "state", "cannot be done while the campaign is "+string(c.State))
		}
		c.State = to
		switch to {
		case Running:
			if c.StartedAt.IsZero() {
				c.StartedAt = now
			}
		case Cancelled:
			c.FinishedAt = now
			if _, err := store.EndQueued(ctx, EndQuery{c.ID, Stopped, CampaignEnded, true, now}); err != nil {
				return err
			}
		}
		return store.UpdateCampaign(ctx, c)
	})
}

// AudiencePage is one page of a plan.
type AudiencePage struct {
	Members []Member
	// Next is the cursor of the next page, empty on the last one.
	Next string
}

// Audience lists the plan of a campaign by contact, limit at a time (1 to
// 1000): who is addressed on which channel, who is held out, and who is
// excluded for what reason. An empty outcome gives all. Pass the empty cursor
// first, then AudiencePage.Next. It returns errs.ErrNotFound when there is no
// such campaign.
func (s *Service) Audience(ctx context.Context, campaign ID, outcome Outcome, cursorText string, limit int) (page AudiencePage, err error) {
	const op = "campaign.Audience"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", campaign.String()); err != nil {
		return page, err
	}
	var f errs.Fields
	after := cursor.DecodeID[contact.Contact](&f, "cursor", cursorText)
	cursor.CheckLimit(&f, limit)
	switch outcome {
	case "", Addressed, HeldOut, Excluded:
	default:
		f.Add("outcome", "unknown_outcome", "must be addressed, held_out or excluded")
	}
	if err := f.Err(op); err != nil {
		return AudiencePage{}, err
	}
	list, err := s.store.Audience(ctx, AudienceQuery{campaign, outcome, after, limit + 1})
	if err == nil && len(list) == 0 {
		_, err = s.store.Campaign(ctx, campaign) // nobody, or no such campaign?
	}
	if err != nil {
		return AudiencePage{}, err
	}
	page = AudiencePage{Members: list}
	if len(list) > limit {
		page.Members = list[:limit]
		page.Next = cursor.EncodeID(list[limit-1].Contact)
	}
	return page, nil
}

// DeliveryPage is one page of deliveries.
type DeliveryPage struct {
	Deliveries []Delivery
	// Next is the cursor of the next page, empty on the last one.
	Next string
}

// Deliveries lists the deliveries of a campaign in one of the states, all
// without any, limit at a time (1 to 1000). Pass the empty cursor first, then
// DeliveryPage.Next. Those InDoubt are what a person has to look at. It returns
// errs.ErrNotFound when there is no such campaign.
func (s *Service) Deliveries(ctx context.Context, campaign ID, cursorText string, limit int, states ...DeliveryState) (page DeliveryPage, err error) {
	const op = "campaign.Deliveries"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", campaign.String()); err != nil {
		return page, err
	}
	var f errs.Fields
	after := cursor.DecodeID[Delivery](&f, "cursor", cursorText)
	cursor.CheckLimit(&f, limit)
	checkStates(&f, states, Queued, Claimed, Sending, Sent, Failed, Dead, Skipped, Stopped, Expired, InDoubt, Unresolved)
	if err := f.Err(op); err != nil {
		return DeliveryPage{}, err
	}
	list, err := s.store.Deliveries(ctx, DeliveryQuery{campaign, states, after, limit + 1})
	if err == nil && len(list) == 0 {
		_, err = s.store.Campaign(ctx, campaign) // none, or no such campaign?
	}
	if err != nil {
		return DeliveryPage{}, err
	}
	page = DeliveryPage{Deliveries: list}
	if len(list) > limit {
		page.Deliveries = list[:limit]
		page.Next = cursor.EncodeID(list[limit-1].ID)
	}
	return page, nil
}

// Verdict is what a person found out about a delivery in doubt.
type Verdict string

// The verdicts.
const (
	WasSent    Verdict = "was_sent"     // it reached the provider
	WasNotSent Verdict = "was_not_sent" // it did not; send it again
	CannotTell Verdict = "cannot_tell"  // list it as unresolved for good
)

// Resolve settles a delivery that is in doubt. It returns errs.ErrConflict when
// the delivery is in another state by now.
func (s *Service) Resolve(ctx context.Context, d Delivery, v Verdict) (err error) {
	const op = "campaign.Resolve"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", d.Campaign.String()); err != nil {
		return err
	}
	to, ok := map[Verdict]DeliveryState{WasSent: Sent, WasNotSent: Queued, CannotTell: Unresolved}[v]
	if !ok {
		var f errs.Fields
		f.Add("verdict", "unknown_verdict", "must be was_sent, was_not_sent or cannot_tell")
		return f.Err(op)
	}
	now := s.env.Now()
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		c, err := store.HoldCampaign(ctx, d.Campaign)
		if err != nil {
			return err
		}
		move := Move{Delivery: d.ID, Contact: d.Contact, From: InDoubt, To: to, Reason: ByPerson, NotBefore: now}
		moved, err := store.MoveDeliveries(ctx, 0, now, []Move{move})
		if err != nil {
			return err
		}
		if len(moved) == 0 {
			return errs.Conflict(op, "delivery", "state", "is not in doubt")
		}
		if to != Sent {
			return nil
		}
		to, err := mergedMeanwhile(ctx, store, []result{{delivery: d}}, now)
		if err != nil {
			return err
		}
		sent := s.sentActivity(c, d, now)
		if id, merged := to[d.Contact]; merged {
			sent.Contact, sent.Origin = id, d.Contact
		}
		return appendSent(ctx, store, []activity.Activity{sent})
	})
}
