package campaign

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/vouchercode"
	"github.com/stammkunde/crm/segment"
)

const (
	// chunkSize is how many contacts are planned in one transaction.
	chunkSize = 1000
	// pageSize is how many members of the audience are listed at once. The
	// rule is evaluated once a page, so a page is large.
	pageSize = 50_000
)

// Forecast is what a campaign would do.
type Forecast struct {
	// Audience = HeldOut + all Excluded + all Deliveries, always.
	Audience   int64                     `json:"audience"`
	HeldOut    int64                     `json:"held_out"`
	Excluded   map[Reason]int64          `json:"excluded"`
	Deliveries map[contact.Channel]int64 `json:"deliveries"`
}

func (f *Forecast) add(m Member, n int64) {
	f.Audience += n
	switch m.Outcome {
	case HeldOut:
		f.HeldOut += n
	case Excluded:
		f.Excluded[m.Reason] += n
	case Addressed:
		f.Deliveries[m.Channel] += n
	}
}

func newForecast() Forecast {
	return Forecast{Excluded: map[Reason]int64{}, Deliveries: map[contact.Channel]int64{}}
}

// Simulate tells what the campaign would do now: how many would be addressed
// on which channel, who would be excluded and why. It uses the same decisions
// as a run, writes nothing and sends nothing. For a campaign whose planning
// has begun it counts as of that instant.
func (s *Service) Simulate(ctx context.Context, campaign ID) (forecast Forecast, err error) {
	const op = "campaign.Simulate"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", campaign.String()); err != nil {
		return forecast, err
	}
	c, err := s.store.Campaign(ctx, campaign)
	if err != nil {
		return Forecast{}, err
	}
	if err := s.freeze(ctx, s.store, op, &c); err != nil {
		return Forecast{}, err
	}
	forecast = newForecast()
	for after, more := (contact.ID{}), true; more; {
		var ids []contact.ID
		if ids, more, err = s.audience(ctx, c, after); err != nil {
			return Forecast{}, err
		}
		for chunk := range slices.Chunk(ids, chunkSize) {
			members, err := s.decide(ctx, s.store, c, chunk)
			if err != nil {
				return Forecast{}, err
			}
			for _, m := range members {
				forecast.add(m, 1)
			}
			after = chunk[len(chunk)-1]
		}
	}
	return forecast, nil
}

// audience lists the next page of contacts that the frozen rule selects, and
// whether there may be more.
func (s *Service) audience(ctx context.Context, c Campaign, after contact.ID) ([]contact.ID, bool, error) {
	rule := segment.Resolve(*c.Rule, c.AsOf, s.env.Zone)
	ids, err := segment.EvaluatorOf(s.store).Members(ctx, rule, after, pageSize)
	return ids, len(ids) == pageSize, err
}

// freeze takes rule and instant of a campaign whose planning begins now.
func (s *Service) freeze(ctx context.Context, store Stores, op string, c *Campaign) error {
	if c.Rule != nil {
		return nil
	}
	seg, err := findSegment(ctx, store, op, c.Segment)
	if err != nil {
		return err
	}
	if err := segment.CheckSealed(seg.Rule, s.custom, s.sealing); err != nil {
		return err
	}
	c.AsOf = s.env.Now()
	bound, err := segment.Bind(ctx, store, seg.Rule, c.AsOf, s.env.Zone)
	if err != nil {
		return err
	}
	rule := segment.Blinded(bound.Frozen(), s.sealing, store.Tenant())
	c.Rule = &rule
	return nil
}

// Plan writes the plan: one row for every contact of the audience, and for
// those to be addressed a delivery and, with an offer, a voucher. It goes on
// where it was cut off, and does nothing when the plan is complete. Nothing is
// sent. It returns errs.ErrConflict for a campaign that was cancelled.
func (s *Service) Plan(ctx context.Context, campaign ID) (err error) {
	defer errs.SetOp(&err, opPlan)
	if ctx, err = s.env.Ask(ctx, opPlan, "campaign", campaign.String()); err != nil {
		return err
	}
	return s.plan(ctx, campaign)
}

func (s *Service) plan(ctx context.Context, campaign ID) error {
	c, err := s.beginPlan(ctx, campaign)
	for err == nil && c.State == Planning {
		c, err = s.planPage(ctx, c)
	}
	return err
}

// planPage lists the next members and plans them. It stops early when somebody
// else plans the same campaign, who is then further than the list.
func (s *Service) planPage(ctx context.Context, c Campaign) (Campaign, error) {
	ids, more, err := s.audience(ctx, c, c.PlannedTo)
	if err != nil {
		return c, err
	}
	for chunk := range slices.Chunk(ids, chunkSize) {
		if err := s.askLists(ctx, chunk); err != nil {
			return c, err
		}
		if c, err = s.planChunk(ctx, c, chunk, Planning); err != nil || c.PlannedTo != chunk[len(chunk)-1] {
			return c, err
		}
	}
	if more {
		return c, nil
	}
	return s.planChunk(ctx, c, nil, Scheduled)
}

const opPlan = "campaign.Plan"

// beginPlan takes a draft into planning, and freezes its rule and instant.
func (s *Service) beginPlan(ctx context.Context, campaign ID) (c Campaign, err error) {
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		if c, err = store.LockCampaign(ctx, campaign); err != nil {
			return err
		}
		switch c.State {
		case Draft:
		case Cancelled:
			return errs.Conflict(opPlan, "state", "cancelled", "the campaign was cancelled")
		default:
			return nil
		}
		if err := s.freeze(ctx, store, opPlan, &c); err != nil {
			return err
		}
		c.State = Planning
		return store.UpdateCampaign(ctx, c)
	})
	return c, err
}

// planChunk plans the next contacts, and takes the campaign to the state. When
// somebody else has planned them meanwhile it does nothing but tell how far the
// campaign is.
func (s *Service) planChunk(ctx context.Context, seen Campaign, ids []contact.ID, to State) (c Campaign, err error) {
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		if c, err = store.LockCampaign(ctx, seen.ID); err != nil {
			return err
		}
		if c.State != Planning || c.PlannedTo != seen.PlannedTo {
			return nil
		}
		c.State = to
		if len(ids) == 0 {
			return store.UpdateCampaign(ctx, c)
		}
		members, err := s.decide(ctx, store, c, ids)
		if err != nil {
			return err
		}
		c.PlannedTo = ids[len(ids)-1]
		if err := s.writePlan(ctx, store, c, members); err != nil {
			return err
		}
		return store.UpdateCampaign(ctx, c)
	})
	return c, err
}

// writePlan stores one chunk of the plan.
func (s *Service) writePlan(ctx context.Context, store Stores, c Campaign, members []Member) error {
	now := s.env.Now()
	var deliveries []Delivery
	var vouchers []Voucher
	for _, m := range members {
		if m.Outcome != Addressed {
			continue
		}
		deliveries = append(deliveries, Delivery{
			ID: s.env.NewID(), Campaign: c.ID, Channel: m.Channel, Contact: m.Contact, State: Queued,
			NotBefore: later(c.From, c.AsOf), UpdatedAt: now,
		})
		if c.Offer == nil {
			continue
		}
		code, err := vouchercode.New(s.env.Random)
		if err != nil {
			return err
		}
		vouchers = append(vouchers, Voucher{
			Code: code, Campaign: c.ID, Contact: m.Contact, Channel: m.Channel,
			BasisPoints: basisPoints(c.Offer.Percent), ValidFrom: c.Offer.ValidFrom, ValidUntil: c.Offer.ValidUntil, MaxUses: 1,
		})
	}
	if err := store.InsertAudience(ctx, members); err != nil {
		return err
	}
	if err := store.InsertDeliveries(ctx, deliveries); err != nil {
		return err
	}
	return store.InsertVouchers(ctx, vouchers)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// decide plans the contacts with the ids.
func (s *Service) decide(ctx context.Context, store Stores, c Campaign, ids []contact.ID) ([]Member, error) {
	contacts, err := store.LockContacts(ctx, ids) // so that nobody is erased, or refuses, before the plan is written
	if err != nil {
		return nil, err
	}
	said, err := readWishes(ctx, store, c.Definition, ids)
	if err != nil {
		return nil, err
	}
	if err := said.suppress(ctx, store, s.env.Addresses, c.Definition, contacts); err != nil {
		return nil, err
	}
	uses, err := usesOf(ctx, store, ids, c.AsOf)
	if err != nil {
		return nil, err
	}
	members := make([]Member, len(contacts))
	for i, p := range contacts {
		members[i] = assign(c, p, said, uses[p.ID])
	}
	return members, nil
}
