package audit

import (
	"context"
	"time"

	"github.com/stammkunde/crm/errs"
)

// Seal ties all entries that are committed to the chain, in the order of their making
// as far as they are there, and returns how many. Any number of processes may call it
// at once: they wait for each other, and there is one chain. Writers of entries wait for
// nobody. Called inside a transaction, it keeps the others from sealing until that
// ends.
func (s *Service) Seal(ctx context.Context) (sealed int64, err error) {
	const op = "audit.Seal"
	defer errs.SetOp(&err, op)
	if ctx, err = s.begin(ctx, op, "", ""); err != nil {
		return 0, err
	}
	return s.seal(ctx)
}

func (s *Service) seal(ctx context.Context) (sealed int64, err error) {
	for {
		waiting, err := s.store.AuditEntries(ctx, EntryQuery{Unsealed: true, Limit: 1})
		if err != nil || len(waiting) == 0 {
			return sealed, err
		}
		n, err := s.sealBatch(ctx)
		sealed += int64(n)
		if err != nil || n < batch {
			return sealed, err
		}
	}
}

// sealBatch seals the oldest entries and returns how many.
func (s *Service) sealBatch(ctx context.Context) (n int, err error) {
	err = s.atomic(ctx, func(ctx context.Context, tx Store) error {
		head, err := tx.LockAuditHead(ctx)
		if err != nil {
			return err
		}
		list, err := tx.AuditEntries(ctx, EntryQuery{Unsealed: true, Limit: batch})
		if err != nil {
			return err
		}
		n = len(list)
		return tx.SealAudit(ctx, s.clerk.h.chain(head, list))
	})
	return n, err
}

// chain ties entries to the end of a chain.
func (h hasher) chain(head Head, list []Entry) []Seal {
	seals := make([]Seal, len(list))
	for i := range list {
		next := Head{head.Seq + 1, h.link(head, &list[i])}
		seals[i] = Seal{ID: list[i].ID, Seq: next.Seq, Prev: head.Hash, Hash: next.Hash}
		head = next
	}
	return seals
}

// Work seals once a second, until ctx ends. It is what crm.Run calls; errors go to
// failed, and what failed is tried again. On a CRM that is bound to a transaction, or
// where there is no log, it says so to failed and returns.
func (s *Service) Work(ctx context.Context, failed func(error)) {
	const op, pause = "audit.Work", time.Second
	ctx, err := s.begin(ctx, op, "", "")
	if err == nil {
		err = s.env.Outside(op)
	}
	if err != nil {
		failed(err)
		return
	}
	for {
		if _, err := s.seal(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
