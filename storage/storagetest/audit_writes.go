package storagetest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/segment"
)

// auditWrites does every deed of the services twice: first in a transaction that is
// undone, which leaves no entry, and then for good.
func auditWrites(k *kit) {
	s := k.stage()
	c, done := k.logged(k.store), 0
	for _, d := range s.deeds(k) {
		if !strings.Contains(d.name, ".") { // of the store itself
			k.ok(d.do(k.ctx, c, k.store), d.name)
			continue
		}
		before := k.entries(k.store)
		err := c.Atomic(k.actor("7"), func(ctx context.Context, c *crm.CRM) error {
			return errors.Join(d.do(ctx, c, nil), errInjected)
		})
		if !errors.Is(err, errInjected) || errors.Is(err, errs.ErrStore) {
			k.Errorf("%s in a transaction that is undone: %v", d.name, err)
		}
		k.equal(len(k.added(k.store, before)), 0, d.name+" was undone, yet left entries")
		k.ok(d.do(k.actor("7"), c, k.store), d.name)
		k.loggedAs(d.name, k.added(k.store, before))
		done++
	}
	if done < 20 {
		k.Errorf("only %d deeds were done", done)
	}
	k.auditPayment(c, s.people[1])
}

// loggedAs checks the entries of a deed.
func (k *kit) loggedAs(deed string, entries []audit.Entry) {
	k.Helper()
	_, method, _ := strings.Cut(deed, ".")
	method, _, _ = strings.Cut(method, ",")
	if len(entries) == 0 {
		k.Errorf("%s leaves no entry", deed)
	}
	for _, e := range entries {
		p, there := e.Contents()
		about := e.Resource != "" || len(e.Contacts()) > 0
		if e.Actor != "7" || !strings.HasSuffix(e.Action, "."+method) || !there || p.Call == "" || e.Kind == "" || !about || e.Seq != 0 {
			k.Errorf("%s leaves the entry %+v with %+v", deed, e, p)
		}
		if deed == "Contacts.Update" {
			k.equal(p.Fields, []string{"name"}, "what an update has changed, as the log says")
		}
	}
}

// auditPayment: what one service does through another one is logged, too.
func (k *kit) auditPayment(c *crm.CRM, who contact.Contact) {
	k.Helper()
	k.record(order(who.ID, 1, noon))
	before := k.entries(k.store)
	k.ok(last(c.Payments.Charge(k.actor("9"), ref(1), "pm_1")), "charging")
	for _, e := range k.added(k.store, before) {
		if e.Actor == "9" && e.Contact == who.ID {
			return
		}
	}
	k.Error("a charge leaves no entry")
}

// auditHostTx: entries share the fate of the host's transaction, and those of an inner
// transaction that fails are undone with it.
func auditHostTx(k *kit) {
	k.customer(1)
	before := k.entries(k.store)
	tx, _, rollback := k.hostTx()
	k.ok(last(k.logged(tx).Contacts.Create(k.actor("7"), person(2))), "creating in a host's transaction")
	k.ok(last(k.logged(tx).Audit.Record(k.actor("7"), audit.Event{Action: "shop.Print"})), "recording in a host's transaction")
	k.ok(rollback(), "rolling back")
	k.equal(len(k.added(k.store, before)), 0, "entries of a host's transaction that was rolled back")

	tx, commit, _ := k.hostTx()
	c := k.logged(tx)
	k.ok(last(c.Contacts.Create(k.actor("7"), person(2))), "creating in a host's transaction")
	k.fails(last(c.Contacts.Create(k.actor("7"), person(2))), errs.ErrConflict, "creating twice")
	err := c.Atomic(k.actor("8"), func(ctx context.Context, c *crm.CRM) error {
		k.ok(last(c.Contacts.Create(ctx, person(3))), "creating in an inner transaction")
		return errInjected
	})
	k.fails(err, errInjected, "an inner transaction that fails")
	k.ok(commit(), "committing")
	k.calls(before, "ClaimIdentities by 7", "InsertContacts by 7")

	before = k.entries(k.store)
	k.ok(k.logged(k.store).Atomic(k.actor("8"), func(ctx context.Context, c *crm.CRM) error {
		k.fails(c.Atomic(ctx, func(ctx context.Context, c *crm.CRM) error {
			k.ok(last(c.Contacts.Create(ctx, person(4))), "creating in an inner transaction")
			return errInjected
		}), errInjected, "an inner transaction that fails")
		return last(c.Contacts.Create(ctx, person(5)))
	}), "creating in a transaction")
	k.calls(before, "ClaimIdentities by 8", "InsertContacts by 8")
}

// calls checks which calls were logged since, by whom.
func (k *kit) calls(before []audit.Entry, want ...string) {
	k.Helper()
	var got []string
	for _, e := range k.added(k.store, before) {
		p, _ := e.Contents()
		got = append(got, p.Call+" by "+e.Actor)
	}
	k.equal(sortedBy(got, func(s string) string { return s }), want, "what was logged")
}

// auditBatch: an import is one entry for each call, in which everybody is found; and
// an export notes whom it has given out.
func auditBatch(k *kit) {
	c := k.logged(k.store)
	const n = 30
	list := make([]exchange.Entry, n)
	for i := range list {
		list[i].Contact = person(i)
	}
	_, err := c.Exchange.Import(k.actor("7"), "people", rows(list...), nil)
	k.ok(err, "importing")
	page, err := c.Audit.Entries(k.ctx, audit.Query{Action: "exchange.Import"})
	k.ok(err, "reading the log")
	inserts := 0
	for _, e := range page.Entries {
		if p, _ := e.Contents(); p.Call == "InsertContacts" {
			inserts++
			k.equal([]any{len(p.Contacts), e.Many, e.Contact, e.Actor}, []any{n, true, contact.ID{}, "7"}, "the entry of an import")
		}
	}
	k.equal(inserts, 1, "how many entries an import of few leaves for its contacts")
	ids := idsOf(k.list(n))
	for _, id := range ids {
		page, err := c.Audit.Entries(k.ctx, audit.Query{Contact: id})
		k.ok(err, "reading the log of a contact")
		k.equal(len(page.Entries) > 0, true, "whether somebody who was imported is found in the log")
	}
	page, err = c.Audit.Entries(k.ctx, audit.Query{Contact: contact.ID{77}})
	k.ok(err, "reading the log of a contact")
	k.equal(len(page.Entries), 0, "what the log has about somebody else")
	k.clock.add(time.Hour)
	var out bytes.Buffer
	_, err = c.Exchange.Export(k.actor("9"), &out, nil)
	k.ok(err, "exporting")
	who, err := c.Audit.WhoWasAffected(k.ctx, audit.Query{Actor: "9"})
	k.ok(err, "asking who was affected")
	k.equal(who, ids, "who was given out by an export")
}

// auditRun: crm.Run seals, and what it does itself is the library's, unless the host
// has named somebody.
func auditRun(k *kit) {
	k.agree(k.customers(3, nil), channels...)
	for _, actor := range []string{"crm", "42"} {
		c := k.campaign("for-"+actor, segment.Everyone(), nil)
		k.ok(k.crm.Campaigns.Plan(k.ctx, c.ID), "planning")
		k.ok(k.crm.Campaigns.Start(k.ctx, c.ID), "starting")
		ctx, stop := context.WithCancel(k.ctx)
		defer stop()
		if actor != "crm" {
			ctx = access.With(ctx, access.Actor{ID: actor})
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			k.logged(k.store).Run(ctx)
		}()
		for {
			list, err := k.store.AuditEntries(k.ctx, audit.EntryQuery{Actor: actor, Action: "campaign.Work", Limit: 1})
			k.ok(err, "reading the log while a worker works")
			if len(list) > 0 && list[0].Seq > 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		stop()
		<-ended
	}
}
