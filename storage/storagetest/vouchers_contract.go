package storagetest

import (
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// voucherContract holds the store to what it says about vouchers.
func voucherContract(k *kit) {
	of, list := k.queue("one", 1)
	v := campaign.Voucher{Code: "22222222222", Campaign: of, Contact: list[0].Contact, Channel: contact.ChannelEmail, BasisPoints: 1000, MaxUses: 1}
	k.ok(k.store.InsertVouchers(k.ctx, []campaign.Voucher{v}), "inserting a voucher")
	redeemed := func(n int, ch contact.Channel, amount, discount money.Money) campaign.Redemption {
		return campaign.Redemption{Order: ref(n), Code: v.Code, Campaign: of, Contact: v.Contact, Channel: ch, Amount: amount, Discount: discount, At: noon}
	}
	redemptions := []campaign.Redemption{
		redeemed(1, contact.ChannelEmail, euro(1000), euro(100)),
		redeemed(2, contact.ChannelEmail, money.New(500, "USD"), money.New(50, "USD")),
		redeemed(3, contact.ChannelEmail, euro(7), euro(7)),
		redeemed(4, contact.ChannelLetter, money.New(20, "USD"), money.New(0, "USD")),
	}
	for _, r := range redemptions {
		made, err := k.store.InsertRedemption(k.ctx, r)
		k.ok(err, "inserting a redemption")
		k.equal(made, true, "whether a redemption was made: the store does not judge whether the voucher can be used")
		got, err := k.store.Redemption(k.ctx, r.Order)
		k.ok(err, "reading a redemption")
		k.equal(got, r, "a redemption did not come back as it was stored")
	}
	again := redemptions[0]
	again.Code, again.Amount = "99999999999", euro(1)
	made, err := k.store.InsertRedemption(k.ctx, again)
	k.ok(err, "redeeming for an order that has a redemption, with a code that does not exist")
	k.equal(made, false, "whether a second redemption of an order was made")
	again.Order = ref(9)
	_, err = k.store.InsertRedemption(k.ctx, again)
	k.fails(err, errs.ErrNotFound, "redeeming a code that does not exist")
	k.fails(last(k.store.Redemption(k.ctx, ref(9))), errs.ErrNotFound, "reading a redemption that was refused")
	v.Uses = len(redemptions)
	locked, err := k.store.LockVoucher(k.ctx, v.Code)
	k.ok(err, "locking a voucher")
	k.equal(locked, v, "LockVoucher must give the voucher, with one use for each redemption")
	k.redemptionCounts(of, "EUR", 900, 0)
	k.redemptionCounts(of, "USD", 450, 20)
	k.redemptionCounts(of, "CHF", 0, 0)
}

// redemptionCounts checks what three redemptions by e-mail and one by letter
// brought in a currency.
func (k *kit) redemptionCounts(of campaign.ID, currency string, email, letter int64) {
	k.Helper()
	got, err := k.store.RedemptionCounts(k.ctx, of, currency)
	k.ok(err, "counting redemptions")
	got = sortedBy(got, func(c campaign.RedemptionCount) string { return string(c.Channel) })
	k.equal(got, []campaign.RedemptionCount{
		{Channel: contact.ChannelEmail, Count: 3, Revenue: email}, {Channel: contact.ChannelLetter, Count: 1, Revenue: letter},
	}, "redemptions in all currencies, and amount minus discount of those in "+currency)
}
