package storagetest

import (
	"fmt"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/vouchercode"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// redeem is the use of a voucher for the n-th order.
func redeem(v campaign.Voucher, n int) campaign.RedeemInput {
	return campaign.RedeemInput{Code: v.Code, Contact: v.Contact, Order: ref(n), Amount: euro(1999)}
}

func voucherHostTx(k *kit) {
	c, people := k.audience(2, nil)
	k.run(k.crm, c.ID)
	v := k.vouchers(c.ID, people)[people[0].ID]
	before := k.read(k.store)

	tx, _, rollback := k.hostTx()
	shop := k.on(tx)
	_, err := shop.Activities.Record(k.ctx, order(v.Contact, 1, k.clock.Now()))
	k.ok(err, "recording the order in the host's transaction")
	_, err = shop.Campaigns.Redeem(k.ctx, redeem(v, 1))
	k.ok(err, "redeeming in the host's transaction")
	k.ok(rollback(), "rolling back")
	k.equal(k.read(k.store), before, "a redemption in a transaction that was rolled back has left something")

	tx, commit, _ := k.hostTx()
	shop = k.on(tx)
	_, err = shop.Activities.Record(k.ctx, order(v.Contact, 1, k.clock.Now()))
	k.ok(err, "recording the order again")
	got, err := shop.Campaigns.Redeem(k.ctx, redeem(v, 1))
	k.ok(err, "redeeming again, after a rollback")
	k.ok(commit(), "committing")
	k.equal(got, campaign.Redemption{
		Order: ref(1), Code: v.Code, Campaign: c.ID, Contact: v.Contact, Channel: contact.ChannelEmail,
		Amount: euro(1999), Discount: euro(200), At: noon,
	}, "the redemption: 10 % of 19.99 EUR, rounded half away from zero")
	stored, err := k.store.Redemption(k.ctx, ref(1))
	k.ok(err, "reading a redemption")
	k.equal(stored, got, "a redemption did not come back as it was stored")
	used, err := k.crm.Campaigns.Voucher(k.ctx, v.Code)
	k.ok(err, "reading a voucher")
	k.equal(used.Uses, 1, "how often a voucher is used after the commit")
}

func voucherSameOrder(k *kit) {
	c, people := k.audience(2, nil)
	k.run(k.crm, c.ID)
	vouchers := k.vouchers(c.ID, people)
	v, other := vouchers[people[0].ID], vouchers[people[1].ID]
	first, err := k.crm.Campaigns.Redeem(k.ctx, redeem(v, 1))
	k.ok(err, "redeeming")
	k.clock.add(time.Hour)
	typed := redeem(v, 1)
	typed.Code, typed.Amount = " "+v.Code[:3]+"-"+v.Code[3:], euro(5)
	again, err := k.reopened().Campaigns.Redeem(k.ctx, typed)
	k.ok(err, "redeeming the same voucher for the same order again")
	k.equal(again, first, "the same voucher for the same order must give the first redemption again")
	_, err = k.crm.Campaigns.Redeem(k.ctx, redeem(other, 1))
	k.fails(err, errs.ErrConflict, "redeeming another voucher for an order that has one")
	_, err = k.store.Redemption(k.ctx, ref(2))
	k.fails(err, errs.ErrNotFound, "reading the redemption of an order without one")

	inserted, err := k.store.InsertRedemption(k.ctx, campaign.Redemption{
		Order: ref(1), Code: other.Code, Campaign: c.ID, Contact: other.Contact, Channel: other.Channel, Amount: euro(1), Discount: euro(0), At: noon,
	})
	k.ok(err, "inserting a redemption for an order that has one")
	_, stray := k.store.InsertRedemption(k.ctx, campaign.Redemption{Order: ref(3), Code: "22222222222", Campaign: c.ID, Contact: v.Contact, Amount: euro(1), At: noon})
	k.fails(stray, errs.ErrNotFound, "inserting a redemption of a code that does not exist")
	unused, err := k.crm.Campaigns.Voucher(k.ctx, other.Code)
	k.ok(err, "reading a voucher")
	if inserted || unused.Uses != 0 {
		k.Errorf("InsertRedemption for an order that has a redemption must do nothing; it says %t and the voucher has %d uses", inserted, unused.Uses)
	}
}

func voucherRefused(k *kit) {
	from, until := noon.Add(time.Hour), noon.Add(2*time.Hour)
	c, people := k.audience(2, func(d *campaign.Definition) { d.Offer.ValidFrom, d.Offer.ValidUntil = from, until })
	k.run(k.crm, c.ID)
	v := k.vouchers(c.ID, people)[people[0].ID]
	unknown, err := vouchercode.New(constant(3))
	k.ok(err, "making a code")
	before := k.read(k.store)
	try := func(at time.Time, code string, who contact.ID, reason string) {
		k.Helper()
		in := redeem(v, 1)
		in.Code, in.Contact, in.At = code, who, at
		_, err := k.crm.Campaigns.Redeem(k.ctx, in)
		k.refused(err, what("code", reason))
	}
	typo := []byte(v.Code)
	typo[4] = "23"[map[bool]int{true: 1, false: 0}[typo[4] == '2']]
	try(from, string(typo), v.Contact, "mistyped")
	try(from, v.Code+"2", v.Contact, "mistyped")
	try(from, unknown, v.Contact, "unknown")
	try(from, v.Code, people[1].ID, "not_yours")
	try(from.Add(-time.Microsecond), v.Code, v.Contact, "not_yet_valid")
	try(until, v.Code, v.Contact, "expired")
	k.equal(k.read(k.store), before, "a refused redemption has left something")
	in := redeem(v, 1)
	in.At = until.Add(-time.Microsecond)
	_, err = k.crm.Campaigns.Redeem(k.ctx, in)
	k.ok(err, "redeeming at the last moment")
	in.Order = ref(2)
	_, err = k.crm.Campaigns.Redeem(k.ctx, in)
	k.refused(err, what("code", "used"))
	_, err = k.crm.Campaigns.Voucher(k.ctx, unknown)
	k.refused(err, what("code", "unknown"))
}

// constant is a source of one byte.
type constant byte

// Read implements io.Reader.
func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

// voucherRace lets many orders want one voucher, and many want to be the same
// order.
func voucherRace(k *kit) {
	const racers = 16
	c, people := k.audience(2, nil)
	k.run(k.crm, c.ID)
	vouchers := k.vouchers(c.ID, people)
	handles := []*crm.CRM{k.crm, k.reopened()}
	v := vouchers[people[0].ID]
	won := 0
	for i, err := range k.together(racers, func(i int) error {
		_, err := handles[i%2].Campaigns.Redeem(k.ctx, redeem(v, i))
		return err
	}) {
		_, stored := k.store.Redemption(k.ctx, ref(i))
		if (err == nil) != (stored == nil) {
			k.Errorf("redeeming said %v, but the redemption of that order says %v", err, stored)
		}
		if err == nil {
			won++
			continue
		}
		k.refused(err, what("code", "used"))
	}
	k.equal(won, 1, fmt.Sprintf("how many of %d orders got a voucher that counts once", racers))

	w := vouchers[people[1].ID]
	results := make([]campaign.Redemption, racers)
	k.allOK(k.together(racers, func(i int) (err error) {
		results[i], err = handles[i%2].Campaigns.Redeem(k.ctx, redeem(w, 100))
		return err
	}), "redeeming one voucher for one order from several goroutines")
	for _, r := range results {
		k.equal(r, results[0], "every attempt for one order must give the same redemption")
	}
	used, err := k.crm.Campaigns.Voucher(k.ctx, w.Code)
	k.ok(err, "reading a voucher")
	k.equal(used.Uses, 1, "how often a voucher is used when one order came many times")
}

// voucherReport checks the numbers of a report after known orders.
func voucherReport(k *kit) {
	people := k.customers(40, func(i int, c *contact.Contact) {
		if i%2 == 0 {
			c.PreferredChannel = contact.ChannelLetter
		}
	})
	k.agree(people, contact.ChannelEmail, contact.ChannelLetter)
	c := k.campaign("sale", segment.Everyone(), func(d *campaign.Definition) { d.HoldOut = 0.4 })
	k.record(order(people[0].ID, 900, noon.Add(-time.Microsecond))) // before the start: no response
	k.record(order(people[1].ID, 901, noon))                        // at the very start
	k.run(k.crm, c.ID)
	k.clock.add(time.Hour)
	vouchers := k.vouchers(c.ID, people)
	want := map[contact.Channel]*sales{contact.ChannelEmail: {}, contact.ChannelLetter: {}, contact.ChannelPhone: {}}
	addressed, held := sales{}, sales{}
	for i, p := range people {
		v, has := vouchers[p.ID]
		group := &held
		if has {
			group = &addressed
		}
		group.contacts++
		if i == 1 {
			group.orders++
			group.revenue += 19_998
		}
		if i%3 != 0 {
			continue
		}
		amount := euro(int64(1000 + i))
		k.record(activity.Activity{Contact: p.ID, Kind: activity.Purchase, Ref: ref(i), Amount: amount})
		group.orders++
		group.revenue += amount.Amount
		if !has {
			continue
		}
		in := redeem(v, i)
		in.Amount = amount
		if i == 9 {
			in.Amount = money.New(777, "USD") // counts, but adds no revenue in the campaign's currency
		}
		r, err := k.crm.Campaigns.Redeem(k.ctx, in)
		k.ok(err, "redeeming")
		want[v.Channel].orders++
		if i != 9 {
			want[v.Channel].revenue += amount.Amount - r.Discount.Amount
		}
	}
	k.reportIs(c.ID, want, addressed, held)
}

// sales is what a group bought.
type sales struct{ contacts, orders, revenue int64 }

func (k *kit) reportIs(id campaign.ID, want map[contact.Channel]*sales, addressed, held sales) {
	k.Helper()
	r, err := k.reopened().Campaigns.Report(k.ctx, id)
	k.ok(err, "reading a report")
	total := sales{}
	for _, ch := range r.Channels {
		w := want[ch.Channel]
		k.equal([]any{ch.Redeemed, ch.Revenue}, []any{w.orders, euro(w.revenue)}, "redemptions and revenue after discount by "+string(ch.Channel))
		total.orders += w.orders
		total.revenue += w.revenue
	}
	k.equal([]any{r.Total.Redeemed, r.Total.Revenue}, []any{total.orders, euro(total.revenue)}, "redemptions and revenue in all")
	for _, g := range []struct {
		what string
		got  campaign.Group
		want sales
	}{{"addressed", r.Effect.Addressed, addressed}, {"held out", r.Effect.HeldOut, held}} {
		k.equal([]any{g.got.Contacts, g.got.Buyers, g.got.Orders, g.got.Revenue}, []any{g.want.contacts, g.want.orders, g.want.orders, euro(g.want.revenue)},
			"contacts, buyers, orders and revenue of those "+g.what)
	}
}
