package channel

import "log/slog"

// LogValue implements slog.LogValuer: of a message only its key is logged, by handlers
// that write JSON, too.
func (m Message) LogValue() slog.Value { return slog.StringValue(m.String()) }

// LogValue implements slog.LogValuer: recipients are not logged.
func (Recipient) LogValue() slog.Value { return slog.StringValue("[personal]") }
