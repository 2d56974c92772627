package memory

import (
	"context"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
)

// inState iterates over the deliveries of a campaign that are in one state,
// the earliest first.
func (st *state) inState(of campaign.ID, in campaign.DeliveryState) iter.Seq[*delivery] {
	return func(yield func(*delivery) bool) {
		for k := range st.queue.from(queueKey{campaign: of, state: in, notBefore: math.MinInt64}) {
			if d, _ := st.deliveries.get(k.id); k.campaign != of || k.state != in || !yield(d) {
				return
			}
		}
	}
}

// in gives a copy of the delivery in another state. Only who works on a
// delivery holds a claim.
func (d delivery) in(to campaign.DeliveryState, now time.Time) delivery {
	d.State, d.UpdatedAt = to, now
	if to != campaign.Claimed && to != campaign.Sending {
		d.token, d.lease = 0, time.Time{}
	}
	return d
}

// ClaimDeliveries implements campaign.DeliveryStore.
func (s *Store) ClaimDeliveries(ctx context.Context, q campaign.ClaimQuery) ([]campaign.Delivery, error) {
	var list []campaign.Delivery
	err := s.write(ctx, "memory.ClaimDeliveries", func(st *state) error {
		lease := time.Now().Add(q.Lease)
		for _, d := range st.due(q) {
			claimed := d.in(campaign.Claimed, q.Now)
			claimed.token, claimed.lease = q.Token, lease
			st.putDelivery(claimed)
			list = append(list, claimed.Delivery)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// due lists what can be claimed.
func (st *state) due(q campaign.ClaimQuery) []*delivery {
	var list []*delivery
	for d := range st.inState(q.Campaign, campaign.Queued) {
		if len(list) >= q.Limit || d.NotBefore.After(q.Now) {
			break
		}
		list = append(list, d)
	}
	return list
}

// LockClaimed implements campaign.DeliveryStore.
func (s *Store) LockClaimed(ctx context.Context, token campaign.Token) ([]campaign.Delivery, error) {
	st, err := s.read(ctx, "memory.LockClaimed")
	if err != nil {
		return nil, err
	}
	now := time.Now()
	var list []campaign.Delivery
	for k := range st.claims.from(claimKey{token: token}) {
		if k.token != token {
			break
		}
		if d, _ := st.deliveries.get(k.id); d.State == campaign.Claimed && now.Before(d.lease) {
			list = append(list, d.Delivery)
		}
	}
	return list, nil
}

// MoveDeliveries implements campaign.DeliveryStore.
func (s *Store) MoveDeliveries(ctx context.Context, token campaign.Token, now time.Time, moves []campaign.Move) ([]campaign.DeliveryID, error) {
	var moved []campaign.DeliveryID
	err := s.write(ctx, "memory.MoveDeliveries", func(st *state) error {
		for _, m := range moves {
			d, found := st.deliveries.get(m.Delivery)
			if !found || d.Contact != m.Contact || d.State != m.From || token != 0 && d.token != token {
				continue
			}
			st.putDelivery(d.moved(m, now))
			moved = append(moved, m.Delivery)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return moved, nil
}

// moved gives a copy of the delivery after a move.
func (d delivery) moved(m campaign.Move, now time.Time) delivery {
	d = d.in(m.To, now)
	d.Reason = m.Reason
	d.Attempts += m.Attempts
	if !m.NotBefore.IsZero() {
		d.NotBefore = m.NotBefore
	}
	if m.ProviderID != "" {
		d.ProviderID = m.ProviderID
	}
	switch m.To {
	case campaign.Sending:
		d.GatedAt = now
		if d.FirstAttemptAt.IsZero() {
			d.FirstAttemptAt = now
		}
	case campaign.Sent:
		d.SentAt = now
	}
	return d
}

// ReapDeliveries implements campaign.DeliveryStore. The reason of what it
// takes is LeaseLost, of the dead TooManyDeaths.
func (s *Store) ReapDeliveries(ctx context.Context, q campaign.ReapQuery) (campaign.Reaped, error) {
	var reaped campaign.Reaped
	err := s.write(ctx, "memory.ReapDeliveries", func(st *state) error {
		now := time.Now()
		for _, d := range slices.Collect(st.inState(q.Campaign, campaign.Claimed)) {
			if !now.Before(d.lease) {
				st.putDelivery(d.abandoned(q, &reaped))
			}
		}
		for _, d := range slices.Collect(st.inState(q.Campaign, campaign.Sending)) {
			if !now.Before(d.lease.Add(q.Grace)) {
				doubtful := d.in(campaign.InDoubt, q.Now)
				doubtful.Reason = campaign.LeaseLost
				st.putDelivery(doubtful)
				reaped.InDoubt++
			}
		}
		return nil
	})
	if err != nil {
		return campaign.Reaped{}, err
	}
	return reaped, nil
}

// abandoned gives a copy of a claimed delivery whose worker died, and counts
// it.
func (d delivery) abandoned(q campaign.ReapQuery, reaped *campaign.Reaped) delivery {
	if d.Crashes+1 >= q.MaxCrashes {
		d = d.in(campaign.Dead, q.Now)
		d.Reason = campaign.TooManyDeaths
		reaped.Dead++
	} else {
		d = d.in(campaign.Queued, q.Now)
		d.Reason = campaign.LeaseLost
		reaped.Requeued++
	}
	d.Crashes++
	return d
}

// RequeueInDoubt implements campaign.DeliveryStore.
func (s *Store) RequeueInDoubt(ctx context.Context, q campaign.RequeueQuery) (int64, error) {
	var n int64
	err := s.write(ctx, "memory.RequeueInDoubt", func(st *state) error {
		for _, d := range slices.Collect(st.inState(q.Campaign, campaign.InDoubt)) {
			if d.Channel == q.Channel && !d.FirstAttemptAt.Before(q.Since) {
				queued := d.in(campaign.Queued, q.Now)
				queued.NotBefore = q.NotBefore
				st.putDelivery(queued)
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// EndQueued implements campaign.DeliveryStore.
func (s *Store) EndQueued(ctx context.Context, q campaign.EndQuery) (int64, error) {
	var n int64
	err := s.write(ctx, "memory.EndQueued", func(st *state) error {
		ending := slices.Collect(st.inState(q.Campaign, campaign.Queued))
		if q.Claimed {
			ending = slices.AppendSeq(ending, st.inState(q.Campaign, campaign.Claimed))
		}
		for _, d := range ending {
			ended := d.in(q.To, q.Now)
			ended.Reason = q.Reason
			st.putDelivery(ended)
		}
		n = int64(len(ending))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
