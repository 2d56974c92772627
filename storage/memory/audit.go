package memory

import (
	"bytes"
	"cmp"
	"context"

	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
)

// auditKey puts the entries of a contact, or of nobody in particular, in order.
type auditKey struct {
	of contact.ID
	at int64
	id audit.ID
}

func (k auditKey) Compare(o auditKey) int {
	return cmp.Or(k.of.Compare(o.of), cmp.Compare(k.at, o.at), k.id.Compare(o.id))
}

// keyOfEntry is the place of an entry among all.
func keyOfEntry(e *audit.Entry) auditKey { return auditKey{at: e.At.UnixMicro(), id: e.ID} }

// sequence is the number of an entry in the chain.
type sequence int64

func (n sequence) Compare(o sequence) int { return cmp.Compare(n, o) }

// AppendAudit implements audit.Store.
func (s *Store) AppendAudit(ctx context.Context, entries []audit.Entry) error {
	const op = "memory.AppendAudit"
	return s.write(ctx, op, func(st *state) error {
		for _, e := range entries {
			if st.auditIDs.has(e.ID) {
				return errs.Conflict(op, "id", "exists", "exists already")
			}
			e.Payload = bytes.Clone(e.Payload)
			st.putAudit(&e)
		}
		return nil
	})
}

// putAudit stores an entry, also in the place of its older self.
func (st *state) putAudit(e *audit.Entry) {
	k := keyOfEntry(e)
	st.audit.put(st.edit, k, e)
	st.auditIDs.put(st.edit, e.ID, k)
	if !e.Contact.IsZero() {
		of := k
		of.of = e.Contact
		st.auditOf.put(st.edit, of, struct{}{})
	}
	if e.Seq == 0 {
		st.auditUnsealed.put(st.edit, k, struct{}{})
		return
	}
	st.auditUnsealed.remove(st.edit, k)
	st.auditChain.put(st.edit, sequence(e.Seq), k)
}

// AuditEntries implements audit.Store.
func (s *Store) AuditEntries(ctx context.Context, q audit.EntryQuery) ([]audit.Entry, error) {
	st, err := s.read(ctx, "memory.AuditEntries")
	if err != nil || q.Limit <= 0 {
		return nil, err
	}
	begin := auditKey{at: -1 << 63}
	if !q.From.IsZero() {
		begin.at = q.From.UnixMicro()
	}
	if after := (auditKey{at: q.AfterAt.UnixMicro(), id: q.After}); !q.After.IsZero() && after.Compare(begin) > 0 {
		begin = after
	}
	var list []audit.Entry
	keep := func(e *audit.Entry) bool {
		if !q.To.IsZero() && !e.At.Before(q.To) {
			return false
		}
		if choosesAudit(q, e) {
			own := *e
			own.Payload = bytes.Clone(e.Payload)
			list = append(list, own)
		}
		return len(list) < q.Limit
	}
	if q.Unsealed {
		for k := range st.auditUnsealed.from(begin) {
			e, _ := st.audit.get(k)
			if !keep(e) {
				break
			}
		}
		return list, nil
	}
	for _, e := range st.audit.from(begin) {
		if !keep(e) {
			break
		}
	}
	return list, nil
}

// choosesAudit tells whether a query selects an entry behind its beginning.
func choosesAudit(q audit.EntryQuery, e *audit.Entry) bool {
	behind := q.After.IsZero() || cmp.Or(e.At.Compare(q.AfterAt), e.ID.Compare(q.After)) > 0
	return behind && (q.Contact.IsZero() || e.Many || e.Contact == q.Contact) &&
		(q.Actor == "" || e.Actor == q.Actor) && (q.Action == "" || e.Action == q.Action) &&
		(!q.Unsealed || e.Seq == 0)
}

// AuditChain implements audit.Store.
func (s *Store) AuditChain(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	st, err := s.read(ctx, "memory.AuditChain")
	if err != nil || limit <= 0 {
		return nil, err
	}
	var list []audit.Entry
	for _, k := range st.auditChain.from(sequence(after + 1)) {
		e, _ := st.audit.get(k)
		own := *e
		own.Payload = bytes.Clone(e.Payload)
		if list = append(list, own); len(list) == limit {
			break
		}
	}
	return list, nil
}

// AuditHead implements audit.Store.
func (s *Store) AuditHead(ctx context.Context) (audit.Head, error) {
	st, err := s.read(ctx, "memory.AuditHead")
	if err != nil {
		return audit.Head{}, err
	}
	return st.auditHead, nil
}

// LockAuditHead implements audit.Store. In a transaction everything is locked anyway.
func (s *Store) LockAuditHead(ctx context.Context) (audit.Head, error) { return s.AuditHead(ctx) }

// SealAudit implements audit.Store.
func (s *Store) SealAudit(ctx context.Context, seals []audit.Seal) error {
	const op = "memory.SealAudit"
	return s.write(ctx, op, func(st *state) error {
		for _, seal := range seals {
			k, found := st.auditIDs.get(seal.ID)
			if !found || !st.auditUnsealed.has(k) {
				return errs.Conflict(op, "id", "changed", "is not there, or was sealed already")
			}
			old, _ := st.audit.get(k)
			e := *old
			e.Seq, e.Prev, e.Hash = seal.Seq, seal.Prev, seal.Hash
			st.putAudit(&e)
			st.auditHead = audit.Head{Seq: seal.Seq, Hash: seal.Hash}
		}
		return nil
	})
}

// EraseAuditPayloads implements audit.Store.
func (s *Store) EraseAuditPayloads(ctx context.Context, of contact.ID, limit int) (n int64, err error) {
	err = s.write(ctx, "memory.EraseAuditPayloads", func(st *state) error {
		n = 0
		var full []*audit.Entry
		for k := range st.auditOf.from(auditKey{of: of, at: -1 << 63}) {
			if k.of != of || len(full) >= limit {
				break
			}
			k.of = contact.ID{}
			if e, _ := st.audit.get(k); len(e.Payload) > 0 {
				full = append(full, e)
			}
		}
		for _, old := range full {
			e := *old
			e.Payload, e.Salt = nil, [16]byte{}
			st.putAudit(&e)
			n++
		}
		return nil
	})
	return n, err
}
