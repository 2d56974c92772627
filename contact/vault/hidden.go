package vault

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what is printed in the place of a secret.
const hidden = "(secret)"

// secret hides what embeds it from fmt, encoding/json and log/slog.
type secret struct{}

// Format implements fmt.Formatter for every verb.
func (secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue implements slog.LogValuer.
func (secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler, which encoding/json uses, too.
func (secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
