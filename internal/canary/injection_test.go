package canary

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
)

// hostile are texts that mean something to SQL, to bun, to a driver or to fmt.
var hostile = []string{
	`'`, `"`, `''`, `\`, `\'`, `'";--`, `'; DROP TABLE zq_canary; --`, `"; DROP TABLE zq_canary; --`, `')); DELETE FROM zq_canary; --`,
	`') OR 1=1 --`, `?`, `??`, `\?`, `?0`, `?tenant`, `?contact`, `$1`, `$$; DROP TABLE zq_canary; $$`, `:x`, `@x`, `%s%d`, `%`, `_`, `{}`, `{"a":1}`, `NULL`, `/*`, `*/`, `E'\''`,
	`U&'\0027'`, "\u2019", "\uff07", `a,b`, `{a,"b"}`, "ä'ö", `0x27`, `|| (SELECT 1) ||`,
}

// broken are hostile texts that no text may be.
var broken = []string{"'\";--\x00", "\x00", "'\xbf'", "\xbf\x27"}

// rulesWith are rules with a text in every place where one can stand.
func rulesWith(s string) []segment.Rule {
	return []segment.Rule{
		segment.Field(s).Equals("a"), segment.Field("custom." + s).Equals("a"), segment.Field("name." + s).OneOf("a"), segment.Field(`custom."` + s + `"`).Equals(int64(1)),
		segment.Field("name.family").Equals(s), segment.Field("name.family").OneOf(s, "x"), segment.Field("name.family").Contains(s), segment.Field("custom.nickname").Equals(s),
		segment.Purchases().In(s).AtLeast(1), segment.Purchases().WithSKU(s).AtLeast(1), segment.Purchases().Via(contact.Channel(s)).AtLeast(1), segment.Activities(activity.Kind(s)).AtLeast(1),
		segment.Purchases().Where(segment.Field("subject").Equals(s)).AtLeast(1), segment.Purchases().Where(segment.Field(s).Equals("a")).AtLeast(1),
		segment.Has(segment.Tags).Where(segment.Field("name").Equals(s)).AtLeast(1), segment.Has(segment.Tags).Where(segment.Field(s).Equals("a")).AtLeast(1),
		segment.Has(segment.Emails).Where(segment.Field("address").Equals(s)).AtLeast(1), segment.Consented(consent.Purpose(s), contact.ChannelEmail), segment.Consented("marketing", contact.Channel(s)),
	}
}

// No text of a rule, a key or a record is ever read as SQL: what is permitted means
// itself, what is not is refused, and the host's own table is untouched.
func TestInjection(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			store, db, _ := open(t)
			c, err := crm.New(store, &crm.Config{Fields: []contact.Field{{Name: "nickname", Type: contact.TypeText}}, Validation: contact.Validation{Off: contact.Checks}})
			if err != nil {
				t.Fatal(err)
			}
			canaryTable(t, db)
			for i, s := range hostile {
				named(t, c, i, s)
			}
			for _, s := range append(hostile, broken...) {
				for _, r := range rulesWith(s) {
					_, err := c.Segments.Count(t.Context(), r)
					if err != nil && !strings.Contains(err.Error(), "invalid") {
						t.Errorf("%q in a rule: %v", s, err)
					}
				}
				asked(t, c, s)
			}
			n, err := c.Segments.Count(t.Context(), segment.Everyone())
			if err != nil || n != int64(len(hostile)) {
				t.Errorf("there are %d contacts, must be %d: %v", n, len(hostile), err)
			}
			canaryLives(t, db)
		})
	}
}

// named creates somebody who is called by the text, and finds nobody else by it.
func named(t *testing.T, c *crm.CRM, i int, s string) {
	t.Helper()
	p, err := c.Contacts.Create(t.Context(), contact.Contact{
		Kind: contact.Person, Name: contact.Name{Family: s}, Tags: []string{s}, Custom: map[string]contact.Value{"nickname": contact.Text(s)},
		Identities: []contact.Identity{{Source: "shop", Key: s}}, Addresses: []contact.Address{{City: s, Country: "DE"}},
	})
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	visit := activity.Activity{Contact: p.ID, Kind: "visit", Ref: activity.Ref{Source: "shop", Key: s}, Subject: s, Text: s}
	if _, err := c.Activities.Record(t.Context(), visit); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	got, err := c.Contacts.Find(t.Context(), contact.Identity{Source: "shop", Key: s})
	if err != nil || got.ID != p.ID || got.Name.Family != s {
		t.Errorf("%q is not found by its key, or comes back as %q: %v", s, got.Name.Family, err)
	}
	for what, r := range map[string]segment.Rule{
		"field": segment.Field("name.family").Equals(s), "custom field": segment.Field("custom.nickname").Equals(s),
		"list": segment.Has(segment.Tags).Where(segment.Field("name").Equals(s)).AtLeast(1), "activity": segment.Activities("visit").Where(segment.Field("subject").Equals(s)).AtLeast(1),
	} {
		page, err := c.Segments.Members(t.Context(), r, "", 100)
		if err != nil || len(page.Contacts) != 1 || page.Contacts[0] != p.ID {
			t.Errorf("%q in a %s selects %d contacts, must select the one (%d): %v", s, what, len(page.Contacts), i, err)
		}
	}
}

// asked hands the text to whatever takes a name, a key or a cursor, which finds nothing
// but what is called so.
func asked(t *testing.T, c *crm.CRM, s string) {
	t.Helper()
	ctx := t.Context()
	drop := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"a cursor": drop(c.Contacts.List(ctx, s, 10)), "a segment": drop(c.Segments.Find(ctx, s)), "a new segment": drop(c.Segments.Save(ctx, s, segment.Everyone())),
		"a campaign": drop(c.Campaigns.Find(ctx, s)), "a voucher": drop(c.Campaigns.Voucher(ctx, s)), "an import": drop(c.Exchange.Status(ctx, s)),
		"a source": drop(c.Contacts.Find(ctx, contact.Identity{Source: s, Key: "1"})), "a live segment": c.Segments.Follow(ctx, s), "a rule": drop(segment.ParseRule([]byte(`{"field":` + fmt.Sprintf("%q", s) + `}`))),
	} {
		if err == nil || strings.Contains(err.Error(), "store failed") {
			t.Errorf("%q as %s: %v", s, what, err)
		}
	}
	for what, err := range map[string]error{
		"sqlite tenant": drop(sqlite.New(&sql.DB{}, &sqlite.Config{Tenant: s})), "postgres tenant": drop(postgres.New(&sql.DB{}, &postgres.Config{Tenant: s, RowSecurity: true})),
		"sqlite prefix": drop(sqlite.New(&sql.DB{}, &sqlite.Config{Prefix: s})), "postgres prefix": drop(postgres.New(&sql.DB{}, &postgres.Config{Prefix: s})),
		"field": drop(crm.New(nothing{}, &crm.Config{Fields: []contact.Field{{Name: s, Type: contact.TypeText}}})),
	} {
		if err == nil && s != "_" { // a prefix may be
			t.Errorf("%q is taken for a %s", s, what)
		}
	}
}

// canaryTable makes the table that must outlive everything.
func canaryTable(t *testing.T, db *sql.DB) {
	t.Helper()
	if db == nil {
		return
	}
	for _, q := range []string{"CREATE TABLE zq_canary (x integer)", "INSERT INTO zq_canary VALUES (1), (2), (3)"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
}

func canaryLives(t *testing.T, db *sql.DB) {
	t.Helper()
	if db == nil {
		return
	}
	var n int
	if err := db.QueryRow("SELECT sum(x) FROM zq_canary").Scan(&n); err != nil || n != 6 {
		t.Errorf("the host's table was touched: %d, %v", n, err)
	}
}
