package crm

import (
	"context"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

func (s auditedStore) InsertSegment(ctx context.Context, v segment.Segment) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "InsertSegment", kind: "segment", resource: v.ID.String()}, tx.InsertSegment(ctx, v)
	})
}

func (s auditedStore) UpdateSegment(ctx context.Context, v segment.Segment) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "UpdateSegment", kind: "segment", resource: v.ID.String()}, tx.UpdateSegment(ctx, v)
	})
}

func (s auditedStore) InsertFollowing(ctx context.Context, f segment.Following) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "InsertFollowing", kind: "segment", resource: f.Segment.String()}, tx.InsertFollowing(ctx, f)
	})
}

func (s auditedStore) DeleteFollowing(ctx context.Context, id segment.ID) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "DeleteFollowing", kind: "segment", resource: id.String()}, tx.DeleteFollowing(ctx, id)
	})
}

func (s auditedStore) InsertSnapshot(ctx context.Context, v segment.Snapshot) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return about{call: "InsertSnapshot", kind: "snapshot", resource: v.ID.String()}, tx.InsertSnapshot(ctx, v)
	})
}

func (s auditedStore) PurgeChanges(ctx context.Context, before time.Time, limit int) (n int64, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		n, err = tx.PurgeChanges(ctx, before, limit)
		return about{call: "PurgeChanges", kind: "segment", count: n}, err
	})
	return n, err
}

func (s auditedStore) InsertCampaign(ctx context.Context, c campaign.Campaign) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutCampaign("InsertCampaign", c.ID), tx.InsertCampaign(ctx, c)
	})
}

func (s auditedStore) UpdateCampaign(ctx context.Context, c campaign.Campaign) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutCampaign("UpdateCampaign", c.ID), tx.UpdateCampaign(ctx, c)
	})
}

func aboutCampaign(call string, id campaign.ID) about {
	return about{call: call, kind: "campaign", resource: id.String()}
}

// inCampaign adds the campaign to what is about contacts, of whom there are some.
func (a about) inCampaign(id campaign.ID) about {
	if len(a.contacts) > 0 {
		a.kind, a.resource = "campaign", id.String()
	}
	return a
}

func (s auditedStore) InsertAudience(ctx context.Context, list []campaign.Member) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("InsertAudience", list, func(m campaign.Member) contact.ID { return m.Contact })
		if len(list) > 0 {
			a = a.inCampaign(list[0].Campaign)
		}
		return a, tx.InsertAudience(ctx, list)
	})
}

func (s auditedStore) InsertDeliveries(ctx context.Context, list []campaign.Delivery) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("InsertDeliveries", list, func(d campaign.Delivery) contact.ID { return d.Contact })
		if len(list) > 0 {
			a = a.inCampaign(list[0].Campaign)
		}
		return a, tx.InsertDeliveries(ctx, list)
	})
}

// MoveDeliveries is about those that were moved.
func (s auditedStore) MoveDeliveries(ctx context.Context, token campaign.Token, now time.Time, moves []campaign.Move) (moved []campaign.DeliveryID, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		moved, err = tx.MoveDeliveries(ctx, token, now, moves)
		done := make(map[campaign.DeliveryID]bool, len(moved))
		for _, id := range moved {
			done[id] = true
		}
		var a about
		for _, m := range moves {
			if done[m.Delivery] {
				a.contacts = append(a.contacts, m.Contact)
			}
		}
		a.call, a.kind, a.count = "MoveDeliveries", "delivery", int64(len(moved))
		return a, err
	})
	return moved, err
}

func (s auditedStore) RequeueInDoubt(ctx context.Context, q campaign.RequeueQuery) (n int64, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		n, err = tx.RequeueInDoubt(ctx, q)
		return aboutCampaign("RequeueInDoubt", q.Campaign).counting(n), err
	})
	return n, err
}

func (s auditedStore) EndQueued(ctx context.Context, q campaign.EndQuery) (n int64, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		n, err = tx.EndQueued(ctx, q)
		return aboutCampaign("EndQueued", q.Campaign).counting(n), err
	})
	return n, err
}

// counting is about n of them, and about nothing where there are none.
func (a about) counting(n int64) about {
	if a.count = n; n == 0 {
		return about{}
	}
	return a
}

func (s auditedStore) InsertVouchers(ctx context.Context, list []campaign.Voucher) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		a := aboutContacts("InsertVouchers", list, func(v campaign.Voucher) contact.ID { return v.Contact })
		if len(list) > 0 {
			a = a.inCampaign(list[0].Campaign)
		}
		return a, tx.InsertVouchers(ctx, list)
	})
}

func (s auditedStore) InsertRedemption(ctx context.Context, r campaign.Redemption) (inserted bool, err error) {
	err = s.log(ctx, func(tx storage.Store) (about, error) {
		if inserted, err = tx.InsertRedemption(ctx, r); !inserted {
			return about{}, err
		}
		return aboutContacts("InsertRedemption", []contact.ID{r.Contact}, itself).inCampaign(r.Campaign), err
	})
	return inserted, err
}

func (s auditedStore) InsertImport(ctx context.Context, i exchange.Import) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutImport("InsertImport", i.ID), tx.InsertImport(ctx, i)
	})
}

func (s auditedStore) UpdateImport(ctx context.Context, i exchange.Import) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutImport("UpdateImport", i.ID), tx.UpdateImport(ctx, i)
	})
}

func (s auditedStore) DeleteImport(ctx context.Context, id exchange.ID) error {
	return s.log(ctx, func(tx storage.Store) (about, error) {
		return aboutImport("DeleteImport", id), tx.DeleteImport(ctx, id)
	})
}

func aboutImport(call string, id exchange.ID) about {
	return about{call: call, kind: "import", resource: id.String()}
}
