package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

func unwrapAll(err error) string {
	var e *errs.Error
	if errors.As(err, &e) && e.Cause != nil {
		return fmt.Sprint(err, " <- ", e.Cause)
	}
	return fmt.Sprint(err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(unwrapAll(err))
	}
}

func eq(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %#v\nwant %#v", got, want)
	}
}

type plainContact contact.Contact
type plainAct activity.Activity

func smoke(t *testing.T, s storage.Store) {
	ctx := context.Background()
	now := time.Now().UTC().Truncate(time.Microsecond)
	c := contact.Contact{ID: contact.ID(id.New()), Kind: contact.Person, Name: contact.Name{Given: "O'Neil \\ ? ?0 ?tenant", Family: "Ü"},
		Emails: []contact.Email{{Address: "a@b.de"}, {Address: "c@d.de"}}, Addresses: []contact.Address{{Street: "x", Extra: "y", City: "Berlin"}},
		Custom:    map[string]contact.Value{"a": contact.Text(""), "n": contact.Int(-5), "t": contact.Time(now), "b": contact.Bool(false), "m": {Type: contact.TypeNumber, Number: math.MinInt64 + 1}},
		CreatedAt: now, UpdatedAt: now, Version: 1}
	c2 := contact.Contact{ID: contact.ID(id.New()), Kind: contact.Company, CreatedAt: time.UnixMicro(0).UTC(), UpdatedAt: now, Version: 1}
	owners, err := s.ClaimIdentities(ctx, []contact.Claim{{contact.Identity{"shop", "z"}, c.ID}, {contact.Identity{"erp", "z"}, c.ID}, {contact.Identity{"shop", "z"}, c2.ID}})
	must(t, err)
	eq(t, owners, []contact.ID{c.ID, c.ID, c.ID})
	must(t, s.InsertContacts(ctx, []contact.Contact{c, c2}))
	if err := s.InsertContacts(ctx, []contact.Contact{{ID: contact.ID(id.New()), Kind: "person", CreatedAt: now, UpdatedAt: now, Version: 1}, c}); !errors.Is(err, errs.ErrConflict) {
		t.Fatal(err)
	}
	c.Identities = []contact.Identity{{"erp", "z"}, {"shop", "z"}}
	got, err := s.Contacts(ctx, []contact.ID{c2.ID, contact.ID(id.New()), c.ID, c2.ID})
	must(t, err)
	if len(got) != 3 {
		t.Fatal(len(got))
	}
	eq(t, plainContact(got[1]), plainContact(c))
	eq(t, plainContact(got[0]), plainContact(c2))
	list, err := s.ListContacts(ctx, contact.ID{}, 10)
	must(t, err)
	eq(t, len(list), 2)
	up := c
	up.Version, up.Name.Given, up.Custom, up.CreatedAt = 2, "New", map[string]contact.Value{"x": contact.Bool(true)}, now.Add(time.Hour)
	up2 := c2
	up2.Version = 2
	must(t, s.UpdateContacts(ctx, []contact.Contact{up, up2}))
	if err := s.UpdateContacts(ctx, []contact.Contact{up}); !errors.Is(err, errs.ErrConflict) {
		t.Fatal(err)
	}
	up.CreatedAt = c.CreatedAt
	got, err = s.LockContacts(ctx, []contact.ID{c.ID})
	must(t, err)
	eq(t, plainContact(got[0]), plainContact(up))

	// activities
	a := activity.Activity{ID: activity.ID(id.New()), Contact: c.ID, Kind: activity.Purchase, At: now, RecordedAt: now, Direction: activity.Inbound, Channel: "phone",
		Amount: money.New(300, "EUR"), Ref: activity.Ref{"shop", "1"}, Items: []activity.Item{{SKU: "a", Category: "F", Quantity: 1, Amount: money.New(100, "EUR")}, {Category: "F", Quantity: 2, Amount: money.New(200, "EUR")}}}
	b := activity.Activity{ID: activity.ID(id.New()), Contact: c.ID, Kind: activity.Charge, At: now.Add(-time.Hour), RecordedAt: now, Amount: money.New(300, "EUR"),
		Payment: &activity.Payment{Provider: "p", Token: "t", Status: activity.PaymentFailed, Purchase: a.Ref}}
	must(t, s.InsertActivities(ctx, []activity.Activity{a, b}))
	if err := s.InsertActivities(ctx, []activity.Activity{{ID: activity.ID(id.New()), Contact: contact.ID(id.New()), Kind: "x", At: now, RecordedAt: now}}); !errors.Is(err, errs.ErrNotFound) {
		t.Fatal(unwrapAll(err))
	}
	h, err := s.History(ctx, activity.HistoryQuery{Contact: c.ID, Limit: 5})
	must(t, err)
	eq(t, len(h), 2)
	eq(t, plainAct(h[0]), plainAct(a))
	eq(t, plainAct(h[1]), plainAct(b))
	h, err = s.History(ctx, activity.HistoryQuery{Contact: c.ID, Limit: 5, Kinds: []activity.Kind{"charge"}, BeforeAt: a.At, BeforeID: a.ID})
	must(t, err)
	eq(t, len(h), 1)
	h, err = s.ActivitiesOf(ctx, []contact.ID{c.ID, c2.ID})
	must(t, err)
	eq(t, len(h), 2)
	eq(t, plainAct(h[1]), plainAct(a))
	one, err := s.Activity(ctx, c.ID, a.ID)
	must(t, err)
	eq(t, plainAct(one), plainAct(a))
	use, err := s.ChannelUse(ctx, []contact.ID{c.ID}, now)
	must(t, err)
	eq(t, use, []activity.ChannelUse{{c.ID, "phone", 1, now}})
	e := activity.RefEntry{a.Ref, c.ID, a.ID, [16]byte{1}}
	bound, err := s.ClaimRefs(ctx, []activity.RefEntry{e, {activity.Ref{"shop", "1"}, c2.ID, b.ID, [16]byte{}}})
	must(t, err)
	eq(t, bound, []activity.RefEntry{e, e})
	bound, err = s.FindRefs(ctx, []activity.Ref{{"no", "1"}, a.Ref})
	must(t, err)
	eq(t, bound, []activity.RefEntry{{}, e})

	// consent
	ev := consent.Event{consent.ID(id.New()), c.ID, consent.Marketing, "email", consent.Withdraw, now, now, "w", "s", "p"}
	old := consent.Event{consent.ID(id.New()), c.ID, consent.Marketing, "email", consent.Grant, now, now, "w", "s", "p"}
	must(t, s.AppendConsent(ctx, []consent.Event{ev}))
	must(t, s.AppendConsent(ctx, []consent.Event{old}))
	st, err := s.ConsentStates(ctx, []contact.ID{c.ID})
	must(t, err)
	eq(t, st, []consent.State{consent.StateOf(ev)})
	evs, err := s.ConsentEvents(ctx, c.ID)
	must(t, err)
	eq(t, evs, []consent.Event{ev, old})

	// segment
	rule := segment.Rule{All: []segment.Rule{}}
	seg := segment.Segment{segment.ID(id.New()), "n", rule, now, now}
	must(t, s.InsertSegment(ctx, seg))
	if err := s.InsertSegment(ctx, seg); !errors.Is(err, errs.ErrConflict) {
		t.Fatal(err)
	}
	seg2 := seg
	seg2.ID, seg2.Name = segment.ID(id.New()), "m"
	must(t, s.InsertSegment(ctx, seg2))
	seg2.Name = "n"
	if err := s.UpdateSegment(ctx, seg2); !errors.Is(err, errs.ErrConflict) {
		t.Fatal(err)
	}
	seg2.Name = "o"
	must(t, s.UpdateSegment(ctx, seg2))
	gs, err := s.SegmentByName(ctx, "o")
	must(t, err)
	eq(t, gs, seg2)
	segs, err := s.Segments(ctx)
	must(t, err)
	eq(t, segs, []segment.Segment{seg, seg2})
	if _, err := s.Segment(ctx, segment.ID{}); !errors.Is(err, errs.ErrNotFound) {
		t.Fatal(err)
	}

	// campaign
	cam := campaign.Campaign{ID: campaign.ID(id.New()), Definition: campaign.Definition{Name: "c", Channels: []contact.Channel{"email"}, HoldOut: 0.1, From: now}, State: campaign.Draft, CreatedAt: now}
	must(t, s.InsertCampaign(ctx, cam))
	gc, err := s.Campaign(ctx, cam.ID)
	must(t, err)
	eq(t, gc, cam)
	cam.Rule, cam.AsOf, cam.PlannedTo, cam.State, cam.StartedAt = &rule, now, c.ID, campaign.Running, now
	must(t, s.UpdateCampaign(ctx, cam))
	gc, err = s.LockCampaign(ctx, cam.ID)
	must(t, err)
	eq(t, gc, cam)
	cs, err := s.Campaigns(ctx, campaign.Running, campaign.Draft)
	must(t, err)
	eq(t, cs, []campaign.Campaign{cam})
	_, err = s.HoldCampaign(ctx, cam.ID)
	must(t, err)
	m := campaign.Member{cam.ID, c.ID, campaign.Addressed, "", "email"}
	m2 := campaign.Member{cam.ID, c2.ID, campaign.Excluded, campaign.NoAddress, ""}
	must(t, s.InsertAudience(ctx, []campaign.Member{m, m2}))
	ms, err := s.Audience(ctx, campaign.AudienceQuery{cam.ID, campaign.Addressed, contact.ID{}, 10})
	must(t, err)
	eq(t, ms, []campaign.Member{m})
	ac, err := s.AudienceCounts(ctx, cam.ID)
	must(t, err)
	eq(t, ac, []campaign.AudienceCount{{campaign.Addressed, "", "email", 1}, {campaign.Excluded, campaign.NoAddress, "", 1}})
	rs, err := s.Responses(ctx, campaign.ResponseQuery{cam.ID, now, now.Add(1000), "EUR"})
	must(t, err)
	eq(t, rs, []campaign.Response{{campaign.Addressed, "email", 1, 1, 1, 300}, {campaign.Excluded, "", 1, 0, 0, 0}})

	// deliveries
	d := campaign.Delivery{ID: campaign.DeliveryID(id.New()), Campaign: cam.ID, Channel: "email", Contact: c.ID, State: campaign.Queued, UpdatedAt: now}
	d2 := campaign.Delivery{ID: campaign.DeliveryID(id.New()), Campaign: cam.ID, Channel: "email", Contact: c2.ID, State: campaign.Queued, NotBefore: now.Add(time.Second), UpdatedAt: now}
	must(t, s.InsertDeliveries(ctx, []campaign.Delivery{d, d2}))
	dup := d
	dup.ID = campaign.DeliveryID(id.New())
	if err := s.InsertDeliveries(ctx, []campaign.Delivery{dup}); !errors.Is(err, errs.ErrConflict) {
		t.Fatal(err)
	}
	ds, err := s.ClaimDeliveries(ctx, campaign.ClaimQuery{cam.ID, 77, now, time.Hour, 10})
	must(t, err)
	cl := d
	cl.State = campaign.Claimed
	eq(t, ds, []campaign.Delivery{cl})
	ds, err = s.LockClaimed(ctx, 77)
	must(t, err)
	eq(t, ds, []campaign.Delivery{cl})
	later := now.Add(time.Minute)
	mv, err := s.MoveDeliveries(ctx, 78, later, []campaign.Move{{Delivery: d.ID, Contact: c.ID, From: campaign.Claimed, To: campaign.Sending}})
	must(t, err)
	eq(t, len(mv), 0)
	mv, err = s.MoveDeliveries(ctx, 77, later, []campaign.Move{{Delivery: d.ID, Contact: c.ID, From: campaign.Claimed, To: campaign.Sending, Attempts: 1}, {Delivery: d2.ID, Contact: c2.ID, From: campaign.Claimed, To: campaign.Sending, NotBefore: now}})
	must(t, err)
	eq(t, mv, []campaign.DeliveryID{d.ID})
	mv, err = s.MoveDeliveries(ctx, 77, later, []campaign.Move{{Delivery: d.ID, Contact: c.ID, From: campaign.Sending, To: campaign.Sent, ProviderID: "x'y"}})
	must(t, err)
	eq(t, mv, []campaign.DeliveryID{d.ID})
	cl.State, cl.Attempts, cl.ProviderID, cl.SentAt, cl.GatedAt, cl.FirstAttemptAt, cl.UpdatedAt = campaign.Sent, 1, "x'y", later, later, later, later
	ds, err = s.Deliveries(ctx, campaign.DeliveryQuery{cam.ID, []campaign.DeliveryState{campaign.Sent}, campaign.DeliveryID{}, 5})
	must(t, err)
	eq(t, ds, []campaign.Delivery{cl})
	tc, err := s.Touches(ctx, []contact.ID{c.ID, c2.ID}, now)
	must(t, err)
	eq(t, tc, map[contact.ID]int64{c.ID: 1})
	_, err = s.ClaimDeliveries(ctx, campaign.ClaimQuery{cam.ID, 79, later, -time.Second, 10})
	must(t, err)
	rp, err := s.ReapDeliveries(ctx, campaign.ReapQuery{cam.ID, later, 0, 2})
	must(t, err)
	eq(t, rp, campaign.Reaped{Requeued: 1})
	n, err := s.RequeueInDoubt(ctx, campaign.RequeueQuery{cam.ID, "email", now, now, now})
	must(t, err)
	eq(t, n, int64(0))
	n, err = s.EndQueued(ctx, campaign.EndQuery{cam.ID, campaign.Stopped, campaign.CampaignEnded, true, now})
	must(t, err)
	eq(t, n, int64(1))
	dc, err := s.DeliveryCounts(ctx, cam.ID)
	must(t, err)
	eq(t, dc, []campaign.DeliveryCount{{"email", campaign.Stopped, campaign.CampaignEnded, 1}, {"email", campaign.Sent, "", 1}})

	// voucher
	v := campaign.Voucher{Code: "ABC", Campaign: cam.ID, Contact: c.ID, Channel: "email", BasisPoints: 1000, ValidFrom: now, MaxUses: 1}
	must(t, s.InsertVouchers(ctx, []campaign.Voucher{v}))
	r := campaign.Redemption{activity.Ref{"shop", "9"}, "ABC", cam.ID, c.ID, "email", money.New(100, "EUR"), money.New(10, "EUR"), now}
	ok, err := s.InsertRedemption(ctx, r)
	must(t, err)
	eq(t, ok, true)
	ok, err = s.InsertRedemption(ctx, r)
	must(t, err)
	eq(t, ok, false)
	v.Uses = 1
	gv, err := s.LockVoucher(ctx, "ABC")
	must(t, err)
	eq(t, gv == v, true)
	gr, err := s.Redemption(ctx, r.Order)
	must(t, err)
	eq(t, gr, r)
	rc, err := s.RedemptionCounts(ctx, cam.ID, "EUR")
	must(t, err)
	eq(t, rc, []campaign.RedemptionCount{{"email", 1, 90}})
	bad := r
	bad.Order.Key, bad.Code = "10", "nope"
	if _, err = s.InsertRedemption(ctx, bad); !errors.Is(err, errs.ErrNotFound) {
		t.Fatal(err)
	}
	if _, err = s.Redemption(ctx, bad.Order); !errors.Is(err, errs.ErrNotFound) {
		t.Fatal(err)
	}
	vs, err := s.Vouchers(ctx, cam.ID, []contact.ID{c.ID})
	must(t, err)
	eq(t, len(vs), 1)
}
