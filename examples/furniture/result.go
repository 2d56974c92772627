package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// result is what -json prints. Segment = HoldOut + all Excluded + all
// Deliveries, always.
type result struct {
	Customers         int                       `json:"customers"`
	Orders            int                       `json:"orders"`
	Revenue           string                    `json:"revenue"`
	CategoryCustomers int64                     `json:"category_customers"`
	Segment           int64                     `json:"segment"`
	Excluded          map[campaign.Reason]int64 `json:"excluded"`
	HoldOut           int64                     `json:"holdout"`
	Deliveries        map[contact.Channel]int64 `json:"deliveries"`
	Sent              int64                     `json:"sent"`
	Redeemed          int64                     `json:"redeemed"`
	// SegmentIDs are the shop's ids, sorted.
	SegmentIDs []string `json:"segment_ids"`
}

// result gathers the figures. The clock goes back to today: what the segment
// was when the campaign was planned, it still is.
func (j *job) result(ctx context.Context, s summary, report campaign.Report) (result, error) {
	j.clock.set(j.o.today)
	r := result{
		Customers: s.customers, Orders: s.orders, Revenue: s.revenue.Decimal(),
		Segment: report.Audience, Excluded: report.Excluded, HoldOut: report.HeldOut,
		Deliveries: map[contact.Channel]int64{}, Sent: report.Total.Sent, Redeemed: report.Total.Redeemed,
		SegmentIDs: []string{},
	}
	sum := r.HoldOut
	for _, n := range r.Excluded {
		sum += n
	}
	for _, ch := range report.Channels {
		if ch.Deliveries > 0 {
			r.Deliveries[ch.Channel] = ch.Deliveries
		}
		sum += ch.Deliveries
	}
	if sum != r.Segment {
		return r, fmt.Errorf("%d customers were planned, but %d are accounted for", r.Segment, sum)
	}
	var err error
	r.CategoryCustomers, err = j.crm.Segments.Count(ctx, segment.Purchases().In(j.o.category).AtLeast(1))
	if err != nil {
		return r, err
	}
	err = j.forEach(ctx, report.Campaign, "", func(list []contact.Contact) error {
		for _, p := range list {
			r.SegmentIDs = append(r.SegmentIDs, p.Key(source))
		}
		return nil
	})
	slices.Sort(r.SegmentIDs)
	return r, err
}
