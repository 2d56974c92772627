package crm

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/payment"
	"github.com/stammkunde/crm/segment"
)

// Config holds what a host may set. It is copied by New; a nil Config and the
// zero Config mean all defaults.
type Config struct {
	// Zone is the shop's time zone: what "this month" means, and the zone of
	// contacts that have none. Defaults to UTC.
	Zone *time.Location
	// Fields declares the custom fields of contacts. Defaults to none.
	Fields []contact.Field
	// Validation says how strictly records of contacts are checked. The zero
	// value is strict.
	Validation contact.Validation
	// Duplicates, where it is set, keeps for each contact what
	// CRM.Contacts.FindDuplicates looks it up by: about a dozen short rows. It must be
	// the same wherever contacts of one database are written. Who sets it for contacts
	// that are there already calls CRM.Contacts.IndexDuplicates once. Defaults to nil:
	// then contacts are not looked up, and writing them costs less.
	Duplicates *Duplicates
	// Keys wraps the keys with which the values of sensitive fields are sealed, one
	// key for each contact: a key management service, or vault.NewLocal. It must
	// be the same wherever contacts of one database are read or written. Who sets it
	// for contacts that are there already calls CRM.Contacts.RotateKeys once.
	// Defaults to nil: then the values are stored in clear.
	Keys vault.KeyWrapper
	// Index makes the blind indexes by which rules find sealed values; see
	// vault.NewIndex. It is needed with Keys if a field is Searchable. Defaults to
	// nil.
	Index *vault.Index
	// Senders hand messages to the outside world. A campaign needs one for
	// each of its channels when it runs. Defaults to none.
	Senders map[contact.Channel]channel.Sender
	// Payments is the host's payment service. Defaults to none.
	Payments payment.Provider
	// OnSegmentChanges gets, from Run, what changes in live segments; see
	// segment.Handler. Defaults to none: then the changes wait in the feed.
	OnSegmentChanges segment.Handler
	// Logger gets what goes wrong in Run. Nothing personal is ever logged.
	// Defaults to slog.Default().
	Logger *slog.Logger
	// Now gives the current time. Defaults to time.Now. Examples and tests
	// set it to print stable output.
	Now func() time.Time
	// NewID makes ids. Defaults to UUIDv7. It must be safe for concurrent
	// use and never give the same id twice.
	NewID func() [16]byte
	// Random is the source of voucher codes. Defaults to crypto/rand.Reader.
	// It must be safe for concurrent use. Anything weaker makes codes that
	// can be guessed.
	Random io.Reader
}

// Duplicates says how contacts are looked up that may be one.
type Duplicates struct {
	// Secret is what the keys are made with, so that those who read the database cannot
	// tell from them who has which e-mail address: at least 16 random bytes.
	Secret []byte
}

// minSecret is how many bytes a secret has at least.
const minSecret = 16

// complete returns a copy of c, with its defaults, checked.
func (c *Config) complete() (Config, error) {
	var full Config
	if c != nil {
		full = *c
	}
	full.Fields = slices.Clone(full.Fields)
	full.Validation.Off = slices.Clone(full.Validation.Off)
	full.Senders = maps.Clone(full.Senders)
	if full.Duplicates != nil {
		full.Duplicates = &Duplicates{slices.Clone(full.Duplicates.Secret)}
	}
	if full.Zone == nil {
		full.Zone = time.UTC
	}
	if full.Logger == nil {
		full.Logger = slog.Default()
	}
	if full.Now == nil {
		full.Now = time.Now
	}
	if full.NewID == nil {
		full.NewID = id.New
	}
	if full.Random == nil {
		full.Random = rand.Reader
	}
	var f errs.Fields
	full.validate(&f)
	return full, f.Err("crm.New")
}

func (c Config) validate(f *errs.Fields) {
	seen := map[string]bool{}
	for i, field := range c.Fields {
		at := f.At(fmt.Sprintf("config.fields[%d]", i))
		field.Check(at)
		if seen[field.Name] {
			at.Add("name", "duplicate", "is declared twice")
		}
		seen[field.Name] = true
	}
	searchable := slices.ContainsFunc(c.Fields, func(f contact.Field) bool { return f.Searchable })
	if c.Keys != nil && c.Index == nil && searchable {
		f.Add("config.index", "required", "must not be nil where sealed fields are searchable")
	}
	if c.Duplicates != nil && len(c.Duplicates.Secret) < minSecret {
		f.Add("config.duplicates.secret", "too_short", fmt.Sprintf("must have at least %d bytes", minSecret))
	}
	for i, off := range c.Validation.Off {
		if !slices.Contains(contact.Checks, off) {
			f.Add(fmt.Sprintf("config.validation.off[%d]", i), "unknown_check", "must be one of contact.Checks")
		}
	}
	for _, ch := range slices.Sorted(maps.Keys(c.Senders)) {
		name := string(ch)
		if !check.IsName(name) {
			name = "?"
		}
		path := "config.senders[" + name + "]"
		check.Name(f, path, string(ch))
		if c.Senders[ch] == nil {
			f.Add(path, "required", "must not be nil")
		}
	}
	if c.Payments != nil {
		check.Name(f, "config.payments.name", c.Payments.Name())
	}
}

// secret is what the keys of contacts are made with, nil where none are kept.
func (c Config) secret() *duplicate.Secret {
	if c.Duplicates == nil {
		return nil
	}
	s := duplicate.NewSecret(c.Duplicates.Secret)
	return &s
}

func (c Config) env() core.Env {
	return core.Env{Clock: c.Now, NewID: c.NewID, Random: c.Random, Zone: c.Zone}
}
