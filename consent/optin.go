package consent

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/token"
)

// OptIn sets up double opt-in: who asks for something by e-mail is sent one mail, and
// nothing is granted before the link in it was confirmed.
type OptIn struct {
	// Secrets sign the links, the first one new ones; older ones still open theirs. Each
	// at least 16 random bytes.
	Secrets [][]byte
	// Link is the address of the host's page, with {token} where the token goes, for
	// instance "https://shop.example/confirm?t={token}". The page shows a button that
	// posts, and the host then calls ConfirmOptIn. Opening the page must confirm
	// nothing, because programs that scan mails open links.
	Link string
	// Mails are the mails by language; that of the empty language is for all others.
	Mails map[string]OptInMail
	// Lifetime is how long a link is good for. Defaults to 7 days.
	Lifetime time.Duration
	// Keep is how long an unconfirmed request is kept, and a contact of whom nothing
	// else is known. Defaults to 30 days.
	Keep time.Duration
	// PerAddress is how often requests from one address of the Internet Protocol are
	// taken within an hour, 10 by default; PerHour how often from all, 1,000 by default.
	// One e-mail address gets one mail within 24 hours.
	PerAddress, PerHour int
}

// OptInMail is the mail that asks to confirm. It is plain text with {link} exactly once,
// no other link, no markup, and so no picture that tells who opened it; it should hold no
// advertising, because until it is confirmed nobody has agreed to any.
type OptInMail struct{ Subject, Text string }

const (
	linkMark, tokenMark  = "{link}", "{token}"
	defaultLifetime      = 7 * 24 * time.Hour
	defaultKeep          = 30 * 24 * time.Hour
	defaultPerAddress    = 10
	defaultPerHour       = 1_000
	oneMailWithin        = 24 * time.Hour
	optInSource          = "email" // of the identities of those who asked
	maxMail, minKeyBytes = 20_000, 16
)

// Complete returns a copy with its defaults.
func (o OptIn) Complete() OptIn {
	o.Lifetime, o.Keep = cmp.Or(o.Lifetime, defaultLifetime), cmp.Or(o.Keep, defaultKeep)
	o.PerAddress, o.PerHour = cmp.Or(o.PerAddress, defaultPerAddress), cmp.Or(o.PerHour, defaultPerHour)
	return o
}

// Check adds every broken field of a complete set-up to f.
func (o OptIn) Check(f *errs.Fields) {
	if len(o.Secrets) == 0 {
		f.Add("secrets", "required", "must hold at least one")
	}
	for i, s := range o.Secrets {
		if len(s) < minKeyBytes {
			f.Add(fmt.Sprintf("secrets[%d]", i), "too_short", fmt.Sprintf("must have at least %d bytes", minKeyBytes))
		}
	}
	if !strings.HasPrefix(o.Link, "https://") && !strings.HasPrefix(o.Link, "http://") || strings.Count(o.Link, tokenMark) != 1 {
		f.Add("link", "syntax", "must be a web address with {token} once")
	}
	if o.Lifetime < 0 || o.Keep < o.Lifetime {
		f.Add("keep", "out_of_range", "must be no shorter than the lifetime of a link")
	}
	if o.PerAddress < 0 || o.PerHour < 0 {
		f.Add("per_hour", "negative", "must not be below zero")
	}
	if _, there := o.Mails[""]; !there {
		f.Add("mails", "required", "must have one for the empty language")
	}
	for language, m := range o.Mails {
		at := f.At("mails[" + language + "]")
		if m.Subject == "" {
			at.Add("subject", "required", "must not be empty")
		}
		check.Line(at, "subject", m.Subject, maxText)
		check.Prose(at, "text", m.Text, maxMail)
		m.check(at)
	}
}

// check refuses what a mail must not have that nobody has agreed to yet.
func (m OptInMail) check(f *errs.Fields) {
	text := strings.ToLower(m.Subject + "\n" + m.Text)
	for _, sign := range []string{"http://", "https://", "www.", "<", "src=", "{{"} {
		if strings.Contains(text, sign) {
			f.Add("text", "template", "must be plain text without any link but {link}")
			return
		}
	}
	if strings.Count(m.Text, linkMark) != 1 || strings.Contains(m.Subject, linkMark) {
		f.Add("text", "template", "must hold {link} once")
	}
}

// OptInID identifies a request.
type OptInID = id.ID[OptInRow]

// OptInState is the state of a request.
type OptInState string

// The states. A request that was being sent when its process died stays OptInSending, and
// is not sent again: whoever waits for the mail asks once more.
const (
	OptInQueued    OptInState = "queued"
	OptInSending   OptInState = "sending"
	OptInSent      OptInState = "sent"
	OptInRefused   OptInState = "refused" // by the provider, for good
	OptInConfirmed OptInState = "confirmed"
)

// OptInRow is a request as it is stored.
type OptInRow struct {
	ID       OptInID
	Contact  contact.ID
	Origin   contact.ID // who asked, where that contact was merged into Contact since
	Email    string     // the normal form
	Purpose  Purpose
	Channels []contact.Channel
	Notice   NoticeRef
	Wording  string
	Source   string
	Language string
	State    OptInState
	// Created is true where the contact was created for the request.
	Created bool
	// From is a keyed digest of the address of the Internet Protocol it came from.
	From        []byte
	RequestedAt time.Time
	NotBefore   time.Time // when it is sent at the earliest
	ExpiresAt   time.Time // when the link ends
	ConfirmedAt time.Time // zero while it is not
}

// OptInQuery selects requests that were made at Since or later.
type OptInQuery struct {
	Since time.Time
	Email string // where it is set
	From  []byte // where it is set
}

// OptInStore persists requests for double opt-in.
type OptInStore interface {
	// PutOptIn stores a request, in the place of one with its id.
	PutOptIn(ctx context.Context, r OptInRow) error
	// LockOptIn returns a request, or errs.ErrNotFound with the path "id", and until the
	// transaction ends nobody else can lock it.
	LockOptIn(ctx context.Context, id OptInID) (OptInRow, error)
	// CountOptIns counts the requests that the query selects.
	CountOptIns(ctx context.Context, q OptInQuery) (int, error)
	// QueuedOptIns returns up to limit ids of requests in state OptInQueued with
	// NotBefore of now or before, ordered by NotBefore and id.
	QueuedOptIns(ctx context.Context, now time.Time, limit int) ([]OptInID, error)
	// OldOptIns returns up to limit requests made before the instant, the earliest
	// first, then by id.
	OldOptIns(ctx context.Context, before time.Time, limit int) ([]OptInRow, error)
	// DeleteOptIns removes requests. Unknown ones are passed over.
	DeleteOptIns(ctx context.Context, ids []OptInID) error
}

// OptInRequest is what somebody asks for in a form.
type OptInRequest struct {
	Email string
	// Contact is who asks, where the host knows, for instance because somebody is logged
	// in. Else it is whoever asked from this e-mail address before, or a new contact.
	Contact contact.ID
	// Purpose defaults to Marketing.
	Purpose Purpose
	// Channels defaults to e-mail; calls cannot be asked for in this way.
	Channels []contact.Channel
	// Wording or Notice is the text that was shown, as in a Declaration.
	Wording string
	Notice  NoticeKey
	// Source says where it was asked for, for instance "footer". Required.
	Source string
	// Language of the mail.
	Language string
	// IP is where the request came from, for the limit. Only a keyed digest is kept,
	// unless Evidence.IP holds it too.
	IP       string
	Evidence Evidence
}

// RequestOptIn takes a request and queues one mail, which CRM.Run sends. Nothing is
// granted by it. The answer is the same whether somebody with the address is known, is
// suppressed, has agreed already or has just been sent a mail, so that nobody can find
// out who is a customer; in these cases at most one mail goes out. More than
// OptIn.PerAddress or PerHour requests are refused with errs.ErrConflict (too_often). It
// needs Config.OptIn, else the error is errs.ErrConflict (off); other errors are
// errs.ErrInvalid with all broken fields.
func (s *Service) RequestOptIn(ctx context.Context, r OptInRequest) (err error) {
	const op = "consent.RequestOptIn"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", r.Contact.String()); err != nil {
		return err
	}
	if s.optIn == nil {
		return errs.Conflict(op, "", "off", "needs Config.OptIn")
	}
	asked, err := s.checkRequest(ctx, op, &r)
	if err != nil {
		return err
	}
	person := s.record(&errs.Fields{}, Addresses{Emails: []string{r.Email}})
	now := s.env.Now()
	row := OptInRow{
		ID: s.env.NewID(), Contact: r.Contact, Email: contact.NormalEmail(person.Emails[0]), Purpose: asked.Purpose, Channels: asked.Channels,
		Notice: asked.ref, Wording: r.Wording, Source: r.Source, Language: r.Language, State: OptInQueued, From: s.from(r.IP),
		RequestedAt: now, NotBefore: now, ExpiresAt: now.Add(s.optIn.Lifetime),
	}
	for range maxAsked {
		err = s.atomic(ctx, func(ctx context.Context, store Stores) error { return s.take(ctx, store, op, row, asked, person) })
		if !isTaken(err) {
			break
		}
	}
	return err
}

// maxAsked is how often a request is taken anew when others come from the same address
// at the same time.
const maxAsked = 3

// isTaken reports whether somebody else has just created the contact.
func isTaken(err error) bool {
	return slices.ContainsFunc(errs.FieldsOf(err), func(f errs.Field) bool { return f.Code == "taken" })
}

// checkRequest checks a request as the declaration that it would become.
func (s *Service) checkRequest(ctx context.Context, op string, r *OptInRequest) (Declaration, error) {
	if len(r.Channels) == 0 {
		r.Channels = []contact.Channel{contact.ChannelEmail}
	}
	d := Declaration{
		Contact: r.Contact, Purpose: r.Purpose, Channels: slices.Clone(r.Channels), Wording: r.Wording, Notice: r.Notice,
		Source: r.Source, Evidence: r.Evidence,
	}
	d.Evidence.Method = ByOptIn
	list := []Declaration{d}
	if err := resolve(ctx, s.store, op, "", list); err != nil {
		return d, err
	}
	now := s.env.Now()
	d = complete(list[0], Grant, now)
	var f errs.Fields
	s.record(&f, Addresses{Emails: []string{r.Email}})
	if r.IP != "" {
		if _, err := netip.ParseAddr(r.IP); err != nil {
			f.Add("ip", "syntax", "must be an address of the Internet Protocol")
		}
	}
	check.Line(&f, "language", r.Language, maxText)
	whole := d
	if whole.Contact.IsZero() {
		whole.Contact = contact.ID{1} // is found, or created, later
	}
	validate(&f, whole, Grant, now)
	return d, f.Err(op)
}

// from is the keyed digest of an address of the Internet Protocol.
func (s *Service) from(ip string) []byte {
	if ip == "" {
		return nil
	}
	mac := hmac.New(sha256.New, s.optIn.Secrets[0])
	mac.Write([]byte("crm.optin.ip\x00" + s.store.Tenant() + "\x00" + ip))
	return mac.Sum(nil)[:16]
}

// take queues the mail, unless there is a reason to leave it.
func (s *Service) take(ctx context.Context, store Stores, op string, row OptInRow, asked Declaration, person contact.Contact) error {
	if err := s.within(ctx, store, op, row); err != nil {
		return err
	}
	barred, err := contact.Suppressed(ctx, store, s.env.Addresses, []contact.Contact{person})
	if err != nil || len(barred[0]) > 0 {
		return err
	}
	if row.Contact, row.Created, err = s.whoAsks(ctx, store, op, row, person); err != nil {
		return err
	}
	restricted, err := store.Restricted(ctx, []contact.ID{row.Contact})
	if err != nil || len(restricted) > 0 {
		return err
	}
	// Behind the lock on the contact, so that of two requests at once one counts the other.
	mailed, err := store.CountOptIns(ctx, OptInQuery{Since: row.RequestedAt.Add(-oneMailWithin), Email: row.Email})
	if err != nil || mailed > 0 {
		return err
	}
	var events []Event
	for _, ch := range row.Channels {
		e := newEvent(asked, ch, Request, row.RequestedAt)
		e.Contact, e.Basis, e.Proof = row.Contact, "", row.ID.String()
		events = append(events, e.identified(row.RequestedAt))
	}
	if err := store.AppendConsent(ctx, events); err != nil {
		return err
	}
	return store.PutOptIn(ctx, row)
}

// within refuses what comes too often.
func (s *Service) within(ctx context.Context, store Stores, op string, row OptInRow) error {
	since := row.RequestedAt.Add(-time.Hour)
	all, err := store.CountOptIns(ctx, OptInQuery{Since: since})
	if err != nil {
		return err
	}
	from := 0
	if row.From != nil {
		if from, err = store.CountOptIns(ctx, OptInQuery{Since: since, From: row.From}); err != nil {
			return err
		}
	}
	if all >= s.optIn.PerHour || from >= s.optIn.PerAddress {
		return errs.Conflict(op, "", "too_often", "is asked for too often")
	}
	return nil
}

// whoAsks gives the contact for whom a request is noted, locked, and whether it was
// created for it.
func (s *Service) whoAsks(ctx context.Context, store Stores, op string, row OptInRow, person contact.Contact) (contact.ID, bool, error) {
	of := row.Contact
	identity := contact.Identity{Source: optInSource, Key: row.Email}
	if of.IsZero() {
		owners, err := store.FindIdentities(ctx, []contact.Identity{identity})
		if err != nil {
			return of, false, err
		}
		of = owners[0]
	}
	if !of.IsZero() {
		living, err := contact.LockLiving(ctx, store, []contact.ID{of})
		if err != nil {
			return of, false, err
		}
		to, there := living[of]
		switch {
		case there && (!row.Contact.IsZero() || reachedBy(to, row.Email)):
			return to.ID, false, nil
		case !there && !row.Contact.IsZero():
			return of, false, errs.NotFound(op, "contact")
		}
		identity.Key = "" // is that of somebody who has another address now
	}
	person.ID, person.Language = s.env.NewID(), ""
	if person.Identities = nil; identity.Key != "" {
		person.Identities = []contact.Identity{identity}
	}
	return person.ID, true, contact.Insert(ctx, store, op, person, row.RequestedAt)
}

// Confirmed is what ConfirmOptIn has granted.
type Confirmed struct {
	Contact  contact.ID
	Purpose  Purpose
	Channels []contact.Channel
}

// ConfirmOptIn grants what was asked for, with the token of the link in the mail. Call it
// for a POST only. Each token is good for once, until it ends, and in its tenant; a
// refusal that the customer declared since the request ends it as well. Objections to the
// purpose on those channels are lifted, because it is the customer who confirms. Errors:
// errs.ErrInvalid with the path "token" and the code syntax or expired, and
// errs.ErrConflict with used, withdrawn, restricted, or changed where messages to the
// contact would go to another e-mail address by now.
func (s *Service) ConfirmOptIn(ctx context.Context, text string, evidence Evidence) (done Confirmed, err error) {
	const op = "consent.ConfirmOptIn"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return done, err
	}
	if s.optIn == nil {
		return done, errs.Conflict(op, "", "off", "needs Config.OptIn")
	}
	now := s.env.Now()
	var f errs.Fields
	validateEvidence(f.At("evidence"), evidence)
	opened, err := token.Keys(s.optIn.Secrets).Open(token.OptIn, s.store.Tenant(), text, now)
	switch err {
	case nil:
	case token.ErrExpired:
		f.Add("token", "expired", "has expired")
	default:
		f.Add("token", "syntax", "is not one that was sent")
	}
	if err := f.Err(op); err != nil {
		return done, err
	}
	err = s.atomic(ctx, func(ctx context.Context, store Stores) error {
		done, err = s.confirm(ctx, store, op, OptInID(opened), evidence, now)
		return err
	})
	return done, err
}

// confirm grants what a request asked for.
func (s *Service) confirm(ctx context.Context, store Stores, op string, of OptInID, evidence Evidence, now time.Time) (done Confirmed, err error) {
	row, err := store.LockOptIn(ctx, of)
	switch {
	case errors.Is(err, errs.ErrNotFound):
		var f errs.Fields
		f.Add("token", "syntax", "is not one that was sent")
		return done, f.Err(op)
	case err != nil:
		return done, err
	case row.State == OptInConfirmed:
		return done, errs.Conflict(op, "token", "used", "was used before")
	}
	living, err := contact.LockLiving(ctx, store, []contact.ID{row.Contact})
	if err != nil {
		return done, err
	}
	person, there := living[row.Contact]
	if !there {
		return done, errs.NotFound(op, "contact")
	}
	if err := contact.Unrestricted(ctx, store, op, "token", person.ID); err != nil {
		return done, err
	}
	states, err := store.ConsentStates(ctx, []contact.ID{person.ID})
	if err != nil {
		return done, err
	}
	if !reachedBy(person, row.Email) {
		return done, errs.Conflict(op, "token", "changed", "the contact has another e-mail address now")
	}
	if row.refusedSince(states) {
		return done, errs.Conflict(op, "token", "withdrawn", "the customer has declared otherwise since")
	}
	events := confirmations(row, person.ID, evidence, states, now)
	if err := store.AppendConsent(ctx, events); err != nil {
		return done, err
	}
	row.State, row.ConfirmedAt = OptInConfirmed, now
	return Confirmed{person.ID, row.Purpose, row.Channels}, store.PutOptIn(ctx, row)
}

// reachedBy reports whether messages to a contact go to the address.
func reachedBy(c contact.Contact, email string) bool {
	return len(c.Emails) > 0 && contact.NormalEmail(c.Emails[0]) == email
}

// refusedSince reports whether the customer has said no since the request.
func (r OptInRow) refusedSince(states []State) bool {
	return slices.ContainsFunc(states, func(s State) bool {
		no := s.Layer == Consents && s.Action.Refuses() || s.Layer == Objections && s.Action == Object
		return no && s.At.After(r.RequestedAt) && s.Purpose == r.Purpose && (s.Channel == AnyChannel || slices.Contains(r.Channels, s.Channel))
	})
}

// confirmations makes the events of a confirmed request.
func confirmations(row OptInRow, of contact.ID, evidence Evidence, states []State, now time.Time) []Event {
	evidence.Method = ByOptIn
	var events []Event
	for _, ch := range row.Channels {
		e := Event{
			Contact: of, Purpose: row.Purpose, Channel: ch, Action: Confirm, Basis: Agreed, At: now,
			Wording: row.Wording, Notice: row.Notice, Source: row.Source, Proof: row.ID.String(), Evidence: evidence,
		}
		if e.Origin = row.Origin; of != row.Contact {
			e.Origin = cmp.Or(row.Origin, row.Contact)
		}
		events = append(events, e.identified(now))
	}
	lifted := make([]Event, len(events))
	for i, e := range events {
		e.Action, e.Basis, e.Notice, e.Wording = Release, "", NoticeRef{}, ""
		lifted[i] = e
	}
	return append(events, lift(Object)(Declaration{Purpose: row.Purpose}, lifted, states)...)
}
