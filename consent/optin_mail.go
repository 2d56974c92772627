package consent

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/token"
)

// Mailer sends the mails that ask to confirm. crm.New makes one of the sender for e-mail.
type Mailer interface {
	// SendOptIn hands over one mail. nil means that the provider took it, ErrNotMailed
	// that it surely was not sent and may be tried again, ErrMailRefused that it never
	// will be; with every other error nobody knows, and it is not sent again.
	SendOptIn(ctx context.Context, m ConfirmationMail) error
}

// How a SendOptIn can fail.
var (
	ErrNotMailed   = errors.New("consent: mail was not sent")
	ErrMailRefused = errors.New("consent: mail was refused")
)

// ConfirmationMail is a mail that asks to confirm. Key names the request and holds no personal data.
type ConfirmationMail struct{ Key, To, Language, Subject, Text string }

const (
	mailBatch  = 100             // mails that are claimed one after the other between two looks at the queue
	mailAgain  = 5 * time.Minute // until a mail that was not sent is tried again
	dropBatch  = 200
	recordOnce = 1 // the version of a record that nobody has changed
)

// SendOptIns sends the mails that are queued, and returns how many the provider took.
// Each is noted as being sent before it is, and never sent twice. CRM.Run calls it;
// several may do so at once. What went wrong with single mails is returned when all
// were tried. It is refused inside of transactions, with errs.ErrConflict.
func (s *Service) SendOptIns(ctx context.Context) (sent int, err error) {
	const op = "consent.SendOptIns"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "", ""); err != nil {
		return 0, err
	}
	if s.optIn == nil {
		return 0, nil
	}
	if err := s.env.Outside(op); err != nil {
		return 0, err
	}
	var failed error
	for {
		queued, err := s.store.QueuedOptIns(ctx, s.env.Now(), mailBatch)
		if err != nil || len(queued) == 0 {
			return sent, cmp.Or(err, failed)
		}
		for _, id := range queued {
			row, mine, err := s.claimOptIn(ctx, id)
			if err != nil {
				return sent, err
			}
			if !mine {
				continue
			}
			state := OptInSent
			if err := s.mailer.SendOptIn(ctx, s.confirmationMail(row)); err == nil {
				sent++
			} else {
				failed = errs.Failed(op, err)
				if state = stateAfter(err); state == OptInSending {
					continue // nobody knows
				}
			}
			if err := s.settleOptIn(ctx, id, state); err != nil {
				return sent, err
			}
		}
	}
}

func stateAfter(err error) OptInState {
	switch {
	case errors.Is(err, ErrNotMailed):
		return OptInQueued
	case errors.Is(err, ErrMailRefused):
		return OptInRefused
	}
	return OptInSending
}

// claimOptIn takes a request that is to be sent, if nobody else has. One whose address
// was suppressed, whose contact was restricted or has said no, or whose link has ended
// meanwhile is refused.
func (s *Service) claimOptIn(ctx context.Context, id OptInID) (row OptInRow, mine bool, err error) {
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		mine = false
		if row, err = store.LockOptIn(ctx, id); err != nil {
			if errors.Is(err, errs.ErrNotFound) {
				return nil
			}
			return err
		}
		if row.State != OptInQueued {
			return nil
		}
		person := contact.Contact{Emails: []contact.Email{{Address: row.Email, Normal: row.Email}}}
		barred, err := contact.Suppressed(ctx, store, s.env.Addresses, []contact.Contact{person})
		if err != nil {
			return err
		}
		restricted, err := store.Restricted(ctx, []contact.ID{row.Contact})
		if err != nil {
			return err
		}
		states, err := store.ConsentStates(ctx, []contact.ID{row.Contact})
		if err != nil {
			return err
		}
		void := row.refusedSince(states) || !s.env.Now().Before(row.ExpiresAt)
		if mine, row.State = len(barred[0])+len(restricted) == 0 && !void, OptInSending; !mine {
			row.State = OptInRefused
		}
		return store.PutOptIn(ctx, row)
	})
	return row, mine, err
}

// settleOptIn notes what became of a mail.
func (s *Service) settleOptIn(ctx context.Context, id OptInID, state OptInState) error {
	return s.atomic(ctx, func(ctx context.Context, store Stores) error {
		row, err := store.LockOptIn(ctx, id)
		if err != nil || row.State != OptInSending {
			if errors.Is(err, errs.ErrNotFound) {
				return nil
			}
			return err // or the link was confirmed already
		}
		if row.State = state; state == OptInQueued {
			row.NotBefore = s.env.Now().Add(mailAgain)
		}
		return store.PutOptIn(ctx, row)
	})
}

func (s *Service) confirmationMail(row OptInRow) ConfirmationMail {
	m, there := s.optIn.Mails[row.Language]
	if !there {
		m = s.optIn.Mails[""]
	}
	signed := token.Keys(s.optIn.Secrets).Sign(token.OptIn, s.store.Tenant(), row.ID, row.ExpiresAt)
	link := strings.Replace(s.optIn.Link, tokenMark, signed, 1)
	return ConfirmationMail{row.ID.String(), row.Email, row.Language, m.Subject, strings.Replace(m.Text, linkMark, link, 1)}
}

// DropUnconfirmed removes requests that are older than OptIn.Keep, and with those that
// were never confirmed the contacts that were created for them, where nothing else has
// come to be known of them since. It returns how many requests it removed. CRM.Run
// calls it.
func (s *Service) DropUnconfirmed(ctx context.Context) (dropped int, err error) {
	const op = "consent.DropUnconfirmed"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "", ""); err != nil {
		return 0, err
	}
	if s.optIn == nil {
		return 0, nil
	}
	now := s.env.Now()
	for {
		n := 0
		err := s.atomic(ctx, func(ctx context.Context, store Stores) error {
			old, err := store.OldOptIns(ctx, now.Add(-s.optIn.Keep), dropBatch)
			if err != nil {
				return err
			}
			ids := make([]OptInID, len(old))
			for i, row := range old {
				ids[i] = row.ID
			}
			if n = len(old); n == 0 {
				return nil
			}
			if err := store.DeleteOptIns(ctx, ids); err != nil {
				return err
			}
			return dropStrangers(ctx, store, old, now, now.Add(-s.optIn.Keep))
		})
		if dropped += n; err != nil || n < dropBatch {
			return dropped, err
		}
	}
}

// onlyAsked reports whether a contact has no identity but that of a request.
func onlyAsked(p contact.Contact) bool {
	return len(p.Identities) == 0 || len(p.Identities) == 1 && p.Identities[0].Source == optInSource
}

// dropStrangers removes the contacts of whom nothing is known but unconfirmed requests from
// before an instant. Where one has asked again since, the old request comes back in the
// place of what was asked then, to be looked at when that is old.
func dropStrangers(ctx context.Context, store Stores, old []OptInRow, now, before time.Time) error {
	var ids []contact.ID
	for _, row := range old {
		if row.Created && row.State != OptInConfirmed {
			ids = append(ids, row.Contact)
		}
	}
	people, err := store.LockContacts(ctx, ids)
	if err != nil {
		return err
	}
	ledger, err := store.ConsentEvents(ctx, ids)
	if err != nil {
		return err
	}
	said, again := map[contact.ID]bool{}, map[contact.ID]time.Time{}
	for _, e := range ledger {
		said[e.Contact] = said[e.Contact] || e.Action != Request
		if e.Action == Request && !e.At.Before(before) {
			again[e.Contact] = e.At
		}
	}
	for _, row := range old {
		if at, asked := again[row.Contact]; asked && row.Created && row.State != OptInConfirmed {
			said[row.Contact] = true
			row.RequestedAt, row.State = at, OptInRefused
			if err := store.PutOptIn(ctx, row); err != nil {
				return err
			}
		}
	}
	var gone []contact.ID
	for _, p := range people {
		if !said[p.ID] && p.Version == recordOnce && onlyAsked(p) {
			gone = append(gone, p.ID)
		}
	}
	_, err = store.DeleteContacts(ctx, gone, now)
	return err
}
