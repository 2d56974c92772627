package memory

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/contact"
)

var deliveryStates = []campaign.DeliveryState{
	campaign.Queued, campaign.Claimed, campaign.Sending, campaign.Sent, campaign.InDoubt, campaign.Skipped,
}

// checkIndexes compares the indexes of the deliveries with the deliveries.
func checkIndexes(t *testing.T, st *state) {
	t.Helper()
	claims := 0
	for id, d := range st.deliveries.from(campaign.DeliveryID{}) {
		if id != d.ID || !st.queue.has(d.queueKey()) || !st.deliveriesOf.has(deliveryKey{d.Campaign, id}) {
			t.Fatalf("delivery %v in state %s is not in the indexes", id, d.State)
		}
		if d.token != 0 {
			claims++
			if !st.claims.has(d.claimKey()) || d.State != campaign.Claimed && d.State != campaign.Sending {
				t.Fatalf("delivery %v in state %s is claimed", id, d.State)
			}
		}
	}
	n := st.deliveries.size
	if st.queue.size != n || st.deliveriesOf.size != n || st.deliverySlot.size != n || st.claims.size != claims {
		t.Fatalf("%d deliveries, %d claimed, but the indexes hold %d, %d, %d and %d",
			n, claims, st.queue.size, st.deliveriesOf.size, st.deliverySlot.size, st.claims.size)
	}
}

// Whatever happens to deliveries, the indexes follow.
func TestDispatch_indexes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, ctx := New(), t.Context()
		r := rand.New(rand.NewPCG(1, 2))
		of := campaign.ID{1}
		var list []campaign.Delivery
		for i := range 200 {
			list = append(list, campaign.Delivery{
				ID: campaign.DeliveryID{byte(i), 1}, Campaign: of, Channel: "email", Contact: contact.ID{byte(i)},
				State: campaign.Queued, NotBefore: time.Now().Add(time.Duration(r.IntN(60)) * time.Second),
			})
		}
		if err := store.InsertDeliveries(ctx, list); err != nil {
			t.Fatal(err)
		}
		for step := range 500 {
			if err := randomStep(ctx, store, r, of, campaign.Token(step/10+1), list); err != nil {
				t.Fatal(err)
			}
			checkIndexes(t, store.tenant.committed.Load())
			time.Sleep(time.Second)
		}
	})
}

// randomStep does one thing to the deliveries of a campaign.
func randomStep(ctx context.Context, s *Store, r *rand.Rand, of campaign.ID, token campaign.Token, list []campaign.Delivery) error {
	now := time.Now()
	var err error
	switch r.IntN(6) {
	case 0, 1:
		_, err = s.ClaimDeliveries(ctx, campaign.ClaimQuery{Campaign: of, Token: token, Now: now, Lease: 5 * time.Second, Limit: 20})
	case 2, 3:
		moves := make([]campaign.Move, 20)
		for i := range moves {
			d := list[r.IntN(len(list))]
			moves[i] = campaign.Move{Delivery: d.ID, Contact: d.Contact, From: pick(r), To: pick(r), NotBefore: now}
		}
		_, err = s.MoveDeliveries(ctx, token*campaign.Token(r.IntN(2)), now, moves)
	case 4:
		_, err = s.ReapDeliveries(ctx, campaign.ReapQuery{Campaign: of, Now: now, Grace: 5 * time.Second, MaxCrashes: 50})
	case 5:
		_, err = s.RequeueInDoubt(ctx, campaign.RequeueQuery{Campaign: of, Channel: "email", NotBefore: now, Now: now})
	}
	return err
}

func pick(r *rand.Rand) campaign.DeliveryState { return deliveryStates[r.IntN(len(deliveryStates))] }

// Leases run by the clock of the process, not by the instants that come in.
func TestDispatch_leases(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, ctx := New(), t.Context()
		d := campaign.Delivery{ID: campaign.DeliveryID{1}, Campaign: campaign.ID{1}, Contact: contact.ID{1}, State: campaign.Queued}
		longAgo := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
		err := store.InsertDeliveries(ctx, []campaign.Delivery{d})
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.ClaimDeliveries(ctx, campaign.ClaimQuery{Campaign: d.Campaign, Token: 7, Now: longAgo, Lease: time.Minute, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		reap := campaign.ReapQuery{Campaign: d.Campaign, Now: longAgo, MaxCrashes: 3}
		for _, want := range []struct {
			alive  int
			reaped campaign.Reaped
		}{{1, campaign.Reaped{}}, {0, campaign.Reaped{Requeued: 1}}} {
			time.Sleep(45 * time.Second)
			alive, err := store.LockClaimed(ctx, 7)
			if err != nil || len(alive) != want.alive {
				t.Errorf("%d alive, %v, want %d", len(alive), err, want.alive)
			}
			reaped, err := store.ReapDeliveries(ctx, reap)
			if err != nil || reaped != want.reaped {
				t.Errorf("reaped %+v, %v, want %+v", reaped, err, want.reaped)
			}
		}
		list, _ := store.Deliveries(ctx, campaign.DeliveryQuery{Campaign: d.Campaign, Limit: 1})
		if !slices.ContainsFunc(list, func(d campaign.Delivery) bool { return d.State == campaign.Queued && d.Crashes == 1 }) {
			t.Errorf("reaped delivery is %+v", list)
		}
	})
}
