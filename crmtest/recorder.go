package crmtest

import (
	"context"
	"slices"
	"sync"

	"github.com/stammkunde/crm/channel"
)

// Recorder is a channel.Sender that writes down what it is asked to send. It
// takes every message, unless it is told to fail.
type Recorder struct {
	mu       sync.Mutex
	caps     channel.Caps
	failures []failure
	attempts []Attempt
	taken    []channel.Message
}

var _ channel.Sender = (*Recorder)(nil)

// Attempt is one call of Send.
type Attempt struct {
	Message channel.Message
	// Err is what the caller was told.
	Err error
	// Taken tells whether the message went out. After an answer that was
	// lost it did, although Err is not nil.
	Taken bool
}

// failure is an instruction to fail.
type failure struct {
	when func(n int, m channel.Message) bool
	err  error
	lost bool // the message goes out, but the answer is lost
}

// NewRecorder returns a recorder that is idempotent: it takes each key once.
func NewRecorder() *Recorder { return &Recorder{caps: channel.Caps{Idempotent: true}} }

// NewForgetfulRecorder returns a recorder that is not idempotent: it takes a
// message as often as it is sent, and the CRM must not repeat what is in
// doubt.
func NewForgetfulRecorder() *Recorder { return &Recorder{} }

// SetCaps sets what the recorder promises. Do it before a campaign runs.
func (r *Recorder) SetCaps(caps channel.Caps) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.caps = caps
}

// FailNth makes the n-th call of Send, counted from 1 over all calls, return
// err and take nothing.
func (r *Recorder) FailNth(n int, err error) {
	r.fail(failure{when: func(i int, _ channel.Message) bool { return i == n }, err: err})
}

// FailKey makes every Send of the key return err and take nothing.
func (r *Recorder) FailKey(key string, err error) {
	r.FailWhen(func(m channel.Message) bool { return m.Key == key }, err)
}

// FailWhen makes every Send of a message that matches return err and take
// nothing. Match must not call the recorder.
func (r *Recorder) FailWhen(match func(channel.Message) bool, err error) {
	r.fail(failure{when: func(_ int, m channel.Message) bool { return match(m) }, err: err})
}

// LoseNth makes the n-th call of Send, counted from 1, take the message and
// then lose the answer: it returns channel.ErrUnknown.
func (r *Recorder) LoseNth(n int) {
	when := func(i int, _ channel.Message) bool { return i == n }
	r.fail(failure{when: when, err: channel.ErrUnknown, lost: true})
}

// Heal forgets all instructions to fail.
func (r *Recorder) Heal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = nil
}

func (r *Recorder) fail(f failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, f)
}

// Caps implements channel.Sender.
func (r *Recorder) Caps() channel.Caps {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.caps
}

// Send implements channel.Sender. Of several instructions that match, the
// first counts.
func (r *Recorder) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := Attempt{Message: m, Err: ctx.Err()}
	a.Taken = a.Err == nil
	for _, f := range r.failures {
		if a.Err == nil && f.when(len(r.attempts)+1, m) {
			a.Err, a.Taken = f.err, f.lost
		}
	}
	r.attempts = append(r.attempts, a)
	if a.Taken && !(r.caps.Idempotent && r.has(m.Key)) {
		r.taken = append(r.taken, m)
	}
	if a.Err != nil {
		return channel.Receipt{}, a.Err
	}
	return channel.Receipt{ProviderID: "recorder/" + m.Key}, nil
}

func (r *Recorder) has(key string) bool {
	return slices.ContainsFunc(r.taken, func(m channel.Message) bool { return m.Key == key })
}

// Messages gives what went out, in that order.
func (r *Recorder) Messages() []channel.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.taken)
}

// Attempts gives all calls of Send, in that order.
func (r *Recorder) Attempts() []Attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.attempts)
}

// Reset forgets messages, attempts and instructions.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures, r.attempts, r.taken = nil, nil, nil
}
