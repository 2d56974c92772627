package storagetest

import (
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/id"
)

// inputLists holds the store to the edges of lists and limits, which services
// do not let through.
func inputLists(k *kit) {
	of, list := k.queue("one", 3)
	who := list[0].Contact
	k.record(order(who, 1, noon))
	k.agree([]contact.Contact{k.get(who)}, contact.ChannelEmail)
	member := campaign.Member{Campaign: of, Contact: who, Outcome: campaign.Addressed, Channel: contact.ChannelEmail}
	voucher := campaign.Voucher{Code: "22222222222", Campaign: of, Contact: who, Channel: contact.ChannelEmail, MaxUses: 1}
	k.ok(k.store.InsertAudience(k.ctx, []campaign.Member{member}), "inserting a row of a plan")
	k.ok(k.store.InsertVouchers(k.ctx, []campaign.Voucher{voucher}), "inserting a voucher")
	i := anImport("a")
	i.ID = importWithAll
	k.ok(k.store.InsertImport(k.ctx, i), "inserting an import")
	k.ok(k.store.AppendImportProblems(k.ctx, i.ID, 0, []exchange.Problem{{Number: 1, Code: "syntax"}}), "appending a problem")
	k.ok(k.store.AppendImportChanges(k.ctx, i.ID, []exchange.Change{{Seq: 1, Kind: exchange.ChangeCreated, Contact: who}}), "appending a change")
	before := k.read(k.store)
	for _, limit := range []int{0, -1} {
		k.nothingUpTo(limit, of, who)
	}
	k.existsTheSecondTime(of, who)
	k.equal(k.read(k.store), before, "a refused batch has left something")
	k.answeredOnce(of, who)
}

// importWithAll has a problem and a change.
var importWithAll = exchange.ID{1}

func (k *kit) nothingUpTo(limit int, of campaign.ID, who contact.ID) {
	k.Helper()
	contacts, err := k.store.ListContacts(k.ctx, contact.ID{}, limit)
	none(k, "ListContacts", contacts, err)
	history, err := k.store.History(k.ctx, activity.HistoryQuery{Contact: who, Limit: limit})
	none(k, "History", history, err)
	members, err := k.store.Audience(k.ctx, campaign.AudienceQuery{Campaign: of, Limit: limit})
	none(k, "Audience", members, err)
	deliveries, err := k.store.Deliveries(k.ctx, campaign.DeliveryQuery{Campaign: of, Limit: limit})
	none(k, "Deliveries", deliveries, err)
	claimed, err := k.store.ClaimDeliveries(k.ctx, campaign.ClaimQuery{Campaign: of, Token: 1, Now: noon.Add(time.Hour), Lease: time.Minute, Limit: limit})
	none(k, "ClaimDeliveries", claimed, err)
	imports, err := k.store.Imports(k.ctx, exchange.ID{}, limit)
	none(k, "Imports", imports, err)
	problems, err := k.store.ImportProblems(k.ctx, importWithAll, 0, limit)
	none(k, "ImportProblems", problems, err)
	changes, err := k.store.ImportChanges(k.ctx, importWithAll, contact.ID{}, limit)
	none(k, "ImportChanges", changes, err)
}

func (k *kit) existsTheSecondTime(of campaign.ID, who contact.ID) {
	k.Helper()
	c := contact.Contact{ID: id.New(), Kind: contact.Person, CreatedAt: noon, UpdatedAt: noon, Version: 1}
	a := activity.Activity{ID: id.New(), Contact: who, Kind: "visit", At: noon, RecordedAt: noon}
	m := campaign.Member{Campaign: of, Contact: id.New(), Outcome: campaign.Addressed}
	d := campaign.Delivery{ID: id.New(), Campaign: of, Contact: id.New(), Channel: contact.ChannelEmail, State: campaign.Queued, NotBefore: noon, UpdatedAt: noon}
	v := campaign.Voucher{Code: "33333333333", Campaign: of, Contact: who, Channel: contact.ChannelEmail, MaxUses: 1}
	h := exchange.Change{Seq: 2, Kind: exchange.ChangeCreated, Contact: who}
	sameID := d
	sameID.Step = 1
	for what, err := range map[string]error{
		"InsertContacts":                k.store.InsertContacts(k.ctx, []contact.Contact{c, c}),
		"InsertActivities":              k.store.InsertActivities(k.ctx, []activity.Activity{a, a}),
		"InsertAudience":                k.store.InsertAudience(k.ctx, []campaign.Member{m, m}),
		"InsertDeliveries":              k.store.InsertDeliveries(k.ctx, []campaign.Delivery{d, d}),
		"InsertDeliveries, for the id,": k.store.InsertDeliveries(k.ctx, []campaign.Delivery{d, sameID}),
		"InsertVouchers":                k.store.InsertVouchers(k.ctx, []campaign.Voucher{v, v}),
		"AppendImportChanges":           k.store.AppendImportChanges(k.ctx, importWithAll, []exchange.Change{h, h}),
	} {
		k.fails(err, errs.ErrConflict, what+" with something that stands in the list twice")
	}
}

func (k *kit) answeredOnce(of campaign.ID, who contact.ID) {
	k.Helper()
	e := consent.Event{ID: id.New(), Contact: who, Purpose: consent.Marketing, Channel: "fax", Action: consent.Grant, At: noon, RecordedAt: noon}
	k.ok(k.store.AppendConsent(k.ctx, []consent.Event{e, e}), "appending one event twice")
	twice := []contact.ID{who, who}
	events, err := k.store.ConsentEvents(k.ctx, []contact.ID{who})
	k.ok(err, "ConsentEvents")
	activities, err := k.store.ActivitiesOf(k.ctx, twice)
	k.ok(err, "ActivitiesOf")
	states, err := k.store.ConsentStates(k.ctx, twice)
	k.ok(err, "ConsentStates")
	vouchers, err := k.store.Vouchers(k.ctx, of, twice)
	k.ok(err, "Vouchers")
	locked, err := k.store.LockContacts(k.ctx, twice)
	k.ok(err, "LockContacts")
	k.equal([]int{len(events), len(activities), len(states), len(vouchers), len(locked)}, []int{2, 1, 2, 1, 2},
		"how many events a contact has after one was appended twice, and how many activities, states, vouchers and records are given for a contact that is named twice")
}
