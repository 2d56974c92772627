package storagetest

import (
	"errors"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// failsAt checks the kind of an error and, one by one, the fields it names.
func (k *kit) failsAt(err, kind error, fields ...string) {
	k.Helper()
	k.discreet(err)
	if !errors.Is(err, kind) {
		k.Errorf("the error must be %q for %v, but it is %v", kind, fields, err)
		return
	}
	var got []string
	for _, f := range errs.FieldsOf(err) {
		got = append(got, what(f.Path, f.Code))
	}
	if d := difference(got, fields); d != "" {
		k.Errorf("an error must name the same fields with the same codes on every store; this is %v:\n%s", err, d)
	}
}

// calledIs checks that an error names the method that was called.
func (k *kit) calledIs(err error, op string) {
	k.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Op != op {
		k.Errorf("the error of %s must say so, but it is %v", op, err)
	}
}

// inputErrors causes the errors that come out of the store.
func inputErrors(k *kit) {
	s := k.stage()
	k.takenNames(s)
	k.unknownCampaigns(s)
	k.unknownContacts(s)
	k.unknownPayments(s)
	k.unknownLive(s)
}

func (k *kit) takenNames(s stage) {
	k.Helper()
	_, err := k.crm.Campaigns.Create(k.ctx, k.definition("summer", s.segment))
	k.failsAt(err, errs.ErrConflict, what("name", "taken"))
	k.calledIs(err, "campaign.Create")
	seg, err := k.crm.Segments.Get(k.ctx, s.segment)
	k.ok(err, "reading a segment")
	k.failsAt(k.store.InsertSegment(k.ctx, seg), errs.ErrConflict, what("id", "exists"))
	seg.ID = id.New()
	k.failsAt(k.store.InsertSegment(k.ctx, seg), errs.ErrConflict, what("name", "taken"))
	again := person(900)
	again.ID, again.Identities = s.people[0].ID, nil
	_, err = k.crm.Contacts.Create(k.ctx, again)
	k.failsAt(err, errs.ErrConflict, what("id", "exists"))
	k.calledIs(err, "contact.Create")
}

func (k *kit) unknownCampaigns(s stage) {
	k.Helper()
	nobody := campaign.ID(id.New())
	for op, err := range map[string]error{
		"campaign.Get":        last(k.crm.Campaigns.Get(k.ctx, nobody)),
		"campaign.Simulate":   last(k.crm.Campaigns.Simulate(k.ctx, nobody)),
		"campaign.Plan":       k.crm.Campaigns.Plan(k.ctx, nobody),
		"campaign.Start":      k.crm.Campaigns.Start(k.ctx, nobody),
		"campaign.Run":        last(k.crm.Campaigns.Run(k.ctx, nobody, nil)),
		"campaign.Report":     last(k.crm.Campaigns.Report(k.ctx, nobody)),
		"campaign.Audience":   last(k.crm.Campaigns.Audience(k.ctx, nobody, "", "", 10)),
		"campaign.Deliveries": last(k.crm.Campaigns.Deliveries(k.ctx, nobody, "", 10)),
	} {
		k.failsAt(err, errs.ErrNotFound, what("id", "not_found"))
		k.calledIs(err, op)
	}
	_, err := k.crm.Campaigns.Find(k.ctx, "nothing")
	k.failsAt(err, errs.ErrNotFound, what("name", "not_found"))
	_, err = k.crm.Campaigns.Create(k.ctx, k.definition("new", id.New()))
	k.failsAt(err, errs.ErrNotFound, what("segment", "not_found"))
	k.calledIs(err, "campaign.Create")
	_, err = k.crm.Segments.Get(k.ctx, id.New())
	k.failsAt(err, errs.ErrNotFound, what("id", "not_found"))
	_, err = k.crm.Segments.Find(k.ctx, "nothing")
	k.failsAt(err, errs.ErrNotFound, what("name", "not_found"))
	empty, err := k.crm.Campaigns.Deliveries(k.ctx, s.draft, "", 10)
	k.ok(err, "listing the deliveries of a campaign that has none")
	k.equal(len(empty.Deliveries), 0, "the deliveries of a draft")
}

func (k *kit) unknownContacts(s stage) {
	k.Helper()
	known, stray := order(s.people[0].ID, 900, noon), order(spread(900), 901, noon)
	_, err := k.crm.Activities.Record(k.ctx, stray)
	k.failsAt(err, errs.ErrNotFound, what("contact", "not_found"))
	k.calledIs(err, "activity.Record")
	k.record(known) // so that it is not among those that are inserted now
	_, err = k.crm.Activities.RecordMany(k.ctx, []activity.Activity{known, order(s.people[1].ID, 902, noon), stray})
	k.failsAt(err, errs.ErrNotFound, what("activities[2].contact", "not_found"))
	k.calledIs(err, "activity.RecordMany")
	k.failsAt(k.crm.Consents.Grant(k.ctx, declaration(spread(900), "fax")), errs.ErrNotFound, what("contact", "not_found"))
	_, err = k.crm.Contacts.Get(k.ctx, spread(900))
	k.failsAt(err, errs.ErrNotFound, what("id", "not_found"))
}

func (k *kit) unknownPayments(s stage) {
	k.Helper()
	_, err := k.crm.Payments.Charge(k.ctx, ref(910), "pm_1")
	k.failsAt(err, errs.ErrNotFound, what("purchase", "not_found"))
	k.calledIs(err, "payment.Charge")
	_, err = k.crm.Payments.Refund(k.ctx, ref(910), "1", euro(1))
	k.failsAt(err, errs.ErrNotFound, what("purchase", "not_found"))
	k.record(order(s.people[0].ID, 911, noon))
	_, err = k.crm.Payments.Refund(k.ctx, ref(911), "1", money.New(1, "EUR"))
	k.failsAt(err, errs.ErrConflict, what("purchase", "not_charged"))
	_, err = k.crm.Payments.Settle(k.ctx, ref(911), "tok", activity.PaymentFailed)
	k.failsAt(err, errs.ErrNotFound, what("token", "not_found"))
	k.calledIs(err, "payment.Settle")
}

// unknownLive asks for live segments that do not exist, and for one that is not
// live.
func (k *kit) unknownLive(s stage) {
	k.Helper()
	seg, err := k.crm.Segments.Get(k.ctx, s.segment)
	k.ok(err, "reading a segment")
	k.failsAt(k.crm.Segments.Follow(k.ctx, "nothing"), errs.ErrNotFound, what("name", "not_found"))
	for _, name := range []string{"nothing", seg.Name} {
		for op, err := range map[string]error{
			"segment.Unfollow":    k.crm.Segments.Unfollow(k.ctx, name),
			"segment.LiveMembers": last(k.crm.Segments.LiveMembers(k.ctx, name, "", 10)),
			"segment.LiveCount":   last(k.crm.Segments.LiveCount(k.ctx, name)),
			"segment.VerifyLive":  last(k.crm.Segments.VerifyLive(k.ctx, name)),
		} {
			k.failsAt(err, errs.ErrNotFound, what("name", "not_found"))
			k.calledIs(err, op)
		}
	}
	_, err = k.crm.Segments.Changes(k.ctx, &segment.ChangeOptions{Segment: "nothing"})
	k.failsAt(err, errs.ErrNotFound, what("segment", "not_found"))
	k.calledIs(err, "segment.Changes")
}
