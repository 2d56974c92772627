package storagetest

import (
	"context"
	"time"

	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/storage"
)

// auditContract: the log keeps to the words of audit.Store.
func auditContract(k *kit) {
	ann, bob := contact.ID{1}, contact.ID{2}
	a, b, c, d, e := auditEntry(9, 0, ann), auditEntry(2, 0, bob), auditEntry(3, 1, contact.ID{}), auditEntry(1, 2, ann), auditEntry(5, 3, contact.ID{})
	b.Actor, c.Action, c.Many, e.Kind, e.Resource, e.Actor = "8", "shop.Print", true, "", "", ""
	k.ok(k.store.AppendAudit(k.ctx, []audit.Entry{d, c, a}), "appending entries")
	k.ok(k.store.AppendAudit(k.ctx, []audit.Entry{e, b}), "appending entries")
	exists := what("id", "exists")
	k.failsAt(k.store.AppendAudit(k.ctx, []audit.Entry{auditEntry(7, 0, ann), c}), errs.ErrConflict, exists)
	k.failsAt(k.store.AppendAudit(k.ctx, []audit.Entry{auditEntry(7, 0, ann), auditEntry(7, 1, ann)}), errs.ErrConflict, exists)
	k.auditQueries(a, b, c, d, e)
	k.auditSeals(a, b, c, d, e)
	k.auditErased(ann)
}

// auditQueries asks in all ways. The entries are in their order, but for the first two,
// which are of one instant.
func (k *kit) auditQueries(a, b, c, d, e audit.Entry) {
	k.Helper()
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for i, q := range []struct {
		q    audit.EntryQuery
		want []audit.Entry
	}{
		{audit.EntryQuery{Limit: 9}, []audit.Entry{b, a, c, d, e}},
		{audit.EntryQuery{Limit: 2}, []audit.Entry{b, a}},
		{audit.EntryQuery{}, nil},
		{audit.EntryQuery{Limit: 9, Contact: a.Contact}, []audit.Entry{a, c, d}},
		{audit.EntryQuery{Limit: 2, Contact: a.Contact}, []audit.Entry{a, c}},
		{audit.EntryQuery{Limit: 9, Contact: contact.ID{77}}, []audit.Entry{c}},
		{audit.EntryQuery{Limit: 9, Actor: "8"}, []audit.Entry{b}},
		{audit.EntryQuery{Limit: 9, Action: "shop.Print"}, []audit.Entry{c}},
		{audit.EntryQuery{Limit: 9, Action: "shop.print"}, nil},
		{audit.EntryQuery{Limit: 9, Contact: a.Contact, Action: "contact.Update"}, []audit.Entry{a, d}},
		{audit.EntryQuery{Limit: 9, From: at(1)}, []audit.Entry{c, d, e}},
		{audit.EntryQuery{Limit: 9, To: at(1)}, []audit.Entry{b, a}},
		{audit.EntryQuery{Limit: 9, From: at(1), To: at(2)}, []audit.Entry{c}},
		{audit.EntryQuery{Limit: 9, AfterAt: b.At, After: b.ID}, []audit.Entry{a, c, d, e}},
		{audit.EntryQuery{Limit: 1, AfterAt: b.At, After: audit.ID{2, 1}}, []audit.Entry{a}},
		{audit.EntryQuery{Limit: 9, AfterAt: d.At, After: d.ID, From: at(1)}, []audit.Entry{e}},
		{audit.EntryQuery{Limit: 9, AfterAt: a.At, After: a.ID, Contact: a.Contact}, []audit.Entry{c, d}},
		{audit.EntryQuery{Limit: 9, Unsealed: true}, []audit.Entry{b, a, c, d, e}},
	} {
		got, err := k.store.AuditEntries(k.ctx, q.q)
		k.ok(err, "reading the log")
		if diff := difference(append([]audit.Entry(nil), got...), q.want); diff != "" {
			k.Errorf("question %d to the log:\n%s", i, diff)
		}
	}
}

// auditSeals seals c and a, and then b.
func (k *kit) auditSeals(a, b, c, d, e audit.Entry) {
	k.Helper()
	k.head(audit.Head{}, "of a log without a sealed entry")
	k.ok(k.store.SealAudit(k.ctx, []audit.Seal{sealOf(c.ID[0], 1), sealOf(a.ID[0], 2)}), "sealing")
	k.head(audit.Head{Seq: 2, Hash: audit.Hash{3}}, "after two entries were sealed")
	changed := what("id", "changed")
	for _, bad := range []audit.Seal{sealOf(a.ID[0], 4), sealOf(77, 4)} {
		k.failsAt(k.store.SealAudit(k.ctx, []audit.Seal{sealOf(b.ID[0], 3), bad}), errs.ErrConflict, changed)
	}
	k.head(audit.Head{Seq: 2, Hash: audit.Hash{3}}, "after a sealing that was refused")
	k.ok(k.store.SealAudit(k.ctx, []audit.Seal{sealOf(b.ID[0], 3)}), "sealing")
	first, second, third := sealed(c, sealOf(c.ID[0], 1)), sealed(a, sealOf(a.ID[0], 2)), sealed(b, sealOf(b.ID[0], 3))
	for _, q := range []struct {
		after int64
		limit int
		want  []audit.Entry
	}{
		{0, 9, []audit.Entry{first, second, third}}, {1, 9, []audit.Entry{second, third}}, {0, 2, []audit.Entry{first, second}}, {3, 9, nil}, {0, 0, nil},
	} {
		got, err := k.store.AuditChain(k.ctx, q.after, q.limit)
		k.ok(err, "reading the chain")
		k.equal(append([]audit.Entry(nil), got...), q.want, "a part of the chain")
	}
	for _, q := range []struct {
		q    audit.EntryQuery
		want []audit.Entry
	}{
		{audit.EntryQuery{Unsealed: true, Limit: 9}, []audit.Entry{d, e}},
		{audit.EntryQuery{Unsealed: true, Limit: 1}, []audit.Entry{d}},
		{audit.EntryQuery{Unsealed: true, Limit: 9, AfterAt: d.At, After: d.ID}, []audit.Entry{e}},
		{audit.EntryQuery{Unsealed: true, Limit: 9, Contact: a.Contact}, []audit.Entry{d}},
		{audit.EntryQuery{Limit: 9}, []audit.Entry{third, second, first, d, e}},
	} {
		got, err := k.store.AuditEntries(k.ctx, q.q)
		k.ok(err, "reading the log")
		k.equal(append([]audit.Entry(nil), got...), q.want, "the log after some entries were sealed")
	}
}

// head checks the end of the chain, in the three ways in which it is read.
func (k *kit) head(want audit.Head, when string) {
	k.Helper()
	got, err := k.store.AuditHead(k.ctx)
	k.ok(err, "reading the head")
	k.equal(got, want, "the head "+when)
	got, err = k.store.LockAuditHead(k.ctx)
	k.ok(err, "locking the head")
	k.equal(got, want, "the head "+when)
	k.ok(k.store.Atomic(k.ctx, func(ctx context.Context, tx storage.Store) error {
		got, err = tx.LockAuditHead(ctx)
		return err
	}), "locking the head in a transaction")
	k.equal(got, want, "the head "+when)
}

// auditErased empties two entries about a contact, one of them sealed.
func (k *kit) auditErased(of contact.ID) {
	k.Helper()
	for i, want := range []int64{0, 1, 1, 0} {
		n, err := k.store.EraseAuditPayloads(k.ctx, of, min(i, 1))
		k.ok(err, "erasing payloads")
		k.equal(n, want, "how many payloads were erased")
	}
	n, err := k.store.EraseAuditPayloads(k.ctx, contact.ID{}, 9)
	k.ok(err, "erasing the payloads about nobody")
	k.equal(n, int64(0), "how many payloads about nobody were erased")
	erased := 0
	for _, e := range k.entries(k.store) {
		empty := len(e.Payload) == 0 && e.Salt == [16]byte{}
		if empty {
			erased++
		}
		k.equal(empty, e.Contact == of, "whether a payload was erased")
		k.equal(e.Digest, audit.Hash{e.ID[0], 2}, "the digest of a payload")
	}
	k.equal(erased, 2, "how many payloads are empty")
	k.head(audit.Head{Seq: 3, Hash: audit.Hash{4}}, "after payloads were erased")
}
