package campaign

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/internal/caltime"
	"github.com/stammkunde/crm/merge"
)

// outgoing is a delivery that passed the gate, with its message.
type outgoing struct {
	delivery Delivery
	message  channel.Message
}

// gate takes the deliveries claimed under the token from Claimed to Sending,
// or to where they belong instead. It is the one place that decides to send:
// in its transaction it reads lease, campaign, contact, consent and cap anew,
// and holds campaign and contacts, so that a pause or a withdrawal stands
// either before it or behind it. When it returns, the decision is durable.
// It also tells whether the campaign is running.
func (r *run) gate(ctx context.Context, token Token) (passed []outgoing, running bool, err error) {
	err = r.s.atomic(ctx, func(ctx context.Context, store Stores) error {
		passed = nil
		c, err := store.HoldCampaign(ctx, r.campaign.ID)
		if err != nil {
			return err
		}
		running = c.State == Running
		claimed, err := store.LockClaimed(ctx, token)
		if err != nil || len(claimed) == 0 {
			return err
		}
		now := r.s.env.Now()
		facts, err := readGateFacts(ctx, store, r.s.env.Addresses, c, claimed, now)
		if err != nil {
			return err
		}
		if moved, err := takeAlong(ctx, store, claimed, facts); err != nil {
			return err
		} else if moved {
			if claimed, err = store.LockClaimed(ctx, token); err != nil {
				return err
			}
			if facts, err = readGateFacts(ctx, store, r.s.env.Addresses, c, claimed, now); err != nil {
				return err
			}
		}
		moves := make([]Move, len(claimed))
		messages := make(map[DeliveryID]channel.Message, len(claimed))
		for i, d := range claimed {
			moves[i], messages[d.ID] = r.check(c, d, facts)
		}
		moved, err := store.MoveDeliveries(ctx, token, facts.now, moves)
		if err != nil {
			return err
		}
		passed = sendable(claimed, moves, moved, messages)
		return store.AppendConsent(ctx, r.calls(passed, now))
	})
	return passed, running, err
}

// takeAlong moves deliveries to whom they belong now: their contacts were merged, or a merge
// was taken back, while they were sent in vain. It reports whether there were any.
func takeAlong(ctx context.Context, store Stores, claimed []Delivery, f gateFacts) (moved bool, err error) {
	for _, d := range claimed {
		named := cmp.Or(d.Origin, d.Contact)
		if _, there := f.contacts[d.Contact]; there && named == d.Contact {
			continue
		}
		id, err := contact.Living(ctx, store, named)
		if err != nil {
			return false, err
		}
		if id == d.Contact {
			continue
		}
		m := merge.Move{From: d.Contact, To: id, At: f.now}
		if named != d.Contact {
			m.Origins = []contact.ID{named}
		}
		if err := store.MoveContact(ctx, m); err != nil {
			return false, err
		}
		moved = true
	}
	return moved, nil
}

func sendable(claimed []Delivery, moves []Move, moved []DeliveryID, messages map[DeliveryID]channel.Message) []outgoing {
	done := make(map[DeliveryID]bool, len(moved))
	for _, id := range moved {
		done[id] = true
	}
	var list []outgoing
	for i, d := range claimed {
		if moves[i].To == Sending && done[d.ID] {
			d.State, d.Attempts = Sending, d.Attempts+1
			list = append(list, outgoing{d, messages[d.ID]})
		}
	}
	return list
}

// gateFacts is what the gate reads about a batch.
type gateFacts struct {
	now      time.Time
	contacts map[contact.ID]contact.Contact
	wishes   wishes
	vouchers map[contact.ID]Voucher
	touches  map[contact.ID]int64
	// restricted are those whose data must not be used.
	restricted []contact.ID
}

func readGateFacts(ctx context.Context, store Stores, keys addresskey.Keys, c Campaign, batch []Delivery, now time.Time) (gateFacts, error) {
	f := gateFacts{now: now, contacts: map[contact.ID]contact.Contact{}, vouchers: map[contact.ID]Voucher{}}
	ids := make([]contact.ID, len(batch))
	for i, d := range batch {
		ids[i] = d.Contact
	}
	// The contacts first: what is read after the lock is what counts.
	locked, err := store.LockContacts(ctx, ids)
	if err != nil {
		return f, err
	}
	for _, p := range locked {
		f.contacts[p.ID] = p
	}
	if f.restricted, err = store.Restricted(ctx, ids); err != nil {
		return f, err
	}
	if f.wishes, err = readWishes(ctx, store, c.Definition, ids); err != nil {
		return f, err
	}
	if err := f.wishes.suppress(ctx, store, keys, c.Definition, locked); err != nil {
		return f, err
	}
	if c.Cap != nil {
		since := now.Add(-time.Duration(c.Cap.Days) * 24 * time.Hour)
		if f.touches, err = store.Touches(ctx, ids, since); err != nil {
			return f, err
		}
	}
	if c.Offer == nil {
		return f, nil
	}
	vouchers, err := store.Vouchers(ctx, c.ID, ids)
	for _, v := range vouchers {
		if _, twice := f.vouchers[v.Contact]; !twice || v.Origin.IsZero() { // else it is that of who was merged into the contact
			f.vouchers[v.Contact] = v
		}
	}
	return f, err
}

// check decides about one delivery and renders its message.
func (r *run) check(c Campaign, d Delivery, f gateFacts) (Move, channel.Message) {
	m := Move{Delivery: d.ID, Contact: d.Contact, From: Claimed}
	p, known := f.contacts[d.Contact]
	switch {
	case c.State == Cancelled:
		m.To, m.Reason = Stopped, CampaignEnded
	case c.State != Running:
		m.To, m.Reason = Queued, CampaignHeld
	case !c.Until.IsZero() && !f.now.Before(c.Until):
		m.To, m.Reason = Expired, WindowClosed
	case c.Offer != nil && !c.Offer.ValidUntil.IsZero() && !f.now.Before(c.Offer.ValidUntil):
		m.To, m.Reason = Expired, OfferOver
	case !known:
		m.To, m.Reason = Skipped, ContactGone
	case slices.Contains(f.restricted, d.Contact):
		m.To, m.Reason = Skipped, IsRestricted
	default:
		m.To, m.Reason, m.NotBefore = r.admit(c, d, p, f)
	}
	if m.To != Sending {
		return m, channel.Message{}
	}
	message, err := r.render(c, d, p, f.vouchers[d.Contact])
	if err != nil {
		m.To, m.Reason = Skipped, BadTemplate
		return m, channel.Message{}
	}
	m.Attempts = 1
	return m, message
}

// admit checks what depends on the recipient.
func (r *run) admit(c Campaign, d Delivery, p contact.Contact, f gateFacts) (DeliveryState, Reason, time.Time) {
	if answer := f.wishes.permit(c.Definition, d.Contact, d.Channel, f.now); answer != consent.Granted {
		return Skipped, reasonFor(answer), time.Time{}
	}
	if !p.Reachable(d.Channel) {
		return Skipped, NoAddress, time.Time{}
	}
	if c.Cap != nil && f.touches[d.Contact] >= int64(c.Cap.Max) {
		return Skipped, FrequencyCap, time.Time{}
	}
	if end, quiet := c.QuietHours.until(f.now, p.Location(r.s.env.Zone)); quiet {
		return Queued, QuietTime, end
	}
	return Sending, "", time.Time{}
}

// until reports whether the instant lies in the quiet hours of the zone, and
// when they end. Nil means there are none.
func (q *QuietHours) until(now time.Time, zone *time.Location) (time.Time, bool) {
	if q == nil {
		return time.Time{}, false
	}
	local := now.In(zone)
	minute := local.Hour()*60 + local.Minute()
	quiet := minute >= q.From && minute < q.To
	if q.From > q.To {
		quiet = minute >= q.From || minute < q.To
	}
	if !quiet {
		return time.Time{}, false
	}
	year, month, day := local.Date()
	end := caltime.Date(year, month, day, q.To/60, q.To%60, 0, 0, zone)
	if !end.After(now) {
		end = caltime.Date(year, month, day+1, q.To/60, q.To%60, 0, 0, zone)
	}
	return end, true
}

func (r *run) render(c Campaign, d Delivery, p contact.Contact, v Voucher) (channel.Message, error) {
	m, _, err := r.templates[d.Channel].render(newData(c.Definition, p, v, r.s.env.Zone))
	if err != nil {
		return channel.Message{}, err
	}
	m = c.Customers.close(m)
	m.Key, m.Channel, m.Campaign = d.ID.String(), d.Channel, c.Name
	m.To = channel.Recipient{
		Name: p.Name, Language: p.Language, Email: p.Email(), Phone: p.Phone(), Address: p.Address(),
	}
	return m, nil
}
