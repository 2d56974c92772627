package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
)

// patience is how long a case may take before its calls are cancelled, so that
// a deadlock ends as a failure; long is that of the few that do much.
const (
	patience = 30 * time.Second
	long     = 2 * time.Minute
)

// noon is the instant at which the clock of every case begins.
var noon = time.Date(2026, 5, 20, 12, 0, 0, 123456000, time.UTC)

// kit is what a case works with: a fresh store, a CRM on it, and a clock and
// senders that the case controls.
type kit struct {
	*testing.T
	ctx   context.Context
	cfg   Config
	store storage.Store
	crm   *crm.CRM
	clock *clock
	post  *post
	till  *till
	zone  *time.Location
	log   *journal
}

// fields are the custom fields that are declared in every case.
var fields = []contact.Field{
	{Name: "nickname", Type: contact.TypeText},
	{Name: "points", Type: contact.TypeNumber},
	{Name: "member_since", Type: contact.TypeTime},
	{Name: "alias", Type: contact.TypeText},
	{Name: "signed", Type: contact.TypeDate},
	{Name: "renewed", Type: contact.TypeDate},
	{Name: "limit", Type: contact.TypeMoney},
	{Name: "vip", Type: contact.TypeBool},
	{Name: "interests", Type: contact.TypeMany, OneOf: worldTags},
	{Name: "diet", Type: contact.TypeMany, OneOf: []string{"gluten", "nuts"}, Sensitivity: contact.Health, Purpose: "diet"},
	{Name: "debts", Type: contact.TypeNumber, Min: contact.Int(0), Sensitivity: contact.Financial, Purpose: "credit"},
}

// channels have a sender in every case.
var channels = []contact.Channel{
	contact.ChannelEmail, contact.ChannelLetter, contact.ChannelPhone, contact.ChannelSMS,
}

func newKit(t *testing.T, cfg Config) *kit {
	t.Helper()
	k := &kit{T: t, cfg: cfg, clock: &clock{now: noon}, post: &post{}, till: &till{}, log: &journal{}}
	k.within(patience)
	var err error
	k.zone, err = time.LoadLocation("Europe/Berlin")
	k.ok(err, "loading the time zone Europe/Berlin")
	k.store = cfg.New(t)
	k.crm = k.on(k.store)
	return k
}

// within bounds what is still to be done by a time.
func (k *kit) within(d time.Duration) {
	var cancel context.CancelFunc
	k.ctx, cancel = context.WithTimeout(k.Context(), d)
	k.Cleanup(cancel)
}

// on returns a CRM on the store, with the clock and senders of the case.
func (k *kit) on(store storage.Store) *crm.CRM {
	k.Helper()
	return k.with(store, func(*crm.Config) {})
}

// lenient is a CRM that takes every text for a name and an address.
func (k *kit) lenient() *crm.CRM {
	k.Helper()
	return k.with(k.store, func(c *crm.Config) { c.Validation.Off = contact.Checks })
}

// with is on with changes to the config.
func (k *kit) with(store storage.Store, change func(*crm.Config)) *crm.CRM {
	k.Helper()
	config := &crm.Config{
		Zone: k.zone, Fields: fields, Now: k.clock.Now, Payments: k.till, Senders: map[contact.Channel]channel.Sender{},
		Logger: k.logger(),
	}
	for _, ch := range channels {
		config.Senders[ch] = k.post
	}
	change(config)
	c, err := crm.New(store, config)
	k.ok(err, "crm.New on the store")
	return c
}

// reopened returns a CRM on a second handle of the same data.
func (k *kit) reopened() *crm.CRM {
	k.Helper()
	return k.on(k.reopen())
}

func (k *kit) reopen() storage.Store {
	k.Helper()
	if k.cfg.Reopen == nil {
		k.Fatal("Config.Reopen is missing; set it, or name the case in Config.Except with the reason")
	}
	return k.cfg.Reopen(k.T, k.store)
}

// hostTx begins a transaction of the host's.
func (k *kit) hostTx() (tx storage.Store, commit, rollback func() error) {
	k.Helper()
	if k.cfg.HostTx == nil {
		k.Fatal("Config.HostTx is missing; set it, or name the case in Config.Except with the reason")
	}
	return k.cfg.HostTx(k.T, k.store)
}

// tenant returns a handle for another tenant.
func (k *kit) tenant(name string) storage.Store {
	k.Helper()
	if k.cfg.Tenant == nil {
		k.Fatal("Config.Tenant is missing; set it, or name the case in Config.Except with the reason")
	}
	return k.cfg.Tenant(k.T, k.store, name)
}

// ok ends the case when something failed that must work.
func (k *kit) ok(err error, what string) {
	k.Helper()
	if err != nil {
		k.Fatalf("%s: unexpected error: %v%s", what, err, hint(err))
	}
}

// hint tells what a case that ran out of time most likely waits for.
func hint(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return " (the case ran out of time: something waits for a lock that is never released, or for a delivery that never comes back)"
	}
	return ""
}

// fails notes when something did not fail as it must.
func (k *kit) fails(err, kind error, what string) {
	k.Helper()
	k.discreet(err)
	if !errors.Is(err, kind) {
		k.Errorf("%s: the error must be %q, but it is %v", what, kind, err)
	}
}

// equal notes when two values differ.
func (k *kit) equal(got, want any, what string) {
	k.Helper()
	if d := difference(got, want); d != "" {
		k.Errorf("%s:\n%s", what, d)
	}
}

// together runs f n times at once and returns the errors.
func (k *kit) together(n int, f func(i int) error) []error {
	failures := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			failures[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return failures
}

// allOK ends the case when one of several concurrent calls failed.
func (k *kit) allOK(failures []error, what string) {
	k.Helper()
	for _, err := range failures {
		k.ok(err, what)
	}
}

// clock is a clock that stands still until it is set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time that was set.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func (c *clock) add(d time.Duration) { c.set(c.Now().Add(d)) }
