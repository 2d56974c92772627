package storagetest

import (
	"slices"
	"time"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

// newestFirst orders as a history does.
func newestFirst(a, b activity.Activity) int {
	if c := b.At.Compare(a.At); c != 0 {
		return c
	}
	return b.ID.Compare(a.ID)
}

// recordMixed records n activities of three kinds, several at each instant,
// and returns them as they are in the history.
func (k *kit) recordMixed(of contact.ID, n int) []activity.Activity {
	k.Helper()
	kinds := []activity.Kind{activity.Purchase, activity.Call, "visit"}
	batch := make([]activity.Activity, n)
	for i := range batch {
		a := activity.Activity{ID: activity.ID(spread(uint32(i*7919) % 100_003)), Contact: of, Kind: kinds[i%3], At: noon.Add(-time.Duration(i*5%7) * time.Microsecond)}
		if a.Kind == activity.Purchase {
			a.Amount = euro(int64(i))
		}
		batch[i] = a
	}
	_, err := k.crm.Activities.RecordMany(k.ctx, batch)
	k.ok(err, "recording a batch")
	slices.SortFunc(batch, newestFirst)
	return batch
}

func activityHistory(k *kit) {
	people := k.customers(2, nil)
	of := people[0].ID
	k.record(order(people[1].ID, 1, noon)) // somebody else's
	want := idsOfActivities(k.recordMixed(of, 60))
	got := k.history(of)
	k.equal(idsOfActivities(got), want, "a history must be newest first, equal instants by id, both descending")

	for _, kinds := range [][]activity.Kind{{"visit"}, {activity.Call, activity.Purchase}, {"unheard.of"}} {
		var some []activity.ID
		for _, a := range got {
			if slices.Contains(kinds, a.Kind) {
				some = append(some, a.ID)
			}
		}
		k.equal(k.pages(of, 4, kinds...), some, "a history by kind must hold these kinds, all of them, in order")
	}
	k.equal(k.pages(of, 7), want, "the pages of a history must add up to the history")
	page, err := k.crm.Activities.History(k.ctx, contact.ID(id.New()), nil)
	k.ok(err, "reading the history of a contact that does not exist")
	k.equal(len(page.Activities), 0, "the length of the history of a contact that does not exist")
	page, err = k.crm.Activities.History(k.ctx, of, nil)
	k.ok(err, "reading a history without options")
	if len(page.Activities) != 50 || page.Next == "" {
		k.Errorf("without options a history gives the newest 50 and a cursor, not %d", len(page.Activities))
	}
}

func idsOfActivities(list []activity.Activity) []activity.ID {
	var ids []activity.ID
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	return ids
}

// pages reads a history page by page.
func (k *kit) pages(of contact.ID, limit int, kinds ...activity.Kind) []activity.ID {
	k.Helper()
	var ids []activity.ID
	o := activity.HistoryOptions{Kinds: kinds, Limit: limit}
	for {
		page, err := k.crm.Activities.History(k.ctx, of, &o)
		k.ok(err, "reading a page of a history")
		ids = append(ids, idsOfActivities(page.Activities)...)
		if o.Cursor = page.Next; o.Cursor == "" || len(ids) > 100_000 {
			return ids
		}
	}
}

// activityPaging records between the pages of a history: newer, older, and at
// the very instant at which the page ended.
func activityPaging(k *kit) {
	of := k.customer(1).ID
	initial := idsOfActivities(k.recordMixed(of, 40))
	var seen []activity.Activity
	o := activity.HistoryOptions{Limit: 6}
	for n := 0; ; n++ {
		page, err := k.crm.Activities.History(k.ctx, of, &o)
		k.ok(err, "reading a page of a history while others record")
		seen = append(seen, page.Activities...)
		if o.Cursor = page.Next; o.Cursor == "" || n > 1000 {
			break
		}
		if n >= 20 {
			continue
		}
		end := page.Activities[len(page.Activities)-1].At
		for _, at := range []time.Time{noon.Add(time.Second), end, end.Add(-time.Microsecond)} {
			k.record(activity.Activity{Contact: of, Kind: "visit", At: at})
		}
	}
	for i := 1; i < len(seen); i++ {
		if newestFirst(seen[i-1], seen[i]) >= 0 {
			k.Errorf("the pages of a history repeat or are out of order at position %d, while others record", i)
		}
	}
	ids := idsOfActivities(seen)
	for _, id := range initial {
		if !slices.Contains(ids, id) {
			k.Errorf("the pages of a history skipped an activity that was there from the beginning, while others record")
		}
	}
}

func activityByRef(k *kit) {
	a, b := k.customer(1).ID, k.customer(2).ID
	r := k.record(order(a, 1, noon))
	k.record(order(b, 2, noon))
	got, err := k.crm.Activities.ByRef(k.ctx, ref(1))
	k.ok(err, "reading an activity by its reference")
	if got.ID != r.Activity || got.Contact != a {
		k.Errorf("the activity found by reference is not the one that was recorded under it")
	}
	_, err = k.crm.Activities.ByRef(k.ctx, activity.Ref{Source: "erp", Key: ref(1).Key})
	k.fails(err, errs.ErrNotFound, "looking up the key of one source in another")
	k.refsAreFree(3)
	_, err = k.store.Activity(k.ctx, b, r.Activity)
	k.fails(err, errs.ErrNotFound, "reading an activity of one contact as another's")
}
