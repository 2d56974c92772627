package storagetest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/payment"
)

// post is a sender that keeps what it was given.
type post struct {
	mu     sync.Mutex
	caps   channel.Caps
	sent   []channel.Message
	answer func(ctx context.Context, m channel.Message) error // nil: everything is sent
}

// Caps implements channel.Sender.
func (p *post) Caps() channel.Caps { return p.caps }

// Send implements channel.Sender.
func (p *post) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	p.mu.Lock()
	p.sent = append(p.sent, m)
	n := len(p.sent)
	p.mu.Unlock()
	if p.answer != nil {
		if err := p.answer(ctx, m); err != nil {
			return channel.Receipt{}, err
		}
	}
	return channel.Receipt{ProviderID: fmt.Sprintf("provider-%d", n)}, nil
}

// messages returns what was sent, in order.
func (p *post) messages() []channel.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

// clear forgets what was sent.
func (p *post) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = nil
}

// letters counts messages by the family name of the recipient, which is
// different for everybody in the cases on campaigns: all messages, or those of
// one campaign.
func (p *post) letters(campaign ...string) map[string]int {
	n := map[string]int{}
	for _, m := range p.messages() {
		if len(campaign) == 0 || m.Campaign == campaign[0] {
			n[m.To.Name.Family]++
		}
	}
	return n
}

// keys lists the different keys of one campaign's messages by the recipient's
// family name.
func (p *post) keys(campaign string) map[string][]string {
	list := map[string][]string{}
	for _, m := range p.messages() {
		name := m.To.Name.Family
		if m.Campaign == campaign && !slices.Contains(list[name], m.Key) {
			list[name] = append(list[name], m.Key)
		}
	}
	return list
}

// via counts the messages by channel.
func (p *post) via() map[contact.Channel]int64 {
	n := map[contact.Channel]int64{}
	for _, m := range p.messages() {
		n[m.Channel]++
	}
	return n
}

// till is a payment provider that keeps its word about keys.
type till struct {
	mu    sync.Mutex
	moved map[string]payment.Receipt // one space of keys for both directions
	// pending makes it wait for the bank from now on.
	pending bool
}

// Name implements payment.Provider.
func (*till) Name() string { return "till" }

// Charge implements payment.Provider.
func (t *till) Charge(_ context.Context, r payment.ChargeRequest) (payment.Receipt, error) {
	return t.move(r.Key), nil
}

// Refund implements payment.Provider.
func (t *till) Refund(_ context.Context, r payment.RefundRequest) (payment.Receipt, error) {
	return t.move(r.Key), nil
}

func (t *till) move(key string) payment.Receipt {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.moved == nil {
		t.moved = map[string]payment.Receipt{}
	}
	r, known := t.moved[key]
	if !known {
		r = payment.Receipt{Token: fmt.Sprintf("tok_%d", len(t.moved)+1), Status: activity.PaymentSucceeded}
		if t.pending {
			r.Status = activity.PaymentPending
		}
		t.moved[key] = r
	}
	return r
}
