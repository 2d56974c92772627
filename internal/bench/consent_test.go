package bench

import (
	"context"
	"fmt"
	"testing"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
)

// BenchmarkConsent measures the ledger: the answer about one contact, and sending a
// campaign beside sending it without asking the ledger. There are CRM_BENCH_CONSENTS
// contacts (5,000) with CRM_BENCH_EVENTS events each (20).
func BenchmarkConsent(b *testing.B) {
	for _, engine := range []string{"SQLite", "Postgres"} {
		b.Run(engine, func(b *testing.B) {
			l := openLedger(b, engine, scale(b, "CRM_BENCH_CONSENTS", 5_000), scale(b, "CRM_BENCH_EVENTS", 20))
			b.Run("Permit", func(b *testing.B) {
				var d duel
				for b.Loop() {
					l.permit(b, &d, 500)
				}
				d.report(b, 1, "")
			})
			b.Run("Gate", func(b *testing.B) {
				var d duel
				n := 0
				for b.Loop() {
					n = l.gate(b, &d, 4)
				}
				d.report(b, n, "deliveries")
			})
		})
	}
}

// TestConsent plays them through.
func TestConsent(t *testing.T) {
	for _, engine := range []string{"SQLite", "Postgres"} {
		t.Run(engine, func(t *testing.T) {
			l := openLedger(t, engine, 30, 3)
			l.permit(t, new(duel), 5)
			if n := l.gate(t, new(duel), 2); n != 30 {
				t.Errorf("%d messages a round, want 30", n)
			}
		})
	}
}

// ledger is a shop in which everybody has consented.
type ledger struct {
	store     storage.Store
	people    []contact.ID
	campaigns int
}

func openLedger(tb testing.TB, engine string, people, each int) *ledger {
	tb.Helper()
	l := &ledger{}
	var multiply string
	db := openDB(tb, "sqlite", dbtest.SQLite(tb)+"&_pragma=cache_size(-262144)")
	switch engine {
	case "SQLite":
		must(tb, sqlite.Migrate(ctx, db, nil))
		s, err := sqlite.New(db, nil)
		must(tb, err)
		l.store = s
		multiply = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO crm_consent_event SELECT tenant_id, contact_id, origin_id, randomblob(16), purpose, channel, layer, action, basis,
			at - i, recorded_at, expires_at, wording, source, proof, details FROM crm_consent_event, n`
	default:
		db = openDB(tb, "pgx", dbtest.Postgres(tb))
		must(tb, postgres.Migrate(ctx, db, nil))
		s, err := postgres.New(db, nil)
		must(tb, err)
		l.store = s
		multiply = `INSERT INTO crm_consent_event SELECT tenant_id, contact_id, origin_id, gen_random_uuid(), purpose, channel, layer, action, basis,
			at - i, recorded_at, expires_at, wording, source, proof, details FROM crm_consent_event, generate_series(1, %d) AS i`
	}
	l.fill(tb, people)
	if each > 1 {
		_, err := db.ExecContext(ctx, fmt.Sprintf(multiply, each-1))
		must(tb, err)
	}
	_, err := db.ExecContext(ctx, "ANALYZE")
	must(tb, err)
	return l
}

// fill creates contacts who all consent.
func (l *ledger) fill(tb testing.TB, n int) {
	tb.Helper()
	c, err := crm.New(l.store, nil)
	must(tb, err)
	const batch = 1_000
	for from := 0; from < n; from += batch {
		var list []contact.Contact
		for i := from; i < min(n, from+batch); i++ {
			list = append(list, contact.Contact{
				Name:       contact.Name{Given: "Kim", Family: fmt.Sprintf("Person %d", i)},
				Emails:     []contact.Email{{Address: fmt.Sprintf("p%d@example.org", i)}},
				Identities: []contact.Identity{{Source: "shop", Key: fmt.Sprint(i)}},
			})
		}
		results, err := c.Contacts.UpsertMany(ctx, list)
		must(tb, err)
		var agreed []consent.Declaration
		for _, r := range results {
			l.people = append(l.people, r.Contact.ID)
			agreed = append(agreed, consent.Declaration{
				Contact: r.Contact.ID, Channels: []contact.Channel{contact.ChannelEmail}, Wording: "Yes.", Source: "checkout",
			})
		}
		must(tb, c.Consents.GrantMany(ctx, agreed))
	}
}

// permit asks about one contact after the other.
func (l *ledger) permit(tb testing.TB, d *duel, rounds int) {
	tb.Helper()
	c, err := crm.New(l.store, nil)
	must(tb, err)
	next := 0
	d.rounds(rounds, func() {
		next = (next + 7919) % len(l.people)
		answer, err := c.Consents.Permit(ctx, l.people[next], consent.Marketing, contact.ChannelEmail)
		if must(tb, err); answer != consent.Granted {
			tb.Fatalf("the answer is %s", answer)
		}
	}, nil)
}

// unasked is a store that answers for everybody that they consented, without a look.
type unasked struct{ storage.Store }

func (s unasked) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	return s.Store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error { return fn(ctx, unasked{tx}) })
}

func (s unasked) Bound() bool { return storage.Bound(s.Store) }

func (unasked) ConsentStates(_ context.Context, ids []contact.ID) ([]consent.State, error) {
	list := make([]consent.State, len(ids))
	for i, id := range ids {
		list[i] = consent.State{
			Contact: id, Purpose: consent.Marketing, Channel: contact.ChannelEmail, Action: consent.Grant, Basis: consent.Agreed,
		}
	}
	return list, nil
}

// gate sends campaigns with the ledger and without, and returns how many messages one of
// them has.
func (l *ledger) gate(tb testing.TB, d *duel, rounds int) int {
	tb.Helper()
	for i := range rounds {
		asked, bare := l.planned(tb, l.store), l.planned(tb, unasked{l.store})
		d.turn(i, asked, bare)
	}
	return len(l.people)
}

// planned gives a function that sends a campaign that is planned already.
func (l *ledger) planned(tb testing.TB, store storage.Store) func() {
	tb.Helper()
	c, err := crm.New(store, &crm.Config{Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: &silent{}}})
	must(tb, err)
	l.campaigns++
	name := fmt.Sprintf("c%d", l.campaigns)
	seg, err := c.Segments.Save(ctx, name, segment.Everyone())
	must(tb, err)
	made, err := c.Campaigns.Create(ctx, campaign.Definition{
		Name: name, Segment: seg.ID, Currency: "EUR", Channels: []contact.Channel{contact.ChannelEmail},
		Templates: map[contact.Channel]campaign.Template{contact.ChannelEmail: {Subject: "News", Text: "Look."}},
	})
	must(tb, err)
	must(tb, c.Campaigns.Plan(ctx, made.ID))
	return func() {
		p, err := c.Campaigns.Run(ctx, made.ID, &campaign.RunOptions{Workers: 2})
		if must(tb, err); p.States[campaign.Sent] != int64(len(l.people)) {
			tb.Fatalf("after the run: %+v", p)
		}
	}
}
