package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/vault"
	"github.com/stammkunde/crm/exchange"
)

// illness stands nowhere in the files of a database that seals.
const illness = "Morbus Geheim"

// With keys no byte of a sensitive value is in the files of the database, whatever was
// done with it; without keys it is, so that it would be found.
func TestSealed_values_are_not_in_the_files(t *testing.T) {
	t.Parallel()
	keys, err := vault.NewLocal(map[string][]byte{"k": bytes.Repeat([]byte{7}, vault.KeySize)}, "k")
	if err != nil {
		t.Fatal(err)
	}
	index, err := vault.NewIndex([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	for name, wrapper := range map[string]vault.KeyWrapper{"sealed": keys, "clear": nil} {
		t.Run(name, func(t *testing.T) {
			store, db := fresh(t)
			c, err := crm.New(store, &crm.Config{Keys: wrapper, Index: index, Fields: []contact.Field{
				{Name: "illness", Type: contact.TypeText, Sensitivity: contact.Health, Purpose: "care", Searchable: true},
				{Name: "signs", Type: contact.TypeMany, OneOf: []string{illness, "none"}, Sensitivity: contact.Health, Purpose: "care"},
			}})
			if err != nil {
				t.Fatal(err)
			}
			use(t, c)
			if found := inFiles(t, db, illness); found != (wrapper == nil) {
				t.Errorf("whether the value stands in the files of the database: %v", found)
			}
		})
	}
}

// use writes sensitive values in every way, and destroys some.
func use(t *testing.T, c *crm.CRM) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	values := map[string]contact.Value{"illness": contact.Text(illness), "signs": contact.Many(illness)}
	var ids []contact.ID
	for range 3 {
		p, err := c.Contacts.Create(ctx, contact.Contact{Name: contact.Name{Family: "Roth"}})
		must(err)
		must(c.Consents.Grant(ctx, care(p.ID)))
		states, err := c.Consents.States(ctx, p.ID)
		must(err)
		_, err = c.Contacts.SetSensitive(ctx, p.ID, p.Version, values, contact.Proof(states[0].Event.String()))
		must(err)
		ids = append(ids, p.ID)
	}
	_, err := c.Merges.Merge(ctx, ids[0], ids[1], nil)
	must(err)
	agreed := exchange.Consent{Purpose: "care", Channel: "desk", Action: consent.Grant, At: time.Now().Add(-time.Hour), Wording: "yes", Source: "form"}
	sick := contact.Contact{Kind: contact.Person, Name: contact.Name{Family: "Roth"}, Identities: []contact.Identity{{Source: "shop", Key: "1"}}}
	for _, v := range []string{illness, "none", illness} {
		sick.Custom = map[string]contact.Value{"signs": contact.Many(v)}
		e := exchange.Entry{Number: 1, Contact: sick, Consents: []exchange.Consent{agreed}}
		done, err := c.Exchange.Import(ctx, "file "+v[:2]+string(rune('a'+len(ids))), func(yield func(exchange.Entry, error) bool) { yield(e, nil) }, nil)
		must(err)
		if done.Refused > 0 {
			t.Fatal("an import was refused")
		}
		ids = append(ids, contact.ID{})
	}
	must(c.Consents.Withdraw(ctx, care(ids[2])))
	_, err = c.Contacts.DestroyWithdrawn(ctx)
	must(err)
}

func care(of contact.ID) consent.Declaration {
	return consent.Declaration{Contact: of, Purpose: "care", Channels: []contact.Channel{"desk"}, Wording: "yes", Source: "form"}
}

// inFiles reports whether a text stands in one of the files of a database.
func inFiles(t *testing.T, db *sql.DB, text string) bool {
	t.Helper()
	var seq int
	var name, path string
	if err := db.QueryRowContext(context.Background(), "PRAGMA database_list").Scan(&seq, &name, &path); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("the files of the database were not found: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}
