package main

import (
	"context"
	"errors"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
)

// The simulation of step 4. Everybody's dice fall the same way in every run:
// of those who got a message so many order with their code, depending on the
// channel, and of everybody, also of those who got none, so many order of their
// own accord.
var orderWithCode = map[contact.Channel]float64{
	contact.ChannelEmail: 0.15, contact.ChannelLetter: 0.20, contact.ChannelPhone: 0.30,
}

const (
	orderAnyway = 0.05
	// The orders come in the days after today, and the clock moves on to
	// afterDays: what was true today stays true.
	afterDays = 14
)

// reorder is an order that comes after the campaign.
type reorder struct {
	customer contact.Contact
	id       string
	at       time.Time
	amount   money.Money // before the discount
	code     string      // empty without a voucher
}

// orderAgain is step 4.
func (j *job) orderAgain(ctx context.Context, c campaign.Campaign) error {
	j.out.head(4, "Orders with the voucher")
	j.clock.set(j.o.today.AddDate(0, 0, afterDays))
	vouchers, err := j.vouchers(ctx, c.ID)
	if err != nil {
		return err
	}
	var again []reorder
	for _, outcome := range []campaign.Outcome{campaign.Addressed, campaign.HeldOut} {
		err := j.forEach(ctx, c.ID, outcome, func(list []contact.Contact) error {
			for _, p := range list {
				if r, ok := j.dice(c, p, vouchers[p.ID]); ok {
					again = append(again, r)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := j.wrongOrder(ctx, c, vouchers); err != nil {
		return err
	}
	return j.place(ctx, again)
}

// vouchers gives the vouchers that went out, by contact.
func (j *job) vouchers(ctx context.Context, of campaign.ID) (map[contact.ID]campaign.Voucher, error) {
	all := map[contact.ID]campaign.Voucher{}
	cursor := ""
	for {
		page, err := j.crm.Campaigns.Deliveries(ctx, of, cursor, batchSize, campaign.Sent)
		if err != nil {
			return nil, err
		}
		ids := make([]contact.ID, len(page.Deliveries))
		for i, d := range page.Deliveries {
			ids[i] = d.Contact
		}
		list, err := j.crm.Campaigns.Vouchers(ctx, of, ids)
		if err != nil {
			return nil, err
		}
		for _, v := range list {
			all[v.Contact] = v
		}
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}

// dice decides whether a customer orders again, and what.
func (j *job) dice(c campaign.Campaign, p contact.Contact, v campaign.Voucher) (reorder, bool) {
	key := p.Key(source)
	r := reorder{customer: p, id: c.Name + "/" + key}
	if luck := draw("orders again", key); luck < orderWithCode[v.Channel] {
		r.code = v.Code
	} else if luck < 1-orderAnyway {
		return r, false
	}
	day := 1 + int((afterDays-1)*draw("day", key))
	r.at = j.o.today.AddDate(0, 0, day).Add(10 * time.Hour)
	r.amount = money.New(4000+int64(56000*draw("amount", key)), currency)
	return r, true
}

// place places the orders that the shop does not have yet.
func (j *job) place(ctx context.Context, again []reorder) error {
	placed, revenue := 0, money.New(0, currency)
	for i, r := range again {
		paid, err := j.placeOne(ctx, r)
		switch {
		case errors.Is(err, errStored):
			continue
		case err != nil:
			return err
		}
		placed++
		revenue.Amount += paid.Amount
		j.out.progress.show("orders", i+1, len(again))
	}
	j.out.progress.clear()
	j.out.linef("%s orders came in the %d days after; %s of them now, for %s.", count(len(again)), afterDays, count(placed), euro(revenue))
	return nil
}

// placeOne stores one order: the shop's row, the redemption and the purchase
// in the customer's history, in one transaction of the shop's database.
func (j *job) placeOne(ctx context.Context, r reorder) (paid money.Money, err error) {
	tx, err := j.db.begin(ctx)
	if err != nil {
		return paid, err
	}
	defer tx.Rollback() // has no effect behind the commit
	c := j.crm.In(tx.Store())
	ref := activity.Ref{Source: source, Key: r.id}
	items := []activity.Item{{SKU: "AGAIN", Name: "Order after the campaign", Category: j.o.category, Quantity: 1, Amount: r.amount}}
	paid = r.amount
	if r.code != "" {
		redeemed, err := c.Campaigns.Redeem(ctx, campaign.RedeemInput{
			Code: r.code, Contact: r.customer.ID, Order: ref, Amount: r.amount, At: r.at,
		})
		if err != nil {
			return paid, err
		}
		paid.Amount -= redeemed.Discount.Amount
		off := money.New(-redeemed.Discount.Amount, currency)
		items = append(items, activity.Item{SKU: "VOUCHER", Name: "Voucher", Quantity: 1, Amount: off})
	}
	if err := tx.insert(ctx, shopOrder{r.id, r.customer.Key(source), paid.Amount, r.code}); err != nil {
		return paid, err
	}
	_, err = c.Activities.Record(ctx, activity.Activity{
		Contact: r.customer.ID, Kind: activity.Purchase, Ref: ref, At: r.at, Channel: channelWeb, Items: items,
	})
	if err != nil {
		return paid, err
	}
	return paid, tx.Commit()
}
