package memory_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/money"
	"github.com/stammkunde/crm/storage/memory"
)

const (
	manyContacts = 100_000
	batch        = 10_000
)

// nth makes ids that ascend with n.
func nth(n int) (id [16]byte) {
	binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
	return id
}

// fill stores n contacts, and rounds activities of each.
func fill(tb testing.TB, store *memory.Store, n, rounds int) {
	tb.Helper()
	for from := 0; from < n; from += batch {
		contacts := make([]contact.Contact, 0, batch)
		for i := from; i < min(from+batch, n); i++ {
			contacts = append(contacts, contact.Contact{ID: nth(i), Kind: contact.Person, Version: 1})
		}
		must(tb, store.InsertContacts(tb.Context(), contacts))
	}
	for from := 0; from < n*rounds; from += batch {
		record(tb, store, n, from, min(from+batch, n*rounds))
	}
}

// record stores the activities with the numbers from <= i < to.
func record(tb testing.TB, store *memory.Store, n, from, to int) {
	tb.Helper()
	refs, list := make([]activity.RefEntry, 0, to-from), make([]activity.Activity, 0, to-from)
	for i := from; i < to; i++ {
		a := activity.Activity{
			ID: nth(i), Contact: nth(i * 7919 % n), Kind: activity.Purchase, Direction: activity.Inbound,
			Channel: "store", At: time.UnixMicro(int64(i) * 1e6), Amount: money.New(int64(i%5000), "EUR"),
			Ref:   activity.Ref{Source: "shop", Key: fmt.Sprint(i)},
			Items: []activity.Item{{SKU: "4711", Category: "Furniture", Quantity: 1, Amount: money.New(int64(i%5000), "EUR")}},
		}
		refs, list = append(refs, activity.RefEntry{Ref: a.Ref, Contact: a.Contact, Activity: a.ID}), append(list, a)
	}
	_, err := store.ClaimRefs(tb.Context(), refs)
	must(tb, err)
	must(tb, store.InsertActivities(tb.Context(), list))
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// A million activities of 100,000 contacts, with references, in batches of
// 10,000.
func BenchmarkInsert1MActivities(b *testing.B) {
	for b.Loop() {
		fill(b, memory.New(), manyContacts, 10)
	}
}

// Reading and writing one thing among a million activities.
func BenchmarkAmong1MActivities(b *testing.B) {
	store := memory.New()
	fill(b, store, manyContacts, 10)
	ctx := context.Background()
	b.Run("History", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			list, err := store.History(ctx, activity.HistoryQuery{Contact: nth(i * 31 % manyContacts), Limit: 50})
			if must(b, err); len(list) != 10 {
				b.Fatal(len(list))
			}
		}
	})
	b.Run("ListContacts", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			list, err := store.ListContacts(ctx, nth(i*31%(manyContacts-100)), 100)
			if must(b, err); len(list) != 100 {
				b.Fatal(len(list))
			}
		}
	})
	b.Run("Record", func(b *testing.B) {
		for i := 10 * manyContacts; b.Loop(); i++ {
			record(b, store, manyContacts, i, i+1)
		}
	})
}

// Claiming, gating and finishing 100 of 100,000 queued deliveries.
func BenchmarkDispatch(b *testing.B) {
	store := memory.New()
	ctx := context.Background()
	now := time.Now()
	var token campaign.Token
	for b.Loop() {
		if token%1000 == 0 {
			b.StopTimer()
			queue(b, store, int(token/1000))
			b.StartTimer()
		}
		token++
		claim := campaign.ClaimQuery{Campaign: nth(int((token - 1) / 1000)), Token: token, Now: now, Lease: time.Hour, Limit: 100}
		claimed, err := store.ClaimDeliveries(ctx, claim)
		if must(b, err); len(claimed) != 100 {
			b.Fatal(len(claimed))
		}
		move(b, store, token, claimed, campaign.Claimed, campaign.Sending)
		move(b, store, token, claimed, campaign.Sending, campaign.Sent)
	}
}

func queue(tb testing.TB, store *memory.Store, c int) {
	tb.Helper()
	deliveries := make([]campaign.Delivery, manyContacts)
	for i := range deliveries {
		deliveries[i] = campaign.Delivery{
			ID: nth(c*manyContacts + i), Campaign: nth(c), Channel: "email", Contact: nth(i), State: campaign.Queued,
		}
	}
	must(tb, store.InsertDeliveries(tb.Context(), deliveries))
}

func move(tb testing.TB, store *memory.Store, token campaign.Token, list []campaign.Delivery, from, to campaign.DeliveryState) {
	tb.Helper()
	moves := make([]campaign.Move, len(list))
	for i, d := range list {
		moves[i] = campaign.Move{Delivery: d.ID, Contact: d.Contact, From: from, To: to}
	}
	moved, err := store.MoveDeliveries(tb.Context(), token, time.Now(), moves)
	if must(tb, err); len(moved) != len(list) {
		tb.Fatalf("%d of %d moved", len(moved), len(list))
	}
}
