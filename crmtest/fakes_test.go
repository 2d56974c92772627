package crmtest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/crmtest"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/payment"
)

func send(t *testing.T, r *crmtest.Recorder, key string) error {
	t.Helper()
	receipt, err := r.Send(t.Context(), channel.Message{Key: key})
	if (err == nil) != (receipt.ProviderID != "") {
		t.Errorf("receipt %v with error %v", receipt, err)
	}
	return err
}

func keys(r *crmtest.Recorder) string {
	all := ""
	for _, m := range r.Messages() {
		all += m.Key
	}
	return all
}

func TestRecorder_an_idempotent_one_takes_a_key_once(t *testing.T) {
	for _, tt := range []struct {
		r    *crmtest.Recorder
		want string
	}{{crmtest.NewRecorder(), "ab"}, {crmtest.NewForgetfulRecorder(), "aba"}} {
		for _, key := range []string{"a", "b", "a"} {
			if err := send(t, tt.r, key); err != nil {
				t.Error(err)
			}
		}
		if got := keys(tt.r); got != tt.want || len(tt.r.Attempts()) != 3 {
			t.Errorf("took %s, want %s", got, tt.want)
		}
	}
}

func TestRecorder_fails_as_it_is_told(t *testing.T) {
	r := crmtest.NewRecorder()
	first, second := errors.New("first"), errors.New("second")
	r.FailNth(2, first)
	r.FailKey("c", second)
	r.FailWhen(func(m channel.Message) bool { return m.Key == "d" }, channel.ErrRejected)
	r.LoseNth(5)
	want := []error{nil, first, second, channel.ErrRejected, channel.ErrUnknown, second}
	for i, key := range []string{"a", "b", "c", "d", "e", "c"} {
		if err := send(t, r, key); err != want[i] {
			t.Errorf("attempt %d: %v, want %v", i+1, err, want[i])
		}
	}
	if got := keys(r); got != "ae" {
		t.Errorf("took %s", got)
	}
	if a := r.Attempts()[4]; !a.Taken || a.Err != channel.ErrUnknown {
		t.Errorf("the lost answer is noted as %v", a)
	}
	r.Heal()
	if err := send(t, r, "c"); err != nil {
		t.Errorf("after healing: %v", err)
	}
	r.Reset()
	if len(r.Messages())+len(r.Attempts()) != 0 {
		t.Error("something is left after Reset")
	}
}

func TestRecorder_respects_the_context(t *testing.T) {
	r := crmtest.NewRecorder()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Send(ctx, channel.Message{Key: "a"}); !errors.Is(err, context.Canceled) || len(r.Messages()) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestRecorder_many_at_once(t *testing.T) {
	r := crmtest.NewRecorder()
	r.SetCaps(channel.Caps{Idempotent: true, Window: 1})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 50 {
				send(t, r, fmt.Sprint(i))
				r.Caps()
			}
		})
	}
	wg.Wait()
	if len(r.Messages()) != 50 || len(r.Attempts()) != 400 {
		t.Errorf("%d messages, %d attempts", len(r.Messages()), len(r.Attempts()))
	}
}

func TestPayments_honour_keys(t *testing.T) {
	var p crmtest.Payments
	ten := money.New(1000, "EUR")
	charge := payment.ChargeRequest{Key: "c", Amount: ten, Method: "m"}
	first, err := p.Charge(t.Context(), charge)
	if err != nil || first.Status != activity.PaymentSucceeded {
		t.Fatal(first, err)
	}
	if again, err := p.Charge(t.Context(), charge); err != nil || again != first {
		t.Errorf("again: %v, %v", again, err)
	}
	charge.Amount.Amount++
	if _, err := p.Charge(t.Context(), charge); err != crmtest.ErrReusedKey {
		t.Errorf("another amount under the same key: %v", err)
	}
	refund := payment.RefundRequest{Key: "r", Amount: money.New(700, "EUR"), Charge: first.Token}
	for range 2 {
		if _, err := p.Refund(t.Context(), refund); err != nil {
			t.Error(err)
		}
	}
	if _, err := p.Refund(t.Context(), payment.RefundRequest{Key: "c", Amount: refund.Amount, Charge: first.Token}); err != crmtest.ErrReusedKey {
		t.Errorf("the key of a charge for a refund: %v", err)
	}
	refund.Key = "r2"
	if _, err := p.Refund(t.Context(), refund); err != crmtest.ErrTooMuch {
		t.Errorf("more than was charged: %v", err)
	}
	refund.Charge = "another"
	if _, err := p.Refund(t.Context(), refund); err != crmtest.ErrUnknownCharge {
		t.Errorf("another charge: %v", err)
	}
	if n := len(p.Bookings()); n != 2 {
		t.Errorf("%d bookings", n)
	}
}

func TestPayments_fail_as_they_are_told(t *testing.T) {
	var p crmtest.Payments
	broken := errors.New("broken")
	p.FailNext(broken)
	p.LoseNext(broken)
	p.Answer("slow", activity.PaymentPending)
	charge := payment.ChargeRequest{Key: "c", Amount: money.New(1000, "EUR"), Method: "slow"}
	for i, want := range []int{0, 1} {
		if _, err := p.Charge(t.Context(), charge); err != broken || len(p.Bookings()) != want {
			t.Errorf("call %d: %v, %d bookings", i, err, len(p.Bookings()))
		}
	}
	if r, err := p.Charge(t.Context(), charge); err != nil || r.Status != activity.PaymentPending || len(p.Bookings()) != 1 {
		t.Errorf("at last: %v, %v", r, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Charge(ctx, charge); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context's end: %v", err)
	}
}
