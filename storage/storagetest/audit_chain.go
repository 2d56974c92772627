package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
)

// events adds n events to the log.
func (k *kit) events(c *crm.CRM, n int) (list []audit.Entry) {
	k.Helper()
	for i := range n {
		e, err := c.Audit.Record(k.actor("7"), audit.Event{Action: "shop.Print", Kind: "page", Resource: fmt.Sprint(i)})
		k.ok(err, "recording an event")
		list = append(list, e)
	}
	return list
}

// auditSeal: however many seal at once, while others write, there is one chain at every
// moment, and in the end it has everything.
func auditSeal(k *kit) {
	const writers, each = 3, 12
	k.ok(last(k.logged(k.store).Audit.Seal(k.ctx)), "sealing an empty log")
	k.whole(k.logged(k.store), 0, 0, 0, "an empty log")
	k.allOK(k.together(2*writers, func(i int) error {
		c := k.logged(k.reopen())
		for range each {
			if i < writers {
				if _, err := c.Audit.Record(k.actor("7"), audit.Event{Action: "shop.Print"}); err != nil {
					return err
				}
				continue
			}
			if _, err := c.Audit.Seal(k.ctx); err != nil {
				return err
			}
			if r, err := c.Audit.Verify(k.ctx); err != nil || r.Broken != nil {
				return errors.Join(err, fmt.Errorf("in the meantime the log is broken: %+v", r.Broken))
			}
		}
		return nil
	}), "sealing and writing at once")
	c := k.logged(k.store)
	k.ok(last(c.Audit.Seal(k.ctx)), "sealing")
	k.whole(c, writers*each, 0, 0, "after many have sealed at once")
	k.events(c, 1)
	k.whole(c, writers*each, 1, 0, "with an entry that waits")
	n, err := c.Audit.Seal(k.ctx)
	k.ok(err, "sealing")
	k.equal(n, int64(1), "how many entries were sealed")
	chain, err := k.store.AuditChain(k.ctx, 0, 1000)
	k.ok(err, "reading the chain")
	for i, e := range chain {
		k.equal(e.Seq, int64(i+1), "the number of an entry")
	}
	k.auditManySealed(c, int64(len(chain)))
}

// auditManySealed seals more than are sealed at a time.
func (k *kit) auditManySealed(c *crm.CRM, before int64) {
	k.Helper()
	const many = 2100
	list := make([]audit.Entry, many)
	for i := range list {
		e := auditEntry(9, i, contact.ID{})
		e.ID[8], e.ID[9] = byte(i>>8), byte(i)
		list[i] = e
	}
	k.ok(k.store.AppendAudit(k.ctx, list), "appending many entries")
	n, err := c.Audit.Seal(k.ctx)
	k.ok(err, "sealing many")
	k.equal(n, int64(many), "how many entries were sealed")
	r, err := c.Audit.Verify(k.ctx)
	k.ok(err, "verifying")
	if r.Broken == nil || r.Broken.Seq != before+1 || r.Broken.Why != audit.Changed {
		k.Errorf("entries with hashes that mean nothing must be found: %+v", r.Broken)
	}
}

// auditErase: payloads are erased, and the chain holds.
func auditErase(k *kit) {
	c := k.logged(k.store)
	ann, err := c.Contacts.Create(k.actor("7"), person(1))
	k.ok(err, "creating a contact")
	bob, err := c.Contacts.Create(k.actor("7"), person(2))
	k.ok(err, "creating a contact")
	both := audit.Event{Action: "shop.Print", Contacts: []contact.ID{ann.ID, bob.ID, ann.ID}}
	k.ok(last(c.Audit.Record(k.actor("7"), both)), "recording an event about two")
	secret := audit.Event{Action: "shop.Note", Contacts: []contact.ID{ann.ID}, Details: map[string]string{"note": "canary"}}
	e, err := c.Audit.Record(k.actor("7"), secret)
	k.ok(err, "recording an event")
	p, _ := e.Contents()
	k.equal(p.Details, secret.Details, "the details of an event")
	n, err := c.Audit.Seal(k.ctx)
	k.ok(err, "sealing")
	sealed := n
	k.ok(last(c.Audit.Record(k.actor("7"), secret)), "recording an event that waits")
	n, err = c.Audit.ErasePayload(k.actor("5"), ann.ID)
	k.ok(err, "erasing payloads")
	k.equal(n, int64(4), "how many payloads were erased: two of creating, two of events")
	for _, e := range k.entries(k.store) {
		p, there := e.Contents()
		if e.Contact == ann.ID && e.Action != "audit.ErasePayload" {
			k.equal([]any{there, e.Salt, e.Actor}, []any{false, [16]byte{}, "7"}, "what is left of an entry")
		} else {
			k.equal(there, true, "whether another payload is left")
		}
		k.equal(p.Details["note"], "", "the details of an event that was erased")
	}
	k.whole(c, sealed, 2, 4, "after payloads were erased")
	k.ok(last(c.Audit.Seal(k.ctx)), "sealing")
	k.whole(k.logged(k.reopen()), sealed+2, 0, 4, "after all was sealed")
	page, err := c.Audit.Entries(k.ctx, audit.Query{Action: "audit.ErasePayload"})
	k.ok(err, "reading the log")
	k.equal(len(page.Entries), 1, "entries about the erasing")
	k.equal([]any{page.Entries[0].Contact, page.Entries[0].Actor}, []any{ann.ID, "5"}, "the entry about the erasing")
	who, err := c.Audit.WhoWasAffected(k.ctx, audit.Query{Actor: "7"})
	k.ok(err, "asking who was affected")
	want := []contact.ID{ann.ID, bob.ID}
	slices.SortFunc(want, contact.ID.Compare)
	k.equal(who, want, "who was affected, payloads or not")
}

// auditQuery: entries are found by contact, actor, action and time, page by page.
func auditQuery(k *kit) {
	c := k.logged(k.store)
	ids := []contact.ID{{1}, {2}, {3}, {4}}
	var list []audit.Entry
	for i := range 30 {
		v := audit.Event{Action: []string{"shop.Print", "shop.Call"}[i%2], Contacts: ids[i%4 : i%4+1]}
		if i%5 == 0 {
			v.Contacts = ids[:2+i%2]
		}
		e, err := c.Audit.Record(k.actor(fmt.Sprint(i%3)), v)
		k.ok(err, "recording an event")
		list = append(list, e)
		k.clock.add(time.Minute)
	}
	for i, q := range []audit.Query{
		{}, {Contact: ids[0]}, {Contact: ids[2]}, {Actor: "1"}, {Action: "shop.Call"}, {From: list[7].At, To: list[20].At},
		{Contact: ids[1], Actor: "2", Action: "shop.Print", From: list[3].At}, {Contact: contact.ID{9}}, {To: list[0].At},
	} {
		var want []audit.Entry
		affected := map[contact.ID]bool{}
		for _, e := range list {
			if (q.Contact.IsZero() || slices.Contains(e.Contacts(), q.Contact)) && (q.Actor == "" || e.Actor == q.Actor) &&
				(q.Action == "" || e.Action == q.Action) && !e.At.Before(q.From) && (q.To.IsZero() || e.At.Before(q.To)) {
				want = append(want, e)
				for _, id := range e.Contacts() {
					affected[id] = true
				}
			}
		}
		who, err := c.Audit.WhoWasAffected(k.ctx, q)
		k.ok(err, "asking who was affected")
		k.equal(len(who), len(affected), fmt.Sprintf("how many were affected, by question %d", i))
		for _, limit := range []int{1, 4, 1000} {
			q.Limit = limit
			if diff := difference(k.logPages(c, q), want); diff != "" {
				k.Errorf("question %d, %d at a time:\n%s", i, limit, diff)
			}
		}
	}
	_, err := c.Audit.Entries(k.ctx, audit.Query{Limit: 1001, After: "?"})
	k.refused(err, what("after", "syntax"), what("limit", "out_of_range"))
	_, err = c.Audit.WhoWasAffected(k.ctx, audit.Query{Limit: 1, After: "?"})
	k.refused(err, what("after", "unexpected"), what("limit", "unexpected"))
}

// logPages reads all pages of a query.
func (k *kit) logPages(c *crm.CRM, q audit.Query) (all []audit.Entry) {
	k.Helper()
	for {
		page, err := c.Audit.Entries(k.ctx, q)
		k.ok(err, "reading a page of the log")
		if len(page.Entries) > q.Limit || len(all) > 100 {
			k.Fatalf("a page of %d has %d entries, behind %d others", q.Limit, len(page.Entries), len(all))
		}
		all = append(all, page.Entries...)
		if q.After = page.Next; q.After == "" {
			return all
		}
	}
}

// altered is a store that shows another log than it has.
type altered struct {
	storage.Store
	entry func(*audit.Entry) // changes an entry
	chain func([]audit.Entry) []audit.Entry
	end   func(audit.Head) audit.Head
}

func (s altered) AuditEntries(ctx context.Context, q audit.EntryQuery) ([]audit.Entry, error) {
	list, err := s.Store.AuditEntries(ctx, q)
	return s.change(list), err
}

func (s altered) AuditChain(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	list, err := s.Store.AuditChain(ctx, 0, 1000)
	if list = s.change(list); s.chain != nil {
		list = s.chain(list)
	}
	for len(list) > 0 && after > 0 && list[0].Seq <= after {
		list = list[1:]
	}
	return list[:min(limit, len(list))], err
}

func (s altered) AuditHead(ctx context.Context) (audit.Head, error) {
	h, err := s.Store.AuditHead(ctx)
	if s.end != nil {
		h = s.end(h)
	}
	return h, err
}

func (s altered) change(list []audit.Entry) []audit.Entry {
	for i := range list {
		if s.entry != nil {
			s.entry(&list[i])
		}
	}
	return list
}

// auditVerify: Verify names the first fault, whatever was done to the log.
func auditVerify(k *kit) {
	c := k.logged(k.store)
	list := k.events(c, 7)
	k.ok(last(c.Audit.Seal(k.ctx)), "sealing")
	k.events(c, 1)
	anchor, err := c.Audit.Head(k.ctx)
	k.ok(err, "reading the head")
	first, err := k.store.AuditChain(k.ctx, 2, 1)
	k.ok(err, "reading the chain")
	old := audit.Head{Seq: 3, Hash: first[0].Hash}
	k.verifies(altered{Store: k.store}, nil, old, anchor, audit.Head{})
	third := func(f func(*audit.Entry)) altered {
		return altered{Store: k.store, entry: func(e *audit.Entry) {
			if e.Seq == 3 {
				f(e)
			}
		}}
	}
	at3 := func(why audit.Why) *audit.Break { return &audit.Break{Seq: 3, ID: first[0].ID, Why: why} }
	for name, f := range map[string]func(*audit.Entry){
		"id": func(e *audit.Entry) { e.ID[3]++ }, "at": func(e *audit.Entry) { e.At = e.At.Add(time.Microsecond) },
		"actor": func(e *audit.Entry) { e.Actor = "8" }, "action": func(e *audit.Entry) { e.Action += "x" },
		"kind": func(e *audit.Entry) { e.Kind, e.Resource = e.Kind+e.Resource, "" }, "resource": func(e *audit.Entry) { e.Resource = "" },
		"contact": func(e *audit.Entry) { e.Contact[0]++ }, "many": func(e *audit.Entry) { e.Many = true },
		"digest": func(e *audit.Entry) { e.Digest[31]++ }, "mac": func(e *audit.Entry) { e.Mac[0]++ },
		"prev": func(e *audit.Entry) { e.Prev[9]++ }, "hash": func(e *audit.Entry) { e.Hash[9]++ },
	} {
		want := at3(audit.Changed)
		if name == "id" {
			want.ID[3]++
		}
		k.verifies(third(f), want)
	}
	k.verifies(third(func(e *audit.Entry) { e.Payload[1]++ }), at3(audit.PayloadChanged))
	k.verifies(third(func(e *audit.Entry) { e.Salt[2]++ }), at3(audit.PayloadChanged))
	k.auditOrder(list, anchor, old)
}

// auditOrder takes entries out and moves them.
func (k *kit) auditOrder(list []audit.Entry, anchor, old audit.Head) {
	k.Helper()
	with := func(chain func([]audit.Entry) []audit.Entry) altered { return altered{Store: k.store, chain: chain} }
	k.verifies(with(func(l []audit.Entry) []audit.Entry { return slices.Delete(l, 2, 3) }), &audit.Break{Seq: 3, Why: audit.Missing})
	k.verifies(with(func(l []audit.Entry) []audit.Entry { return l[1:] }), &audit.Break{Seq: 1, Why: audit.Missing})
	k.verifies(with(func(l []audit.Entry) []audit.Entry { return l[:5] }), &audit.Break{Seq: 6, Why: audit.Missing})
	k.verifies(with(func(l []audit.Entry) []audit.Entry {
		l[2], l[3] = l[3], l[2]
		l[2].Seq, l[3].Seq = 3, 4
		return l
	}), &audit.Break{Seq: 3, ID: k.sealedAs(4), Why: audit.Reordered})
	k.verifies(with(func(l []audit.Entry) []audit.Entry { // one is gone, and the others have moved up
		l = slices.Delete(l, 2, 3)
		for i := range l {
			l[i].Seq = int64(i + 1)
		}
		return l
	}), &audit.Break{Seq: 3, ID: k.sealedAs(4), Why: audit.Reordered})
	cut := with(func(l []audit.Entry) []audit.Entry { return l[:5] })
	cut.end = func(audit.Head) audit.Head { return audit.Head{Seq: 5, Hash: k.hashAs(5)} }
	k.verifies(cut, nil, old)
	k.verifies(cut, &audit.Break{Seq: 6, Why: audit.Missing}, old, anchor)
	k.verifies(altered{Store: k.store}, &audit.Break{Seq: 3, ID: k.sealedAs(3), Why: audit.Rewritten}, audit.Head{Seq: 3, Hash: audit.Hash{1}})
	k.verifies(altered{Store: k.store}, &audit.Break{Seq: 3, Why: audit.Rewritten}, old, audit.Head{Seq: 3, Hash: audit.Hash{1}})
	wrong := altered{Store: k.store, end: func(h audit.Head) audit.Head { h.Hash[0]++; return h }}
	k.verifies(wrong, &audit.Break{Seq: 7, ID: k.sealedAs(7), Why: audit.HeadChanged})
	short := altered{Store: k.store, end: func(audit.Head) audit.Head { return audit.Head{} }}
	k.verifies(short, &audit.Break{Seq: 7, Why: audit.HeadChanged})
	waiting := k.entries(k.store)[len(list)]
	for _, f := range []func(*audit.Entry){func(e *audit.Entry) { e.Actor = "8" }, func(e *audit.Entry) { e.Payload[1]++ }} {
		k.verifies(altered{Store: k.store, entry: func(e *audit.Entry) {
			if e.Seq == 0 {
				f(e)
			}
		}}, &audit.Break{ID: waiting.ID, Why: audit.UnsealedChanged})
	}
	r, err := k.with(k.store, func(c *crm.Config) { c.Audit = &crm.Audit{} }).Audit.Verify(k.ctx)
	k.ok(err, "verifying without the key")
	k.equal(r.Broken, &audit.Break{Seq: 1, ID: k.sealedAs(1), Why: audit.Changed}, "the first fault of a log that is read without its key")
	k.fails(last(k.crm.Audit.Verify(k.ctx)), errs.ErrConflict, "verifying where the log is not switched on")
}

// verifies checks the fault that Verify finds, also page by page.
func (k *kit) verifies(s altered, want *audit.Break, anchors ...audit.Head) {
	k.Helper()
	r, err := k.logged(s).Audit.Verify(k.ctx, anchors...)
	k.ok(err, "verifying")
	k.equal(r.Broken, want, "the first fault of a log")
}

// sealedAs returns the id of the entry with a number, and hashAs its hash.
func (k *kit) sealedAs(seq int64) audit.ID {
	k.Helper()
	list, err := k.store.AuditChain(k.ctx, seq-1, 1)
	k.ok(err, "reading the chain")
	return list[0].ID
}

func (k *kit) hashAs(seq int64) audit.Hash {
	k.Helper()
	list, err := k.store.AuditChain(k.ctx, seq-1, 1)
	k.ok(err, "reading the chain")
	return list[0].Hash
}
