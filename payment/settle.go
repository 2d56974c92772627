package payment

import (
	"context"
	"errors"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/errs"
)

// settlementOf is the reference of the word about a charge that was pending.
// There is one per charge, so that of two different words the first stays.
func settlementOf(charge activity.Activity) activity.Ref {
	return activity.Ref{Source: "crm.settlement", Key: charge.Ref.Key}
}

// Settle notes the provider's later word about a charge that was pending:
// activity.PaymentSucceeded or activity.PaymentFailed. Call it when the provider
// tells, for instance in the handler of its web hook; token is its name for the
// charge, as in Payment.Token. It asks the provider nothing, and may be called
// inside the host's transaction.
//
// The charge itself stays in the history as it was; the word is an activity of
// its own, of kind activity.Settlement. From then on Charge and Refund go by
// it. Settle returns the charge with its new status. Saying the same again
// changes nothing, and saying something else is refused with errs.ErrConflict.
//
// It returns errs.ErrNotFound when the purchase has no charge with the token.
// That can be because Charge has not returned yet: let the provider tell it
// again.
func (s *Service) Settle(ctx context.Context, purchase activity.Ref, token string, status activity.PaymentStatus) (charge activity.Activity, err error) {
	const op = "payment.Settle"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "payment", ""); err != nil {
		return charge, err
	}
	if err := checkSettle(op, purchase, token, status); err != nil {
		return activity.Activity{}, err
	}
	all, err := s.attempts(ctx, purchase)
	if err != nil {
		return activity.Activity{}, err
	}
	known := all.byToken(token)
	if known == nil {
		return activity.Activity{}, errs.NotFound(op, "token")
	}
	charge = *known
	if charge.Payment.Status == activity.PaymentPending {
		charge.Payment.Status = status
		if err := s.recordSettlement(ctx, charge); err != nil {
			return activity.Activity{}, err
		}
	}
	if charge.Payment.Status != status {
		return activity.Activity{}, settledOtherwise(op)
	}
	return charge, nil
}

func checkSettle(op string, purchase activity.Ref, token string, status activity.PaymentStatus) error {
	var f errs.Fields
	activity.ValidateRef(f.At("purchase"), purchase)
	checkToken(&f, "token", token)
	if status != activity.PaymentSucceeded && status != activity.PaymentFailed {
		f.Add("status", "unknown_status", "must be succeeded or failed")
	}
	return f.Err(op)
}

// byToken finds the last charge with the provider's token.
func (a attempts) byToken(token string) *activity.Activity {
	for i := len(a.list) - 1; i >= 0; i-- {
		if a.list[i].Payment.Token == token {
			return &a.list[i]
		}
	}
	return nil
}

// recordSettlement records the new status of a charge. Where somebody else has
// recorded another one meanwhile, the reference is taken.
func (s *Service) recordSettlement(ctx context.Context, charge activity.Activity) error {
	_, err := s.activities.Record(ctx, activity.Activity{
		Contact: customer(charge), Kind: activity.Settlement, Ref: settlementOf(charge),
		Amount: charge.Amount, Payment: charge.Payment,
	})
	if errors.Is(err, errs.ErrConflict) {
		return settledOtherwise("payment.Settle")
	}
	return err
}

func settledOtherwise(op string) error {
	return errs.Conflict(op, "status", "settled", "is another one than was told before")
}
