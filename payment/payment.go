// Package payment lets the host's payment service charge and refund, and keeps
// only the provider's token, status and amount, as activities in the
// customer's history.
//
// Card numbers and security codes never come near the CRM: no type here has a
// place for them, and a token that looks like a card number is refused.
package payment

import (
	"context"
	"errors"
	"fmt"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/cardnumber"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/money"
)

// Provider is the host's payment service. Implementations must be safe for
// concurrent use and must honour ChargeRequest.Key and RefundRequest.Key: a
// request with a key that was seen before gives the first answer again and
// moves no money.
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

// Receipt is a provider's answer.
type Receipt struct {
	// Token is the provider's name for the charge or refund.
	Token  string
	Status activity.PaymentStatus
}

// Service charges and refunds. Hosts get it as CRM.Payments. It is safe for
// concurrent use.
//
// Its methods call the provider and must therefore not be used inside a
// transaction: what the provider did cannot be rolled back. A call that was
// cut off is repeated with the same arguments; the provider's key and the
// activity's reference make that harmless.
type Service struct {
	activities *activity.Service
	provider   Provider
}

// NewService is called by crm.New. The provider may be nil.
func NewService(activities *activity.Service, provider Provider) *Service {
	return &Service{activities, provider}
}

// ErrNoProvider reports that crm.Config.Payments is not set.
var ErrNoProvider = errors.New("payment: no provider: set crm.Config.Payments")

// Charge charges the amount of a recorded purchase and records it as an
// activity of kind activity.Charge. Method is the provider's token for the
// customer's payment method. Charging a purchase again gives the first charge,
// unless that failed: then it is tried anew, with a new key.
func (s *Service) Charge(ctx context.Context, purchase activity.Ref, method string) (activity.Activity, error) {
	const op = "payment.Charge"
	if s.provider == nil {
		return activity.Activity{}, ErrNoProvider
	}
	if err := checkToken(op, "method", method); err != nil {
		return activity.Activity{}, err
	}
	bought, err := s.purchase(ctx, op, purchase)
	if err != nil {
		return activity.Activity{}, err
	}
	ref, done, err := s.nextCharge(ctx, purchase)
	if err != nil || done != nil {
		return deref(done), err
	}
	receipt, err := s.provider.Charge(ctx, ChargeRequest{ref.Key, bought.Amount, method})
	if err != nil {
		return activity.Activity{}, providerError(op, err)
	}
	return s.record(ctx, activity.Charge, bought.Contact, ref, bought.Amount, purchase, receipt)
}

// nextCharge returns the charge of a purchase that did not fail or, where
// there is none, the reference under which the next one is recorded.
func (s *Service) nextCharge(ctx context.Context, purchase activity.Ref) (activity.Ref, *activity.Activity, error) {
	for n := 1; ; n++ {
		ref := activity.Ref{Source: "crm.charge", Key: fmt.Sprintf("%s/%d", key(purchase), n)}
		a, err := s.activities.ByRef(ctx, ref)
		switch {
		case errors.Is(err, errs.ErrNotFound):
			return ref, nil, nil
		case err != nil:
			return ref, nil, err
		case a.Payment.Status != activity.PaymentFailed:
			return ref, &a, nil
		}
	}
}

func deref(a *activity.Activity) activity.Activity {
	if a == nil {
		return activity.Activity{}
	}
	return *a
}

// Refund gives back an amount of a charged purchase and records it as an
// activity of kind activity.Refund. Number tells several refunds of one
// purchase apart: repeating a number gives the first refund. More than was
// charged is refused with errs.ErrInvalid, a purchase whose charge has not
// succeeded with errs.ErrConflict.
func (s *Service) Refund(ctx context.Context, purchase activity.Ref, number string, amount money.Money) (activity.Activity, error) {
	const op = "payment.Refund"
	if s.provider == nil {
		return activity.Activity{}, ErrNoProvider
	}
	charge, err := s.charged(ctx, op, purchase, number, amount)
	if err != nil {
		return activity.Activity{}, err
	}
	ref := activity.Ref{Source: "crm.refund", Key: key(purchase) + "/" + number}
	receipt, err := s.provider.Refund(ctx, RefundRequest{ref.Key, amount, charge.Payment.Token})
	if err != nil {
		return activity.Activity{}, providerError(op, err)
	}
	return s.record(ctx, activity.Refund, charge.Contact, ref, amount, purchase, receipt)
}

// key names a purchase towards the provider.
func key(purchase activity.Ref) string { return purchase.Source + "/" + purchase.Key }

func (s *Service) purchase(ctx context.Context, op string, ref activity.Ref) (activity.Activity, error) {
	a, err := s.activities.ByRef(ctx, ref)
	if err != nil {
		return activity.Activity{}, err
	}
	if a.Kind != activity.Purchase {
		return activity.Activity{}, errs.Conflict(op, "purchase", "kind", "is not a purchase")
	}
	return a, nil
}

// charged finds the charge of a purchase and checks a refund against it.
func (s *Service) charged(ctx context.Context, op string, purchase activity.Ref, number string, amount money.Money) (activity.Activity, error) {
	var f errs.Fields
	activity.ValidateRef(f.At("purchase"), purchase)
	check.Key(&f, "number", number, 50)
	if err := f.Err(op); err != nil {
		return activity.Activity{}, err
	}
	_, done, err := s.nextCharge(ctx, purchase)
	if err != nil {
		return activity.Activity{}, err
	}
	if done == nil {
		return activity.Activity{}, errs.NotFound(op, "purchase.charge")
	}
	charge := *done
	if charge.Payment.Status != activity.PaymentSucceeded {
		return activity.Activity{}, errs.Conflict(op, "purchase", "not_charged", "was not charged yet")
	}
	if amount.Currency != charge.Amount.Currency {
		f.Add("amount", "currency", "must be in the currency of the charge")
	} else if amount.Amount <= 0 {
		f.Add("amount", "out_of_range", "must be positive")
	}
	if err := f.Err(op); err != nil {
		return activity.Activity{}, err
	}
	return charge, s.checkTotal(ctx, op, charge, purchase, number, amount)
}

// checkTotal refuses a refund that would give back more than was charged.
func (s *Service) checkTotal(ctx context.Context, op string, charge activity.Activity, purchase activity.Ref, number string, amount money.Money) error {
	total := amount
	o := activity.HistoryOptions{Kinds: []activity.Kind{activity.Refund}, Limit: 1000}
	for {
		page, err := s.activities.History(ctx, charge.Contact, &o)
		if err != nil {
			return err
		}
		for _, a := range page.Activities {
			if a.Payment.Purchase != purchase || a.Payment.Status == activity.PaymentFailed || a.Ref.Key == key(purchase)+"/"+number {
				continue
			}
			if total, err = total.Add(a.Amount); err != nil {
				return err
			}
		}
		if o.Cursor = page.Next; o.Cursor == "" {
			break
		}
	}
	if total.Amount > charge.Amount.Amount {
		var f errs.Fields
		f.Add("amount", "exceeds_charge", "must not exceed what is left of the charge")
		return f.Err(op)
	}
	return nil
}

func (s *Service) record(ctx context.Context, kind activity.Kind, of contact.ID, ref activity.Ref, amount money.Money, purchase activity.Ref, r Receipt) (activity.Activity, error) {
	_, err := s.activities.Record(ctx, activity.Activity{
		Contact: of, Kind: kind, Ref: ref, Amount: amount,
		Payment: &activity.Payment{Provider: s.provider.Name(), Token: r.Token, Status: r.Status, Purchase: purchase},
	})
	if err != nil {
		return activity.Activity{}, err
	}
	return s.activities.ByRef(ctx, ref)
}

func checkToken(op, path, token string) error {
	var f errs.Fields
	check.Key(&f, path, token, 200)
	if cardnumber.Contains(token) {
		f.Add(path, "card_number", "must be a provider's token, not a payment card number")
	}
	return f.Err(op)
}

// providerError keeps the provider's words out of the text, because they may
// quote what they were given.
func providerError(op string, cause error) error {
	return &errs.Error{Op: op, Kind: ErrProvider, Cause: cause}
}

// ErrProvider reports that the payment provider refused or failed. The
// provider's own error is reachable with errors.As.
var ErrProvider = errors.New("payment provider failed")
