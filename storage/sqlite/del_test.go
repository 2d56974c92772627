package sqlite_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
	"github.com/stammkunde/crm/internal/dbtest"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/sqlite"
)

func TestDel(t *testing.T) {
	ctx := context.Background()
	db, _ := sql.Open("sqlite", dbtest.SQLite(t))
	defer db.Close()
	must(t, sqlite.Migrate(ctx, db, nil))
	s, _ := sqlite.New(db, nil)
	del(t, s)
}

func del(t *testing.T, s storage.Store) {
	ctx := context.Background()
	now := time.Now().UTC().Truncate(time.Microsecond)
	cid := campaign.ID(id.New())
	const n = 100000
	var ds []campaign.Delivery
	for range n {
		ds = append(ds, campaign.Delivery{ID: campaign.DeliveryID(id.New()), Campaign: cid, Channel: "email", Contact: contact.ID(id.New()), State: campaign.Queued, NotBefore: now, UpdatedAt: now})
	}
	st := time.Now()
	for c := range chunks(ds, 10000) {
		must(t, s.InsertDeliveries(ctx, c))
	}
	t.Logf("insert %.0f/s", n/time.Since(st).Seconds())
	st = time.Now()
	var done int
	var tc, tl, tm time.Duration
	for tok := campaign.Token(1); done < 20000; tok++ {
		x := time.Now()
		cl, err := s.ClaimDeliveries(ctx, campaign.ClaimQuery{cid, tok, now, time.Hour, 500})
		must(t, err)
		tc += time.Since(x)
		x = time.Now()
		_, err = s.LockClaimed(ctx, tok)
		must(t, err)
		tl += time.Since(x)
		x = time.Now()
		for part := range chunks(cl, 100) {
			var m1, m2 []campaign.Move
			for _, d := range part {
				m1 = append(m1, campaign.Move{Delivery: d.ID, Contact: d.Contact, From: campaign.Claimed, To: campaign.Sending, Attempts: 1})
				m2 = append(m2, campaign.Move{Delivery: d.ID, Contact: d.Contact, From: campaign.Sending, To: campaign.Sent, ProviderID: "p"})
			}
			ids, err := s.MoveDeliveries(ctx, tok, now, m1)
			must(t, err)
			if len(ids) != len(part) {
				t.Fatal(len(ids))
			}
			_, err = s.MoveDeliveries(ctx, tok, now, m2)
			must(t, err)
		}
		tm += time.Since(x)
		done += len(cl)
	}
	t.Logf("claim+gate+sent %.0f/s; claim %v lock %v moves %v", float64(done)/time.Since(st).Seconds(), tc, tl, tm)
}
