package storagetest_test

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/storage"
	"github.com/stammkunde/crm/storage/storagetest"
)

// auditBreakages are what goes wrong with the log.
var auditBreakages = []breakage{
	{name: "keeps_no_log", fails: storagetest.AuditWrites, wrap: func(s storage.Store) storage.Store { return keepsNoLog{s} }},
	{name: "loses_entries_in_transactions", fails: storagetest.AuditHostTx, wrap: func(s storage.Store) storage.Store { return losesInTx{s} }},
	{name: "appends_half_a_batch", fails: storagetest.AuditContract, wrap: func(s storage.Store) storage.Store { return halfLog{s} }},
	{name: "forgets_who_it_was", fails: storagetest.AuditBatch, wrap: func(s storage.Store) storage.Store { return forgetsActor{s} }},
	{name: "repeats_an_entry_on_the_next_page", fails: storagetest.AuditQuery, wrap: func(s storage.Store) storage.Store { return repeatsEntry{s} }},
	{name: "leaves_batches_out", fails: storagetest.AuditContract, wrap: func(s storage.Store) storage.Store { return leavesBatches{s} }},
	{name: "shows_the_chain_from_its_beginning", fails: storagetest.AuditContract, wrap: func(s storage.Store) storage.Store { return fromBeginning{s} }},
	{name: "does_not_know_the_head", fails: storagetest.AuditVerify, wrap: func(s storage.Store) storage.Store { return noHead{s} }},
	{name: "seals_from_one_each_time", fails: storagetest.AuditSeal, wrap: func(s storage.Store) storage.Store { return oldHead{s} }},
	{name: "loses_the_previous_hash", fails: storagetest.AuditSeal, wrap: func(s storage.Store) storage.Store { return losesPrev{s} }},
	{name: "seals_what_is_sealed", fails: storagetest.AuditContract, wrap: func(s storage.Store) storage.Store { return sealsAgain{s} }},
	{name: "erases_nothing", fails: storagetest.AuditErase, wrap: func(s storage.Store) storage.Store { return erasesNothing{s} }},
	{name: "erases_more_than_it_should", fails: storagetest.AuditContract, wrap: func(s storage.Store) storage.Store { return erasesMore{s} }},
}

type keepsNoLog struct{ storage.Store }

func (keepsNoLog) AppendAudit(context.Context, []audit.Entry) error { return nil }

type losesInTx struct{ storage.Store }

func (s losesInTx) AppendAudit(ctx context.Context, entries []audit.Entry) error {
	if storage.Bound(s.Store) {
		return nil
	}
	return s.Store.AppendAudit(ctx, entries)
}

type halfLog struct{ storage.Store }

func (s halfLog) AppendAudit(ctx context.Context, entries []audit.Entry) error {
	for _, e := range entries {
		if err := s.Store.AppendAudit(ctx, []audit.Entry{e}); err != nil {
			return err
		}
	}
	return nil
}

type forgetsActor struct{ storage.Store }

func (s forgetsActor) AppendAudit(ctx context.Context, entries []audit.Entry) error {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].Actor = ""
	}
	return s.Store.AppendAudit(ctx, entries)
}

type repeatsEntry struct{ storage.Store }

func (s repeatsEntry) AuditEntries(ctx context.Context, q audit.EntryQuery) ([]audit.Entry, error) {
	if !q.After.IsZero() {
		q.After[len(q.After)-1]--
	}
	return s.Store.AuditEntries(ctx, q)
}

type leavesBatches struct{ storage.Store }

func (s leavesBatches) AuditEntries(ctx context.Context, q audit.EntryQuery) ([]audit.Entry, error) {
	list, err := s.Store.AuditEntries(ctx, q)
	if !q.Contact.IsZero() {
		list = slices.DeleteFunc(list, func(e audit.Entry) bool { return e.Many })
	}
	return list, err
}

type fromBeginning struct{ storage.Store }

func (s fromBeginning) AuditChain(ctx context.Context, _ int64, limit int) ([]audit.Entry, error) {
	return s.Store.AuditChain(ctx, 0, limit)
}

type noHead struct{ storage.Store }

func (noHead) AuditHead(context.Context) (audit.Head, error) { return audit.Head{}, nil }

type oldHead struct{ storage.Store }

func (oldHead) LockAuditHead(context.Context) (audit.Head, error) { return audit.Head{}, nil }

type losesPrev struct{ storage.Store }

func (s losesPrev) SealAudit(ctx context.Context, seals []audit.Seal) error {
	seals = slices.Clone(seals)
	for i := range seals {
		seals[i].Prev = audit.Hash{}
	}
	return s.Store.SealAudit(ctx, seals)
}

type sealsAgain struct{ storage.Store }

func (s sealsAgain) SealAudit(ctx context.Context, seals []audit.Seal) error {
	_ = s.Store.SealAudit(ctx, seals)
	return nil
}

type erasesNothing struct{ storage.Store }

func (erasesNothing) EraseAuditPayloads(context.Context, contact.ID, int) (int64, error) {
	return 0, nil
}

type erasesMore struct{ storage.Store }

func (s erasesMore) EraseAuditPayloads(ctx context.Context, of contact.ID, _ int) (int64, error) {
	return s.Store.EraseAuditPayloads(ctx, of, 1000)
}
