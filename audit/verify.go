package audit

import (
	"context"

	"github.com/stammkunde/crm/errs"
)

// Why says what is wrong with the log.
type Why string

// The reasons.
const (
	// Changed: the entry, or its place in the chain, is not as it was written.
	Changed Why = "changed"
	// PayloadChanged: the payload is not what it was, and was not erased either.
	PayloadChanged Why = "payload_changed"
	// Missing: there is no entry with the number.
	Missing Why = "missing"
	// Reordered: the entry is genuine, but does not follow the one before it.
	Reordered Why = "reordered"
	// UnsealedChanged: an entry that has no number yet is not as it was written.
	UnsealedChanged Why = "unsealed_changed"
	// Rewritten: the chain holds, but is not the one that was anchored.
	Rewritten Why = "rewritten"
	// HeadChanged: the stored end of the chain is not its end.
	HeadChanged Why = "head_changed"
)

// Break is the first place where the log is not what it was.
type Break struct {
	// Seq is the number in the chain, 0 for an entry that has none.
	Seq int64
	// ID is the entry's; zero where there is none.
	ID  ID
	Why Why
}

// Report is what Verify has found.
type Report struct {
	// Sealed and Unsealed count the entries that were looked at, and Erased those of
	// them whose payload was erased.
	Sealed, Unsealed, Erased int64
	// Head is the end of what was found whole.
	Head Head
	// Broken is the first fault, nil when there is none. What is behind it was not
	// looked at.
	Broken *Break
}

// Verify walks the chain from its beginning, page by page, and then looks at the
// entries that wait to be sealed. It changes nothing and does not seal; entries that are
// written or sealed meanwhile may be looked at or not. A fault is no error: it stands
// in the report.
//
// Anchors are what Head returned earlier, kept where those who can write the database
// cannot reach. An anchor that the chain does not contain is a fault. Without one, it
// cannot be found out that the end was cut off together with the stored head, or, in a
// log without a key, that all of it was written anew.
func (s *Service) Verify(ctx context.Context, anchors ...Head) (r Report, err error) {
	const op = "audit.Verify"
	defer errs.SetOp(&err, op)
	if ctx, err = s.begin(ctx, op, "", ""); err != nil {
		return Report{}, err
	}
	v := verification{s: s, anchors: map[int64]Hash{}}
	for _, a := range anchors {
		if known, twice := v.anchors[a.Seq]; twice && known != a.Hash {
			return Report{Broken: &Break{Seq: a.Seq, Why: Rewritten}}, nil
		}
		v.anchors[a.Seq] = a.Hash
		v.last = max(v.last, a.Seq)
	}
	delete(v.anchors, 0)
	for _, step := range []func(context.Context) error{v.sealed, v.unsealed} {
		if err := step(ctx); err != nil {
			return Report{}, err
		}
		if v.Broken != nil {
			break
		}
	}
	return v.Report, nil
}

// Head returns the end of the chain, for the host to keep elsewhere.
func (s *Service) Head(ctx context.Context) (h Head, err error) {
	const op = "audit.Head"
	defer errs.SetOp(&err, op)
	if ctx, err = s.begin(ctx, op, "", ""); err != nil {
		return Head{}, err
	}
	return s.store.AuditHead(ctx)
}

// verification is one run of Verify.
type verification struct {
	Report
	s       *Service
	anchors map[int64]Hash
	last    int64 // the number that the chain reaches at least
}

// sealed walks the chain.
func (v *verification) sealed(ctx context.Context) error {
	stored, err := v.s.store.AuditHead(ctx)
	if err != nil {
		return err
	}
	for {
		list, err := v.s.store.AuditChain(ctx, v.Head.Seq, batch)
		if err != nil {
			return err
		}
		for i := range list {
			e := &list[i]
			if v.Broken = v.look(e, stored); v.Broken != nil {
				return nil
			}
			v.count(e, &v.Sealed)
			v.Head = Head{e.Seq, e.Hash}
		}
		if len(list) < batch {
			return v.end(ctx, stored)
		}
	}
}

// look finds what is wrong with the next entry of the chain.
func (v *verification) look(e *Entry, stored Head) *Break {
	h := v.s.clerk.h
	want := h.link(v.Head, e)
	follows, linked := e.Prev == v.Head.Hash, e.Hash == want
	anchor, anchored := v.anchors[e.Seq]
	fault := Break{Seq: e.Seq, ID: e.ID}
	switch {
	case e.Seq > v.Head.Seq+1:
		return &Break{Seq: v.Head.Seq + 1, Why: Missing}
	case e.Seq <= v.Head.Seq:
		fault.Why = Reordered
	case h.mac(e) != e.Mac:
		fault.Why = Changed
	case !h.intact(e):
		fault.Why = PayloadChanged
	case !follows && !linked:
		fault.Why = Reordered
	case !follows || !linked:
		fault.Why = Changed
	case anchored && anchor != e.Hash:
		fault.Why = Rewritten
	case e.Seq == stored.Seq && e.Hash != stored.Hash:
		fault.Why = HeadChanged
	default:
		return nil
	}
	return &fault
}

// end looks at what is behind the last entry. The head is read once more, because
// others may have sealed meanwhile.
func (v *verification) end(ctx context.Context, before Head) error {
	now, err := v.s.store.AuditHead(ctx)
	switch {
	case err != nil:
		return err
	case v.Head.Seq < max(before.Seq, v.last):
		v.Broken = &Break{Seq: v.Head.Seq + 1, Why: Missing}
	case now.Seq < v.Head.Seq:
		v.Broken = &Break{Seq: v.Head.Seq, Why: HeadChanged}
	}
	return nil
}

// unsealed looks at the entries that are not in the chain yet.
func (v *verification) unsealed(ctx context.Context) error {
	q := EntryQuery{Unsealed: true, Limit: batch}
	for {
		list, err := v.s.store.AuditEntries(ctx, q)
		if err != nil {
			return err
		}
		for i := range list {
			e := &list[i]
			if v.s.clerk.h.mac(e) != e.Mac || !v.s.clerk.h.intact(e) {
				v.Broken = &Break{ID: e.ID, Why: UnsealedChanged}
				return nil
			}
			v.count(e, &v.Unsealed)
			q.AfterAt, q.After = e.At, e.ID
		}
		if len(list) < batch {
			return nil
		}
	}
}

func (v *verification) count(e *Entry, n *int64) {
	*n++
	if len(e.Payload) == 0 {
		v.Erased++
	}
}
