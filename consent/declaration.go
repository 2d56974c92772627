package consent

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/check"
	"github.com/stammkunde/crm/internal/core"
)

// MaxBatch is how many declarations one call of a batch method may take.
const MaxBatch = 10_000

const (
	maxText       = 200
	maxURL        = 2_000
	maxWording    = 20_000
	maxCells      = 50
	maxCategories = 50
	maxAhead      = time.Minute // forgives clocks that differ
)

// Declaration is what a customer declared.
type Declaration struct {
	// Contact may have been merged into another since: then it is that one who declared.
	Contact contact.ID
	// Purpose defaults to Marketing; for Suppress, Release and Restrict it is always
	// AnyPurpose.
	Purpose Purpose
	// Channels that the customer named; at least one. There is no "all" that could be
	// granted; Object and Restrict without channels block all of them.
	Channels []contact.Channel
	// At is when; the zero time means now. It cannot lie in the future.
	At time.Time
	// Wording is the text that the customer saw, verbatim. A grant needs it, or a
	// Notice.
	Wording string
	// Notice names the text that the customer saw; see PutNotice.
	Notice NoticeKey
	// Source says where it was declared, for instance "checkout". Required.
	Source string
	// Proof refers to the evidence, for instance a form's number.
	Proof string
	// Basis of a grant, Agreed by default. ExistingCustomer needs Evidence.Sale,
	// Evidence.Categories and the notice that told of the right to object, and is for
	// channels of electronic mail only. LegitimateInterest is no basis for marketing
	// but by letter, and Contract for none.
	Basis Basis
	// ExpiresAt is when a grant ends; the zero time means never. It must lie after At.
	ExpiresAt time.Time
	Evidence  Evidence

	ref   NoticeRef // of the notice, when it was looked up
	lifts Action    // what a release ends
}

// Electronic lists the channels of electronic mail in the sense of directive
// 2002/58/EC. Telephone calls are none, and letters are not electronic.
var Electronic = []contact.Channel{contact.ChannelEmail, contact.ChannelSMS}

func element(path string, i int, field string) string {
	if path == "" {
		return field
	}
	return fmt.Sprintf("%s[%d].%s", path, i, field)
}

func (s *Service) prepare(op string, action Action, list []Declaration, path string) ([]Event, error) {
	var f errs.Fields
	if len(list) > MaxBatch {
		f.Add(path, "too_many", fmt.Sprintf("must be at most %d declarations", MaxBatch))
		return nil, f.Err(op)
	}
	now := s.env.Now()
	var events []Event
	for i, d := range list {
		at := &f
		if path != "" {
			at = f.At(fmt.Sprintf("%s[%d]", path, i))
		}
		d = complete(d, action, now)
		validate(at, d, action, now)
		if f.Len() > 0 {
			continue // only to find what else is wrong
		}
		for _, ch := range d.Channels {
			events = append(events, newEvent(d, ch, action, now))
		}
	}
	return events, f.Err(op)
}

// Check tells whether a declaration would be noted, without noting it, and returns
// the events that would be added to the ledger, one for each channel. Whether the
// contact exists is not looked at, and it cannot name a notice. A Release is that of a
// suppression. It returns errs.ErrInvalid with all broken fields.
func (s *Service) Check(action Action, d Declaration) ([]Event, error) {
	const op = "consent.Check"
	var f errs.Fields
	if d.Notice != (NoticeKey{}) {
		f.Add("notice", "unexpected", "cannot be looked up here")
	}
	switch action {
	case Grant, Expire, Withdraw, Deny, Suppress, Listed, Object, Restrict, Release:
	default:
		f.Add("action", "unknown_action", "must be one that a customer, or the shop, can declare")
	}
	if err := f.Err(op); err != nil {
		return nil, err
	}
	return s.prepare(op, action, []Declaration{d}, "")
}

// Copied tells whether an event that was noted elsewhere, or for somebody else, would be
// noted for its Contact, without noting it, and returns it as it would be: its ID follows
// from its content. Whether the contact exists and the notice is stored is not looked at.
// It returns errs.ErrInvalid with all broken fields, as of a declaration with one channel.
func (s *Service) Copied(e Event) (Event, error) {
	const op = "consent.Copied"
	var f errs.Fields
	switch e.Action {
	case Grant, Confirm, Expire, Withdraw, Deny, Suppress, Listed, Object, Restrict, Release, Request, Use:
	default:
		f.Add("action", "unknown_action", "must be one of the ledger")
	}
	if e.Lifts != "" && (e.Action != Release || !e.Lifts.Blocks()) {
		f.Add("lifts", "unexpected", "only a release has it, and names what blocks")
	}
	if e.Lifts == Suppress {
		e.Lifts = "" // is what a release without it lifts
	}
	check.Line(&f, "notice.sha256", e.Notice.SHA256, maxText)
	if err := f.Err(op); err != nil {
		return Event{}, err
	}
	events, err := s.prepare(op, e.Action, []Declaration{{
		Contact: e.Contact, Purpose: e.Purpose, Channels: []contact.Channel{e.Channel}, At: e.At,
		Wording: e.Wording, Notice: e.Notice.NoticeKey, Source: e.Source, Proof: e.Proof,
		Basis: e.Basis, ExpiresAt: e.ExpiresAt, Evidence: e.Evidence, ref: e.Notice, lifts: e.Lifts,
	}}, "")
	if err != nil {
		return Event{}, err
	}
	events[0].Origin = e.Origin
	return events[0], nil
}

// newEvent makes the event of a declaration for one channel. Its id follows
// from its content, so that declaring the same thing again adds nothing.
func newEvent(d Declaration, ch contact.Channel, action Action, now time.Time) Event {
	e := Event{
		Contact: d.Contact, Purpose: d.Purpose, Channel: ch, Action: action, At: d.At,
		Lifts: d.lifts, Basis: d.Basis, ExpiresAt: d.ExpiresAt,
		Wording: d.Wording, Notice: d.ref, Source: d.Source, Proof: d.Proof, Evidence: d.Evidence,
	}
	return e.identified(now)
}

// identified gives a new event its id, and when it was recorded.
func (e Event) identified(now time.Time) Event {
	e.ID, e.RecordedAt = ID{}, time.Time{}
	said := e
	said.Origin = contact.ID{}
	content, err := json.Marshal(said)
	if err != nil { // cannot be: the type holds only plain values
		panic(err)
	}
	e.ID, e.RecordedAt = id.Derived("crm.consent", string(content)), now
	// Within one instant the ledger is ordered by id: the stricter comes later,
	// as it does in the fold.
	e.ID[0] = byte(e.Action.Strictness())
	return e
}

func complete(d Declaration, action Action, now time.Time) Declaration {
	if d.At.IsZero() {
		d.At = now
	}
	d.At, d.ExpiresAt = core.Instant(d.At), core.Instant(d.ExpiresAt)
	switch {
	case d.lifts != "": // is a copy
	case action == Suppress || action == Listed || action == Release || action == Restrict:
		d.Purpose = AnyPurpose
	case d.Purpose == "":
		d.Purpose = Marketing
	}
	if (action == Object || action == Restrict) && len(d.Channels) == 0 {
		d.Channels = []contact.Channel{AnyChannel}
	}
	if action.Grants() {
		d.Basis = cmp.Or(d.Basis, Agreed)
	}
	d.Evidence.Categories = slices.Clone(d.Evidence.Categories)
	return d
}

func validate(f *errs.Fields, d Declaration, action Action, now time.Time) {
	if d.Contact.IsZero() {
		f.Add("contact", "required", "must not be empty")
	}
	if d.Purpose != AnyPurpose {
		check.Name(f, "purpose", string(d.Purpose))
	}
	validateChannels(f, d.Channels, action)
	if check.Time(f, "at", d.At) && d.At.After(now.Add(maxAhead)) {
		f.Add("at", "in_future", "must not lie in the future")
	}
	if action.Grants() && d.Wording == "" && d.Notice == (NoticeKey{}) {
		f.Add("wording", "required", "must hold the text that the customer saw, or notice must name it")
	}
	check.Prose(f, "wording", d.Wording, maxWording)
	if d.Notice != (NoticeKey{}) {
		d.Notice.check(f, "notice")
	}
	if d.Source == "" {
		f.Add("source", "required", "must say where it was declared")
	}
	check.Line(f, "source", d.Source, maxText)
	check.Line(f, "proof", d.Proof, maxText)
	if action.Grants() {
		validateGrant(f, d)
	} else {
		validateOther(f, d, action)
	}
	validateEvidence(f.At("evidence"), d.Evidence)
}

func validateChannels(f *errs.Fields, list []contact.Channel, action Action) {
	if len(list) == 0 {
		f.Add("channels", "required", "must name at least one channel")
	}
	if len(list) > maxCells {
		f.Add("channels", "too_many", fmt.Sprintf("must be at most %d channels", maxCells))
		return
	}
	for i, ch := range list {
		if ch != AnyChannel || !action.Blocks() && action != Release {
			check.Name(f, fmt.Sprintf("channels[%d]", i), string(ch))
		}
	}
}

// sweeping are names under which somebody could try to grant everything at once.
var sweeping = []string{"all", "any", "every", "everything"}

// validateGrant checks what stands behind a grant.
func validateGrant(f *errs.Fields, d Declaration) {
	if slices.Contains(sweeping, string(d.Purpose)) {
		f.Add("purpose", "too_broad", "must be one purpose: nobody consents to everything")
	}
	for i, ch := range d.Channels {
		if slices.Contains(sweeping, string(ch)) {
			f.Add(fmt.Sprintf("channels[%d]", i), "too_broad", "must be one channel: nobody consents to everything")
		}
	}
	if !d.ExpiresAt.IsZero() && check.Time(f, "expires_at", d.ExpiresAt) && !d.ExpiresAt.After(d.At) {
		f.Add("expires_at", "empty", "must lie after at")
	}
	switch d.Basis {
	case Agreed:
		if d.Evidence.Method == ByOptIn && slices.Contains(d.Channels, contact.ChannelPhone) {
			f.Add("channels", "not_permitted", "must not include the telephone: a confirmed e-mail address proves nothing of it")
		}
	case ExistingCustomer:
		validateCustomer(f, d)
	case Contract:
		if d.Purpose == Marketing {
			f.Add("basis", "not_permitted", "no contract needs marketing")
		}
	case LegitimateInterest:
		others := slices.ContainsFunc(d.Channels, func(ch contact.Channel) bool { return ch != contact.ChannelLetter })
		if d.Purpose == Marketing && others {
			f.Add("basis", "not_permitted", "marketing without consent is for letters only")
		}
	default:
		f.Add("basis", "unknown_kind", "must be consent, existing_customer, contract or legitimate_interest")
	}
}

// validateCustomer checks the conditions of section 7 (3) UWG that can be told when the
// address was collected: a sale, of which the categories are known, and the notice
// about the right to object.
func validateCustomer(f *errs.Fields, d Declaration) {
	if d.Evidence.Sale == "" {
		f.Add("evidence.sale", "required", "must name the purchase with which the address was collected")
	}
	if len(d.Evidence.Categories) == 0 {
		f.Add("evidence.categories", "required", "must name what was bought, because only similar goods may be offered")
	}
	for i, ch := range d.Channels {
		if !slices.Contains(Electronic, ch) {
			f.Add(fmt.Sprintf("channels[%d]", i), "not_permitted", "must be electronic mail")
		}
	}
}

// validateOther refuses what only grants have.
func validateOther(f *errs.Fields, d Declaration, action Action) {
	expiry := action == Expire && d.Basis == ExistingCustomer
	if d.Basis != "" && !expiry {
		f.Add("basis", "unexpected", "only a grant has one")
	}
	if !d.ExpiresAt.IsZero() {
		f.Add("expires_at", "unexpected", "only a grant can end by itself")
	}
}

func validateEvidence(f *errs.Fields, e Evidence) {
	switch e.Method {
	case "", ByForm, ByOptIn, ByPhone, ByPaper, ByImport, ByAPI:
	default:
		f.Add("method", "unknown_kind", "must be form, doi, phone, paper, import or api")
	}
	check.Line(f, "actor", e.Actor, maxText)
	check.Line(f, "url", e.URL, maxURL)
	if e.IP != "" {
		if _, err := netip.ParseAddr(e.IP); err != nil {
			f.Add("ip", "syntax", "must be an address of the Internet Protocol")
		}
	}
	check.Line(f, "user_agent", e.UserAgent, maxURL)
	check.Line(f, "sale", e.Sale, maxText)
	if len(e.Categories) > maxCategories {
		f.Add("categories", "too_many", fmt.Sprintf("must be at most %d", maxCategories))
		return
	}
	for i, c := range e.Categories {
		if c == "" {
			f.Add(fmt.Sprintf("categories[%d]", i), "required", "must not be empty")
		}
		check.Line(f, fmt.Sprintf("categories[%d]", i), c, maxText)
	}
}
