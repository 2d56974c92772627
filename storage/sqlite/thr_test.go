package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/sqlite"
)

func TestThroughput(t *testing.T) {
	ctx := context.Background()
	db, _ := sql.Open("sqlite", dbtest.SQLite(t))
	defer db.Close()
	must(t, sqlite.Migrate(ctx, db, nil))
	must(t, sqlite.Migrate(ctx, db, &sqlite.Config{Prefix: "raw_"}))
	s, _ := sqlite.New(db, nil)
	raw, _ := sqlite.New(db, &sqlite.Config{Prefix: "raw_"})
	throughput(t, db, s, raw, func(b []byte) any { return b }, func(i int) string { return "?" })
}

func throughput(t *testing.T, db *sql.DB, s, raw storage.Store, idv func([]byte) any, ph func(int) string) {
	ctx := context.Background()
	now := time.Now().UTC().Truncate(time.Microsecond)
	const nc, na = 5000, 40000
	var cs []contact.Contact
	for i := range nc {
		cs = append(cs, contact.Contact{ID: contact.ID(id.New()), Kind: "person", Name: contact.Name{Given: "G", Family: fmt.Sprint("F", i)}, Emails: []contact.Email{{Address: fmt.Sprint("a", i, "@example.com")}},
			Addresses: []contact.Address{{Street: "Street 1", PostalCode: "12345", City: "Berlin", Country: "DE"}}, CreatedAt: now, UpdatedAt: now, Version: 1})
	}
	st := time.Now()
	for c := range chunks(cs, 5000) {
		must(t, s.InsertContacts(ctx, c))
	}
	t.Logf("contacts %.0f/s", nc/time.Since(st).Seconds())
	must(t, raw.InsertContacts(ctx, cs))
	var as []activity.Activity
	for range na {
		a := activity.Activity{ID: activity.ID(id.New()), Contact: cs[rand.IntN(nc)].ID, Kind: activity.Purchase, At: now.Add(-time.Duration(rand.IntN(1e6)) * time.Second), RecordedAt: now, Direction: "inbound", Channel: "email", Ref: activity.Ref{Source: "shop", Key: fmt.Sprint(rand.Int64())}}
		for range 2 {
			a.Items = append(a.Items, activity.Item{SKU: "sku", Name: "Some name", Category: fmt.Sprint("cat", rand.IntN(10)), Quantity: 1, Amount: money.New(100, "EUR")})
		}
		a.Amount = money.New(200, "EUR")
		as = append(as, a)
	}
	for round := range 2 {
		part := as[round*na/2 : (round+1)*na/2]
		st = time.Now()
		must(t, s.Atomic(ctx, func(ctx context.Context, s storage.Store) error {
			for c := range chunks(part, 5000) {
				if err := s.InsertActivities(ctx, c); err != nil {
					return err
				}
			}
			return nil
		}))
		lib := time.Since(st)
		st = time.Now()
		tx, err := db.BeginTx(ctx, nil)
		must(t, err)
		list := func(n int) string {
			q := ""
			for i := range n {
				if i > 0 {
					q += ","
				}
				q += ph(i + 1)
			}
			return q
		}
		sa, err := tx.Prepare("INSERT INTO raw_activity (tenant_id,contact_id,id,kind,at,recorded_at,direction,channel,subject,body,amount,currency,ref_source,ref_key,payment) VALUES (" + list(15) + ")")
		must(t, err)
		si, err := tx.Prepare("INSERT INTO raw_activity_item (tenant_id,contact_id,activity_id,pos,kind,at,sku,name,category,quantity,amount,currency) VALUES (" + list(12) + ")")
		must(t, err)
		sr, err := tx.Prepare("INSERT INTO raw_rollup AS r (tenant_id,contact_id,kind,category,currency,activities,items,total,first_at,last_at) VALUES (" + list(10) + ") ON CONFLICT (tenant_id,contact_id,kind,category,currency) DO UPDATE SET activities=r.activities+excluded.activities, items=r.items+excluded.items,total=r.total+excluded.total,last_at=excluded.last_at")
		must(t, err)
		for _, a := range part {
			_, err := sa.Exec("default", idv(a.Contact[:]), idv(a.ID[:]), string(a.Kind), a.At.UnixMicro(), a.RecordedAt.UnixMicro(), string(a.Direction), string(a.Channel), "", "", a.Amount.Amount, a.Amount.Currency, a.Ref.Source, a.Ref.Key, "")
			must(t, err)
			for p, it := range a.Items {
				_, err := si.Exec("default", idv(a.Contact[:]), idv(a.ID[:]), p, string(a.Kind), a.At.UnixMicro(), it.SKU, it.Name, it.Category, 1, 100, "EUR")
				must(t, err)
				_, err = sr.Exec("default", idv(a.Contact[:]), string(a.Kind), it.Category, "EUR", 1, 1, 100, a.At.UnixMicro(), a.At.UnixMicro())
				must(t, err)
			}
			_, err = sr.Exec("default", idv(a.Contact[:]), string(a.Kind), "", "EUR", 1, 2, 200, a.At.UnixMicro(), a.At.UnixMicro())
			must(t, err)
		}
		must(t, tx.Commit())
		rawT := time.Since(st)
		t.Logf("activities: lib %.0f/s raw %.0f/s ratio %.2f", na/2/lib.Seconds(), na/2/rawT.Seconds(), rawT.Seconds()/lib.Seconds())
	}
	var ids []contact.ID
	for _, c := range cs {
		ids = append(ids, c.ID)
	}
	st = time.Now()
	got, err := s.Contacts(ctx, ids)
	must(t, err)
	t.Logf("read contacts %.0f/s", float64(len(got))/time.Since(st).Seconds())
	st = time.Now()
	acts, err := s.ActivitiesOf(ctx, ids)
	must(t, err)
	t.Logf("read activities %.0f/s", float64(len(acts))/time.Since(st).Seconds())
	st = time.Now()
	for i := range 300 {
		a := as[i]
		a.ID = activity.ID(id.New())
		must(t, s.InsertActivities(ctx, []activity.Activity{a}))
	}
	t.Logf("single InsertActivities %.0f/s", 300/time.Since(st).Seconds())
	for i := range cs {
		cs[i].Version = 2
	}
	st = time.Now()
	must(t, s.UpdateContacts(ctx, cs))
	t.Logf("update contacts %.0f/s", nc/time.Since(st).Seconds())
}

func chunks[E any](l []E, n int) func(func([]E) bool) {
	return func(y func([]E) bool) {
		for i := 0; i < len(l); i += n {
			if !y(l[i:min(i+n, len(l))]) {
				return
			}
		}
	}
}
