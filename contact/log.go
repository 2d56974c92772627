package contact

import "log/slog"

// personal is what is logged in place of personal data.
const personal = "[personal]"

// LogValue implements slog.LogValuer: of a record only id, kind and version are logged.
// Lists of records are not covered, for slog asks only the value itself.
func (c Contact) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID.String()), slog.String("kind", string(c.Kind)), slog.Int64("version", c.Version))
}

// LogValue implements slog.LogValuer: names are not logged.
func (Name) LogValue() slog.Value { return slog.StringValue(personal) }

// LogValue implements slog.LogValuer: addresses are not logged.
func (Email) LogValue() slog.Value { return slog.StringValue(personal) }

// LogValue implements slog.LogValuer: numbers are not logged.
func (Phone) LogValue() slog.Value { return slog.StringValue(personal) }

// LogValue implements slog.LogValuer: addresses are not logged.
func (Address) LogValue() slog.Value { return slog.StringValue(personal) }

// LogValue implements slog.LogValuer: accounts are not logged.
func (Account) LogValue() slog.Value { return slog.StringValue(personal) }

// LogValue implements slog.LogValuer: the host's keys of people are not logged.
func (Identity) LogValue() slog.Value { return slog.StringValue(personal) }
