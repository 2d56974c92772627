package storagetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// liveFeed delivers to a handler that fails and dies now and then.
func liveFeed(k *kit) {
	people := k.customers(120, nil)
	k.follow("buyers", bought())
	k.refresh()
	for day := range 3 {
		k.clock.add(72 * time.Hour)
		for i, p := range people {
			k.record(order(p.ID, 1000*day+i, k.clock.Now()))
		}
		k.refresh()
	}
	k.clock.add(72 * time.Hour)
	k.refresh()
	want := k.feed(segment.ChangeOptions{})
	k.equal(len(want), 120*6, "how many changes three purchases with pauses make")
	calls, taken := 0, []segment.Change{}
	handler := func(_ context.Context, changes []segment.Change) error {
		calls++
		switch calls % 3 {
		case 1:
			return errOwn
		case 2:
			panic("storagetest: panic made on purpose")
		}
		taken = append(taken, changes...)
		return nil
	}
	c := k.crm
	for range 100 {
		_, err := c.Segments.Deliver(k.ctx, handler)
		if err == nil {
			break
		}
		if calls%3 == 1 {
			k.fails(err, errOwn, "delivering to a handler that fails")
		}
		if calls == 5 {
			c = k.reopened()
		}
	}
	k.equal(changeKeys(taken), changeKeys(want), "what the handler took, in its order")
	if len(taken) > 0 && taken[0].Name != "buyers" {
		k.Errorf("a change must come with the name of its segment: %+v", taken[0])
	}
	var again []segment.Change
	k.deliveredTo(k.crm, &again)
	k.equal(len(again), 0, "how many changes come again after they were taken")
	k.equal(len(k.feed(segment.ChangeOptions{})), len(want), "how many changes can be listed after they were delivered")
}

// livePurge deletes changes of a time when some were delivered and some not.
func livePurge(k *kit) {
	people := k.customers(30, nil)
	id := k.follow("buyers", bought())
	k.refresh()
	buy := func(people []contact.Contact, from int) {
		for i, p := range people {
			k.record(order(p.ID, from+i, k.clock.Now()))
		}
		k.refresh()
	}
	purge := func(before time.Time, want int64) {
		k.Helper()
		n, err := k.crm.Segments.PurgeChanges(k.ctx, before)
		k.ok(err, "purging changes")
		k.equal(n, want, "how many changes were purged")
	}
	buy(people[:20], 0)
	found := k.clock.Now()
	purge(found.Add(time.Hour), 0)
	var taken []segment.Change
	k.deliveredTo(k.crm, &taken)
	k.equal(len(taken), 20, "how many changes were delivered")
	buy(people[20:], 100)
	purge(found, 0)
	n, err := k.store.PurgeChanges(k.ctx, found.Add(time.Microsecond), 7)
	k.ok(err, "purging a few changes")
	k.equal(n, 7, "how many changes a limit allows to purge")
	n, err = k.tenant("other").PurgeChanges(k.ctx, found.Add(time.Hour), 7)
	k.ok(err, "purging another tenant's changes")
	k.equal(n, 0, "how many changes another tenant purges")
	purge(found.Add(time.Microsecond), 13)
	k.equal(len(k.feed(segment.ChangeOptions{})), 10, "how many changes stay that were not delivered")
	for _, q := range []segment.ChangeQuery{{Contact: people[0].ID, Limit: 10}, {Segment: id, Limit: 100}} {
		list, err := k.store.Changes(k.ctx, q)
		k.ok(err, "listing changes")
		k.equal(len(list), map[bool]int{true: 0, false: 10}[q.Segment.IsZero()], "how many changes are listed by contact or segment")
	}
	k.equal(len(k.live(k.crm, "buyers")), 30, "how many members there are afterwards")
}

func liveLease(k *kit) {
	take := func(token int64, d time.Duration, want bool, what string) {
		k.Helper()
		got, err := k.store.TakeLease(k.ctx, "changes", token, d)
		k.ok(err, what)
		k.equal(got, want, what)
	}
	p := k.customer(1)
	k.follow("all", segment.Everyone())
	k.refresh()
	take(7, time.Hour, true, "taking a lease that nobody holds")
	take(8, time.Hour, false, "taking a lease that another holds")
	take(7, time.Hour, true, "prolonging a lease")
	var list []segment.Change
	k.deliveredTo(k.crm, &list)
	k.equal(len(list), 0, "how much is delivered while another holds the lease")
	k.ok(k.store.EndLease(k.ctx, "changes", 8), "ending a lease that another holds")
	take(8, time.Hour, false, "taking a lease that another holds still")
	take(7, 50*time.Millisecond, true, "shortening a lease")
	time.Sleep(100 * time.Millisecond)
	k.deliveredTo(k.crm, &list)
	k.equal(len(list), 1, "how much is delivered when the lease of a dead one has run out")
	take(8, time.Hour, true, "taking a lease that Deliver gave back")
	k.ok(k.store.EndLease(k.ctx, "changes", 8), "ending a lease")
	k.equal(list[0].Contact, p.ID, "whose change was delivered")

	k.clock.add(time.Hour)
	k.customer(2)
	k.refresh()
	s := spied{k.store, new(int64)}
	_, err := k.on(s).Segments.Deliver(k.ctx, func(context.Context, []segment.Change) error {
		// As if the process had stood still until another one took over.
		k.ok(k.store.EndLease(k.ctx, "changes", *s.token), "ending the lease of the deliverer")
		take(9, time.Hour, true, "taking over")
		return nil
	})
	if err == nil {
		k.Error("a deliverer that lost its lease must not note that the handler took anything")
	}
	k.ok(k.store.EndLease(k.ctx, "changes", 9), "ending a lease")
	list = nil
	k.deliveredTo(k.crm, &list)
	k.equal(len(list), 1, "how much is delivered by the next one")
}

// spied is a store that tells who took the lease.
type spied struct {
	storage.Store
	token *int64
}

// TakeLease implements segment.LiveStore.
func (s spied) TakeLease(ctx context.Context, name string, token int64, d time.Duration) (bool, error) {
	*s.token = token
	return s.Store.TakeLease(ctx, name, token, d)
}

// liveWorkers lets several processes refresh and deliver while others write.
func liveWorkers(k *kit) {
	k.within(long)
	const writers, rounds = 3, 30
	people := k.customers(10, nil)
	k.follow("buyers", segment.Purchases().AtLeast(3))
	k.follow("odd", segment.Not(segment.Activities(activity.Call).AtLeast(1)))
	handles := []*crm.CRM{k.crm, k.reopened(), k.reopened()}
	var mu sync.Mutex
	var taken []segment.Change
	handler := func(_ context.Context, list []segment.Change) error {
		mu.Lock()
		defer mu.Unlock()
		taken = append(taken, list...)
		return nil
	}
	var writing atomic.Int64
	writing.Store(writers)
	k.allOK(k.together(writers+len(handles), func(i int) error {
		if i < writers {
			defer writing.Add(-1)
			for n := range rounds {
				p := people[(i+n)%len(people)]
				a := order(p.ID, i*1000+n, noon)
				if n%4 == 0 {
					a = activity.Activity{Contact: p.ID, Kind: activity.Call, Direction: activity.Inbound, Ref: a.Ref}
				}
				if _, err := handles[i].Activities.Record(k.ctx, a); err != nil {
					return err
				}
			}
			return nil
		}
		c := handles[i-writers]
		for writing.Load() > 0 {
			if err := c.Segments.Refresh(k.ctx); err != nil {
				return err
			}
			if _, err := c.Segments.Deliver(k.ctx, handler); err != nil {
				return err
			}
		}
		return nil
	}), "writing, refreshing and delivering at the same time")
	k.verified("buyers")
	k.verified("odd")
	k.ok(last(k.crm.Segments.Deliver(k.ctx, handler)), "delivering the rest")
	numbers := map[contact.ID]int64{}
	for _, c := range taken {
		if c.Number != numbers[c.Contact]+1 {
			k.Fatalf("change %d of a contact came behind change %d", c.Number, numbers[c.Contact])
		}
		numbers[c.Contact] = c.Number
	}
	k.equal(len(taken), len(k.feed(segment.ChangeOptions{})), "how many changes were delivered")
}

// between is a store that does something the first time that facts were read.
type between struct {
	storage.Store
	once *sync.Once
	do   func()
}

// ActivitiesOf implements activity.Store.
func (b between) ActivitiesOf(ctx context.Context, contacts []contact.ID) ([]activity.Activity, error) {
	list, err := b.Store.ActivitiesOf(ctx, contacts)
	b.once.Do(b.do)
	return list, err
}

// liveInterleaved writes about a contact after its facts were read and before
// what follows from them is written: by hand, and by another worker too.
func liveInterleaved(k *kit) {
	for i, all := range []bool{false, true} {
		p := k.customer(i)
		name := []string{"first", "second"}[i]
		k.follow(name, segment.Purchases().AtLeast(int64(2+i)))
		k.refresh()
		k.record(order(p.ID, 10*i+1, noon))
		c := k.on(between{k.store, new(sync.Once), func() {
			k.record(order(p.ID, 10*i+2, noon))
			if all {
				k.refresh()
				k.record(order(p.ID, 10*i+3, noon))
			}
		}})
		k.ok(c.Segments.Refresh(k.ctx), "refreshing while somebody writes")
		k.refresh()
		k.equal(k.live(k.crm, name), []contact.ID{p.ID}, "members after a write in between")
		k.equal(len(k.feed(segment.ChangeOptions{Segment: name})), 1, "how many changes were found")
		k.verified(name)
	}
}

// cut is a store that fails after some saves.
type cut struct {
	storage.Store
	left *atomic.Int64
}

// Atomic implements storage.Store.
func (c cut) Atomic(ctx context.Context, fn func(context.Context, storage.Store) error) error {
	if c.left.Add(-1) < 0 {
		return errInjected
	}
	return c.Store.Atomic(ctx, fn)
}

// liveBuild cuts off a build between its transactions.
func liveBuild(k *kit) {
	k.within(long)
	const n = 2100 // two whole chunks and a part of one
	people := k.customers(n, nil)
	k.ok(last(k.crm.Segments.Save(k.ctx, "buyers", bought())), "saving a segment")
	var batch []activity.Activity
	for i, p := range people {
		if i%2 == 0 {
			batch = append(batch, order(p.ID, i, noon))
		}
	}
	k.ok(last(k.crm.Activities.RecordMany(k.ctx, batch)), "recording in a batch")
	k.refresh() // nothing is live: only takes the marks away
	k.follow("all", segment.Everyone())
	k.ok(k.crm.Segments.Follow(k.ctx, "buyers"), "making a segment live")
	for _, left := range []int64{0, 1, 1} {
		c := cut{k.store, new(atomic.Int64)}
		c.left.Store(left)
		err := k.on(c).Segments.Refresh(k.ctx)
		if !errors.Is(err, errInjected) {
			k.Fatalf("a build that was cut off gave %v", err)
		}
	}
	count, err := k.crm.Segments.LiveCount(k.ctx, "all")
	k.ok(err, "counting")
	k.equal(count, 2000, "how many members a build has that was cut off after two transactions")
	k.record(order(people[1].ID, n+1, noon))
	k.record(order(people[n-1].ID, n+2, noon))
	k.refresh()
	k.equal(len(k.live(k.crm, "buyers")), n/2+2, "members when the build has gone on")
	k.verified("all")
	k.verified("buyers")
}

// liveRun lets crm.Run do the work, as a host does in the background.
func liveRun(k *kit) {
	k.follow("buyers", bought())
	p := k.customer(1)
	ctx, stop := context.WithCancel(k.ctx)
	defer stop()
	came := make(chan segment.Change, 10)
	c := k.with(k.reopen(), func(config *crm.Config) {
		config.OnSegmentChanges = func(_ context.Context, list []segment.Change) error {
			for _, change := range list {
				came <- change
			}
			return nil
		}
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(ctx)
	}()
	k.record(order(p.ID, 1, noon))
	select {
	case change := <-came:
		k.equal(change.Contact, p.ID, "whose change came")
	case <-k.ctx.Done():
		k.Error("crm.Run delivers no change")
	}
	stop()
	<-ended
}
