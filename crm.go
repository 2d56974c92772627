package crm

import (
	"context"
	"sync"
	"time"
	_ "time/tzdata" // the calendar must not depend on the machine's zone files

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/payment"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// The kinds of failure; see package errs.
var (
	ErrInvalid  = errs.ErrInvalid
	ErrNotFound = errs.ErrNotFound
	ErrConflict = errs.ErrConflict
	ErrDenied   = errs.ErrDenied
	ErrStore    = errs.ErrStore
)

// Error carries the operation and every broken field; see package errs.
type Error = errs.Error

// CRM is the front door: one service per room, all on one store. It is safe
// for concurrent use.
type CRM struct {
	// Contacts: who.
	Contacts *contact.Service
	// Activities: what happened.
	Activities *activity.Service
	// Consents: what we may.
	Consents *consent.Service
	// Segments: whom.
	Segments *segment.Service
	// Campaigns: how.
	Campaigns *campaign.Service
	// Payments: charges and refunds through the host's provider.
	Payments *payment.Service
	// Merges: two that are one, and back.
	Merges *merge.Service
	// Duplicates: who may be two.
	Duplicates *duplicates.Service
	// Exchange: in and out.
	Exchange *exchange.Service
	// Audit: what was done.
	Audit *audit.Service
	// Privacy: the rights of a person.
	Privacy *privacy.Service

	store  storage.Store
	config Config
	env    core.Env
	bound  bool // to a transaction that somebody else ends
}

// New returns a CRM on the store. A nil config means all defaults. It returns
// ErrInvalid with everything that is wrong in the config. It does not touch
// the database.
func New(store storage.Store, config *Config) (*CRM, error) {
	if store == nil {
		return nil, &errs.Error{Op: "crm.New", Kind: errs.ErrInvalid, Fields: []errs.Field{
			{Path: "store", Code: "required", Message: "must not be nil: try memory.New()"},
		}}
	}
	full, err := config.complete()
	if err != nil {
		return nil, err
	}
	return build(store, full, storage.Bound(store)), nil
}

func build(store storage.Store, config Config, bound bool) *CRM {
	env := config.env()
	env.Bound = bound
	clerk := config.clerk(env)
	plain := unaudited(store)
	env.Log = reading(plain, clerk)
	store = audited(store, clerk)
	c := &CRM{store: store, config: config, env: env, bound: bound}
	c.Audit = audit.NewService(plain, within(plain, as[audit.Store]), env, clerk)
	secret := config.secret()
	keyed := keeping(secret)
	sealing := contact.NewSealing(config.Fields, config.Keys, config.Index)
	proving := func(s storage.Store) contact.Stores { return proved(keyed(s), config.Now) }
	c.Contacts = contact.NewService(proving(store), within(store, proving), env, config.Fields, config.Validation, secret, sealing)
	c.Activities = activity.NewService(store, within(store, as[activity.Stores]), env)
	c.Consents = consent.NewService(store, within(store, func(s storage.Store) consent.Stores { return keyed(s) }), env, consent.Setup{
		Contacts: c.Contacts, Lists: config.lists(), OptIn: config.OptIn, Mailer: mailer{config.Senders[contact.ChannelEmail]},
	})
	custom := c.Contacts.Fields()
	c.Segments = segment.NewService(store, within(store, as[segment.Stores]), env, custom, sealing)
	c.Campaigns = campaign.NewService(store, within(store, as[campaign.Stores]), env, custom, sealing, config.Senders, c.Consents.ListChecker())
	c.Merges = merge.NewService(store, within(store, func(s storage.Store) merge.Stores { return keyed(s) }), env, c.Contacts, c.Consents)
	c.Duplicates = duplicates.NewService(store, within(store, as[duplicates.Stores]), env, orNone(secret))
	c.Payments = payment.NewService(c.Activities, env, config.Payments)
	c.Exchange = exchange.NewService(store, func(s exchange.Stores) core.Atomic[exchange.Stores] {
		return within(s.(storage.Store), func(s storage.Store) exchange.Stores { return keyed(s) })
	}, env, exchange.Services{
		Contacts: c.Contacts, Activities: c.Activities, Consents: c.Consents, Fields: config.Fields,
	})
	c.Privacy = privacy.NewService(store, within(store, as[privacy.Stores]), momentary(plain), env, config.privacy(env.Addresses, sealing, clerk != nil))
	return c
}

// momentary narrows what a store shows at one moment.
func momentary(store storage.Store) core.Atomic[privacy.Stores] {
	return func(ctx context.Context, fn func(context.Context, privacy.Stores) error) error {
		return storage.Read(ctx, store, func(ctx context.Context, tx storage.Store) error { return fn(ctx, tx) })
	}
}

// as narrows a store to what one service needs.
func as[S any](store storage.Store) S { return any(store).(S) }

// proved gives the contacts a store, and the ledger of the same transaction to
// ask for consents.
func proved(store storage.Store, now func() time.Time) contact.Stores {
	return struct {
		contact.Store
		contact.Prover
	}{store, consent.Prover{Store: store, Clock: now}}
}

// orNone is a secret that protects nothing where there is none.
func orNone(secret *duplicate.Secret) duplicate.Secret {
	if secret == nil {
		return duplicate.NewSecret(nil)
	}
	return *secret
}

// keeping gives stores that keep the keys of contacts with their records; they are used
// where contacts are written, and lack the abilities of the store itself.
func keeping(secret *duplicate.Secret) func(storage.Store) storage.Store {
	return func(s storage.Store) storage.Store {
		if secret == nil {
			return s
		}
		return keyedStore{s, contact.Keyed(s, secret)}
	}
}

type keyedStore struct {
	storage.Store
	contacts contact.Store
}

func (s keyedStore) InsertContacts(ctx context.Context, list []contact.Contact) error {
	return s.contacts.InsertContacts(ctx, list)
}

func (s keyedStore) UpdateContacts(ctx context.Context, list []contact.Contact) error {
	return s.contacts.UpdateContacts(ctx, list)
}

func (s keyedStore) DeleteContacts(ctx context.Context, ids []contact.ID, at time.Time) ([]contact.ID, error) {
	return s.contacts.DeleteContacts(ctx, ids, at)
}

// within narrows the transactions of a store likewise.
func within[S any](store storage.Store, narrow func(storage.Store) S) core.Atomic[S] {
	return func(ctx context.Context, fn func(context.Context, S) error) error {
		return store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, narrow(tx)) })
	}
}

// In returns the same CRM on another store handle, most often one that is
// bound to the host's own transaction:
//
//	tx, err := db.BeginTx(ctx, nil)
//	...
//	_, err = c.In(store.WithTx(tx)).Activities.Record(ctx, purchase)
//
// Then what the host writes and what the CRM writes is kept together or not at
// all. What cannot be rolled back is refused there with ErrConflict: sending
// (Campaigns.Run, Campaigns.Work, CRM.Run) and moving money (Payments.Charge,
// Payments.Refund). Plan, Start, Redeem and Payments.Settle are welcome.
func (c *CRM) In(store storage.Store) *CRM { return build(store, c.config, storage.Bound(store)) }

// Atomic runs fn in one transaction of the CRM's own: everything that fn does
// through the CRM it is given is kept when fn returns nil, else none of it. fn
// may run again when the database asks for it, so it must have no other
// effect. Sending and charging inside it is refused, as with In.
func (c *CRM) Atomic(ctx context.Context, fn func(ctx context.Context, c *CRM) error) error {
	return c.store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, build(tx, c.config, true)) })
}

// Run does all work in the background until ctx ends: it sends what falls due
// in running campaigns, retries what failed, and takes over what died; it keeps
// the live segments current and hands their changes to Config.OnSegmentChanges; it
// sends the mails of double opt-in; every ten minutes it destroys the sensitive values
// whose consent was withdrawn; and it seals the audit log, where there is one. It is
// optional, and any number of processes may call it on one database.
// Config.Authorizer is asked once, at the beginning, for itself and for each kind of work.
// Failures are logged and tried again. On a CRM that is bound to a transaction
// it logs that and returns.
func (c *CRM) Run(ctx context.Context) {
	failed := func(message string) func(error) {
		return func(err error) { c.config.Logger.ErrorContext(ctx, message, "error", err) }
	}
	ctx, err := c.env.Ask(ctx, "crm.Run", "", "")
	if err != nil {
		failed("crm: nothing is worked on")(err)
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() { c.tend(ctx, failed("crm: consents could not be worked on")) })
	if c.config.Audit != nil {
		wg.Go(func() { c.Audit.Work(ctx, failed("crm: audit log could not be sealed")) })
	}
	wg.Go(func() { c.Campaigns.Work(ctx, nil, failed("crm: campaign could not be worked on")) })
	wg.Go(func() {
		c.Segments.Work(ctx, c.config.OnSegmentChanges, failed("crm: live segments could not be worked on"))
	})
	if !c.bound {
		wg.Go(func() { c.sweep(ctx, failed("crm: sensitive values without consent could not be destroyed")) })
	}
	wg.Wait()
}

// sweepEvery is how long a sensitive value is kept at most, in a CRM that runs, after the
// consent to it was withdrawn. From the withdrawal on nobody is shown it.
const sweepEvery = 10 * time.Minute

// sweep destroys sensitive values without consent, at once and then again and again.
func (c *CRM) sweep(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		if _, err := c.Contacts.DestroyWithdrawn(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// Zone returns the shop's time zone.
func (c *CRM) Zone() *time.Location { return c.config.Zone }
