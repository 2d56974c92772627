package crm

import (
	"fmt"
	"io"
)

// hidden is what is printed in place of a part of the configuration that holds secrets.
const hidden = "[secret]"

// Format implements fmt.Formatter: nothing of it is printed, by no verb.
func (Duplicates) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText implements encoding.TextMarshaler likewise, for JSON and logs.
func (Duplicates) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format implements fmt.Formatter: nothing of it is printed, by no verb.
func (Suppression) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText implements encoding.TextMarshaler likewise, for JSON and logs.
func (Suppression) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format implements fmt.Formatter: nothing of it is printed, by no verb.
func (Audit) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText implements encoding.TextMarshaler likewise, for JSON and logs.
func (Audit) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format implements fmt.Formatter: nothing is printed of what the CRM consists of.
func (CRM) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "crm.CRM") }
