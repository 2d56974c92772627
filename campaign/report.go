package campaign

import (
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/stat"
	"github.com/stammkunde/crm/money"
)

// confidence is the quantile of the normal distribution for 95 % intervals.
const confidence = 1.959963984540054

// Report tells what became of a campaign.
type Report struct {
	Campaign ID     `json:"campaign"`
	Name     string `json:"name"`
	State    State  `json:"state"`
	// Audience = HeldOut + all Excluded + the deliveries of all channels.
	Audience int64            `json:"audience"`
	HeldOut  int64            `json:"held_out"`
	Excluded map[Reason]int64 `json:"excluded"`
	// Channels in the campaign's order; Total is over all of them.
	Channels []ChannelReport `json:"channels"`
	Total    ChannelReport   `json:"total"`
	// Effect compares those addressed with those held out.
	Effect Effect `json:"effect"`
}

// ChannelReport tells what became of the deliveries on one channel.
type ChannelReport struct {
	Channel    contact.Channel         `json:"channel,omitempty"`
	Deliveries int64                   `json:"deliveries"`
	States     map[DeliveryState]int64 `json:"states"`
	// Skipped tells why deliveries ended otherwise than as sent.
	Skipped  map[Reason]int64 `json:"skipped,omitempty"`
	Sent     int64            `json:"sent"`
	Redeemed int64            `json:"redeemed"`
	// Response is Redeemed per Sent.
	Response Rate `json:"response"`
	// Revenue of the orders with a redeemed voucher, after the discount, in
	// the campaign's currency.
	Revenue money.Money `json:"revenue"`
}

// Rate is a share with its 95 % interval.
type Rate struct {
	Value float64 `json:"value"`
	// Low and High bound the interval of Wilson (1927).
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

func newRate(k, n int64) Rate {
	r := Rate{}
	if n > 0 {
		r.Value = float64(k) / float64(n)
	}
	k = min(k, n)
	r.Low, r.High = stat.Wilson(k, n, confidence)
	return r
}

// Effect compares what was bought, with a voucher or without, since the
// campaign started, its very first instant included. It counts the purchases in
// the histories, not the redemptions.
type Effect struct {
	Addressed Group `json:"addressed"`
	HeldOut   Group `json:"held_out"`
	// Difference of the two buying rates with the 95 % interval of Newcombe
	// (1998, method 10). An interval that holds zero shows no effect.
	Difference Rate `json:"difference"`
}

// Group says what a part of the audience bought. Everybody who was to be
// addressed counts as addressed, whether the message arrived or not: only so do
// the groups compare.
type Group struct {
	Contacts int64       `json:"contacts"`
	Buyers   int64       `json:"buyers"`
	Orders   int64       `json:"orders"`
	Revenue  money.Money `json:"revenue"`
	// Buying is Buyers per Contacts.
	Buying Rate `json:"buying"`
}

// Report counts from the rows, as of now.
func (s *Service) Report(ctx context.Context, campaign ID) (report Report, err error) {
	defer errs.SetOp(&err, "campaign.Report")
	if ctx, err = s.env.Ask(ctx, "campaign.Report", "campaign", campaign.String()); err != nil {
		return report, err
	}
	c, err := s.store.Campaign(ctx, campaign)
	if err != nil {
		return Report{}, err
	}
	report = Report{Campaign: c.ID, Name: c.Name, State: c.State}
	audience, err := s.store.AudienceCounts(ctx, c.ID)
	if err != nil {
		return Report{}, err
	}
	plan := newForecast()
	for _, a := range audience {
		plan.add(Member{Outcome: a.Outcome, Reason: a.Reason, Channel: a.Channel}, a.Count)
	}
	report.Audience, report.HeldOut, report.Excluded = plan.Audience, plan.HeldOut, plan.Excluded
	if err := s.reportChannels(ctx, c, &report); err != nil {
		return Report{}, err
	}
	report.Effect, err = s.effect(ctx, c)
	return report, err
}

func (s *Service) reportChannels(ctx context.Context, c Campaign, report *Report) error {
	counts, err := s.store.DeliveryCounts(ctx, c.ID)
	if err != nil {
		return err
	}
	redeemed, err := s.store.RedemptionCounts(ctx, c.ID, c.Currency)
	if err != nil {
		return err
	}
	for _, ch := range c.Channels {
		own := slices.DeleteFunc(slices.Clone(counts), func(n DeliveryCount) bool { return n.Channel != ch })
		used := slices.DeleteFunc(slices.Clone(redeemed), func(n RedemptionCount) bool { return n.Channel != ch })
		report.Channels = append(report.Channels, reportChannel(ch, c.Currency, own, used))
	}
	report.Total = reportChannel("", c.Currency, counts, redeemed)
	return nil
}

func reportChannel(ch contact.Channel, currency string, counts []DeliveryCount, redeemed []RedemptionCount) ChannelReport {
	r := ChannelReport{
		Channel: ch, States: map[DeliveryState]int64{}, Skipped: map[Reason]int64{}, Revenue: money.New(0, currency),
	}
	for _, n := range counts {
		r.Deliveries += n.Count
		r.States[n.State] += n.Count
		if !n.State.Open() && n.State != Sent {
			r.Skipped[n.Reason] += n.Count
		}
	}
	r.Sent = r.States[Sent]
	for _, n := range redeemed {
		r.Redeemed += n.Count
		r.Revenue.Amount += n.Revenue
	}
	r.Response = newRate(r.Redeemed, r.Sent)
	return r
}

func (s *Service) effect(ctx context.Context, c Campaign) (Effect, error) {
	e := Effect{Addressed: Group{Revenue: money.New(0, c.Currency)}, HeldOut: Group{Revenue: money.New(0, c.Currency)}}
	if !c.StartedAt.IsZero() {
		const tick = time.Microsecond // so that what happens now counts too
		q := ResponseQuery{c.ID, c.StartedAt, s.env.Now().Add(tick), c.Currency}
		list, err := s.store.Responses(ctx, q)
		if err != nil {
			return Effect{}, err
		}
		for _, r := range list {
			switch r.Outcome {
			case Addressed:
				e.Addressed.add(r)
			case HeldOut:
				e.HeldOut.add(r)
			}
		}
	}
	a, h := &e.Addressed, &e.HeldOut
	a.Buying, h.Buying = newRate(a.Buyers, a.Contacts), newRate(h.Buyers, h.Contacts)
	e.Difference.Value = a.Buying.Value - h.Buying.Value
	e.Difference.Low, e.Difference.High = stat.Newcombe(a.Buyers, a.Contacts, h.Buyers, h.Contacts, confidence)
	return e, nil
}

func (g *Group) add(r Response) {
	g.Contacts += r.Contacts
	g.Buyers += r.Buyers
	g.Orders += r.Orders
	g.Revenue.Amount += r.Revenue
}
