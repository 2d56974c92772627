package storagetest

import (
	"context"
	"time"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/access"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
)

// logged returns a CRM on the store that keeps a log.
func (k *kit) logged(store storage.Store) *crm.CRM {
	k.Helper()
	return k.with(store, func(c *crm.Config) { c.Audit = &crm.Audit{Key: []byte("0123456789abcdef")} })
}

// actor is a context on behalf of somebody.
func (k *kit) actor(id string) context.Context {
	return access.With(k.ctx, access.Actor{ID: id})
}

// entries lists the whole log as the store shows it.
func (k *kit) entries(store storage.Store) []audit.Entry {
	k.Helper()
	list, err := store.AuditEntries(k.ctx, audit.EntryQuery{Limit: 100_000})
	k.ok(err, "reading the log")
	return list
}

// added returns what is in the log and was not before.
func (k *kit) added(store storage.Store, before []audit.Entry) []audit.Entry {
	k.Helper()
	known := map[audit.ID]bool{}
	for _, e := range before {
		known[e.ID] = true
	}
	var list []audit.Entry
	for _, e := range k.entries(store) {
		if !known[e.ID] {
			list = append(list, e)
		}
	}
	return list
}

// auditEntry makes an entry by hand, whose hashes mean nothing.
func auditEntry(n byte, minutes int, of contact.ID) audit.Entry {
	return audit.Entry{
		ID: audit.ID{n}, At: noon.Add(time.Duration(minutes) * time.Minute), Actor: "7", Action: "contact.Update", Kind: "contact",
		Resource: "\"ü'", Contact: of, Payload: []byte("{\"call\": \"ä\\n'\"}"), Salt: [16]byte{n, 1}, Digest: audit.Hash{n, 2}, Mac: audit.Hash{n, 3},
	}
}

// sealOf makes a seal by hand.
func sealOf(n byte, seq int64) audit.Seal {
	return audit.Seal{ID: audit.ID{n}, Seq: seq, Prev: audit.Hash{byte(seq)}, Hash: audit.Hash{byte(seq + 1)}}
}

// sealed is an entry with a seal.
func sealed(e audit.Entry, s audit.Seal) audit.Entry {
	e.Seq, e.Prev, e.Hash = s.Seq, s.Prev, s.Hash
	return e
}

// whole checks that Verify finds no fault and these numbers.
func (k *kit) whole(c *crm.CRM, sealed, unsealed, erased int64, when string) {
	k.Helper()
	r, err := c.Audit.Verify(k.ctx)
	k.ok(err, "verifying the log")
	if r.Broken != nil {
		k.Errorf("%s: the log is broken: %+v", when, *r.Broken)
	}
	k.equal([]int64{r.Sealed, r.Unsealed, r.Erased}, []int64{sealed, unsealed, erased}, when+": entries sealed, unsealed and erased")
}
