package storagetest

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// failure is a call of a method of the store with something good and, where bad
// is true, something behind it that must be refused with the good.
type failure struct {
	method string
	kind   error
	do     func(ctx context.Context, s storage.Store, bad bool) error
}

// failingBatch is the failure of a method that takes many.
func failingBatch[T any](method string, kind error, call func(storage.Store, context.Context, []T) error, good, evil T) failure {
	return failure{method, kind, func(ctx context.Context, s storage.Store, bad bool) error {
		if bad {
			return call(s, ctx, []T{good, evil})
		}
		return call(s, ctx, []T{good})
	}}
}

// failingOne is the failure of a method that takes one.
func failingOne[T any](method string, kind error, call func(storage.Store, context.Context, T) error, good, evil T) failure {
	return failure{method, kind, func(ctx context.Context, s storage.Store, bad bool) error {
		if bad {
			return call(s, ctx, evil)
		}
		return call(s, ctx, good)
	}}
}

// txFailedMethod lets every method that writes fail in transactions that are
// committed nevertheless. Outside of one the transaction of the method itself
// would undo it.
func txFailedMethod(k *kit) {
	s := k.stage()
	k.record(order(s.people[0].ID, 1, noon))
	failures := slices.Concat(s.failingPeople(k), s.failingCampaigns(k), s.failingImports())
	tx, commit, _ := k.hostTx()
	k.failAll(tx, failures, 700)
	k.ok(commit(), "committing a host's transaction in which methods failed")
	k.ok(k.store.Atomic(k.ctx, func(_ context.Context, tx storage.Store) error {
		k.failAll(tx, failures, 701)
		return nil
	}), "Atomic in which methods failed")
	for _, n := range []int{700, 701} {
		k.ok(last(k.crm.Contacts.Find(k.ctx, shop(n))), "finding what was written in a transaction before methods failed in it")
	}
	k.equal(k.buyers(k.store), 1, "how many have bought, as a rule sees it, after failed methods were committed")
	for _, r := range failures {
		k.ok(r.do(k.ctx, k.store, false), r.method+" with what was refused before together with something else")
	}
}

// failAll writes one record and calls every method so that it must fail.
func (k *kit) failAll(tx storage.Store, failures []failure, n int) {
	k.Helper()
	k.ok(last(k.on(tx).Contacts.Create(k.ctx, person(n))), "writing in a transaction")
	before := k.read(tx)
	for _, r := range failures {
		k.fails(r.do(k.ctx, tx, true), r.kind, r.method+" in a transaction, with something that must be refused")
		k.equal(k.read(tx), before, r.method+" has failed, yet in the transaction something of it is left")
	}
	k.equal(k.buyers(tx), 1, "how many have bought, as a rule sees it, after methods failed in the transaction")
}

func (s stage) failingPeople(k *kit) []failure {
	one, two := s.people[0], s.people[1]
	stranger := contact.ID(id.New())
	fresh, changed := one, one
	fresh.ID, fresh.Custom = id.New(), map[string]contact.Value{"points": contact.Int(1)}
	changed.Name.Given, changed.Custom, changed.Version = "changed", fresh.Custom, one.Version+1
	buys := func(who contact.ID) activity.Activity {
		a := order(who, 2, noon)
		a.ID, a.Ref, a.RecordedAt, a.Amount = id.New(), activity.Ref{}, noon, a.Items[0].Amount
		return a
	}
	agrees := func(who contact.ID) consent.Event {
		return consent.Event{
			ID: id.New(), Contact: who, Purpose: consent.Marketing, Channel: "fax", Action: consent.Grant, At: noon, RecordedAt: noon,
			Wording: "yes", Source: "shop", Proof: "form 7",
		}
	}
	summer, err := k.store.SegmentByName(k.ctx, "summer")
	k.ok(err, "finding a segment")
	winter, autumn := summer, summer
	winter.ID, winter.Name, autumn.Name, autumn.Rule = id.New(), "winter", "autumn", segment.Any()
	sameName, stolen := winter, autumn
	sameName.Name, stolen.Name = "summer", "draft"
	return []failure{
		failingBatch("InsertContacts", errs.ErrConflict, storage.Store.InsertContacts, fresh, two),
		failingBatch("UpdateContacts", errs.ErrConflict, storage.Store.UpdateContacts, changed, two),
		failingBatch("InsertActivities", errs.ErrConflict, storage.Store.InsertActivities, buys(two.ID), k.history(one.ID)[0]),
		failingBatch("InsertActivities", errs.ErrNotFound, storage.Store.InsertActivities, buys(two.ID), buys(stranger)),
		failingBatch("AppendConsent", errs.ErrNotFound, storage.Store.AppendConsent, agrees(one.ID), agrees(stranger)),
		failingBatch("InsertSecrets", errs.ErrConflict, storage.Store.InsertSecrets, contact.Secret{Contact: one.ID, Version: 1, CreatedAt: noon}, s.secret),
		failingOne("InsertSegment", errs.ErrConflict, storage.Store.InsertSegment, winter, sameName),
		failingOne("UpdateSegment", errs.ErrConflict, storage.Store.UpdateSegment, autumn, stolen),
	}
}

func (s stage) failingCampaigns(k *kit) []failure {
	draft, err := k.store.Campaign(k.ctx, s.draft)
	k.ok(err, "reading a campaign")
	fresh, renamed := draft, draft
	fresh.ID, fresh.Name, renamed.Name, renamed.State = id.New(), "fresh", "renamed", campaign.Cancelled
	sameName, stolen := fresh, renamed
	sameName.Name, stolen.Name = "draft", "paused"
	planned, known := s.doubt, s.doubt
	planned.ID, planned.Campaign, known.ID = id.New(), s.draft, id.New()
	member := campaign.Member{Campaign: s.draft, Contact: s.doubt.Contact, Outcome: campaign.Addressed, Channel: contact.ChannelEmail}
	old, voucher := member, s.voucher
	old.Campaign, voucher.Code = s.running, "44444444444"
	redeemed := campaign.Redemption{
		Order: ref(3), Code: s.voucher.Code, Campaign: s.running, Contact: s.voucher.Contact, Channel: s.voucher.Channel,
		Amount: euro(100), Discount: euro(10), At: noon,
	}
	unknown := redeemed
	unknown.Code = "55555555555"
	redeem := func(s storage.Store, ctx context.Context, r campaign.Redemption) error {
		return last(s.InsertRedemption(ctx, r))
	}
	return []failure{
		failingOne("InsertCampaign", errs.ErrConflict, storage.Store.InsertCampaign, fresh, sameName),
		failingOne("UpdateCampaign", errs.ErrConflict, storage.Store.UpdateCampaign, renamed, stolen),
		failingBatch("InsertAudience", errs.ErrConflict, storage.Store.InsertAudience, member, old),
		failingBatch("InsertDeliveries", errs.ErrConflict, storage.Store.InsertDeliveries, planned, known),
		failingBatch("InsertVouchers", errs.ErrConflict, storage.Store.InsertVouchers, voucher, s.voucher),
		failingOne("InsertRedemption", errs.ErrNotFound, redeem, redeemed, unknown),
	}
}

func (s stage) failingImports() []failure {
	fresh, changed, stranger := anImport("fresh"), s.imported, anImport("nobody")
	changed.State = exchange.Undone
	sameName := anImport("imported")
	change := func(of contact.ID, seq int64) exchange.Change {
		return exchange.Change{Seq: seq, Kind: exchange.ChangeCreated, Contact: of}
	}
	appendChanges := func(store storage.Store, ctx context.Context, list []exchange.Change) error {
		return store.AppendImportChanges(ctx, s.imported.ID, list)
	}
	deleteImport := func(store storage.Store, ctx context.Context, of exchange.ID) error {
		return store.DeleteImport(ctx, of)
	}
	return []failure{
		failingOne("InsertImport", errs.ErrConflict, storage.Store.InsertImport, fresh, sameName),
		failingOne("UpdateImport", errs.ErrNotFound, storage.Store.UpdateImport, changed, stranger),
		failingBatch("AppendImportChanges", errs.ErrConflict, appendChanges, change(s.people[0].ID, 800), change(s.lonely.ID, 1)),
		failingOne("DeleteImport", errs.ErrNotFound, deleteImport, s.useless.ID, stranger.ID),
	}
}
