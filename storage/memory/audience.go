package memory

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// InsertAudience implements campaign.CampaignStore.
func (s *Store) InsertAudience(ctx context.Context, members []campaign.Member) error {
	const op = "memory.InsertAudience"
	return s.write(ctx, op, func(st *state) error {
		for _, m := range members {
			key := memberKey{m.Campaign, m.Contact}
			if st.audience.has(key) {
				return errs.Conflict(op, "contact", "exists", "is in the plan already")
			}
			st.audience.put(st.edit, key, m)
		}
		return nil
	})
}

// membersOf iterates over the plan of a campaign from a contact on.
func (st *state) membersOf(of campaign.ID, from contact.ID) iter.Seq[campaign.Member] {
	return func(yield func(campaign.Member) bool) {
		for k, m := range st.audience.from(memberKey{of, from}) {
			if k.campaign != of || !yield(m) {
				return
			}
		}
	}
}

// Audience implements campaign.CampaignStore.
func (s *Store) Audience(ctx context.Context, q campaign.AudienceQuery) ([]campaign.Member, error) {
	st, err := s.read(ctx, "memory.Audience")
	if err != nil {
		return nil, err
	}
	var list []campaign.Member
	for m := range st.membersOf(q.Campaign, q.After) {
		if len(list) >= q.Limit {
			break
		}
		if m.Contact != q.After && (q.Outcome == "" || m.Outcome == q.Outcome) {
			list = append(list, m)
		}
	}
	return list, nil
}

// AudienceCounts implements campaign.CampaignStore. The counts come in the
// order of outcome, reason and channel.
func (s *Store) AudienceCounts(ctx context.Context, of campaign.ID) ([]campaign.AudienceCount, error) {
	st, err := s.read(ctx, "memory.AudienceCounts")
	if err != nil {
		return nil, err
	}
	counts := make(map[campaign.AudienceCount]int64)
	for m := range st.membersOf(of, contact.ID{}) {
		counts[campaign.AudienceCount{Outcome: m.Outcome, Reason: m.Reason, Channel: m.Channel}]++
	}
	var list []campaign.AudienceCount
	for group, n := range counts {
		group.Count = n
		list = append(list, group)
	}
	slices.SortFunc(list, func(a, b campaign.AudienceCount) int {
		return cmp.Or(cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Channel, b.Channel))
	})
	return list, nil
}

// Responses implements campaign.CampaignStore. The groups come in the order of
// outcome and channel.
func (s *Store) Responses(ctx context.Context, q campaign.ResponseQuery) ([]campaign.Response, error) {
	st, err := s.read(ctx, "memory.Responses")
	if err != nil {
		return nil, err
	}
	type group struct {
		outcome campaign.Outcome
		channel contact.Channel
	}
	groups := make(map[group]campaign.Response)
	for m := range st.membersOf(q.Campaign, contact.ID{}) {
		g := group{m.Outcome, m.Channel}
		r := groups[g]
		orders, revenue := st.purchases(m.Contact, q)
		orders, revenue = orders+m.Orders, revenue+m.Revenue
		r.Outcome, r.Channel, r.Contacts = m.Outcome, m.Channel, r.Contacts+1
		r.Buyers += min(orders, 1)
		r.Orders += orders
		r.Revenue += revenue
		groups[g] = r
	}
	return slices.SortedFunc(maps.Values(groups), func(a, b campaign.Response) int {
		return cmp.Or(cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Channel, b.Channel))
	}), nil
}

// purchases counts what a contact bought in the time of the query.
func (st *state) purchases(of contact.ID, q campaign.ResponseQuery) (orders, revenue int64) {
	for a := range st.historyOf(historyKey{contact: of, at: q.To.UnixMicro()}) {
		if a.At.Before(q.From) {
			break
		}
		if a.Kind != activity.Purchase {
			continue
		}
		orders++
		if a.Amount.Currency == q.Currency {
			revenue += a.Amount.Amount
		}
	}
	return orders, revenue
}
