package crm

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/addresskey"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
	"github.com/stammkunde/crm/payment"
	"github.com/stammkunde/crm/privacy"
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
	// Suppression, where it is set, keeps suppressed addresses as keyed digests. Defaults
	// to nil: then no address is suppressed beyond its contact.
	Suppression *Suppression
	// OptIn sets up double opt-in, with the sender for e-mail. Defaults to nil: then it
	// cannot be asked for.
	OptIn *consent.OptIn
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
	// Authorizer is asked, before anything is done, whether the actor of the context
	// may; see package access. access.Policy goes by roles. Defaults to none: then
	// everything is permitted.
	Authorizer access.Authorizer
	// Audit, where it is set, keeps a log of what was done, in which a change can be
	// found; see package audit. Defaults to nil: no log.
	Audit *Audit
	// Retention says how long data are kept; what is due goes when the host calls
	// CRM.Privacy.Sweep. Defaults to privacy.DefaultRetention. At most one rule for
	// each class; none at all is an empty list.
	Retention []privacy.Rule
	// Privacy says what data are used for, and what else takes part in an erasure.
	Privacy privacy.Settings
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

// Suppression says how suppressed addresses are kept, and who else knows of some.
type Suppression struct {
	// Secrets are what the digests are made with, the first one new ones; older ones
	// still find theirs. Each at least 16 random bytes. Who loses them loses the
	// suppressions.
	Secrets [][]byte
	// Lists are asked when a campaign is planned and when contacts are imported.
	Lists []consent.List
}

// Audit says how the log is kept.
type Audit struct {
	// Key makes the hashes of the log such that nobody can compute them who has only
	// the database: at least 16 random bytes, or none. It must stay the same as long
	// as the log. Without one, somebody who can write the whole table can compute the
	// chain anew, unless the host keeps CRM.Audit.Head elsewhere.
	Key []byte
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
	full.Retention = slices.Clone(full.Retention)
	full.Privacy = full.Privacy.Clone()
	if full.Duplicates != nil {
		full.Duplicates = &Duplicates{slices.Clone(full.Duplicates.Secret)}
	}
	if full.Suppression != nil {
		full.Suppression = &Suppression{cloneSecrets(full.Suppression.Secrets), slices.Clone(full.Suppression.Lists)}
	}
	if full.OptIn != nil {
		o := full.OptIn.Complete()
		o.Secrets, o.Mails = cloneSecrets(o.Secrets), maps.Clone(o.Mails)
		full.OptIn = &o
	}
	if full.Audit != nil {
		full.Audit = &Audit{slices.Clone(full.Audit.Key)}
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
	c.validateConsent(f)
	if c.Audit != nil && len(c.Audit.Key) > 0 && len(c.Audit.Key) < minSecret {
		f.Add("config.audit.key", "too_short", fmt.Sprintf("must have at least %d bytes, or none", minSecret))
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
	privacy.CheckRules(f.At("config.retention"), c.Retention)
	c.Privacy.Check(f.At("config.privacy"))
	if c.Payments != nil {
		check.Name(f, "config.payments.name", c.Payments.Name())
	}
}

func cloneSecrets(secrets [][]byte) [][]byte {
	list := make([][]byte, len(secrets))
	for i, s := range secrets {
		list[i] = slices.Clone(s)
	}
	return list
}

// validateConsent checks what suppressions and double opt-in are set up with.
func (c Config) validateConsent(f *errs.Fields) {
	if c.Suppression != nil {
		if len(c.Suppression.Secrets) == 0 {
			f.Add("config.suppression.secrets", "required", "must hold at least one")
		}
		for i, s := range c.Suppression.Secrets {
			if len(s) < minSecret {
				f.Add(fmt.Sprintf("config.suppression.secrets[%d]", i), "too_short", fmt.Sprintf("must have at least %d bytes", minSecret))
			}
		}
		for i, l := range c.Suppression.Lists {
			if l == nil {
				f.Add(fmt.Sprintf("config.suppression.lists[%d]", i), "required", "must not be nil")
				continue
			}
			check.Name(f, fmt.Sprintf("config.suppression.lists[%d].name", i), l.Name())
		}
	}
	if c.OptIn != nil {
		c.OptIn.Check(f.At("config.opt_in"))
		if c.Senders[contact.ChannelEmail] == nil {
			f.Add("config.senders", "missing_sender", "must have one for e-mail, for double opt-in")
		}
	}
}

// lists are the external lists.
func (c Config) lists() []consent.List {
	if c.Suppression == nil {
		return nil
	}
	return c.Suppression.Lists
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
	env := core.Env{Clock: c.Now, NewID: c.NewID, Random: c.Random, Zone: c.Zone}
	if c.Suppression != nil {
		env.Addresses = addresskey.NewKeys(c.Suppression.Secrets)
	}
	if c.Authorizer != nil || c.Audit != nil {
		env.Permit = func(ctx context.Context, op, kind, id string) error {
			if id == (contact.ID{}).String() {
				id = ""
			}
			return access.Ask(ctx, c.Authorizer, access.Action(op), access.Resource{Kind: kind, ID: id})
		}
	}
	return env
}

// clerk writes the entries of the audit log, nil where there is none.
func (c Config) clerk(env core.Env) *audit.Clerk {
	if c.Audit == nil {
		return nil
	}
	return audit.NewClerk(env, c.Audit.Key)
}

// privacy is what the service for the rights of persons takes from the config.
func (c Config) privacy(keys addresskey.Keys, sealing *contact.Sealing, log bool) privacy.Setup {
	setup := privacy.Setup{Settings: c.Privacy, Retention: c.Retention, Fields: c.Fields, Sealing: sealing}
	if len(keys) > 0 {
		setup.Suppressors = append(setup.Suppressors, suppressor{keys, c.Now})
	}
	if c.Privacy.Suppressor != nil {
		setup.Suppressors = append(setup.Suppressors, c.Privacy.Suppressor)
	}
	if log {
		setup.Parts = append(slices.Clone(setup.Parts), loggedPart)
	}
	for _, ch := range slices.Sorted(maps.Keys(c.Senders)) {
		to := privacy.Recipient{Name: "sender for the channel " + string(ch), Data: "name, language, the address on the channel, and the message"}
		setup.Recipients = append(setup.Recipients, to)
	}
	if c.Payments != nil {
		to := privacy.Recipient{Name: "payment service " + c.Payments.Name(), Data: "amounts, references of orders, and what the host hands over"}
		setup.Recipients = append(setup.Recipients, to)
	}
	return setup
}
