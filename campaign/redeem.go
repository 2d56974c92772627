package campaign

import (
	"context"
	"errors"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/vouchercode"
	"github.com/stammkunde/crm/money"
)

// RedeemInput says which voucher is used for which order.
type RedeemInput struct {
	// Code as the customer typed it; case, spaces and dashes do not matter.
	Code string
	// Contact who orders; the voucher must be that contact's.
	Contact contact.ID
	// Order is the shop's reference of the order.
	Order activity.Ref
	// Amount is the order's price before the discount.
	Amount money.Money
	// At is when; the zero time means now. It must not be more than a day
	// ahead.
	At time.Time
}

// Redeem uses a voucher for an order and tells the discount. Call it on a CRM
// that is bound to the transaction in which the shop stores the order: both
// happen or neither. The same code for the same order gives the first
// redemption again, unchanged, also when the amount or the time is another one
// now: what the customer was promised first counts.
//
// Redeem records no purchase. Record that too, in the same transaction: revenue
// per channel in the Report comes from redemptions, but Report.Effect counts
// purchases.
//
// A code that cannot be used is an errs.ErrInvalid for the field "code" with
// one of the reasons mistyped, unknown, not_yours, not_yet_valid, expired and
// used. An order that has another voucher is an errs.ErrConflict.
func (s *Service) Redeem(ctx context.Context, in RedeemInput) (redeemed Redemption, err error) {
	const op = "campaign.Redeem"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "voucher", ""); err != nil {
		return redeemed, err
	}
	code, err := s.checkRedeem(op, &in)
	if err != nil {
		return Redemption{}, err
	}
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		v, err := store.LockVoucher(ctx, code)
		if errors.Is(err, errs.ErrNotFound) {
			return refuse(op, "unknown", "is not a voucher of this shop")
		}
		if err != nil {
			return err
		}
		redeemed, err = redeem(ctx, store, op, v, in, s.env.Now())
		return err
	})
	if err != nil {
		return Redemption{}, err
	}
	return redeemed, nil
}

func (s *Service) checkRedeem(op string, in *RedeemInput) (string, error) {
	now := s.env.Now()
	if in.At.IsZero() {
		in.At = now
	}
	in.At = instant(in.At)
	var f errs.Fields
	code, err := vouchercode.Parse(in.Code)
	if err != nil {
		f.Add("code", "mistyped", "is mistyped: codes have eleven symbols and hold no O, 0, I, 1, A, E, U")
	}
	if in.Contact.IsZero() {
		f.Add("contact", "required", "must not be empty")
	}
	activity.ValidateRef(f.At("order"), in.Order)
	if !money.Known(in.Amount.Currency) {
		f.Add("amount", "unknown_currency", "must be in an ISO 4217 currency")
	}
	if in.Amount.Amount < 0 || in.Amount.Amount > maxOrder {
		f.Add("amount", "out_of_range", "must be 0 to 10^12 minor units")
	}
	if check.Time(&f, "at", in.At) && in.At.After(now.Add(maxAhead)) {
		f.Add("at", "in_future", "must not be more than a day in the future")
	}
	return code, f.Err(op)
}

const (
	maxOrder = 1_000_000_000_000
	// maxAhead is the same as for purchases: it forgives clocks that differ.
	maxAhead = 24 * time.Hour
)

func redeem(ctx context.Context, store Stores, op string, v Voucher, in RedeemInput, now time.Time) (Redemption, error) {
	first, err := store.Redemption(ctx, in.Order)
	if err == nil {
		if first.Code == v.Code {
			return first, nil
		}
		return Redemption{}, errs.Conflict(op, "order", "taken", "has another voucher")
	}
	if !errors.Is(err, errs.ErrNotFound) {
		return Redemption{}, err
	}
	if err := owns(ctx, store, op, v, in.Contact); err != nil {
		return Redemption{}, err
	}
	if err := usable(op, v, in.At); err != nil {
		return Redemption{}, err
	}
	discount, err := in.Amount.BasisPoints(v.BasisPoints)
	if err != nil {
		return Redemption{}, err
	}
	r := Redemption{
		Order: in.Order, Code: v.Code, Campaign: v.Campaign, Contact: v.Contact, Origin: v.Origin, Channel: v.Channel,
		Amount: in.Amount, Discount: discount, At: in.At,
	}
	inserted, err := store.InsertRedemption(ctx, r)
	if err != nil {
		return Redemption{}, err
	}
	if !inserted {
		return Redemption{}, errs.Conflict(op, "order", "taken", "has another voucher")
	}
	return r, recordRedemption(ctx, store, r, now)
}

// owns refuses the voucher of somebody else.
func owns(ctx context.Context, store Stores, op string, v Voucher, who contact.ID) error {
	if v.Contact == who {
		return nil
	}
	id, err := contact.Living(ctx, store, who)
	if err == nil && v.Contact != id {
		err = refuse(op, "not_yours", "belongs to another customer")
	}
	return err
}

// recordRedemption leaves the trace of a redemption in the history.
func recordRedemption(ctx context.Context, store Stores, r Redemption, now time.Time) error {
	a := activity.Activity{
		ID: id.Derived("crm.redemption", r.Order.Source+"\x00"+r.Order.Key), Contact: r.Contact, Origin: r.Origin, Kind: activity.Redeemed,
		At: r.At, RecordedAt: now, Direction: activity.Inbound, Campaign: activity.CampaignID(r.Campaign),
	}
	return store.InsertActivities(ctx, []activity.Activity{a})
}

func usable(op string, v Voucher, at time.Time) error {
	switch {
	case !v.ValidFrom.IsZero() && at.Before(v.ValidFrom):
		return refuse(op, "not_yet_valid", "is not valid yet")
	case !v.ValidUntil.IsZero() && !at.Before(v.ValidUntil):
		return refuse(op, "expired", "is no longer valid")
	case v.Uses >= v.MaxUses:
		return refuse(op, "used", "has been used already")
	}
	return nil
}

func refuse(op, code, message string) error {
	var f errs.Fields
	f.Add("code", code, message)
	return f.Err(op)
}

// Voucher returns the voucher with the code, or an errs.ErrInvalid as Redeem
// would. It changes nothing; whether it can be used is decided by Redeem.
func (s *Service) Voucher(ctx context.Context, code string) (v Voucher, err error) {
	const op = "campaign.Voucher"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "voucher", ""); err != nil {
		return v, err
	}
	canonical, err := vouchercode.Parse(code)
	if err != nil {
		return Voucher{}, refuse(op, "mistyped", "is mistyped: codes have eleven symbols and hold no O, 0, I, 1, A, E, U")
	}
	v, err = s.store.Voucher(ctx, canonical)
	if errors.Is(err, errs.ErrNotFound) {
		return Voucher{}, refuse(op, "unknown", "is not a voucher of this shop")
	}
	return v, err
}

// Vouchers returns the vouchers of a campaign for the contacts, at most 1000.
func (s *Service) Vouchers(ctx context.Context, campaign ID, contacts []contact.ID) (list []Voucher, err error) {
	const op = "campaign.Vouchers"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "campaign", campaign.String()); err != nil {
		return list, err
	}
	if len(contacts) > 1000 {
		var f errs.Fields
		f.Add("contacts", "too_many", "must be at most 1000")
		return nil, f.Err(op)
	}
	return s.store.Vouchers(ctx, campaign, contacts)
}
