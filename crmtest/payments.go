package crmtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/payment"
)

// Payments is a payment.Provider that moves no money. It honours keys as a
// real one must, with one space of keys over charges and refunds, and keeps no
// card: the methods that it charges are names that
// the test makes up, such as "erikas-method". The zero value is ready to use.
type Payments struct {
	mu      sync.Mutex
	booked  []Booking
	answers map[string]activity.PaymentStatus
	next    []answer
}

var _ payment.Provider = (*Payments)(nil)

// Booking is a charge or a refund that the provider carried out or declined.
type Booking struct {
	Kind activity.Kind // activity.Charge or activity.Refund
	Key  string
	// Method of a charge, or token of the charge that is refunded.
	On      string
	Amount  money.Money
	Receipt payment.Receipt
}

// answer is an instruction for one call.
type answer struct {
	err  error
	lost bool // carried out, but the caller is told err
}

// Errors of the fake, each for a call that no provider would take.
var (
	ErrReusedKey     = errors.New("crmtest: key was used for something else")
	ErrUnknownCharge = errors.New("crmtest: no such charge")
	ErrTooMuch       = errors.New("crmtest: refunds exceed the charge")
)

// Name implements payment.Provider.
func (p *Payments) Name() string { return "crmtest" }

// Answer makes every charge of the method have the status, for instance
// activity.PaymentFailed.
func (p *Payments) Answer(method string, status activity.PaymentStatus) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answers == nil {
		p.answers = map[string]activity.PaymentStatus{}
	}
	p.answers[method] = status
}

// FailNext makes the next call return err and do nothing. Several add up.
func (p *Payments) FailNext(err error) { p.instruct(answer{err: err}) }

// LoseNext makes the next call do its work and return err all the same, as when
// the connection breaks before the answer.
func (p *Payments) LoseNext(err error) { p.instruct(answer{err: err, lost: true}) }

func (p *Payments) instruct(a answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = append(p.next, a)
}

// Bookings gives what was carried out or declined, in that order; a repeated
// key stands there once.
func (p *Payments) Bookings() []Booking {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.booked)
}

// Charge implements payment.Provider.
func (p *Payments) Charge(ctx context.Context, r payment.ChargeRequest) (payment.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := Booking{Kind: activity.Charge, Key: r.Key, On: r.Method, Amount: r.Amount}
	b.Receipt.Status = activity.PaymentSucceeded
	if status, ok := p.answers[r.Method]; ok {
		b.Receipt.Status = status
	}
	return p.book(ctx, b)
}

// Refund implements payment.Provider.
func (p *Payments) Refund(ctx context.Context, r payment.RefundRequest) (payment.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := Booking{Kind: activity.Refund, Key: r.Key, On: r.Charge, Amount: r.Amount}
	b.Receipt.Status = activity.PaymentSucceeded
	if err := p.checkRefund(r); err != nil {
		return payment.Receipt{}, err
	}
	return p.book(ctx, b)
}

// checkRefund finds the charge, which must not have failed, and what is left of
// it. A known key is judged later.
func (p *Payments) checkRefund(r payment.RefundRequest) error {
	left, found := int64(0), false
	for _, b := range p.booked {
		switch {
		case b.Key == r.Key:
			return nil
		case b.Kind == activity.Charge && b.Receipt.Token == r.Charge && b.Receipt.Status != activity.PaymentFailed &&
			b.Amount.Currency == r.Amount.Currency:
			left, found = left+b.Amount.Amount, true
		case b.Kind == activity.Refund && b.On == r.Charge:
			left -= b.Amount.Amount
		}
	}
	switch {
	case !found:
		return ErrUnknownCharge
	case r.Amount.Amount > left:
		return ErrTooMuch
	}
	return nil
}

// book carries out one call as it was instructed.
func (p *Payments) book(ctx context.Context, b Booking) (payment.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return payment.Receipt{}, err
	}
	var told answer
	if len(p.next) > 0 {
		told, p.next = p.next[0], p.next[1:]
	}
	if told.err != nil && !told.lost {
		return payment.Receipt{}, told.err
	}
	receipt, err := p.once(b)
	if err == nil {
		err = told.err
	}
	if err != nil {
		return payment.Receipt{}, err
	}
	return receipt, nil
}

// once books b, or gives the first answer to its key again.
func (p *Payments) once(b Booking) (payment.Receipt, error) {
	for _, old := range p.booked {
		if old.Key != b.Key {
			continue
		}
		if old.Kind != b.Kind || old.On != b.On || old.Amount != b.Amount {
			return payment.Receipt{}, ErrReusedKey
		}
		return old.Receipt, nil
	}
	b.Receipt.Token = fmt.Sprintf("%s-%d", b.Kind, len(p.booked)+1)
	p.booked = append(p.booked, b)
	return b.Receipt, nil
}
