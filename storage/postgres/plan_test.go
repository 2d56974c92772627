package postgres_test

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/segment"
)

// crowd fills the tables with 20,000 contacts, so that an index is worth its
// while, and gathers statistics. The server itself is kept from gathering them meanwhile.
var crowd = []string{
	`DO $$ DECLARE t text; BEGIN
		FOR t IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'crm\_%' LOOP
			EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = false)', t);
		END LOOP;
	END $$`,
	`INSERT INTO crm_contact (tenant_id, id, kind, email, phone, city, bucket, details, created_at, updated_at, version)
		SELECT 'default', md5(i::text)::uuid, 'person', 'c' || i || '@example.com', '030 ' || i, 'Berlin', i, '{}', i, i, 1 FROM generate_series(1, 20000) i`,
	`INSERT INTO crm_contact_field (tenant_id, contact_id, name, type, number_value)
		SELECT 'default', id, n, 'number', bucket % 10 * 1000000 FROM crm_contact, unnest(ARRAY['points', 'height']) n`,
	`INSERT INTO crm_contact_element (tenant_id, contact_id, list, pos, value)
		SELECT 'default', id, 'tags', p, 'tag' || (bucket + p) % 100 FROM crm_contact, generate_series(1, 3) p`,
	`INSERT INTO crm_activity SELECT 'default', id, '00000000-0000-0000-0000-000000000000', md5(id::text || k)::uuid, k,
			(extract(epoch FROM now())::bigint - bucket * 2 * 3600) * 1000000, 0, 'inbound', 'shop', '', '', 100, 'EUR', '', '', '',
			'00000000-0000-0000-0000-000000000000', '{}'
		FROM crm_contact, unnest(ARRAY['purchase', 'call', 'visit', 'letter', 'return']) k`,
	`INSERT INTO crm_activity_item SELECT 'default', contact_id, id, p, kind, at, 'sku', 'name', 'category' || p, 1, 50, 'EUR'
		FROM crm_activity, generate_series(1, 2) p WHERE kind = 'purchase'`,
	`INSERT INTO crm_rollup SELECT tenant_id, contact_id, kind, '', 1, 1, 'EUR', 100, at, at FROM crm_activity`,
	`INSERT INTO crm_rollup SELECT DISTINCT ON (tenant_id, contact_id, kind, category) tenant_id, contact_id, kind, category, 1, 1, 'EUR', 50, at, at
		FROM crm_activity_item`,
	`INSERT INTO crm_consent_state SELECT 'default', id, p, c, '', 'grant', 'consent', bucket, id, NULL
		FROM crm_contact, unnest(ARRAY['marketing', 'news', '']) p, unnest(ARRAY['email', 'letter']) c`,
	`INSERT INTO crm_consent_event SELECT 'default', contact_id, '00000000-0000-0000-0000-000000000000', md5(contact_id::text || purpose || channel)::uuid, purpose, channel, layer, action, basis, at, at, NULL, '', '', '', ''
		FROM crm_consent_state WHERE purpose = 'marketing'`,
}

// crowded returns the segments of a store with the crowd in it.
func crowded(t *testing.T) *segment.Service {
	t.Helper()
	s, db := fresh(t)
	for _, q := range crowd {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	vacuum(t, db)
	c, err := crm.New(s, &crm.Config{Fields: []contact.Field{{Name: "points", Type: contact.TypeNumber}}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Segments
}

// vacuum lets the planner know that all rows are visible to everybody, without which it
// does not trust an index alone. While the server itself looks after the catalogue of
// this database, they are not.
func vacuum(t *testing.T, db *sql.DB) {
	t.Helper()
	visible := 0
	for try := 0; visible == 0; try++ {
		if try == 100 {
			t.Fatal("the rows do not become visible to everybody")
		}
		time.Sleep(time.Duration(try) * 10 * time.Millisecond)
		if _, err := db.ExecContext(t.Context(), "VACUUM (ANALYZE)"); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRowContext(t.Context(), "SELECT relallvisible FROM pg_class WHERE relname = 'crm_rollup'").Scan(&visible); err != nil {
			t.Fatal(err)
		}
	}
}

// planCases are the main shapes of rules, and the index by which the population
// is found. Whether the table is looked at besides is up to the statistics.
var planCases = []struct {
	name  string
	rule  segment.Rule
	index string
}{
	{"furniture buyers who lapsed", segment.All(
		segment.Purchases().In("category1").Sum(segment.AtLeast, money.New(40, "EUR")),
		segment.Purchases().In("category1").InLast(12, segment.Months).None()), "rollup_last"},
	{"furniture buyers who lapsed and paid much", segment.All(
		segment.Purchases().In("category1").InLast(12, segment.Months).AtLeast(1),
		segment.Purchases().In("category1").InLast(3, segment.Months).None(),
		segment.Purchases().AtMost(3), segment.Purchases().Sum(segment.AtLeast, money.New(150, "EUR"))), "rollup_last"},
	{"an average", segment.Purchases().Average(segment.AtLeast, money.New(150, "EUR")), "primary key"},
	{"one kind and not the other", segment.All(segment.Purchases().In("category1").AtLeast(1), segment.Purchases().In("category2").None()), "rollup_last"},
	{"a count in a window", segment.Purchases().InLast(90, segment.Days).AtLeast(3), "activity_kind"},
	{"a total of a category in a window", segment.Purchases().In("category1").InLast(90, segment.Days).Sum(segment.AtLeast, money.New(1, "EUR")), "activity_item_category"},
	{"a custom field", segment.Field("custom.points").Equals(3), "contact_field_number"},
	{"consent", segment.Consented("marketing", contact.ChannelEmail), "consent_state_cell"},
	{"a tag", segment.Has(segment.Tags).Where(segment.Field("name").Equals("tag7")).AtLeast(1), "contact_element_value"},
	{"an e-mail address", segment.Has(segment.Emails).Where(segment.Field("address").Equals("c7@example.com")).AtLeast(1), "contact_email"},
	{"one of some phones", segment.Has(segment.Phones).Where(segment.Field("number").OneOf("030 7", "030 8")).AtLeast(1), "contact_phone"},
	{"a sequence", segment.Purchases().InLast(90, segment.Days).Then(segment.Activities("call"), 48), "activity_kind"},
}

// The main shapes are answered by their indexes, and no table is read from one
// end to the other; for a handful of contacts only their own rows are. Beside a
// rollup the items stand in the plan for purchases of the future, of which there
// are none, so it does not matter how they would be read.
func TestPlan_uses_the_indexes(t *testing.T) {
	t.Parallel()
	segments := crowded(t)
	for _, c := range planCases {
		t.Run(c.name, func(t *testing.T) {
			p, err := segments.Plan(t.Context(), c.rule)
			if err != nil {
				t.Fatal(err)
			}
			ofRollup := c.index == "primary key"
			used := func(r segment.PlanRead) bool {
				return r.Index == c.index && (!ofRollup || r.Table == "rollup" && r.Covering)
			}
			whole := func(r segment.PlanRead) bool {
				return r.Whole() && (!ofRollup || r.Table != "activity_item")
			}
			if !slices.ContainsFunc(p.Population.Reads, used) || slices.ContainsFunc(p.Population.Reads, whole) {
				t.Errorf("%s is not used, or a table is read as a whole:\n%s", c.index, p)
			}
			ofContact := func(r segment.PlanRead) bool {
				return slices.Contains(r.By, "contact_id") || r.Table == "contact" && slices.Contains(r.By, "id")
			}
			for _, r := range p.Handful.Reads {
				if !ofContact(r) {
					t.Errorf("more is read than the rows of the contacts:\n%s", p)
				}
			}
		})
	}
}

// What no index answers is warned of, whatever the statistics are.
func TestPlan_warns(t *testing.T) {
	t.Parallel()
	s, _ := fresh(t)
	c, err := crm.New(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Segments.Plan(t.Context(), segment.Activities("visit").Where(segment.Field("subject").Equals("x' AND (kind = 'y")).AtLeast(2))
	want := []string{
		"reads all activities of kind visit: no index holds subject",
		"must look at the activities of kind visit themselves, because no rollup knows single fields",
	}
	if err != nil || !slices.Equal(p.Population.Warnings, want) || p.Rollup != nil {
		t.Errorf("%s, error %v", p, err)
	}
}
