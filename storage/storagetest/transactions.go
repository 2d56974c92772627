package storagetest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/segment"
	"github.com/stammkunde/crm/storage"
)

// all does every deed through a handle.
func (s stage) all(k *kit, store storage.Store) {
	k.Helper()
	c := k.on(store)
	for _, d := range s.deeds(k) {
		k.ok(d.do(k.ctx, c, store), d.name)
	}
}

// nothing checks that a store is as it was before the deeds.
func (k *kit) nothing(before everything, when string) {
	k.Helper()
	k.equal(k.read(k.store), before, when+", yet something was kept")
	k.equal(k.traces(k.store), [2]int{}, when+", yet identities or references stay bound")
}

func txRollback(k *kit) {
	s := k.stage()
	before := k.read(k.store)
	tx, _, rollback := k.hostTx()
	k.equal(k.buyers(tx), 0, "how many have bought before the host's transaction writes")
	s.all(k, tx)
	if difference(k.read(tx), before) == "" {
		k.Error("within the host's transaction nothing of what was written in it is to be seen")
	}
	k.equal(k.buyers(tx), 2, "how many have bought, as a rule in the host's transaction sees it")
	k.equal(k.traces(tx), [2]int{4, 4}, "identities and references that are bound within the host's transaction")
	k.equal(k.read(k.store), before, "what others see, without waiting, while the host's transaction is open")
	k.ok(rollback(), "rolling back the host's transaction")
	k.nothing(before, "the host's transaction was rolled back")
	k.equal(k.buyers(k.store), 0, "how many have bought after the host's transaction was rolled back")
	s.all(k, k.store) // and everything can be done now
}

// buyers counts those who have bought something.
func (k *kit) buyers(store storage.Store) int64 {
	k.Helper()
	n, err := k.on(store).Segments.Count(k.ctx, segment.Purchases().AtLeast(1))
	k.ok(err, "counting with a rule")
	return n
}

func txCommit(k *kit) {
	s := k.stage()
	tx, commit, _ := k.hostTx()
	s.all(k, tx)
	within := k.read(tx)
	k.ok(commit(), "committing the host's transaction")
	k.fails(last(tx.Contacts(k.ctx, idsOf(s.people))), errs.ErrStore, "reading through the handle of a transaction that has ended")
	k.fails(tx.InsertContacts(k.ctx, []contact.Contact{{ID: spread(1), Version: 1}}), errs.ErrStore, "writing through the handle of a transaction that has ended")
	k.equal(k.read(k.store), within, "what the host's transaction saw of itself must be there after its commit")
	k.equal(k.read(k.reopen()), within, "and on another handle")
	k.equal(k.traces(k.store), [2]int{4, 4}, "identities and references that are bound after the commit")
}

var errOwn = errors.New("storagetest: an error of the caller's own")

func txAtomicFails(k *kit) {
	s := k.stage()
	before := k.read(k.store)
	err := k.store.Atomic(k.ctx, func(_ context.Context, tx storage.Store) error {
		s.all(k, tx)
		return errOwn
	})
	k.fails(err, errOwn, "Atomic whose function fails must give the function's own error")
	k.nothing(before, "the function of Atomic failed")
	k.ok(k.store.Atomic(k.ctx, func(_ context.Context, tx storage.Store) error {
		s.all(k, tx)
		return nil
	}), "Atomic whose function succeeds")
	k.equal(k.traces(k.store), [2]int{4, 4}, "identities and references that are bound after Atomic")
}

func txPanic(k *kit) {
	s := k.stage()
	before := k.read(k.store)
	var seen any
	func() {
		defer func() { seen = recover() }()
		_ = k.store.Atomic(k.ctx, func(_ context.Context, tx storage.Store) error {
			s.all(k, tx)
			panic("storagetest: panic made on purpose")
		})
	}()
	if seen == nil {
		k.Error("Atomic has swallowed a panic")
	}
	k.nothing(before, "the function of Atomic panicked")
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = k.store.Atomic(k.ctx, func(ctx context.Context, tx storage.Store) error {
			_ = s.deeds(k)[0].do(ctx, k.on(tx), tx)
			runtime.Goexit() // as FailNow of a test does
			return nil
		})
	})
	wg.Wait()
	k.nothing(before, "the goroutine of the function of Atomic ended")
	k.customer(900) // the store still works
}

// txNested fails in an inner Atomic, within Atomic and within a transaction of
// the host's.
func txNested(k *kit) {
	nested := func(tx storage.Store, n int) {
		k.Helper()
		c := k.on(tx)
		put := func(c *crm.CRM, n int) error {
			_, _, err := c.Contacts.Upsert(k.ctx, person(n))
			return err
		}
		k.ok(put(c, n), "writing before the inner Atomic")
		err := tx.Atomic(k.ctx, func(ctx context.Context, inner storage.Store) error {
			k.ok(put(k.on(inner), n+1), "writing in the inner Atomic")
			k.ok(put(k.on(inner), n), "changing in the inner Atomic what was written before")
			k.ok(inner.Atomic(ctx, func(_ context.Context, third storage.Store) error { return put(k.on(third), n+2) }), "writing in a third Atomic")
			return errOwn
		})
		k.fails(err, errOwn, "an inner Atomic whose function fails")
		k.ok(put(c, n+3), "writing after an inner Atomic that failed")
		k.ok(tx.Atomic(k.ctx, func(_ context.Context, inner storage.Store) error { return put(k.on(inner), n+4) }), "an inner Atomic that succeeds")
	}
	k.ok(k.store.Atomic(k.ctx, func(_ context.Context, tx storage.Store) error {
		nested(tx, 10)
		return nil
	}), "Atomic around an inner Atomic that failed")
	tx, commit, _ := k.hostTx()
	nested(tx, 20)
	k.ok(commit(), "committing the host's transaction")
	for _, n := range []int{10, 20} {
		for i, want := range []bool{true, false, false, true, true} {
			c, err := k.crm.Contacts.Find(k.ctx, shop(n+i))
			if (err == nil) != want {
				k.Errorf("an inner Atomic that fails must undo its own part and nothing else: write %d was kept: %t, must be %t", i, err == nil, want)
			}
			if err == nil && c.Version != 1 {
				k.Errorf("a change within an inner Atomic that failed was kept")
			}
		}
	}
}

// txGoesOn lets the store refuse something in the host's transaction, which
// must be able to go on.
func txGoesOn(k *kit) {
	first := k.customer(1)
	tx, commit, _ := k.hostTx()
	c := k.on(tx)
	_, err := c.Contacts.Create(k.ctx, person(2))
	k.ok(err, "writing in the host's transaction")
	again := person(3)
	again.ID = first.ID
	_, err = c.Contacts.Create(k.ctx, again)
	k.fails(err, errs.ErrConflict, "creating a contact whose id exists, in the host's transaction")
	k.fails(tx.InsertContacts(k.ctx, []contact.Contact{first}), errs.ErrConflict, "inserting a contact whose id exists, in the host's transaction")
	_, err = c.Activities.Record(k.ctx, order(spread(9), 1, noon))
	k.fails(err, errs.ErrNotFound, "recording for an unknown contact, in the host's transaction")
	_, err = c.Contacts.Create(k.ctx, person(4))
	k.ok(err, "writing in the host's transaction after something was refused")
	k.ok(commit(), "committing the host's transaction")
	for n, want := range map[int]bool{1: true, 2: true, 3: false, 4: true} {
		_, err := k.crm.Contacts.Find(k.ctx, shop(n))
		k.equal(err == nil, want, "whether a write was kept when another one in the same transaction was refused")
	}
	k.refsAreFree(1)
}

func txCancelled(k *kit) {
	s := k.stage()
	before := k.read(k.store)
	ctx, cancel := context.WithCancel(k.ctx)
	cancel()
	for _, d := range s.deeds(k) {
		err := d.do(ctx, k.crm, k.store)
		k.fails(err, context.Canceled, d.name+" with a context that has ended")
		k.fails(err, errs.ErrStore, d.name+" with a context that has ended")
	}
	k.nothing(before, "the context had ended before the call")
	ctx, cancel = context.WithCancel(k.ctx)
	err := k.store.Atomic(ctx, func(ctx context.Context, tx storage.Store) error {
		s.all(k, tx)
		cancel()
		return nil
	})
	if err == nil {
		k.equal(k.traces(k.store), [2]int{4, 4}, "Atomic whose context ended in its function said that all was kept: identities and references")
		return
	}
	k.nothing(before, "Atomic whose context ended in its function gave an error")
}

// txIsolation writes two records together, again and again, and reads them
// from outside: nobody ever sees one without the other.
func txIsolation(k *kit) {
	const rounds = 40
	a, b := k.customer(1), k.customer(2)
	ids := []contact.ID{a.ID, b.ID}
	done := make(chan error, 1)
	go func() {
		for n := range int64(rounds) {
			err := k.store.Atomic(k.ctx, func(ctx context.Context, tx storage.Store) error {
				for _, c := range []contact.Contact{a, b} {
					c.Version, c.Identities = n+2, nil
					if err := tx.UpdateContacts(ctx, []contact.Contact{c}); err != nil {
						return err
					}
					time.Sleep(time.Millisecond / 2) // somebody may look now
				}
				return nil
			})
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	second := k.reopen()
	for {
		list, err := second.Contacts(k.ctx, ids)
		k.ok(err, "reading while another transaction writes")
		if list[0].Version != list[1].Version {
			k.Fatalf("a reader saw half of a transaction: versions %d and %d were written together", list[0].Version, list[1].Version)
		}
		select {
		case err := <-done:
			k.ok(err, "writing two records together")
			k.equal(k.get(a.ID).Version, rounds+1, "the version after all writes")
			return
		case <-time.After(time.Millisecond):
		}
	}
}
