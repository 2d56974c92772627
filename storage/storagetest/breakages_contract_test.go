package storagetest_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// contractBreakages break single sentences of the interfaces.
var contractBreakages = []breakage{
	{name: "gives_links_of_every_kind", fails: storagetest.ContactLinks, wrap: func(s storage.Store) storage.Store { return anyLink{s} }},
	{name: "repeats_the_last_link_of_a_page", fails: storagetest.ContactLinks, wrap: func(s storage.Store) storage.Store { return repeatsLink{s} }},
	{name: "forgets_withdrawals", fails: storagetest.ContactSensitive, wrap: func(s storage.Store) storage.Store { return grantsOnly{s} }},
	{name: "fails_halfway_in_a_transaction", fails: storagetest.TxFailedMethod, wrap: func(s storage.Store) storage.Store { return halfway{s} }},
	{name: "loses_the_currency_of_nothing", fails: storagetest.ActivityRoundTrip, wrap: func(s storage.Store) storage.Store { return noCurrency{s} }},
	{name: "answers_in_local_time", fails: storagetest.TimeContract, wrap: func(s storage.Store) storage.Store { return localTime{s} }},
	{name: "forgets_when_a_contact_was_created", fails: storagetest.ContactContract, wrap: func(s storage.Store) storage.Store { return createdNow{s} }},
	{name: "forgets_when_a_segment_was_created", fails: storagetest.SegmentContract, wrap: func(s storage.Store) storage.Store { return createdNow{s} }},
	{name: "claims_in_another_order", fails: storagetest.DeliveryClaim, wrap: func(s storage.Store) storage.Store { return claimsBackwards{s} }},
	{name: "locks_in_order_of_time", fails: storagetest.DeliveryClaim, wrap: func(s storage.Store) storage.Store { return locksByTime{s} }},
	{name: "forgets_when_a_claim_was_made", fails: storagetest.DeliveryClaim, wrap: func(s storage.Store) storage.Store { return claimsSilently{s} }},
	{name: "keeps_the_reason", fails: storagetest.DeliveryMove, wrap: func(s storage.Store) storage.Store { return keepsReason{s} }},
	{name: "moves_the_delivery_of_anybody", fails: storagetest.DeliveryMove, wrap: func(s storage.Store) storage.Store { return anyContact{s} }},
	{name: "reaps_at_another_time", fails: storagetest.DeliveryReap, wrap: func(s storage.Store) storage.Store { return tooEarlyNow{s} }},
	{name: "ends_at_another_time", fails: storagetest.DeliveryEnd, wrap: func(s storage.Store) storage.Store { return tooEarlyNow{s} }},
	{name: "requeues_by_the_last_attempt", fails: storagetest.DeliveryRequeue, wrap: func(s storage.Store) storage.Store { return lastAttempt{s} }},
	{name: "takes_no_limit_for_none", fails: storagetest.InputLists, wrap: func(s storage.Store) storage.Store { return noLimit{s} }},
	{name: "hides_that_the_context_has_ended", fails: storagetest.TxCancelled, wrap: func(s storage.Store) storage.Store { return hidesCause{s} }},
	{name: "leaves_out_the_excluded", fails: storagetest.CampaignContract, wrap: func(s storage.Store) storage.Store { return noExcluded{s} }},
	{name: "adds_up_all_currencies", fails: storagetest.VoucherContract, wrap: func(s storage.Store) storage.Store { return allCurrencies{s} }},
}

type anyLink struct{ storage.Store }

func (s anyLink) LinkedTo(ctx context.Context, to contact.ID, _ contact.LinkKind, after contact.ID, limit int) ([]contact.ID, error) {
	return s.Store.LinkedTo(ctx, to, "", after, limit)
}

type repeatsLink struct{ storage.Store }

func (s repeatsLink) LinkedTo(ctx context.Context, to contact.ID, kind contact.LinkKind, after contact.ID, limit int) ([]contact.ID, error) {
	if after != (contact.ID{}) && limit > 0 {
		list, err := s.Store.LinkedTo(ctx, to, kind, after, limit-1)
		return append([]contact.ID{after}, list...), err
	}
	return s.Store.LinkedTo(ctx, to, kind, after, limit)
}

type grantsOnly struct{ storage.Store }

func (s grantsOnly) ConsentEvents(ctx context.Context, contacts []contact.ID) ([]consent.Event, error) {
	list, err := s.Store.ConsentEvents(ctx, contacts)
	return slices.DeleteFunc(list, func(e consent.Event) bool { return e.Action == consent.Withdraw }), err
}

type halfway struct{ storage.Store }

func (s halfway) InsertDeliveries(ctx context.Context, list []campaign.Delivery) error {
	if !storage.Bound(s.Store) {
		return s.Store.InsertDeliveries(ctx, list)
	}
	for _, d := range list {
		if err := s.Store.InsertDeliveries(ctx, []campaign.Delivery{d}); err != nil {
			return err
		}
	}
	return nil
}

type noCurrency struct{ storage.Store }

func (s noCurrency) InsertActivities(ctx context.Context, list []activity.Activity) error {
	for i := range list {
		if list[i].Amount.IsZero() {
			list[i].Amount.Currency = ""
		}
	}
	return s.Store.InsertActivities(ctx, list)
}

type localTime struct{ storage.Store }

func (s localTime) Deliveries(ctx context.Context, q campaign.DeliveryQuery) ([]campaign.Delivery, error) {
	list, err := s.Store.Deliveries(ctx, q)
	for i := range list {
		list[i].GatedAt = list[i].GatedAt.In(time.FixedZone("", 3600))
	}
	return list, err
}

type createdNow struct{ storage.Store }

func (s createdNow) Contacts(ctx context.Context, ids []contact.ID) ([]contact.Contact, error) {
	list, err := s.Store.Contacts(ctx, ids)
	for i := range list {
		list[i].CreatedAt = list[i].UpdatedAt
	}
	return list, err
}

func (s createdNow) SegmentByName(ctx context.Context, name string) (segment.Segment, error) {
	g, err := s.Store.SegmentByName(ctx, name)
	g.CreatedAt = g.UpdatedAt
	return g, err
}

type claimsBackwards struct{ storage.Store }

func (s claimsBackwards) ClaimDeliveries(ctx context.Context, q campaign.ClaimQuery) ([]campaign.Delivery, error) {
	list, err := s.Store.ClaimDeliveries(ctx, q)
	slices.Reverse(list)
	return list, err
}

type locksByTime struct{ storage.Store }

func (s locksByTime) LockClaimed(ctx context.Context, token campaign.Token) ([]campaign.Delivery, error) {
	list, err := s.Store.LockClaimed(ctx, token)
	slices.SortFunc(list, func(a, b campaign.Delivery) int { return a.NotBefore.Compare(b.NotBefore) })
	return list, err
}

type claimsSilently struct{ storage.Store }

func (s claimsSilently) ClaimDeliveries(ctx context.Context, q campaign.ClaimQuery) ([]campaign.Delivery, error) {
	list, err := s.Store.ClaimDeliveries(ctx, q)
	for i := range list {
		list[i].UpdatedAt = list[i].NotBefore
	}
	return list, err
}

type keepsReason struct{ storage.Store }

func (s keepsReason) MoveDeliveries(ctx context.Context, token campaign.Token, now time.Time, moves []campaign.Move) ([]campaign.DeliveryID, error) {
	moves = slices.Clone(moves)
	for i, m := range moves {
		if m.Reason == "" && m.From == campaign.Sending {
			moves[i].Reason = campaign.NotSent
		}
	}
	return s.Store.MoveDeliveries(ctx, token, now, moves)
}

type anyContact struct{ storage.Store }

func (s anyContact) MoveDeliveries(ctx context.Context, token campaign.Token, now time.Time, moves []campaign.Move) ([]campaign.DeliveryID, error) {
	claimed, err := s.LockClaimed(ctx, token)
	if err != nil {
		return nil, err
	}
	moves = slices.Clone(moves)
	for i, m := range moves {
		for _, d := range claimed {
			if d.ID == m.Delivery {
				moves[i].Contact = d.Contact
			}
		}
	}
	return s.Store.MoveDeliveries(ctx, token, now, moves)
}

type tooEarlyNow struct{ storage.Store }

func (s tooEarlyNow) ReapDeliveries(ctx context.Context, q campaign.ReapQuery) (campaign.Reaped, error) {
	q.Now = q.Now.Add(-time.Microsecond)
	return s.Store.ReapDeliveries(ctx, q)
}

func (s tooEarlyNow) EndQueued(ctx context.Context, q campaign.EndQuery) (int64, error) {
	q.Now = q.Now.Add(-time.Microsecond)
	return s.Store.EndQueued(ctx, q)
}

type lastAttempt struct{ storage.Store }

func (s lastAttempt) RequeueInDoubt(ctx context.Context, q campaign.RequeueQuery) (int64, error) {
	list, err := s.Deliveries(ctx, campaign.DeliveryQuery{Campaign: q.Campaign, States: []campaign.DeliveryState{campaign.InDoubt}, Limit: 1000})
	if err != nil {
		return 0, err
	}
	var moves []campaign.Move
	for _, d := range list {
		if d.Channel == q.Channel && !d.GatedAt.Before(q.Since) {
			moves = append(moves, campaign.Move{
				Delivery: d.ID, Contact: d.Contact, From: campaign.InDoubt, To: campaign.Queued, Reason: d.Reason, NotBefore: q.NotBefore,
			})
		}
	}
	moved, err := s.MoveDeliveries(ctx, 0, q.Now, moves)
	return int64(len(moved)), err
}

type noLimit struct{ storage.Store }

func (s noLimit) Audience(ctx context.Context, q campaign.AudienceQuery) ([]campaign.Member, error) {
	if q.Limit <= 0 {
		q.Limit = 1000
	}
	return s.Store.Audience(ctx, q)
}

type hidesCause struct{ storage.Store }

func (s hidesCause) ClaimRefs(ctx context.Context, entries []activity.RefEntry) ([]activity.RefEntry, error) {
	bound, err := s.Store.ClaimRefs(ctx, entries)
	if err != nil {
		return nil, errs.Failed("broken.ClaimRefs", errors.New("interrupted"))
	}
	return bound, nil
}

type noExcluded struct{ storage.Store }

func (s noExcluded) Responses(ctx context.Context, q campaign.ResponseQuery) ([]campaign.Response, error) {
	list, err := s.Store.Responses(ctx, q)
	return slices.DeleteFunc(list, func(r campaign.Response) bool { return r.Outcome == campaign.Excluded }), err
}

type allCurrencies struct{ storage.Store }

func (s allCurrencies) RedemptionCounts(ctx context.Context, of campaign.ID, currency string) ([]campaign.RedemptionCount, error) {
	list, err := s.Store.RedemptionCounts(ctx, of, currency)
	if err != nil || currency == "USD" {
		return list, err
	}
	dollars, err := s.Store.RedemptionCounts(ctx, of, "USD")
	for i := range list {
		list[i].Revenue += dollars[i].Revenue
	}
	return list, err
}
