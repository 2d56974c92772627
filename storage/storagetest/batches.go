package storagetest

import (
	"context"
	"slices"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/payment"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// emptyBatches gives nothing to every method that takes many.
func emptyBatches(k *kit) {
	k.stage()
	before := k.read(k.store)
	k.nothingToServices(k.crm)
	k.nothingToStore(k.store)
	tx, commit, _ := k.hostTx()
	k.nothingToServices(k.on(tx))
	k.nothingToStore(tx)
	k.ok(commit(), "committing")
	k.equal(k.read(k.store), before, "an empty batch has changed something")
}

// none checks a call with an empty batch.
func none[T any](k *kit, what string, list []T, err error) {
	k.Helper()
	k.ok(err, what+" with nothing")
	k.equal(len(list), 0, "what "+what+" gives for nothing")
}

func (k *kit) nothingToServices(c *crm.CRM) {
	k.Helper()
	upserted, err := c.Contacts.UpsertMany(k.ctx, nil)
	none(k, "UpsertMany", upserted, err)
	contacts, err := c.Contacts.GetMany(k.ctx, nil)
	none(k, "GetMany", contacts, err)
	recorded, err := c.Activities.RecordMany(k.ctx, nil)
	none(k, "RecordMany", recorded, err)
	k.ok(c.Consents.GrantMany(k.ctx, nil), "GrantMany with nothing")
	among, err := c.Segments.Among(k.ctx, segment.Everyone(), nil)
	none(k, "Among", among, err)
	k.ok(c.Atomic(k.ctx, func(context.Context, *crm.CRM) error { return nil }), "Atomic with nothing")
}

func (k *kit) nothingToStore(s storage.Store) {
	k.Helper()
	owners, err := s.ClaimIdentities(k.ctx, nil)
	none(k, "ClaimIdentities", owners, err)
	owners, err = s.FindIdentities(k.ctx, nil)
	none(k, "FindIdentities", owners, err)
	contacts, err := s.Contacts(k.ctx, nil)
	none(k, "Contacts", contacts, err)
	contacts, err = s.LockContacts(k.ctx, nil)
	none(k, "LockContacts", contacts, err)
	refs, err := s.ClaimRefs(k.ctx, nil)
	none(k, "ClaimRefs", refs, err)
	refs, err = s.FindRefs(k.ctx, nil)
	none(k, "FindRefs", refs, err)
	list, err := s.ActivitiesOf(k.ctx, nil)
	none(k, "ActivitiesOf", list, err)
	uses, err := s.ChannelUse(k.ctx, nil, noon)
	none(k, "ChannelUse", uses, err)
	states, err := s.ConsentStates(k.ctx, nil)
	none(k, "ConsentStates", states, err)
	moved, err := s.MoveDeliveries(k.ctx, 1, noon, nil)
	none(k, "MoveDeliveries", moved, err)
	vouchers, err := s.Vouchers(k.ctx, [16]byte{1}, nil)
	none(k, "Vouchers", vouchers, err)
	touches, err := s.Touches(k.ctx, nil, noon)
	k.ok(err, "Touches with nothing")
	k.equal(len(touches), 0, "what Touches gives for nothing")
	among, err := segment.EvaluatorOf(s).MembersAmong(k.ctx, segment.Resolve(segment.Everyone(), noon, k.zone), nil)
	none(k, "MembersAmong", among, err)
	k.ok(s.InsertContacts(k.ctx, nil), "InsertContacts with nothing")
	k.ok(s.UpdateContacts(k.ctx, nil), "UpdateContacts with nothing")
	k.ok(s.InsertActivities(k.ctx, nil), "InsertActivities with nothing")
	k.ok(s.AppendConsent(k.ctx, nil), "AppendConsent with nothing")
	k.ok(s.InsertAudience(k.ctx, nil), "InsertAudience with nothing")
	k.ok(s.InsertDeliveries(k.ctx, nil), "InsertDeliveries with nothing")
	k.ok(s.InsertVouchers(k.ctx, nil), "InsertVouchers with nothing")
	k.ok(s.ReleaseIdentities(k.ctx, nil), "ReleaseIdentities with nothing")
	gone, err := s.DeleteContacts(k.ctx, nil, noon)
	none(k, "DeleteContacts", gone, err)
	k.ok(s.DeleteActivities(k.ctx, nil, noon), "DeleteActivities with nothing")
	from, err := s.MergedFrom(k.ctx, nil)
	none(k, "MergedFrom", from, err)
	k.ok(s.PutKeys(k.ctx, nil), "PutKeys with nothing")
	k.ok(s.DeleteKeys(k.ctx, nil), "DeleteKeys with nothing")
	keys, err := s.FindKeys(k.ctx, nil, 9)
	none(k, "FindKeys", keys, err)
	records, err := s.DuplicateRecords(k.ctx, nil)
	none(k, "DuplicateRecords", records, err)
	k.ok(s.UpdateMerges(k.ctx, nil), "UpdateMerges with nothing")
	k.ok(s.DeleteConsent(k.ctx, nil, noon), "DeleteConsent with nothing")
	merges, err := s.MergesInto(k.ctx, nil)
	none(k, "MergesInto", merges, err)
	into, err := s.MergedInto(k.ctx, nil)
	none(k, "MergedInto", into, err)
	k.ok(s.PutDuplicatePairs(k.ctx, nil), "PutDuplicatePairs with nothing")
	k.ok(s.AppendAudit(k.ctx, nil), "AppendAudit with nothing")
	k.ok(s.SealAudit(k.ctx, nil), "SealAudit with nothing")
	k.ok(s.InsertDismissals(k.ctx, nil), "InsertDismissals with nothing")
	k.ok(s.DeleteDismissals(k.ctx, nil), "DeleteDismissals with nothing")
	dismissals, err := s.DismissalsOf(k.ctx, nil)
	none(k, "DismissalsOf", dismissals, err)
	dismissals, err = s.Dismissals(k.ctx, duplicates.Dismissal{}, 0)
	none(k, "Dismissals", dismissals, err)
	k.ok(s.AppendImportProblems(k.ctx, [16]byte{1}, 0, nil), "AppendImportProblems with nothing")
	k.ok(s.AppendImportChanges(k.ctx, [16]byte{1}, nil), "AppendImportChanges with nothing")
	k.ok(s.DeleteImportChanges(k.ctx, [16]byte{1}, nil), "DeleteImportChanges with nothing")
}

// paymentRecord charges and refunds a purchase and looks at what is kept.
func paymentRecord(k *kit) {
	of := k.customer(1).ID
	k.record(order(of, 1, noon))
	_, err := k.crm.Payments.Charge(k.ctx, ref(2), "pm_1")
	k.fails(err, errs.ErrNotFound, "charging a purchase that was not recorded")
	charge, err := k.crm.Payments.Charge(k.ctx, ref(1), "pm_1")
	k.ok(err, "charging")
	k.equal(charge, activity.Activity{
		ID: charge.ID, Contact: of, Kind: activity.Charge, Ref: charge.Ref, At: noon, RecordedAt: noon,
		Amount: euro(19_998), Payment: &activity.Payment{Provider: "till", Token: "tok_1", Status: activity.PaymentSucceeded, Purchase: ref(1)},
	}, "what is kept of a charge")
	again, err := k.reopened().Payments.Charge(k.ctx, ref(1), "pm_1")
	k.ok(err, "charging again")
	k.equal(again, charge, "charging a purchase again must give the first charge")

	for _, amount := range []money.Money{euro(19_999), euro(0), euro(-1), money.New(1, "USD")} {
		_, err := k.crm.Payments.Refund(k.ctx, ref(1), "1", amount)
		k.fails(err, errs.ErrInvalid, "refunding what cannot be refunded")
	}
	for i, n := range []string{"1", "2", "1"} {
		r, err := k.crm.Payments.Refund(k.ctx, ref(1), n, euro(9_000))
		k.ok(err, "refunding")
		k.equal([]any{r.Kind, r.Amount, r.Payment.Token}, []any{activity.Refund, euro(9_000), []string{"tok_2", "tok_3", "tok_2"}[i]}, "what is kept of a refund")
	}
	_, err = k.crm.Payments.Refund(k.ctx, ref(1), "3", euro(1_999))
	k.refused(err, what("amount", "exceeds_charge"))
	_, err = k.crm.Payments.Refund(k.ctx, ref(1), "2", euro(1))
	k.failsAt(err, errs.ErrConflict, what("amount", "reused"))
	settled, err := k.crm.Payments.Settle(k.ctx, ref(1), "tok_1", activity.PaymentSucceeded)
	k.ok(err, "settling what has succeeded")
	k.equal(settled, charge, "settling a charge as it is must give the charge")
	_, err = k.crm.Payments.Settle(k.ctx, ref(1), "tok_1", activity.PaymentFailed)
	k.failsAt(err, errs.ErrConflict, what("status", "settled"))
	k.equal(len(k.history(of)), 4, "how many activities a purchase, a charge and two refunds make")
	k.settles(of)
	none := k.with(k.store, func(c *crm.Config) { c.Payments = nil })
	_, err = none.Payments.Charge(k.ctx, ref(1), "pm_1")
	k.fails(err, payment.ErrNoProvider, "charging without a provider")
}

// settles lets a charge be pending until the provider's later word.
func (k *kit) settles(of contact.ID) {
	k.Helper()
	k.record(order(of, 3, noon))
	k.till.pending = true
	charge, err := k.crm.Payments.Charge(k.ctx, ref(3), "pm_1")
	k.ok(err, "charging")
	k.equal(charge.Payment.Status, activity.PaymentPending, "the status of a charge that is pending")
	for range 2 {
		settled, err := k.reopened().Payments.Settle(k.ctx, ref(3), charge.Payment.Token, activity.PaymentSucceeded)
		k.ok(err, "settling")
		k.equal([]any{settled.ID, settled.Payment.Status}, []any{charge.ID, activity.PaymentSucceeded}, "the charge as settled")
	}
	again, err := k.crm.Payments.Charge(k.ctx, ref(3), "pm_1")
	k.ok(err, "charging what is settled")
	k.equal([]any{again.ID, again.Payment.Status}, []any{charge.ID, activity.PaymentSucceeded}, "charging again must give the charge as settled")
	var kept []activity.PaymentStatus
	for _, a := range k.history(of) {
		if a.Payment != nil && a.Payment.Purchase == ref(3) {
			kept = append(kept, a.Payment.Status)
		}
	}
	slices.Sort(kept)
	k.equal(kept, []activity.PaymentStatus{activity.PaymentPending, activity.PaymentSucceeded}, "what the history keeps of a charge that was settled")
}
