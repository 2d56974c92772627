package payment_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/payment"
	"github.com/stammkunde/crm/storage/memory"
)

// provider is a payment service that remembers keys, as a real one does.
type provider struct {
	moved map[string]int64 // by key
	asked int
	fail  error
	token string
	// status of the next receipts; empty means succeeded.
	status activity.PaymentStatus
}

func (p *provider) Name() string { return "testpay" }

func (p *provider) Charge(_ context.Context, r payment.ChargeRequest) (payment.Receipt, error) {
	return p.move(r.Key, r.Amount.Amount)
}

func (p *provider) Refund(_ context.Context, r payment.RefundRequest) (payment.Receipt, error) {
	return p.move(r.Key, -r.Amount.Amount)
}

func (p *provider) move(key string, amount int64) (payment.Receipt, error) {
	if p.fail != nil {
		return payment.Receipt{}, p.fail
	}
	p.asked++
	if _, seen := p.moved[key]; !seen { // one key space over charges and refunds
		p.moved[key] = amount
	}
	status := activity.PaymentSucceeded
	if p.status != "" {
		status = p.status
	}
	return payment.Receipt{Token: p.token + key, Status: status}, nil
}

func setup(t *testing.T) (*crm.CRM, *provider, contact.Contact) {
	t.Helper()
	p := &provider{moved: map[string]int64{}, token: "tok_"}
	c, err := crm.New(memory.New(), &crm.Config{
		Payments: p, Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	who, err := c.Contacts.Create(t.Context(), contact.Contact{Name: contact.Name{Given: "Anna"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Activities.Record(t.Context(), activity.Activity{
		Contact: who.ID, Kind: activity.Purchase, Ref: order, Amount: money.New(5000, "EUR"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, p, who
}

var order = activity.Ref{Source: "shop", Key: "O-1"}

func TestCharge_keeps_token_status_and_amount_once(t *testing.T) {
	is := is.New(t)
	c, p, who := setup(t)
	first, err := c.Payments.Charge(t.Context(), order, "pm_1")
	is.NoErr(err)
	is.Equal(first.Kind, activity.Charge)
	is.Equal(first.Amount, money.New(5000, "EUR"))
	is.Equal(*first.Payment, activity.Payment{
		Provider: "testpay", Token: "tok_charge/shop/O-1/1", Status: activity.PaymentSucceeded, Purchase: order,
	})

	again, err := c.Payments.Charge(t.Context(), order, "pm_1")
	is.NoErr(err)
	is.Equal(again.ID, first.ID)
	is.Equal(p.moved, map[string]int64{"charge/shop/O-1/1": 5000})
	page, err := c.Activities.History(t.Context(), who.ID, nil)
	is.NoErr(err)
	is.Equal(len(page.Activities), 2) // the purchase and one charge
}

func TestRefund_gives_back_at_most_what_was_charged(t *testing.T) {
	is := is.New(t)
	c, p, _ := setup(t)
	_, err := c.Payments.Refund(t.Context(), order, "1", money.New(100, "EUR"))
	is.True(errors.Is(err, crm.ErrConflict)) // nothing was charged
	is.True(errs.Has(err, "not_charged"))

	_, err = c.Payments.Charge(t.Context(), order, "pm_1")
	is.NoErr(err)
	for range 2 { // the second time changes nothing
		_, err = c.Payments.Refund(t.Context(), order, "1", money.New(3000, "EUR"))
		is.NoErr(err)
	}
	_, err = c.Payments.Refund(t.Context(), order, "2", money.New(2001, "EUR"))
	is.True(errs.Has(err, "exceeds_charge"))
	_, err = c.Payments.Refund(t.Context(), order, "2", money.New(2000, "EUR"))
	is.NoErr(err)
	is.Equal(p.moved, map[string]int64{"charge/shop/O-1/1": 5000, "refund/shop/O-1/1": -3000, "refund/shop/O-1/2": -2000})
}

func TestCharge_that_failed_can_be_tried_anew(t *testing.T) {
	is := is.New(t)
	c, p, _ := setup(t)
	p.status = activity.PaymentFailed
	first, err := c.Payments.Charge(t.Context(), order, "pm_1")
	is.NoErr(err)
	is.Equal(first.Payment.Status, activity.PaymentFailed)

	p.status = activity.PaymentPending
	second, err := c.Payments.Charge(t.Context(), order, "pm_2")
	is.NoErr(err)
	is.True(second.ID != first.ID)
	_, err = c.Payments.Refund(t.Context(), order, "1", money.New(100, "EUR"))
	is.True(errors.Is(err, crm.ErrConflict)) // it has not succeeded yet
}

func TestPayments_refuse(t *testing.T) {
	c, p, _ := setup(t)
	charge := func(ref activity.Ref, method string) error {
		_, err := c.Payments.Charge(t.Context(), ref, method)
		return err
	}
	t.Run("a card number as method", func(t *testing.T) {
		is := is.New(t)
		err := charge(order, "4111 1111 1111 1111")
		is.True(errs.Has(err, "card_number"))
		is.True(!strings.Contains(err.Error(), "4111"))
		is.Equal(len(p.moved), 0)
	})
	t.Run("an unknown purchase", func(t *testing.T) {
		is.New(t).True(errors.Is(charge(activity.Ref{Source: "shop", Key: "O-2"}, "pm_1"), crm.ErrNotFound))
	})
	t.Run("a provider's words in the error", func(t *testing.T) {
		is := is.New(t)
		p.fail = errors.New("declined: card 4111111111111111 of Anna")
		defer func() { p.fail = nil }()
		err := charge(order, "pm_1")
		is.True(errors.Is(err, payment.ErrProvider))
		is.True(errors.Is(err, p.fail)) // reachable for those who ask
		is.True(!strings.Contains(err.Error(), "Anna"))
	})
	t.Run("every broken field at once", func(t *testing.T) {
		is := is.New(t)
		is.Equal(paths(charge(activity.Ref{Source: "Shop"}, "")), []string{"purchase.source", "purchase.key", "method"})
		_, err := c.Payments.Refund(t.Context(), activity.Ref{Source: "shop"}, "", money.New(0, "EUX"))
		is.Equal(paths(err), []string{"purchase.key", "number", "amount", "amount"})
	})
	t.Run("a receipt without a known status", func(t *testing.T) {
		is := is.New(t)
		p.status = "done"
		defer func() { p.status = "" }()
		err := charge(order, "pm_1")
		is.True(errors.Is(err, payment.ErrProvider))
		is.Equal(paths(err), []string{"receipt.status"})
		is.True(strings.Contains(err.Error(), "must be one of the three"))
	})
	t.Run("a card number as the provider's token", func(t *testing.T) {
		is := is.New(t)
		p.token = "4111111111111111 "
		defer func() { p.token = "tok_" }()
		is.True(errs.Has(charge(order, "pm_1"), "card_number"))
	})
	t.Run("to work without a provider", func(t *testing.T) {
		c, err := crm.New(memory.New(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Payments.Charge(t.Context(), order, "pm_1")
		is.New(t).True(errors.Is(err, payment.ErrNoProvider))
	})
}

func paths(err error) []string {
	var list []string
	for _, f := range errs.FieldsOf(err) {
		list = append(list, f.Path)
	}
	return list
}

// A provider has one space of keys for charges and refunds, and a slash in an
// order's number must not make it another order.
func TestKeys_are_never_the_same_for_different_things(t *testing.T) {
	is := is.New(t)
	c, p, who := setup(t)
	long := strings.Repeat("ü", 190)
	refs := []string{"A", "A/1", "A%2F1", "1/refund/A", long + "1", long + "2"}
	for _, key := range refs {
		ref := activity.Ref{Source: "shop", Key: key}
		_, err := c.Activities.Record(t.Context(), activity.Activity{Contact: who.ID, Kind: activity.Purchase, Ref: ref, Amount: money.New(1000, "EUR")})
		is.NoErr(err)
		_, err = c.Payments.Charge(t.Context(), ref, "pm_1")
		is.NoErr(err)
		for _, number := range []string{"1", "1/1", strings.Repeat("ü", 50)} {
			_, err = c.Payments.Refund(t.Context(), ref, number, money.New(100, "EUR"))
			is.NoErr(err)
		}
	}
	is.Equal(len(p.moved), 4*len(refs))
	for key := range p.moved {
		is.True(len(key) <= 200)
	}
}

func TestRefund_refuses_a_known_number_with_another_amount(t *testing.T) {
	is := is.New(t)
	c, p, _ := setup(t)
	_, err := c.Payments.Charge(t.Context(), order, "pm_1")
	is.NoErr(err)
	first, err := c.Payments.Refund(t.Context(), order, "1", money.New(100, "EUR"))
	is.NoErr(err)
	asked := p.asked
	_, err = c.Payments.Refund(t.Context(), order, "1", money.New(200, "EUR"))
	is.True(errors.Is(err, crm.ErrConflict))
	is.True(errs.Has(err, "reused"))
	again, err := c.Payments.Refund(t.Context(), order, "1", money.New(100, "EUR"))
	is.NoErr(err)
	is.Equal(again.ID, first.ID)
	is.Equal(p.asked, asked) // it was not asked again
}

func TestSettle_is_the_provider_s_later_word(t *testing.T) {
	is := is.New(t)
	c, p, who := setup(t)
	settle := func(token string, status activity.PaymentStatus) (activity.Activity, error) {
		return c.Payments.Settle(t.Context(), order, token, status)
	}
	_, err := settle("tok", activity.PaymentSucceeded)
	is.True(errors.Is(err, crm.ErrNotFound)) // there is no such charge

	p.status = activity.PaymentPending
	first, err := c.Payments.Charge(t.Context(), order, "pm_1")
	is.NoErr(err)
	for range 2 {
		failed, err := settle(first.Payment.Token, activity.PaymentFailed)
		is.NoErr(err)
		is.Equal(failed.ID, first.ID)
		is.Equal(failed.Payment.Status, activity.PaymentFailed)
	}
	second, err := c.Payments.Charge(t.Context(), order, "pm_2") // anew, because the first failed
	is.NoErr(err)
	is.True(second.ID != first.ID)
	_, err = settle(first.Payment.Token, activity.PaymentFailed) // late, and about the first
	is.NoErr(err)
	_, err = settle(second.Payment.Token, activity.PaymentSucceeded)
	is.NoErr(err)

	again, err := c.Payments.Charge(t.Context(), order, "pm_2")
	is.NoErr(err)
	is.Equal(again.ID, second.ID)
	is.Equal(again.Payment.Status, activity.PaymentSucceeded)
	p.status = ""
	_, err = c.Payments.Refund(t.Context(), order, "1", money.New(100, "EUR"))
	is.NoErr(err)

	page, err := c.Activities.History(t.Context(), who.ID, &activity.HistoryOptions{Kinds: []activity.Kind{activity.Charge, activity.Settlement}})
	is.NoErr(err)
	is.Equal(len(page.Activities), 4) // two charges, pending as they were, and a word about each
	for _, a := range page.Activities {
		is.Equal(a.Kind == activity.Charge, a.Payment.Status == activity.PaymentPending)
	}
}

func TestSettle_refuses(t *testing.T) {
	is := is.New(t)
	c, _, _ := setup(t)
	charge, err := c.Payments.Charge(t.Context(), order, "pm_1")
	is.NoErr(err)
	token := charge.Payment.Token
	_, err = c.Payments.Settle(t.Context(), order, token, activity.PaymentSucceeded) // it has
	is.NoErr(err)
	_, err = c.Payments.Settle(t.Context(), order, token, activity.PaymentFailed)
	is.True(errors.Is(err, crm.ErrConflict))
	is.True(errs.Has(err, "settled"))
	_, err = c.Payments.Settle(t.Context(), activity.Ref{}, "", activity.PaymentPending)
	is.Equal(paths(err), []string{"purchase.source", "purchase.key", "token", "status"})
}

// No type of the payment interface, nor what is kept of a payment, has a field
// that is made for a card number or a security code.
func TestTypes_have_no_place_for_card_data(t *testing.T) {
	allowed := map[string]bool{
		"Key": true, "Amount": true, "Method": true, "Charge": true, "Token": true, "Status": true,
		"Provider": true, "Purchase": true, "Source": true, "Currency": true,
	}
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			f := typ.Field(i)
			if !allowed[f.Name] {
				t.Errorf("%s.%s: a new field of a payment type must be shown to hold no card data, then be allowed here", typ, f.Name)
			}
			walk(f.Type)
		}
	}
	for _, v := range []any{payment.ChargeRequest{}, payment.RefundRequest{}, payment.Receipt{}, activity.Payment{}} {
		walk(reflect.TypeOf(v))
	}
}
