package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
)

// wrongOrder lets a customer try the code of another one: the code is refused,
// and with it goes the order, which the shop had stored already.
func (j *job) wrongOrder(ctx context.Context, c campaign.Campaign, vouchers map[contact.ID]campaign.Voucher) error {
	if len(vouchers) < 2 {
		return nil
	}
	two := slices.SortedFunc(maps.Keys(vouchers), contact.ID.Compare)[:2]
	who, err := j.crm.Contacts.Get(ctx, two[0])
	if err != nil {
		return err
	}
	order := activity.Ref{Source: source, Key: c.Name + "/wrong"}
	refused, err := j.tryCode(ctx, who, order, vouchers[two[1]].Code)
	if err != nil {
		return err
	}
	if err := j.checkGone(ctx, order); err != nil {
		return err
	}
	j.out.linef("%s tried the code of another customer and was told: %s.\n"+
		"That rolled back the order too: neither the shop nor the CRM holds a trace of it.\n", who.Name, refused)
	return nil
}

// tryCode stores the order and redeems a code that must be refused. It returns
// the reason, and leaves the transaction to be rolled back.
func (j *job) tryCode(ctx context.Context, who contact.Contact, order activity.Ref, code string) (string, error) {
	tx, err := j.db.begin(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	if err := tx.insert(ctx, shopOrder{order.Key, who.Key(source), 9000, code}); err != nil {
		return "", err
	}
	_, err = j.crm.In(tx.Store()).Campaigns.Redeem(ctx, campaign.RedeemInput{
		Code: code, Contact: who.ID, Order: order, Amount: money.New(10000, currency),
	})
	fields := errs.FieldsOf(err)
	if !errors.Is(err, crm.ErrInvalid) || len(fields) == 0 {
		return "", fmt.Errorf("the code of another customer was not refused: %w", err)
	}
	return "the code " + fields[0].Message, nil
}

// checkGone makes sure that nothing is left of the order.
func (j *job) checkGone(ctx context.Context, order activity.Ref) error {
	tx, err := j.db.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	stored, err := tx.has(ctx, order.Key)
	if err != nil {
		return err
	}
	_, err = j.crm.In(tx.Store()).Activities.ByRef(ctx, order)
	if stored || !errors.Is(err, crm.ErrNotFound) {
		return errors.New("the refused order left something behind")
	}
	return nil
}
