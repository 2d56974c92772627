package campaign

import (
	"context"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/segment"
)

// Store persists campaigns, deliveries and vouchers. Each method is atomic by
// itself; the services put several into one transaction. Implementations must
// be safe for concurrent use.
type Store interface {
	CampaignStore
	DeliveryStore
	VoucherStore
}

// Stores is everything a campaign touches.
type Stores interface {
	contact.Store
	activity.Store
	consent.Store
	segment.Store
	merge.Store
	Store
}

// CampaignStore persists campaigns and their audiences.
type CampaignStore interface {
	// InsertCampaign stores a new campaign; errs.ErrConflict when its id
	// (path "id", code "exists") or name ("name", "taken") exists.
	InsertCampaign(ctx context.Context, c Campaign) error
	// UpdateCampaign replaces an existing campaign as a whole, CreatedAt
	// included; errs.ErrNotFound when there is none, errs.ErrConflict when the
	// name belongs to another.
	UpdateCampaign(ctx context.Context, c Campaign) error
	// Campaign returns a campaign by id, or errs.ErrNotFound with the path
	// "id".
	Campaign(ctx context.Context, id ID) (Campaign, error)
	// CampaignByName returns a campaign by name, or errs.ErrNotFound with the
	// path "name".
	CampaignByName(ctx context.Context, name string) (Campaign, error)
	// Campaigns returns the campaigns in one of the states, all without any,
	// by name.
	Campaigns(ctx context.Context, states ...State) ([]Campaign, error)
	// LockCampaign is Campaign, but until the transaction ends nobody else
	// can lock, hold or update it.
	LockCampaign(ctx context.Context, id ID) (Campaign, error)
	// HoldCampaign is Campaign, but until the transaction ends nobody can
	// lock or update it. Several transactions may hold it at once where the
	// store has several writers.
	HoldCampaign(ctx context.Context, id ID) (Campaign, error)

	// InsertAudience stores rows of the plan; errs.ErrConflict when a contact
	// is in the campaign's plan already.
	InsertAudience(ctx context.Context, members []Member) error
	// Audience returns the plan of a campaign, ordered by contact.
	Audience(ctx context.Context, q AudienceQuery) ([]Member, error)
	// AudienceCounts counts the plan by outcome, reason and channel.
	AudienceCounts(ctx context.Context, of ID) ([]AudienceCount, error)
	// Responses counts, by outcome and channel of the plan, who bought within
	// From <= at < To. Every group of the plan is there, those that bought
	// nothing and those that are Excluded too.
	Responses(ctx context.Context, q ResponseQuery) ([]Response, error)
}

// DeliveryStore persists deliveries and takes them through their states.
type DeliveryStore interface {
	// InsertDeliveries stores deliveries in state Queued, with all fields as
	// they are given; errs.ErrConflict when one for the same campaign, step,
	// channel and contact exists, or when the contact has one with the id.
	// Whether the id of another contact's delivery is refused is left to the
	// store. No other state is ever passed.
	InsertDeliveries(ctx context.Context, deliveries []Delivery) error
	// ClaimDeliveries takes up to Limit queued deliveries of a campaign with
	// NotBefore <= Now, the earliest first, into state Claimed under the
	// token, with a lease by the store's own clock, and returns them in the
	// order of NotBefore and then of their id. No two callers get the same
	// one.
	ClaimDeliveries(ctx context.Context, q ClaimQuery) ([]Delivery, error)
	// LockClaimed returns the deliveries that are still Claimed under the
	// token and whose lease has not run out, ordered by contact, and locks
	// them until the transaction ends.
	LockClaimed(ctx context.Context, token Token) ([]Delivery, error)
	// MoveDeliveries makes the moves whose delivery belongs to Contact and is
	// in state From, and under the token unless that is zero, and returns those
	// that it made, in any order. A lease that has run out does not hinder a
	// move: until ReapDeliveries, the delivery is still under the token. A move
	// sets UpdatedAt to now; into Sending it sets GatedAt, and FirstAttemptAt
	// where it is zero; into Sent it sets SentAt. Any state but Claimed and
	// Sending ends token and lease, here and in all methods that follow. Reason
	// is replaced, also by an empty one.
	MoveDeliveries(ctx context.Context, token Token, now time.Time, moves []Move) ([]DeliveryID, error)
	// ReapDeliveries takes from dead workers what they held, by the store's
	// own clock: Claimed with a lease that ran out counts one crash more, and
	// goes back to Queued (reason LeaseLost), or to Dead (TooManyDeaths) when
	// that makes MaxCrashes or more; Sending with a lease that ran out Grace
	// ago goes to InDoubt (LeaseLost), and counts none.
	ReapDeliveries(ctx context.Context, q ReapQuery) (Reaped, error)
	// RequeueInDoubt takes deliveries InDoubt of one channel, that first
	// passed the gate (FirstAttemptAt) at or after Since, back to Queued, due
	// at NotBefore. It is called only for senders that keep a message from
	// going out twice. Reason stays.
	RequeueInDoubt(ctx context.Context, q RequeueQuery) (int64, error)
	// EndQueued takes all Queued deliveries of the campaign to the state, and
	// where Claimed is true those that are Claimed too.
	EndQueued(ctx context.Context, q EndQuery) (int64, error)
	// DeliveryCounts counts the deliveries by channel, state and reason.
	DeliveryCounts(ctx context.Context, of ID) ([]DeliveryCount, error)
	// Deliveries returns deliveries of a campaign, ordered by id.
	Deliveries(ctx context.Context, q DeliveryQuery) ([]Delivery, error)
	// Touches counts, per contact, the deliveries of all campaigns in state
	// Sending, Sent or InDoubt that passed the gate after the instant. A
	// contact without any may be left out.
	Touches(ctx context.Context, contacts []contact.ID, since time.Time) (map[contact.ID]int64, error)
}

// VoucherStore persists vouchers and their redemptions.
type VoucherStore interface {
	// InsertVouchers stores new vouchers; errs.ErrConflict when a code
	// exists.
	InsertVouchers(ctx context.Context, vouchers []Voucher) error
	// Vouchers returns the vouchers of a campaign for the contacts, in any
	// order.
	Vouchers(ctx context.Context, of ID, contacts []contact.ID) ([]Voucher, error)
	// Voucher returns the voucher with the code, or errs.ErrNotFound.
	Voucher(ctx context.Context, code string) (Voucher, error)
	// LockVoucher is Voucher, but until the transaction ends nobody else can
	// lock it or redeem it.
	LockVoucher(ctx context.Context, code string) (Voucher, error)
	// InsertRedemption stores a redemption and counts the use, or does
	// nothing and returns false when the order has a redemption already, under
	// whatever code. Else it returns errs.ErrNotFound when there is no such
	// code. It does not judge whether the voucher can be used.
	InsertRedemption(ctx context.Context, r Redemption) (bool, error)
	// Redemption returns the redemption of an order, or errs.ErrNotFound.
	Redemption(ctx context.Context, order activity.Ref) (Redemption, error)
	// RedemptionCounts counts the redemptions of a campaign by channel, in
	// whatever currency, and adds up Amount minus Discount of those in the
	// currency.
	RedemptionCounts(ctx context.Context, of ID, currency string) ([]RedemptionCount, error)
}

// AudienceQuery selects a part of a plan.
type AudienceQuery struct {
	Campaign ID
	// Outcome, where not empty, is the only one to give.
	Outcome Outcome
	After   contact.ID
	Limit   int
}

// AudienceCount counts rows of a plan.
type AudienceCount struct {
	Outcome Outcome
	Reason  Reason
	Channel contact.Channel
	Count   int64
}

// ResponseQuery selects the purchases that count as response.
type ResponseQuery struct {
	Campaign ID
	From, To time.Time
	// Currency of the revenue; purchases in others count, but add none.
	Currency string
}

// Response says what one group of the audience bought.
type Response struct {
	Outcome Outcome
	Channel contact.Channel
	// Contacts in the group, Buyers among them, their Orders and Revenue in
	// minor units.
	Contacts, Buyers, Orders, Revenue int64
}

// ClaimQuery asks for deliveries to work on.
type ClaimQuery struct {
	Campaign ID
	Token    Token
	Now      time.Time // also for UpdatedAt
	Lease    time.Duration
	Limit    int
}

// ReapQuery bounds what ReapDeliveries does.
type ReapQuery struct {
	Campaign   ID
	Now        time.Time // for UpdatedAt
	Grace      time.Duration
	MaxCrashes int
}

// Reaped counts what ReapDeliveries did.
type Reaped struct{ Requeued, Dead, InDoubt int64 }

// RequeueQuery selects deliveries in doubt.
type RequeueQuery struct {
	Campaign  ID
	Channel   contact.Channel
	Since     time.Time
	NotBefore time.Time
	Now       time.Time // for UpdatedAt
}

// EndQuery ends deliveries that were not sent.
type EndQuery struct {
	Campaign ID
	To       DeliveryState
	Reason   Reason
	Claimed  bool
	Now      time.Time // for UpdatedAt
}

// DeliveryQuery selects deliveries.
type DeliveryQuery struct {
	Campaign ID
	// States to give; empty means all.
	States []DeliveryState
	After  DeliveryID
	Limit  int
}

// DeliveryCount counts deliveries.
type DeliveryCount struct {
	Channel contact.Channel
	State   DeliveryState
	Reason  Reason
	Count   int64
}

// RedemptionCount counts redemptions; Revenue is in minor units.
type RedemptionCount struct {
	Channel contact.Channel
	Count   int64
	Revenue int64
}
