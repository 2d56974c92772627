// Package channel defines how messages leave the house: the [Sender] interface
// that every channel implements, and the words in which a sender reports what
// happened.
//
// Senders live in packages below this one; hosts write their own for their
// providers.
package channel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stammkunde/crm/contact"
)

// Sender hands messages to the outside world. Implementations must be safe for
// concurrent use and must respect the context's deadline.
type Sender interface {
	// Caps tells what the sender can promise. It is constant.
	Caps() Caps
	// Send hands over one message. A nil error means that the provider took
	// it. Every other outcome is told by the errors of this package; an error
	// that is none of them, a panic and a timeout mean that nobody knows, and
	// the message is not sent again by itself.
	Send(ctx context.Context, m Message) (Receipt, error)
}

// Caps is what a sender can promise.
type Caps struct {
	// Idempotent: a message with a key that was sent before is not sent
	// again. Then a delivery in doubt is simply repeated.
	Idempotent bool
	// Window is for how long the provider remembers keys; zero means always.
	Window time.Duration
	// Timeout bounds one Send. Defaults to 30 seconds.
	Timeout time.Duration
}

// Message is one rendered message to one recipient.
type Message struct {
	// Key names the delivery. It is the same in every attempt and holds no
	// personal data.
	Key      string
	Channel  contact.Channel
	Campaign string
	To       Recipient
	Subject  string
	Text     string
	// HTML is empty where the template has none.
	HTML string
}

// Recipient is what a sender may know of the recipient.
type Recipient struct {
	Name     contact.Name
	Language string
	Email    string
	Phone    string
	Address  contact.Address
}

// String hides the content, so that no log takes it along by accident.
func (m Message) String() string { return "message " + m.Key }

// GoString hides the content from %#v.
func (m Message) GoString() string { return m.String() }

// Receipt is what a provider gave back.
type Receipt struct {
	// ProviderID is the provider's own name for the message, if any.
	ProviderID string
}

// How a Send can fail. Wrap them to add a reason without personal data.
var (
	// ErrNotSent: surely not sent; trying again later is safe.
	ErrNotSent = errors.New("channel: not sent")
	// ErrRejected: refused for good.
	ErrRejected = errors.New("channel: rejected")
	// ErrBadAddress: refused for good because the address does not work. It
	// is an ErrRejected, and the channel is suppressed for the contact.
	ErrBadAddress = fmt.Errorf("%w: address does not work", ErrRejected)
	// ErrUnknown: nobody knows whether it was sent.
	ErrUnknown = errors.New("channel: unknown whether sent")
)

// ThrottledError reports that the provider wants fewer messages. Nothing was
// sent, and the attempt does not count.
type ThrottledError struct {
	// After is how long to wait; at least a second is waited.
	After time.Duration
}

// Error implements error.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("channel: throttled for %s", e.After)
}
