package audit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
)

func open(t *testing.T, store storage.Store, change func(*crm.Config)) *crm.CRM {
	t.Helper()
	config := &crm.Config{Audit: &crm.Audit{}}
	if change != nil {
		change(config)
	}
	c, err := crm.New(store, config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRecord_refuses_what_breaks_a_rule(t *testing.T) {
	c := open(t, memory.New(), nil)
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprintf("d%d", i)] = ""
	}
	for _, e := range []struct {
		event audit.Event
		want  string
	}{
		{audit.Event{}, "action required"},
		{audit.Event{Action: strings.Repeat("x", 101)}, "action too_long"},
		{audit.Event{Action: "a\x00"}, "action control_character"},
		{audit.Event{Action: "a", Kind: "A b"}, "kind syntax"},
		{audit.Event{Action: "a", Resource: strings.Repeat("x", 201)}, "resource too_long"},
		{audit.Event{Action: "a", Resource: "4111 1111 1111 1111"}, "resource card_number"},
		{audit.Event{Action: "a", Contacts: []contact.ID{{1}, {}}}, "contacts[1] required"},
		{audit.Event{Action: "a", Contacts: make([]contact.ID, 10_001)}, "contacts too_many"},
		{audit.Event{Action: "a", Details: many}, "details too_many"},
		{audit.Event{Action: "a", Details: map[string]string{"note": "card 4111 1111 1111 1111"}}, "details[note] card_number"},
		{audit.Event{Action: "a", Details: map[string]string{"Ann Smith": ""}}, "details[?] syntax"},
		{audit.Event{Action: "a", Details: map[string]string{"note": strings.Repeat("ä", 201)}}, "details[note] too_long"},
	} {
		_, err := c.Audit.Record(t.Context(), e.event)
		f := errs.FieldsOf(err)
		if !errors.Is(err, crm.ErrInvalid) || f[0].Path+" "+f[0].Code != e.want || strings.Contains(err.Error(), "Ann") {
			t.Errorf("got %v, want %s", err, e.want)
		}
	}
	if page, err := c.Audit.Entries(t.Context(), audit.Query{}); err != nil || len(page.Entries) != 0 {
		t.Errorf("what was refused stands in the log: %v %v", page, err)
	}
}

func TestService_is_off_without_a_config(t *testing.T) {
	c := open(t, memory.New(), func(c *crm.Config) { c.Audit = nil })
	var told error
	c.Audit.Work(t.Context(), func(err error) { told = err })
	_, recorded := c.Audit.Record(t.Context(), audit.Event{Action: "a"})
	_, sealed := c.Audit.Seal(t.Context())
	_, verified := c.Audit.Verify(t.Context())
	_, head := c.Audit.Head(t.Context())
	_, entries := c.Audit.Entries(t.Context(), audit.Query{})
	_, who := c.Audit.WhoWasAffected(t.Context(), audit.Query{})
	_, erased := c.Audit.ErasePayload(t.Context(), contact.ID{1})
	for i, err := range []error{told, recorded, sealed, verified, head, entries, who, erased} {
		if !errors.Is(err, crm.ErrConflict) || !errs.Has(err, "off") {
			t.Errorf("method %d gives %v", i, err)
		}
	}
}

func TestNew_refuses_a_short_key(t *testing.T) {
	_, err := crm.New(memory.New(), &crm.Config{Audit: &crm.Audit{Key: make([]byte, 15)}})
	if f := errs.FieldsOf(err); len(f) != 1 || f[0].Path != "config.audit.key" || f[0].Code != "too_short" {
		t.Errorf("got %v", err)
	}
}

// plainSealer seals by not sealing.
type plainSealer struct{}

func (plainSealer) Seal(plain []byte) ([]byte, error) { return plain, nil }

func (plainSealer) Open(sealed []byte) ([]byte, error) { return sealed, nil }

// What is sensitive, or leaves the house, is noted before it is given out, and is not
// given out when it cannot be noted.
func TestReads_are_noted_or_refused(t *testing.T) {
	store := &deaf{Store: memory.New()}
	c := open(t, store, func(c *crm.Config) { c.Validation.Sealer = plainSealer{} })
	ctx := access.With(t.Context(), access.Actor{ID: "7"})
	ann, err := c.Contacts.Create(ctx, contact.Contact{Name: contact.Name{Family: "Ann"}, Accounts: []contact.Account{{IBAN: "DE89370400440532013000"}}})
	if err != nil {
		t.Fatal(err)
	}
	iban := func() (string, error) {
		i, err := c.Contacts.IBAN(ctx, ann.ID, 0)
		return string(i), err
	}
	export := func() (names string, err error) {
		for c, err := range c.Segments.Export(ctx, segment.Everyone()) {
			if err != nil {
				return names, err
			}
			names += c.Name.Family
		}
		return names, nil
	}
	archive := func() (string, error) {
		var b strings.Builder
		_, err := c.Exchange.Export(ctx, &b, nil)
		return b.String(), err
	}
	for action, read := range map[string]func() (string, error){"contact.IBAN": iban, "segment.Export": export, "exchange.Export": archive} {
		if text, err := read(); text == "" || err != nil {
			t.Errorf("%s gives %q: %v", action, text, err)
		}
		store.deaf = true
		if text, err := read(); text != "" || !errors.Is(err, errDeaf) {
			t.Errorf("%s gives %q though it could not be noted: %v", action, text, err)
		}
		store.deaf = false
		page, err := c.Audit.Entries(ctx, audit.Query{Contact: ann.ID, Actor: "7", Action: action})
		if err != nil || len(page.Entries) != 1 {
			t.Errorf("%s has left %d entries: %v", action, len(page.Entries), err)
		}
	}
}

// deaf is a store that can refuse to keep entries.
type deaf struct {
	storage.Store
	deaf bool
}

var errDeaf = errors.New("nothing is noted")

func (d *deaf) AppendAudit(ctx context.Context, entries []audit.Entry) error {
	if d.deaf {
		return errDeaf
	}
	return d.Store.AppendAudit(ctx, entries)
}

// deafTx is a store whose transactions keep no entries.
type deafTx struct{ storage.Store }

func (d deafTx) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return d.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, &deaf{tx, true}) })
}

// What cannot be noted is not written.
func TestWrites_fail_with_the_log(t *testing.T) {
	store := memory.New()
	c := open(t, deafTx{store}, nil)
	if _, err := c.Contacts.Create(t.Context(), contact.Contact{Name: contact.Name{Family: "Ann"}}); !errors.Is(err, errDeaf) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Segments.Save(t.Context(), "all", segment.Everyone()); !errors.Is(err, errDeaf) {
		t.Errorf("got %v", err)
	}
	list, err := store.ListContacts(t.Context(), contact.ID{}, 9)
	segments, other := store.Segments(t.Context())
	if err != nil || other != nil || len(list)+len(segments) != 0 {
		t.Errorf("%d contacts and %d segments were written: %v %v", len(list), len(segments), err, other)
	}
	c = open(t, store, func(c *crm.Config) { c.Random = strings.NewReader("too short") })
	if _, err := c.Contacts.Create(t.Context(), contact.Contact{Name: contact.Name{Family: "Ann"}}); !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, crm.ErrStore) {
		t.Errorf("without randomness: %v", err)
	}
}

// again is a store whose transactions run twice, as they do when a database asks for
// it.
type again struct{ storage.Store }

var errAgain = errors.New("once more")

func (s again) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	err := s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
		return errors.Join(fn(ctx, tx), errAgain)
	})
	if !errors.Is(err, errAgain) {
		return err
	}
	return s.Store.Atomic(ctx, fn)
}

func TestEntries_of_a_transaction_that_runs_again_stand_there_once(t *testing.T) {
	c := open(t, again{memory.New()}, nil)
	if _, err := c.Contacts.Create(t.Context(), contact.Contact{Name: contact.Name{Family: "Ann"}}); err != nil {
		t.Fatal(err)
	}
	page, err := c.Audit.Entries(t.Context(), audit.Query{})
	var calls []string
	for _, e := range page.Entries {
		p, _ := e.Contents()
		calls = append(calls, p.Call)
	}
	if want := []string{"InsertContacts"}; err != nil || !slices.Equal(calls, want) {
		t.Errorf("logged %v: %v", calls, err)
	}
}

// No value of a record gets into the log.
func TestEntries_hold_no_values(t *testing.T) {
	c := open(t, memory.New(), nil)
	ann, err := c.Contacts.Create(t.Context(), contact.Contact{
		Name: contact.Name{Given: "Canary", Family: "Canary"}, Emails: []contact.Email{{Address: "canary@example.com"}},
		Identities: []contact.Identity{{Source: "shop", Key: "canary"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ann.Name.Family = "Canarybird"
	if _, err := c.Contacts.Update(t.Context(), ann); err != nil {
		t.Fatal(err)
	}
	page, err := c.Audit.Entries(t.Context(), audit.Query{})
	if err != nil || len(page.Entries) != 3 {
		t.Fatalf("%d entries: %v", len(page.Entries), err)
	}
	if p, _ := page.Entries[2].Contents(); !slices.Equal(p.Fields, []string{"name"}) {
		t.Errorf("an update of the name has changed %v", p.Fields)
	}
	for _, e := range page.Entries {
		if text := strings.ToLower(fmt.Sprintf("%+v %s", e, e.Payload)); strings.Contains(text, "canary") {
			t.Errorf("the entry %s holds a value", text)
		}
	}
}
