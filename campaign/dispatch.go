package campaign

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/merge"
)

// How deliveries are worked on.
const (
	gateBatch   = 100 // deliveries that pass the gate together
	flushBatch  = 25  // results written together
	maxAttempts = 8
	maxCrashes  = 3

	defaultTimeout = 30 * time.Second
	defaultLease   = time.Minute
)

// run is one campaign being worked on.
type run struct {
	s         *Service
	campaign  Campaign
	templates map[contact.Channel]*compiled
	options   RunOptions
	progress  *teller
}

// work claims batches and sends them until nothing is due or the campaign no
// longer runs.
func (r *run) work(ctx context.Context) error {
	for ctx.Err() == nil {
		more, err := r.batch(ctx)
		if err != nil || !more {
			return err
		}
		if err := r.progress.tell(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// batch claims, gates and sends one batch. It returns whether there may be
// another.
func (r *run) batch(ctx context.Context) (bool, error) {
	token, err := newToken(r.s.env.Random)
	if err != nil {
		return false, err
	}
	// The deadline counts from before the claim, by our own monotonic clock:
	// it ends before the lease does, whatever the clocks say.
	deadline := time.Now().Add(r.options.Lease * 3 / 4)
	claimed, err := r.s.store.ClaimDeliveries(ctx, ClaimQuery{r.campaign.ID, token, r.s.env.Now(), r.options.Lease, gateBatch})
	if err != nil || len(claimed) == 0 {
		return false, err
	}
	passed, running, err := r.gate(ctx, token)
	if err != nil {
		return false, err
	}
	return running, r.sendAll(ctx, token, deadline, passed)
}

func newToken(random io.Reader) (Token, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return 0, fmt.Errorf("campaign: reading random bytes: %w", err)
	}
	return Token(binary.BigEndian.Uint64(b[:])>>1 | 1), nil
}

// sendAll sends a batch and writes the results in small groups, so that a
// crash leaves few in doubt. Results are written even when ctx has ended.
func (r *run) sendAll(ctx context.Context, token Token, deadline time.Time, batch []outgoing) error {
	results := make([]result, 0, flushBatch)
	for i, o := range batch {
		if ctx.Err() != nil || time.Now().After(deadline) {
			results = append(results, result{delivery: o.delivery, err: errNotTried})
		} else {
			results = append(results, r.send(ctx, o))
		}
		if len(results) < flushBatch && i < len(batch)-1 {
			continue
		}
		if err := r.finish(context.WithoutCancel(ctx), token, results); err != nil {
			return err
		}
		results = results[:0]
	}
	return nil
}

// errNotTried marks a delivery that passed the gate but was not handed over.
var errNotTried = errors.New("campaign: not tried")

// result is the outcome of one delivery.
type result struct {
	delivery Delivery
	receipt  channel.Receipt
	err      error
}

// send hands one message to the sender. A panic counts as "unknown".
func (r *run) send(ctx context.Context, o outgoing) (res result) {
	res.delivery = o.delivery
	sender := r.s.senders[o.delivery.Channel]
	timeout := sender.Caps().Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer func() {
		if recover() != nil {
			res.err = channel.ErrUnknown
		}
	}()
	res.receipt, res.err = sender.Send(ctx, o.message)
	return res
}

// finish writes results: the state of each delivery, for the sent ones an
// activity in the customer's history, for broken addresses a suppression.
func (r *run) finish(ctx context.Context, token Token, results []result) error {
	now := r.s.env.Now()
	moves := make([]Move, len(results))
	for i, res := range results {
		moves[i] = r.outcome(res, now)
	}
	return r.s.atomic(ctx, func(ctx context.Context, store Stores) error {
		moved, err := store.MoveDeliveries(ctx, token, now, moves)
		if err != nil {
			return err
		}
		return r.record(ctx, store, results, moves, moved, now)
	})
}

// outcome turns what the sender said into a move.
func (r *run) outcome(res result, now time.Time) Move {
	d := res.delivery
	m := Move{Delivery: d.ID, Contact: d.Contact, From: Sending, ProviderID: clip(res.receipt.ProviderID)}
	var throttled *channel.ThrottledError
	switch {
	case res.err == nil:
		m.To = Sent
	case errors.Is(res.err, errNotTried):
		m.To, m.Attempts = Queued, -1
	case errors.As(res.err, &throttled):
		m.To, m.Reason, m.Attempts = Queued, Throttled, -1
		m.NotBefore = now.Add(max(throttled.After, time.Second))
	case errors.Is(res.err, channel.ErrBadAddress):
		m.To, m.Reason = Failed, BadAddress
	case errors.Is(res.err, channel.ErrRejected):
		m.To, m.Reason = Failed, Rejected
	case errors.Is(res.err, channel.ErrNotSent):
		m = r.retry(m, d, NotSent, now)
	case r.mayRepeat(d, now):
		m = r.retry(m, d, Unknown, now)
	default:
		m.To, m.Reason = InDoubt, Unknown
	}
	return m
}

// clip bounds a text from outside.
func clip(s string) string {
	if len(s) > 200 {
		return ""
	}
	return s
}

// retry queues a delivery again after a pause, or gives it up.
func (r *run) retry(m Move, d Delivery, reason Reason, now time.Time) Move {
	m.Reason = reason
	if d.Attempts >= maxAttempts {
		m.To = Dead
		if reason == Unknown {
			m.To = InDoubt
		}
		return m
	}
	m.To, m.NotBefore = Queued, now.Add(r.backoff(d.Attempts))
	return m
}

// backoff draws a pause after the n-th attempt: full jitter up to 30 s x 3^(n-1),
// at most six hours.
func (r *run) backoff(n int) time.Duration {
	limit := 30 * time.Second
	for ; n > 1 && limit < 6*time.Hour; n-- {
		limit *= 3
	}
	limit = min(limit, 6*time.Hour)
	var b [8]byte
	if _, err := io.ReadFull(r.s.env.Random, b[:]); err != nil {
		return limit
	}
	return time.Duration(binary.BigEndian.Uint64(b[:]) % uint64(limit))
}

// mayRepeat reports whether the sender keeps the message from going out twice
// when it is sent again now.
func (r *run) mayRepeat(d Delivery, now time.Time) bool {
	caps := r.s.senders[d.Channel].Caps()
	return caps.Idempotent && (caps.Window == 0 || now.Before(firstAttempt(d, now).Add(caps.Window)))
}

func firstAttempt(d Delivery, now time.Time) time.Time {
	if d.FirstAttemptAt.IsZero() {
		return now
	}
	return d.FirstAttemptAt
}

// record writes what follows from the moves that were made.
func (r *run) record(ctx context.Context, store Stores, results []result, moves []Move, moved []DeliveryID, now time.Time) error {
	done := make(map[DeliveryID]bool, len(moved))
	for _, id := range moved {
		done[id] = true
	}
	var sent []activity.Activity
	var suppressed []consent.Event
	to, err := mergedMeanwhile(ctx, store, results, now)
	if err != nil {
		return err
	}
	for i, res := range results {
		d := res.delivery
		if !done[d.ID] {
			continue
		}
		var origin contact.ID
		if id, merged := to[d.Contact]; merged {
			d.Contact, origin = id, d.Contact
		}
		if moves[i].To == Sent {
			a := r.s.sentActivity(r.campaign, d, now)
			a.Origin = origin
			sent = append(sent, a)
		}
		if moves[i].Reason == BadAddress {
			suppressed = append(suppressed, consent.Event{
				ID: r.s.env.NewID(), Contact: d.Contact, Origin: origin, Purpose: consent.AnyPurpose, Channel: d.Channel,
				Action: consent.Suppress, At: now, RecordedAt: now, Source: "crm.delivery", Proof: d.ID.String(),
			})
		}
	}
	if err := appendSent(ctx, store, sent); err != nil || len(suppressed) == 0 {
		return err
	}
	return store.AppendConsent(ctx, suppressed)
}

// mergedMeanwhile locks the contacts of results, tells who has those that were merged since
// their messages passed the gate, and gives them the deliveries, which are no longer on
// their way.
func mergedMeanwhile(ctx context.Context, store Stores, results []result, now time.Time) (map[contact.ID]contact.ID, error) {
	ids := make([]contact.ID, len(results))
	for i, res := range results {
		ids[i] = res.delivery.Contact
	}
	living, err := contact.LockLiving(ctx, store, ids)
	if err != nil {
		return nil, err
	}
	to := map[contact.ID]contact.ID{}
	for named, c := range living {
		if c.ID != named {
			to[named] = c.ID
			if err := store.MoveContact(ctx, merge.Move{From: named, To: c.ID, At: now}); err != nil {
				return nil, err
			}
		}
	}
	return to, nil
}

// sentActivity is the trace that a sent message leaves in the history.
func (s *Service) sentActivity(c Campaign, d Delivery, now time.Time) activity.Activity {
	kinds := map[contact.Channel]activity.Kind{
		contact.ChannelEmail: activity.Email, contact.ChannelLetter: activity.Letter, contact.ChannelPhone: activity.Call,
	}
	kind, ok := kinds[d.Channel]
	if !ok {
		kind = activity.Kind(d.Channel)
	}
	return activity.Activity{
		ID: s.env.NewID(), Contact: d.Contact, Kind: kind, Ref: activity.Ref{Source: "crm.delivery", Key: d.ID.String()},
		At: now, RecordedAt: now, Direction: activity.Outbound, Channel: d.Channel, Subject: c.Name,
		Campaign: activity.CampaignID(c.ID),
	}
}

func appendSent(ctx context.Context, store activity.Stores, sent []activity.Activity) error {
	if len(sent) == 0 {
		return nil
	}
	entries := make([]activity.RefEntry, len(sent))
	for i, a := range sent {
		entries[i] = activity.RefEntry{Ref: a.Ref, Contact: a.Contact, Activity: a.ID}
	}
	_, err := activity.Append(ctx, store, "campaign.Run", "sent", sent, entries)
	return err
}
