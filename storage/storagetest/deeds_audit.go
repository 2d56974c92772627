package storagetest

import (
	"context"

	"github.com/stammkunde/crm"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/storage"
)

// stageAudit adds entries, of which one is sealed.
func (k *kit) stageAudit(s *stage) {
	k.Helper()
	s.entry = auditEntry(1, 0, s.people[0].ID)
	k.ok(k.store.AppendAudit(k.ctx, []audit.Entry{s.entry, auditEntry(2, 0, s.people[1].ID), auditEntry(3, 0, s.people[0].ID)}), "appending entries")
	k.ok(k.store.SealAudit(k.ctx, []audit.Seal{sealOf(1, 1)}), "sealing an entry")
}

// auditDeeds are the writes of the log.
func (s stage) auditDeeds() []deed {
	on := func(name string, do func(context.Context, storage.Store) error) deed {
		return deed{name, func(ctx context.Context, _ *crm.CRM, s storage.Store) error { return do(ctx, s) }}
	}
	return []deed{
		on("AppendAudit", func(ctx context.Context, store storage.Store) error {
			return store.AppendAudit(ctx, []audit.Entry{auditEntry(4, 1, s.people[2].ID)})
		}),
		on("SealAudit", func(ctx context.Context, store storage.Store) error {
			return store.SealAudit(ctx, []audit.Seal{sealOf(2, 2)})
		}),
		on("EraseAuditPayloads", func(ctx context.Context, store storage.Store) error {
			return last(store.EraseAuditPayloads(ctx, s.people[0].ID, 1))
		}),
	}
}
