// Package eml sends e-mail into a directory: one file in the format of RFC
// 5322 per message, which every mail program opens and every mail server takes.
//
// It is idempotent: the file is named by the message's key, written under
// another name, brought to the disk and renamed. However often a message is
// sent, by whatever process, and wherever the power fails, there is one whole
// file or none.
package eml

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/internal/keyfile"
)

// Options may be nil where New takes it.
type Options struct {
	// Now gives the time that goes into the header Date. Defaults to
	// time.Now.
	Now func() time.Time
}

// Sender writes e-mails into a directory. It is safe for concurrent use.
type Sender struct {
	dir    keyfile.Dir
	from   mail.Address
	domain string
	now    func() time.Time
}

var _ channel.Sender = (*Sender)(nil)

// New returns a sender that writes into dir, which is made where it is missing.
// It refuses an address from which no mail can come.
func New(dir string, from mail.Address, options *Options) (*Sender, error) {
	s := &Sender{from: from, now: time.Now}
	if options != nil && options.Now != nil {
		s.now = options.Now
	}
	if !isAddress(from.Address) || hasControl(from.Name) {
		return nil, fmt.Errorf("eml: from must be an address such as shop@example.com, with a name of one line")
	}
	s.domain = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	var err error
	if s.dir, err = keyfile.Open(dir, ".eml"); err != nil {
		return nil, fmt.Errorf("eml: %w", err)
	}
	return s, nil
}

// Caps implements channel.Sender: a key that was sent before is not sent again,
// ever.
func (s *Sender) Caps() channel.Caps {
	return channel.Caps{Idempotent: true, Timeout: 5 * time.Second}
}

// Send writes the message. The receipt holds its Message-ID.
//
// A recipient's address that is none is channel.ErrBadAddress. A line break
// where a header would take it, and a key that cannot name a file, are
// channel.ErrRejected. When the disk fails before the file has its name it is
// channel.ErrNotSent.
func (s *Sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	if !isAddress(m.To.Email) {
		return channel.Receipt{}, fmt.Errorf("eml: %w", channel.ErrBadAddress)
	}
	if hasControl(m.Subject) || hasControl(m.To.Name.String()) {
		return channel.Receipt{}, fmt.Errorf("eml: %w: a header must be one line", channel.ErrRejected)
	}
	id := "<" + m.Key + "@" + s.domain + ">"
	content, err := s.compose(m, id)
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("eml: %w: %w", channel.ErrRejected, err)
	}
	if _, err := s.dir.Put(ctx, m.Key, content); err != nil {
		return channel.Receipt{}, fmt.Errorf("eml: %w", err)
	}
	return channel.Receipt{ProviderID: id}, nil
}
