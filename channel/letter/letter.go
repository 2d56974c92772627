// Package letter prints letters into a directory: one self-contained HTML file
// per letter, which a browser prints on A4 so that the address shows in the
// window of a DIN long envelope (DIN 5008, form B).
//
// It is idempotent: the file is named by the message's key, written under
// another name, brought to the disk and renamed. However often a letter is
// sent, by whatever process, and wherever the power fails, there is one whole
// file or none.
package letter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/channel/internal/keyfile"
)

// Letterhead says who writes.
type Letterhead struct {
	// Name of the shop. Required.
	Name string
	// Lines below the name: street, town and what else belongs there.
	Lines []string
	// Country is the ISO 3166-1 alpha-2 code of the shop's country: letters
	// that stay in it bear no country, see postal.Lines. Defaults to "DE".
	Country string
}

// Options may be nil where New takes it.
type Options struct {
	// Now gives the date of the letter, in its time zone. Defaults to
	// time.Now.
	Now func() time.Time
	// Date writes that date. Defaults to the form 2006-01-02.
	Date func(time.Time) string
}

// Sender prints letters into a directory. It is safe for concurrent use.
type Sender struct {
	dir  keyfile.Dir
	head Letterhead
	o    Options
}

var _ channel.Sender = (*Sender)(nil)

// New returns a sender that prints into dir, which is made where it is missing.
func New(dir string, head Letterhead, options *Options) (*Sender, error) {
	s := &Sender{head: head}
	if options != nil {
		s.o = *options
	}
	if s.o.Now == nil {
		s.o.Now = time.Now
	}
	if s.o.Date == nil {
		s.o.Date = func(t time.Time) string { return t.Format(time.DateOnly) }
	}
	if s.head.Country == "" {
		s.head.Country = "DE"
	}
	if head.Name == "" {
		return nil, errors.New("letter: the letterhead needs a name")
	}
	var err error
	if s.dir, err = keyfile.Open(dir, ".html"); err != nil {
		return nil, fmt.Errorf("letter: %w", err)
	}
	return s, nil
}

// Caps implements channel.Sender: a key that was sent before is not sent again,
// ever.
func (s *Sender) Caps() channel.Caps {
	return channel.Caps{Idempotent: true, Timeout: 5 * time.Second}
}

// Send prints the letter: Subject as its heading and Text as its paragraphs,
// which empty lines divide. HTML is not used, because a page made for a screen
// makes no letter.
//
// A recipient without a street or a city is channel.ErrBadAddress. A key that
// cannot name a file is channel.ErrRejected. When the disk fails before the
// file has its name it is channel.ErrNotSent.
func (s *Sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	if m.To.Address.Street == "" || m.To.Address.City == "" {
		return channel.Receipt{}, fmt.Errorf("letter: %w", channel.ErrBadAddress)
	}
	var b bytes.Buffer
	if err := sheet.Execute(&b, s.page(m)); err != nil {
		return channel.Receipt{}, fmt.Errorf("letter: %w: %w", channel.ErrRejected, err)
	}
	name, err := s.dir.Put(ctx, m.Key, b.Bytes())
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("letter: %w", err)
	}
	return channel.Receipt{ProviderID: name}, nil
}
