// Package payment lets the host's payment service charge and refund, and keeps
// only the provider's token, status and amount, as activities in the
// customer's history.
//
// Card numbers and security codes never come near the CRM: no type here has a
// place for them, and a token that looks like a card number is refused.
package payment

import (
	"cmp"
	"context"
	"errors"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/cardnumber"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/money"
)

// Provider is the host's payment service. Implementations must be safe for
// concurrent use and must honour ChargeRequest.Key and RefundRequest.Key: a
// request with a key that was seen before gives the first answer again and
// moves no money; with another amount it is an error.
//
// Keys are ASCII and have at most 200 characters. Those of charges begin with
// "charge/" and those of refunds with "refund/", so that one space of keys will
// do for both. They follow from purchase and number alone: tenants that share
// an account with the provider each need a Provider that adds the tenant.
type Provider interface {
	// Name is a lower-case name such as "stripe". It is constant.
	Name() string
	// Charge takes money from the payment method that the customer stored
	// with the provider.
	Charge(ctx context.Context, r ChargeRequest) (Receipt, error)
	// Refund gives back a part or all of a charge.
	Refund(ctx context.Context, r RefundRequest) (Receipt, error)
}

// ChargeRequest asks a provider for money.
type ChargeRequest struct {
	Key    string
	Amount money.Money
	// Method is the provider's token for the customer's payment method.
	Method string
}

// RefundRequest asks a provider to give money back.
type RefundRequest struct {
	Key    string
	Amount money.Money
	// Charge is the provider's token for the charge.
	Charge string
}

// Receipt is a provider's answer. One that breaks a rule is not recorded but
// gives ErrProvider with the broken fields, although money may have moved:
// repeat the call when the Provider is mended.
type Receipt struct {
	// Token is the provider's name for the charge or refund. It must have 1 to
	// 200 characters and must not look like a payment card number.
	Token string
	// Status must be one of the three: activity.PaymentPending,
	// activity.PaymentSucceeded or activity.PaymentFailed.
	Status activity.PaymentStatus
}

// Service charges and refunds. Hosts get it as CRM.Payments. It is safe for
// concurrent use.
//
// Charge and Refund call the provider. Inside a transaction they are refused
// with errs.ErrConflict, because what the provider did cannot be rolled back. A
// call that was cut off is repeated with the same arguments; the provider's key
// and the activity's reference make that harmless.
type Service struct {
	activities *activity.Service
	env        core.Env
	provider   Provider
}

// NewService is called by crm.New. The provider may be nil.
func NewService(activities *activity.Service, env core.Env, provider Provider) *Service {
	return &Service{activities, env, provider}
}

// ErrNoProvider reports that crm.Config.Payments is not set.
var ErrNoProvider = errors.New("payment: no provider: set crm.Config.Payments")

// ErrProvider reports that the payment provider refused or failed, or that its
// receipt breaks a rule. The provider's own error is reachable with errors.As.
var ErrProvider = errors.New("payment provider failed")

// Charge charges the amount of a recorded purchase and records it as an
// activity of kind activity.Charge. Method is the provider's token for the
// customer's payment method. Charging a purchase again gives the first charge,
// unless that failed: then it is tried anew, with a new key. Payment.Status is
// that of the provider's last word, see Settle.
//
// It returns errs.ErrInvalid with all broken fields, errs.ErrNotFound for an
// unknown purchase, errs.ErrConflict when the reference is not that of a
// purchase, and ErrProvider.
func (s *Service) Charge(ctx context.Context, purchase activity.Ref, method string) (charge activity.Activity, err error) {
	const op = "payment.Charge"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "payment", ""); err != nil {
		return charge, err
	}
	if err := s.ready(op); err != nil {
		return activity.Activity{}, err
	}
	var f errs.Fields
	activity.ValidateRef(f.At("purchase"), purchase)
	checkToken(&f, "method", method)
	if err := f.Err(op); err != nil {
		return activity.Activity{}, err
	}
	bought, err := s.purchase(ctx, op, purchase)
	if err != nil {
		return activity.Activity{}, err
	}
	all, err := s.attempts(ctx, purchase)
	if err != nil {
		return activity.Activity{}, err
	}
	if last := all.last(); last != nil && last.Payment.Status != activity.PaymentFailed {
		return *last, nil
	}
	if err := s.mayRecord(ctx, customer(bought)); err != nil {
		return activity.Activity{}, err
	}
	receipt, err := s.provider.Charge(ctx, ChargeRequest{all.next.Key, bought.Amount, method})
	if err != nil {
		return activity.Activity{}, providerError(op, err)
	}
	return s.record(ctx, op, activity.Charge, customer(bought), all.next, bought.Amount, purchase, receipt)
}

// ready tells why the provider cannot be asked.
func (s *Service) ready(op string) error {
	if s.provider == nil {
		return ErrNoProvider
	}
	return s.env.Outside(op)
}

func (s *Service) purchase(ctx context.Context, op string, ref activity.Ref) (activity.Activity, error) {
	a, err := s.activities.ByRef(ctx, ref)
	if errors.Is(err, errs.ErrNotFound) {
		return activity.Activity{}, errs.NotFound(op, "purchase")
	}
	if err != nil {
		return activity.Activity{}, err
	}
	if a.Kind != activity.Purchase {
		return activity.Activity{}, errs.Conflict(op, "purchase", "kind", "is not a purchase")
	}
	return a, nil
}

// Refund gives back an amount of a charged purchase and records it as an
// activity of kind activity.Refund. Number tells several refunds of one
// purchase apart, and has at most 50 characters: repeating a number gives the
// first refund, also one that failed, and with another amount errs.ErrConflict.
//
// More than was charged is refused with errs.ErrInvalid, as is whatever else is
// broken; a purchase that was not charged, or whose charge has not succeeded,
// with errs.ErrConflict; an unknown purchase with errs.ErrNotFound. The rest is
// ErrProvider.
func (s *Service) Refund(ctx context.Context, purchase activity.Ref, number string, amount money.Money) (refund activity.Activity, err error) {
	const op = "payment.Refund"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "payment", ""); err != nil {
		return refund, err
	}
	if err := s.ready(op); err != nil {
		return activity.Activity{}, err
	}
	if err := checkRefund(op, purchase, number, amount); err != nil {
		return activity.Activity{}, err
	}
	charge, err := s.charged(ctx, op, purchase)
	if err != nil {
		return activity.Activity{}, err
	}
	ref := activity.Ref{Source: "crm.refund", Key: key("refund", purchase, number)}
	first, err := s.find(ctx, ref)
	switch {
	case err != nil:
		return activity.Activity{}, err
	case first != nil && first.Amount != amount:
		return activity.Activity{}, errs.Conflict(op, "amount", "reused", "is another one than under this number before")
	case first != nil:
		return *first, nil
	}
	if err := s.checkTotal(ctx, op, charge, purchase, amount); err != nil {
		return activity.Activity{}, err
	}
	if err := s.mayRecord(ctx, customer(charge)); err != nil {
		return activity.Activity{}, err
	}
	receipt, err := s.provider.Refund(ctx, RefundRequest{ref.Key, amount, charge.Payment.Token})
	if err != nil {
		return activity.Activity{}, providerError(op, err)
	}
	return s.record(ctx, op, activity.Refund, customer(charge), ref, amount, purchase, receipt)
}

func checkRefund(op string, purchase activity.Ref, number string, amount money.Money) error {
	var f errs.Fields
	activity.ValidateRef(f.At("purchase"), purchase)
	check.Key(&f, "number", number, 50)
	if !money.Known(amount.Currency) {
		f.Add("amount", "unknown_currency", "must be in an ISO 4217 currency")
	}
	if amount.Amount <= 0 {
		f.Add("amount", "out_of_range", "must be positive")
	}
	return f.Err(op)
}

// charged finds the charge of a purchase, which must have succeeded.
func (s *Service) charged(ctx context.Context, op string, purchase activity.Ref) (activity.Activity, error) {
	if _, err := s.purchase(ctx, op, purchase); err != nil {
		return activity.Activity{}, err
	}
	all, err := s.attempts(ctx, purchase)
	if err != nil {
		return activity.Activity{}, err
	}
	last := all.last()
	if last == nil || last.Payment.Status != activity.PaymentSucceeded {
		return activity.Activity{}, errs.Conflict(op, "purchase", "not_charged", "was not charged yet")
	}
	return *last, nil
}

// checkTotal refuses a refund that would give back more than was charged.
func (s *Service) checkTotal(ctx context.Context, op string, charge activity.Activity, purchase activity.Ref, amount money.Money) error {
	var f errs.Fields
	if amount.Currency != charge.Amount.Currency {
		f.Add("amount", "currency", "must be in the currency of the charge")
		return f.Err(op)
	}
	left := charge.Amount.Amount
	o := activity.HistoryOptions{Kinds: []activity.Kind{activity.Refund}, Limit: 1000}
	for more := true; more; more = o.Cursor != "" {
		page, err := s.activities.History(ctx, charge.Contact, &o)
		if err != nil {
			return err
		}
		for _, a := range page.Activities {
			if a.Payment.Purchase == purchase && a.Payment.Status != activity.PaymentFailed {
				left -= a.Amount.Amount
			}
		}
		o.Cursor = page.Next
	}
	if amount.Amount > left {
		f.Add("amount", "exceeds_charge", "must not exceed what is left of the charge")
	}
	return f.Err(op)
}

// customer is for whom an activity was recorded: what is paid for it stays with it, also
// when that customer is merged into another, and no longer.
func customer(a activity.Activity) contact.ID { return cmp.Or(a.Origin, a.Contact) }

// mayRecord asks, before money moves, whether the actor may record that it did.
func (s *Service) mayRecord(ctx context.Context, of contact.ID) error {
	_, err := s.env.Ask(ctx, "activity.Record", "contact", of.String())
	return err
}

// record keeps what the provider answered.
func (s *Service) record(ctx context.Context, op string, kind activity.Kind, of contact.ID, ref activity.Ref, amount money.Money, purchase activity.Ref, r Receipt) (activity.Activity, error) {
	if err := checkReceipt(op, r); err != nil {
		return activity.Activity{}, err
	}
	_, err := s.activities.Record(ctx, activity.Activity{
		Contact: of, Kind: kind, Ref: ref, Amount: amount,
		Payment: &activity.Payment{Provider: s.provider.Name(), Token: r.Token, Status: r.Status, Purchase: purchase},
	})
	if err != nil {
		return activity.Activity{}, err
	}
	return s.activities.ByRef(ctx, ref)
}

func checkReceipt(op string, r Receipt) error {
	var f errs.Fields
	checkToken(&f, "receipt.token", r.Token)
	switch r.Status {
	case activity.PaymentPending, activity.PaymentSucceeded, activity.PaymentFailed:
	default:
		f.Add("receipt.status", "unknown_status", "must be one of the three: pending, succeeded or failed")
	}
	broken := errs.FieldsOf(f.Err(op))
	if len(broken) == 0 {
		return nil
	}
	return &errs.Error{Op: op, Kind: ErrProvider, Fields: broken}
}

func checkToken(f *errs.Fields, path, token string) {
	check.Key(f, path, token, 200)
	if cardnumber.Contains(token) {
		f.Add(path, "card_number", "must be a provider's token, not a payment card number")
	}
}

// providerError keeps the provider's words out of the text, because they may
// quote what they were given.
func providerError(op string, cause error) error {
	return &errs.Error{Op: op, Kind: ErrProvider, Cause: cause}
}
