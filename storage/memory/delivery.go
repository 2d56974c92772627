package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// delivery is a delivery with the claim under which a worker holds it.
type delivery struct {
	campaign.Delivery
	token campaign.Token
	lease time.Time // until when
}

// InsertDeliveries implements campaign.DeliveryStore. It returns
// errs.ErrConflict also when the id exists.
func (s *Store) InsertDeliveries(ctx context.Context, deliveries []campaign.Delivery) error {
	const op = "memory.InsertDeliveries"
	return s.write(ctx, op, func(st *state) error {
		for _, d := range deliveries {
			slot := slotKey{d.Contact, d.Campaign, d.Step, d.Channel}
			if st.deliverySlot.has(slot) || st.deliveries.has(d.ID) {
				return errs.Conflict(op, "contact", "exists", "has such a delivery already")
			}
			st.deliverySlot.put(st.edit, slot, d.ID)
			st.deliveriesOf.put(st.edit, deliveryKey{d.Campaign, d.ID}, struct{}{})
			st.putDelivery(delivery{Delivery: d})
		}
		return nil
	})
}

// putDelivery stores a delivery in the place of the one with its id.
func (st *state) putDelivery(d delivery) {
	if old, found := st.deliveries.get(d.ID); found {
		st.queue.remove(st.edit, old.queueKey())
		st.claims.remove(st.edit, old.claimKey())
	}
	st.deliveries.put(st.edit, d.ID, &d)
	st.queue.put(st.edit, d.queueKey(), struct{}{})
	if d.token != 0 {
		st.claims.put(st.edit, d.claimKey(), struct{}{})
	}
}

func (d *delivery) queueKey() queueKey {
	return queueKey{d.Campaign, d.State, d.NotBefore.UnixMicro(), d.ID}
}

func (d *delivery) claimKey() claimKey { return claimKey{d.token, d.Contact, d.ID} }

// Deliveries implements campaign.DeliveryStore.
func (s *Store) Deliveries(ctx context.Context, q campaign.DeliveryQuery) ([]campaign.Delivery, error) {
	st, err := s.read(ctx, "memory.Deliveries")
	if err != nil {
		return nil, err
	}
	var list []campaign.Delivery
	for d := range st.deliveriesFrom(q.Campaign, q.After) {
		if len(list) >= q.Limit {
			break
		}
		if d.ID != q.After && (len(q.States) == 0 || slices.Contains(q.States, d.State)) {
			list = append(list, d.Delivery)
		}
	}
	return list, nil
}

// deliveriesFrom iterates over the deliveries of a campaign from an id on.
func (st *state) deliveriesFrom(of campaign.ID, from campaign.DeliveryID) iter.Seq[*delivery] {
	return func(yield func(*delivery) bool) {
		for k := range st.deliveriesOf.from(deliveryKey{of, from}) {
			if d, _ := st.deliveries.get(k.id); k.campaign != of || !yield(d) {
				return
			}
		}
	}
}

// DeliveryCounts implements campaign.DeliveryStore. The counts come in the
// order of channel, state and reason.
func (s *Store) DeliveryCounts(ctx context.Context, of campaign.ID) ([]campaign.DeliveryCount, error) {
	st, err := s.read(ctx, "memory.DeliveryCounts")
	if err != nil {
		return nil, err
	}
	counts := make(map[campaign.DeliveryCount]int64)
	for d := range st.deliveriesFrom(of, campaign.DeliveryID{}) {
		counts[campaign.DeliveryCount{Channel: d.Channel, State: d.State, Reason: d.Reason}]++
	}
	var list []campaign.DeliveryCount
	for group, n := range counts {
		group.Count = n
		list = append(list, group)
	}
	slices.SortFunc(list, func(a, b campaign.DeliveryCount) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.State, b.State), cmp.Compare(a.Reason, b.Reason))
	})
	return list, nil
}

// Touches implements campaign.DeliveryStore.
func (s *Store) Touches(ctx context.Context, contacts []contact.ID, since time.Time) (map[contact.ID]int64, error) {
	st, err := s.read(ctx, "memory.Touches")
	if err != nil {
		return nil, err
	}
	touches := make(map[contact.ID]int64)
	for _, of := range distinct(contacts) {
		for slot, id := range st.deliverySlot.from(slotKey{contact: of}) {
			if slot.contact != of {
				break
			}
			if d, _ := st.deliveries.get(id); d.touched() && d.GatedAt.After(since) {
				touches[of]++
			}
		}
	}
	return touches, nil
}

// touched reports whether the customer got the message, or may have got it.
func (d *delivery) touched() bool {
	return d.State == campaign.Sending || d.State == campaign.Sent || d.State == campaign.InDoubt
}
