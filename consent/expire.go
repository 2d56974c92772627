package consent

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// expireBatch is how many contacts one transaction of NoteExpired locks at most.
const expireBatch = 500

// NoteExpired notes in the ledger, with Expire, the grants that have ended by now, and
// returns how many it noted. What has ended is not in force whether that is noted or
// not; the note tells so those who read the ledger. CRM.Run calls it. Several may do so
// at once.
func (s *Service) NoteExpired(ctx context.Context) (noted int, err error) {
	const op = "consent.NoteExpired"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "", ""); err != nil {
		return 0, err
	}
	now := s.env.Now()
	for {
		ended, err := s.store.EndedConsents(ctx, now, expireBatch)
		if err != nil || len(ended) == 0 {
			return noted, err
		}
		n := 0
		err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
			ids := make([]contact.ID, len(ended))
			for i, e := range ended {
				ids[i] = e.Contact
			}
			if _, err := store.LockContacts(ctx, ids); err != nil {
				return err
			}
			ended, err := store.EndedConsents(ctx, now, expireBatch)
			if err != nil {
				return err
			}
			ledger, err := store.ConsentEvents(ctx, ids)
			if err != nil {
				return err
			}
			events := expiries(ended, ids)
			for i, e := range events {
				at := slices.IndexFunc(ledger, func(g Event) bool { return g.Contact == e.Contact && g.ID.String() == e.Proof })
				if at >= 0 {
					events[i].Origin = ledger[at].Origin // for whom it was granted
				}
			}
			for i := range events {
				events[i] = events[i].identified(now)
			}
			n = len(events)
			return store.AppendConsent(ctx, events)
		})
		if err != nil || n == 0 {
			return noted, err
		}
		noted += n
	}
}

// expiries makes the events for those states whose contacts are locked.
func expiries(ended []State, locked []contact.ID) []Event {
	held := map[contact.ID]bool{}
	for _, id := range locked {
		held[id] = true
	}
	var events []Event
	for _, e := range ended {
		if !held[e.Contact] {
			continue
		}
		at := e.ExpiresAt
		if e.At.After(at) {
			at = e.At // it ended before it began
		}
		event := Event{
			Contact: e.Contact, Purpose: e.Purpose, Channel: e.Channel, Action: Expire, At: at,
			Source: "crm.expiry", Proof: e.Event.String(),
		}
		if e.Basis == ExistingCustomer {
			event.Basis = ExistingCustomer
		}
		events = append(events, event)
	}
	return events
}
