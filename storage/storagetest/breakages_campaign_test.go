package storagetest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/storagetest"
)

var campaignBreakages = []breakage{
	{name: "claims_what_is_not_due", fails: storagetest.DeliveryClaim, wrap: func(s storage.Store) storage.Store { return impatient{s} }},
	{name: "gives_one_delivery_to_two", fails: storagetest.DeliveryRace, wrap: func(s storage.Store) storage.Store { return generous{s} }},
	{name: "ignores_the_token", fails: storagetest.DeliveryMove, wrap: func(s storage.Store) storage.Store { return anyToken{s} }},
	{name: "never_takes_over", fails: storagetest.DeliveryReap, wrap: func(s storage.Store) storage.Store { return reapsNothing{s} }},
	{name: "sends_again_blindly", fails: storagetest.CampaignDeadAfterGate, wrap: func(s storage.Store) storage.Store { return sendsAgain{s} }},
	{name: "ends_only_what_is_queued", fails: storagetest.DeliveryEnd, wrap: func(s storage.Store) storage.Store { return endsQueued{s} }},
	{name: "counts_a_touch_too_many", fails: storagetest.DeliveryTouches, wrap: func(s storage.Store) storage.Store { return touchesEarly{s} }},
	{name: "forgets_whom_it_excluded", fails: storagetest.CampaignPlan, wrap: func(s storage.Store) storage.Store { return forgetsExcluded{s} }},
	{name: "forgets_how_far_it_planned", fails: storagetest.CampaignContract, wrap: func(s storage.Store) storage.Store { return forgetsProgress{s} }},
	{name: "counts_orders_at_the_end", fails: storagetest.CampaignContract, wrap: func(s storage.Store) storage.Store { return oneTooLate{s} }},
	{name: "counts_no_use_of_a_voucher", fails: storagetest.VoucherRace, wrap: func(s storage.Store) storage.Store { return endless{s} }},
}

var transactionBreakages = []breakage{
	{name: "forgets_to_roll_back", fails: storagetest.TxAtomicFails, atomic: noTransaction},
	{name: "shows_half_a_transaction", fails: storagetest.TxIsolation, atomic: noTransaction},
	{name: "has_no_savepoints", fails: storagetest.TxNested, atomic: noSavepoint},
	{name: "commits_on_panic", fails: storagetest.TxPanic, atomic: commitsOnPanic},
	{name: "ignores_the_context", fails: storagetest.TxCancelled, atomic: noContext},
	{name: "works_outside_of_the_transaction_of_the_host", fails: storagetest.TxRollback, config: func(c *storagetest.Config) {
		nothing := func() error { return nil }
		c.HostTx = func(_ *testing.T, s storage.Store) (storage.Store, func() error, func() error) {
			return s, nothing, nothing
		}
	}},
	{name: "forgets_tenants", fails: storagetest.TenantIsolation, config: func(c *storagetest.Config) {
		c.Tenant = func(_ *testing.T, s storage.Store, _ string) storage.Store { return s }
	}},
	{name: "keeps_nothing", fails: storagetest.SegmentReopen, config: func(c *storagetest.Config) {
		c.Reopen = func(*testing.T, storage.Store) storage.Store { return memory.New() }
	}},
	{name: "cannot_be_reopened", fails: storagetest.CampaignRunTwice, config: func(c *storagetest.Config) { c.Reopen = nil }},
}

type impatient struct{ storage.Store }

func (s impatient) ClaimDeliveries(ctx context.Context, q campaign.ClaimQuery) ([]campaign.Delivery, error) {
	q.Now = q.Now.Add(time.Second)
	return s.Store.ClaimDeliveries(ctx, q)
}

type generous struct{ storage.Store }

func (s generous) ClaimDeliveries(ctx context.Context, q campaign.ClaimQuery) ([]campaign.Delivery, error) {
	list, err := s.Store.ClaimDeliveries(ctx, q)
	if err != nil || len(list) == 0 {
		return list, err
	}
	others, err := s.Deliveries(ctx, campaign.DeliveryQuery{Campaign: q.Campaign, States: []campaign.DeliveryState{campaign.Claimed}, Limit: 1})
	return append(list, others...), err
}

type anyToken struct{ storage.Store }

func (s anyToken) MoveDeliveries(ctx context.Context, _ campaign.Token, now time.Time, moves []campaign.Move) ([]campaign.DeliveryID, error) {
	return s.Store.MoveDeliveries(ctx, 0, now, moves)
}

type reapsNothing struct{ storage.Store }

func (reapsNothing) ReapDeliveries(context.Context, campaign.ReapQuery) (campaign.Reaped, error) {
	return campaign.Reaped{}, nil
}

type sendsAgain struct{ storage.Store }

func (s sendsAgain) ReapDeliveries(ctx context.Context, q campaign.ReapQuery) (campaign.Reaped, error) {
	reaped, err := s.Store.ReapDeliveries(ctx, q)
	if err != nil {
		return reaped, err
	}
	_, err = s.RequeueInDoubt(ctx, campaign.RequeueQuery{Campaign: q.Campaign, Channel: contact.ChannelEmail, NotBefore: q.Now, Now: q.Now})
	return reaped, err
}

type endsQueued struct{ storage.Store }

func (s endsQueued) EndQueued(ctx context.Context, q campaign.EndQuery) (int64, error) {
	q.Claimed = false
	return s.Store.EndQueued(ctx, q)
}

type touchesEarly struct{ storage.Store }

func (s touchesEarly) Touches(ctx context.Context, contacts []contact.ID, since time.Time) (map[contact.ID]int64, error) {
	return s.Store.Touches(ctx, contacts, since.Add(-time.Microsecond))
}

type forgetsExcluded struct{ storage.Store }

func (s forgetsExcluded) AudienceCounts(ctx context.Context, of campaign.ID) ([]campaign.AudienceCount, error) {
	list, err := s.Store.AudienceCounts(ctx, of)
	return slices.DeleteFunc(list, func(c campaign.AudienceCount) bool { return c.Reason == campaign.NoAddress }), err
}

type forgetsProgress struct{ storage.Store }

func (s forgetsProgress) UpdateCampaign(ctx context.Context, c campaign.Campaign) error {
	c.PlannedTo = contact.ID{}
	return s.Store.UpdateCampaign(ctx, c)
}

type oneTooLate struct{ storage.Store }

func (s oneTooLate) Responses(ctx context.Context, q campaign.ResponseQuery) ([]campaign.Response, error) {
	q.To = q.To.Add(time.Microsecond)
	return s.Store.Responses(ctx, q)
}

type endless struct{ storage.Store }

func (s endless) LockVoucher(ctx context.Context, code string) (campaign.Voucher, error) {
	v, err := s.Store.LockVoucher(ctx, code)
	v.Uses = 0
	return v, err
}

// noTransaction lets every write stand for itself.
func noTransaction(s handle, ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return fn(ctx, s)
}

// noSavepoint forgets to undo an inner part.
func noSavepoint(s handle, ctx context.Context, fn func(context.Context, storage.Store) error) error {
	if s.inTx {
		return fn(ctx, s)
	}
	return s.transaction(ctx, fn)
}

// commitsOnPanic keeps what was written before a panic.
func commitsOnPanic(s handle, ctx context.Context, fn func(context.Context, storage.Store) error) error {
	var seen any
	err := s.transaction(ctx, func(ctx context.Context, tx storage.Store) error {
		defer func() { seen = recover() }()
		return fn(ctx, tx)
	})
	if seen != nil {
		panic(seen)
	}
	return err
}

// noContext goes on when the caller has given up.
func noContext(s handle, ctx context.Context, fn func(context.Context, storage.Store) error) error {
	ctx = context.WithoutCancel(ctx)
	return s.transaction(ctx, func(_ context.Context, tx storage.Store) error { return fn(ctx, tx) })
}
