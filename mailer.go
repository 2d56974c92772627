package crm

import (
	"context"
	"errors"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// mailer sends the mails of double opt-in with the sender for e-mail.
type mailer struct{ sender channel.Sender }

// SendOptIn implements consent.Mailer.
func (m mailer) SendOptIn(ctx context.Context, mail consent.ConfirmationMail) error {
	timeout := m.sender.Caps().Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := m.sender.Send(ctx, channel.Message{
		Key: mail.Key, Channel: contact.ChannelEmail, Subject: mail.Subject, Text: mail.Text,
		To: channel.Recipient{Email: mail.To, Language: mail.Language},
	})
	var throttled *channel.ThrottledError
	switch {
	case errors.Is(err, channel.ErrNotSent), errors.As(err, &throttled):
		return errors.Join(consent.ErrNotMailed, err)
	case errors.Is(err, channel.ErrRejected):
		return errors.Join(consent.ErrMailRefused, err)
	}
	return err
}

// tendEvery is how long Run waits between two looks at what is due in the ledgers.
const tendEvery = 2 * time.Second

// tend sends the mails of double opt-in, notes what has ended, and drops what was never
// confirmed, until ctx ends.
func (c *CRM) tend(ctx context.Context, failed func(error)) {
	for {
		_, sending := c.Consents.SendOptIns(ctx)
		_, noting := c.Consents.NoteExpired(ctx)
		_, dropping := c.Consents.DropUnconfirmed(ctx)
		if err := errors.Join(sending, noting, dropping); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tendEvery):
		}
	}
}
