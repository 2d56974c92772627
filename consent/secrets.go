package consent

import (
	"fmt"
	"io"
)

// hidden is what is printed in place of what holds secrets.
const hidden = "[secret]"

// Format implements fmt.Formatter: nothing of it is printed, by no verb.
func (OptIn) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText implements encoding.TextMarshaler likewise, for JSON and logs.
func (OptIn) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format implements fmt.Formatter: nothing is printed of what the service consists of.
func (Service) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "consent.Service") }
