package crm_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/exchange/people"
	"github.com/stammkunde/crm/exchange/vcard"
	"github.com/stammkunde/crm/storage/memory"
)

const illness = "Morbus Geheim"

// clinic is a CRM with a sensitive field, that seals.
func clinic(t *testing.T, store *memory.Store) *crm.CRM {
	t.Helper()
	keys, err := vault.NewLocal(map[string][]byte{"k": bytes.Repeat([]byte{7}, vault.KeySize)}, "k")
	if err != nil {
		t.Fatal(err)
	}
	c, err := crm.New(store, &crm.Config{Keys: keys, Fields: []contact.Field{
		{Name: "illness", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "care"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sickly creates a contact with a sensitive value and the consent to it.
func sickly(t *testing.T, c *crm.CRM) (contact.Contact, consent.Declaration) {
	t.Helper()
	ctx := context.Background()
	p, err := c.Contacts.Create(ctx, contact.Contact{Name: contact.Name{Family: "Roth"}, Identities: []contact.Identity{{Source: "shop", Key: "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	d := consent.Declaration{Contact: p.ID, Purpose: "care", Channels: []contact.Channel{"desk"}, Wording: "yes", Source: "form"}
	if err := c.Consents.Grant(ctx, d); err != nil {
		t.Fatal(err)
	}
	states, err := c.Consents.States(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]contact.Value{"illness": contact.Text(illness)}
	p, err = c.Contacts.SetSensitive(ctx, p.ID, p.Version, values, contact.Proof(states[0].Event.String()))
	if err != nil {
		t.Fatal(err)
	}
	return p, d
}

// No kind of file brings a sensitive value without a consent, and nothing of it is logged
// or told.
func TestSensitive_values_are_not_imported_from_files(t *testing.T) {
	is := is.New(t) // not parallel: it looks at everything that is logged
	ctx := context.Background()
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)
	store := memory.New()
	c := clinic(t, store)
	sick := contact.Contact{
		Kind: contact.Person, Name: contact.Name{Family: "Roth"}, Custom: map[string]contact.Value{"illness": contact.Text(illness)},
		Identities: []contact.Identity{{Source: "shop", Key: "1"}},
	}
	var lines, cards bytes.Buffer
	is.NoErr(people.NewLineEncoder(&lines, &people.LineEncodeOptions{Sensitive: true}).Encode(sick))
	is.NoErr(vcard.NewWriter(&cards, &vcard.WriteOptions{Sensitive: true}).Write(sick))
	is.True(strings.Contains(lines.String(), illness) && strings.Contains(cards.String(), illness))
	decoder, err := people.NewLineDecoder(&lines, nil)
	is.NoErr(err)
	reader, err := vcard.NewReader(&cards, nil)
	is.NoErr(err)
	done, err := c.Exchange.Import(ctx, "lines", exchange.People(decoder.Contacts()), nil)
	is.NoErr(err)
	is.Equal(done.Refused, 1)
	done, err = c.Exchange.Import(ctx, "cards", exchange.Cards(reader.Cards()), nil)
	is.NoErr(err)
	is.Equal(done.Refused, 1)
	for _, name := range []string{"lines", "cards"} {
		for p, err := range c.Exchange.Problems(ctx, name) {
			is.NoErr(err)
			is.Equal(p.Code, "consent_required")
			is.True(!strings.Contains(p.Message+p.Path, illness))
		}
	}
	stored, err := store.ListContacts(ctx, contact.ID{}, 10)
	is.NoErr(err)
	is.Equal(len(stored), 0)
	is.True(!strings.Contains(log.String(), illness))
}

// What the library writes out of itself leaves sensitive values out.
func TestSensitive_values_are_not_exported(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	c := clinic(t, memory.New())
	p, _ := sickly(t, c)
	is.Equal(p.Custom["illness"].Text, illness)
	var all, cards, lines bytes.Buffer
	_, err := c.Exchange.Export(ctx, &all, nil)
	is.NoErr(err)
	is.NoErr(vcard.NewWriter(&cards, nil).Write(p))
	is.NoErr(people.NewLineEncoder(&lines, nil).Encode(p))
	for _, text := range []string{all.String(), cards.String(), lines.String()} {
		is.True(strings.Contains(text, "Roth"))
		is.True(!strings.Contains(text, illness) && !strings.Contains(text, "sealed"))
	}
	is.Equal(len(p.Shareable(nil).Custom), 0)
}

// A CRM that runs destroys what was withdrawn, without being asked.
func TestCRM_Run_destroys_what_was_withdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		store := memory.New()
		c := clinic(t, store)
		p, d := sickly(t, c)
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			c.Run(ctx)
			close(ended)
		}()
		stored := func() int {
			list, err := store.Contacts(ctx, []contact.ID{p.ID})
			is.NoErr(err)
			return len(list[0].Custom)
		}
		time.Sleep(time.Hour)
		is.Equal(stored(), 1)
		d.At = time.Now()
		is.NoErr(c.Consents.Withdraw(ctx, d))
		got, err := c.Contacts.Get(ctx, p.ID)
		is.NoErr(err)
		is.Equal(len(got.Custom), 0) // at once
		time.Sleep(10*time.Minute + time.Second)
		is.Equal(stored(), 0)
		stop()
		<-ended
	})
}

// Sealed fields that are searchable need an index.
func TestConfig_index(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	keys, err := vault.NewLocal(map[string][]byte{"k": make([]byte, vault.KeySize)}, "k")
	is.NoErr(err)
	config := crm.Config{Keys: keys, Fields: []contact.Field{
		{Name: "illness", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "care", Searchable: true},
	}}
	_, err = crm.New(memory.New(), &config)
	is.Equal(errs.FieldsOf(err)[0].Path, "config.index")
	config.Index, err = vault.NewIndex(make([]byte, 16))
	is.NoErr(err)
	_, err = crm.New(memory.New(), &config)
	is.NoErr(err)
	config.Fields[0].Sensitivity, config.Fields[0].Purpose = contact.Ordinary, ""
	_, err = crm.New(memory.New(), &config)
	is.Equal(errs.FieldsOf(err)[0].Path, "config.fields[0].searchable")
}
