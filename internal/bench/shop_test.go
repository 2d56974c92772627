package bench

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/channel"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/memory"
	"github.com/stammkunde/crm/storage/postgres"
	"github.com/stammkunde/crm/storage/sqlite"
)

// ctx is for everything that is not to be cut off.
var ctx = context.Background()

// shop is a CRM on one store, full of customers and purchases.
type shop struct {
	size
	*crm.CRM
	store   storage.Store
	first   int       // how many customers there are without copies
	db      *database // nil on the memory store
	workers int       // how many send at once
	sender  *silent
	next    int // number of the next purchase
	named   int // campaigns so far
}

// opener makes an empty shop that lives as long as tb.
type opener func(tb testing.TB, z size) *shop

func openMemory(tb testing.TB, z size) *shop { return newShop(tb, memory.New(), nil, z) }

func openSQLite(tb testing.TB, z size) *shop {
	return newSQLite(tb, openDB(tb, "sqlite", dbtest.SQLite(tb)+"&_pragma=cache_size(-262144)"), z)
}

func newSQLite(tb testing.TB, db *sql.DB, z size) *shop {
	tb.Helper()
	must(tb, sqlite.Migrate(ctx, db, nil))
	store, err := sqlite.New(db, nil)
	must(tb, err)
	return newShop(tb, store, &database{DB: db}, z)
}

func openPostgres(tb testing.TB, z size) *shop {
	db := openDB(tb, "pgx", dbtest.Postgres(tb))
	must(tb, postgres.Migrate(ctx, db, nil))
	store, err := postgres.New(db, nil)
	must(tb, err)
	s := newShop(tb, store, &database{DB: db, postgres: true}, z)
	s.workers = 4
	return s
}

func openDB(tb testing.TB, driver, dsn string) *sql.DB {
	tb.Helper()
	db, err := sql.Open(driver, dsn)
	must(tb, err)
	tb.Cleanup(func() { must(tb, db.Close()) })
	return db
}

func newShop(tb testing.TB, store storage.Store, db *database, z size) *shop {
	tb.Helper()
	s := &shop{size: z, store: store, first: z.contacts, db: db, workers: 1, sender: &silent{}}
	var err error
	s.CRM, err = crm.New(store, &crm.Config{
		Now:     func() time.Time { return now },
		Senders: map[contact.Channel]channel.Sender{contact.ChannelEmail: s.sender},
	})
	must(tb, err)
	return s
}

// fill brings in the customers, their consents and their purchases.
func (s *shop) fill(tb testing.TB) {
	tb.Helper()
	const batch = 10_000
	start := time.Now()
	for from := 0; from < s.contacts; from += batch {
		s.welcome(tb, from, min(from+batch, s.contacts))
	}
	for s.next < s.purchases {
		n := min(batch, s.purchases-s.next)
		_, err := s.Activities.RecordMany(ctx, s.purchaseList(s.next, n))
		must(tb, err)
		s.next += n
	}
	s.db.analyze(tb)
	tb.Logf("%d customers with %d purchases took %v", s.contacts, s.purchases, time.Since(start).Round(time.Millisecond))
}

// welcome brings in the customers from <= i < to.
func (s *shop) welcome(tb testing.TB, from, to int) {
	tb.Helper()
	var people []contact.Contact
	var consents []consent.Declaration
	for i := from; i < to; i++ {
		people = append(people, customer(i))
		if agreed(i) {
			consents = append(consents, consent.Declaration{
				Contact: contactID(i), Channels: []contact.Channel{contact.ChannelEmail},
				Wording: "Send me offers by e-mail.", Source: "checkout",
			})
		}
	}
	_, err := s.Contacts.UpsertMany(ctx, people)
	must(tb, err)
	must(tb, s.Consents.GrantMany(ctx, consents))
}
