package merge

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/record"
)

// Unmerged is what became of two contacts.
type Unmerged struct {
	// Loser is the contact that is there again.
	Loser contact.Contact
	// Winner is the one that had it, which is not the winner of the merge where that
	// one was merged itself since.
	Winner contact.Contact
}

// Unmerge takes back the merge of a loser, whatever was merged since. The loser has the
// record, the identities, the history and the ledger that it had, and so has the winner,
// without it. What was merged into the loser before stays with it.
//
// What was done since stays: a field of the winner that was edited keeps its value, and
// an activity or a declaration that named the loser's old id goes with the loser, all
// others stay with the winner. A withdrawal or a suppression of that time counts for
// both, if it still holds. A sensitive value does not come back if the consent to it is
// gone, or was for so long that contact.Service.DestroyWithdrawn has destroyed it: what
// did not come along with the merge is destroyed as well. Versions are new, and so is
// UpdatedAt.
//
// It returns errs.ErrNotFound for a contact that was never merged, or is not any more.
func (s *Service) Unmerge(ctx context.Context, loser contact.ID) (done Unmerged, err error) {
	const op = "merge.Unmerge"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", loser.String()); err != nil {
		return done, err
	}
	err = s.atomic(ctx, func(ctx context.Context, tx Stores) error {
		w := &work{s: s, op: op, tx: tx, now: s.env.Now(), known: map[string]bool{}}
		var err error
		done, err = w.unmerge(ctx, loser)
		return err
	})
	if err != nil {
		return Unmerged{}, err
	}
	list := s.shown(ctx, done.Loser, done.Winner)
	return Unmerged{Loser: list[0], Winner: list[1]}, nil
}

func (w *work) unmerge(ctx context.Context, loser contact.ID) (done Unmerged, err error) {
	root, err := w.holder(ctx, loser)
	if err != nil {
		return done, err
	}
	if err := contact.Unrestricted(ctx, w.tx, w.op, "id", root.ID); err != nil {
		return done, err
	}
	m, err := w.tx.MergeOf(ctx, loser)
	if err != nil {
		return done, err
	}
	w.known[m.ID.String()] = true
	back, winner := m.Lost, root
	if winner, err = w.replay(ctx, m, root); err != nil {
		return done, err
	}
	back.UpdatedAt, back.Version = w.now, m.Lost.Version+1
	back.Identities = nil
	for _, i := range root.Identities {
		if !slices.Contains(winner.Identities, i) {
			back.Identities = append(back.Identities, i)
		}
	}
	if err := w.tx.InsertContacts(ctx, []contact.Contact{back}); err != nil {
		return done, err
	}
	if err := w.bind(ctx, root.ID, loser, back.Identities); err != nil {
		return done, err
	}
	if err := w.part(ctx, m, root.ID); err != nil {
		return done, err
	}
	return w.write(ctx, back, root, winner)
}

// holder locks and returns the contact that a loser belongs to now.
func (w *work) holder(ctx context.Context, loser contact.ID) (contact.Contact, error) {
	for range 10 { // whoever merges the holder meanwhile makes it another one
		id, err := contact.Living(ctx, w.tx, loser)
		if err != nil {
			return contact.Contact{}, err
		}
		if id == loser {
			return contact.Contact{}, errs.NotFound(w.op, "id")
		}
		locked, err := w.tx.LockContacts(ctx, []contact.ID{id})
		if err != nil {
			return contact.Contact{}, err
		}
		if now, err := contact.Living(ctx, w.tx, loser); err != nil {
			return contact.Contact{}, err
		} else if len(locked) == 1 && now == id {
			return locked[0], nil
		}
	}
	return contact.Contact{}, errs.Failed(w.op, errors.New("nobody has the contact"))
}

// replay gives the record of the root as it would be without a merge, and writes that
// into the merges that came after it.
func (w *work) replay(ctx context.Context, without Merge, root contact.Contact) (contact.Contact, error) {
	m, c, from := without, without.Before, without.After
	var updates []Merge
	for {
		list, err := w.tx.MergesInto(ctx, []contact.ID{m.Winner})
		if err != nil {
			return c, err
		}
		for _, later := range list {
			if later.Number > m.Number {
				c = record.Edit(c, from, later.Before)
				from = later.After
				later.Before, c = c, record.Edit(Survive(c, later.Lost), Survive(later.Before, later.Lost), later.After)
				later.After = c
				updates = append(updates, later)
			}
		}
		if m.Winner == root.ID {
			return record.Edit(c, from, root), w.tx.UpdateMerges(ctx, updates)
		}
		next, err := w.tx.MergeOf(ctx, m.Winner) // the winner was merged itself
		if err != nil {
			return c, err
		}
		old := next
		next.Lost = record.Edit(c, from, old.Lost)
		from = old.After
		next.After = record.Edit(Survive(next.Before, next.Lost), Survive(old.Before, old.Lost), old.After)
		c, m = next.After, next
		updates = append(updates, next)
	}
}

// part gives the loser the rows that are its own, and those of whoever was merged into
// it, and settles both ledgers.
func (w *work) part(ctx context.Context, m Merge, root contact.ID) error {
	into, err := below(ctx, w.tx, m.Loser)
	if err != nil {
		return err
	}
	own := []contact.ID{m.Loser}
	for _, list := range into {
		for _, l := range list {
			own = append(own, l.Loser)
		}
	}
	wishes, err := w.wishes(ctx, m, root, own)
	if err != nil {
		return err
	}
	if err := w.tx.DeleteMerge(ctx, m.Loser); err != nil {
		return err
	}
	if err := w.tx.MoveContact(ctx, Move{From: root, To: m.Loser, Origins: own, At: w.now}); err != nil {
		return err
	}
	if err := w.repeat(ctx, wishes); err != nil {
		return err
	}
	if err := w.strictest(ctx, m.Loser); err != nil {
		return err
	}
	return w.strictest(ctx, root)
}

// wish is a withdrawal or a suppression that both sides of a merge get.
type wish struct {
	event consent.Event
	to    contact.ID
	as    contact.ID // the origin there
}

// wishes lists what was withdrawn or suppressed while whoever said it and the others were
// one, and still holds: it counts for both sides.
func (w *work) wishes(ctx context.Context, m Merge, root contact.ID, own []contact.ID) ([]wish, error) {
	ledger, err := w.tx.ConsentEvents(ctx, []contact.ID{root})
	if err != nil {
		return nil, err
	}
	into, err := below(ctx, w.tx, root)
	if err != nil {
		return nil, err
	}
	w.known[m.ID.String()] = true
	for _, merges := range into {
		for _, n := range merges {
			w.known[n.ID.String()] = true
		}
	}
	now := fold(ledger, w.now.Add(maxAhead))
	var list []wish
	for _, e := range ledger {
		strict := e.Action.Refuses() || e.Action.Blocks()
		ours := e.Source == source && w.known[e.Proof] || e.Source == bounced && e.Action == consent.Suppress
		if !strict || ours || e.Action.StricterThan(now[e.Cell()]) {
			continue
		}
		by := cmp.Or(e.Origin, root)
		next := wish{event: e, to: m.Loser}
		since := m.At
		if slices.Contains(own, by) {
			if next.to = root; m.Winner != root {
				next.as = m.Winner
			}
		} else if since, err = w.united(ctx, m, by, root); err != nil {
			return nil, err
		}
		if e.RecordedAt.After(since) {
			list = append(list, next)
		}
	}
	return list, nil
}

const (
	// bounced is the source of suppressions of an address that does not work, which is
	// no wish.
	bounced = "crm.delivery"
	// maxAhead is how much later than the clock a declaration may be.
	maxAhead = time.Minute
)

// united gives the instant since which a contact and the loser of a merge are one.
func (w *work) united(ctx context.Context, m Merge, with, root contact.ID) (time.Time, error) {
	above := map[contact.ID]time.Time{} // whom the other one belongs to, and since when
	at := time.Time{}
	for id := with; ; {
		above[id] = at
		if id == root {
			break
		}
		up, err := w.tx.MergeOf(ctx, id)
		if err != nil {
			return at, err
		}
		id, at = up.Winner, later(at, up.At)
	}
	for at = m.At; ; {
		if other, both := above[m.Winner]; both {
			return later(at, other), nil
		}
		var err error
		if m, err = w.tx.MergeOf(ctx, m.Winner); err != nil {
			return at, err
		}
		at = later(at, m.At)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// repeat notes wishes.
func (w *work) repeat(ctx context.Context, list []wish) error {
	var copies []consent.Event
	for _, n := range list {
		e := n.event
		e.Contact, e.Origin = n.to, n.as
		copied, err := w.s.consents.Copied(e)
		if err != nil {
			return err
		}
		copies = append(copies, copied)
	}
	return w.tx.AppendConsent(ctx, copies)
}

// write stores the two records as they are apart.
func (w *work) write(ctx context.Context, back, root, winner contact.Contact) (done Unmerged, err error) {
	proven, err := w.proven(ctx, nil, back)
	if err != nil {
		return done, err
	}
	if len(proven.Custom) < len(back.Custom) {
		proven.Version++
		if err := w.tx.UpdateContacts(ctx, []contact.Contact{proven}); err != nil {
			return done, err
		}
	}
	if winner, err = w.proven(ctx, &root, winner); err != nil {
		return done, err
	}
	winner.ID, winner.CreatedAt = root.ID, root.CreatedAt
	winner.UpdatedAt, winner.Version = w.now, root.Version+1
	return Unmerged{Loser: proven, Winner: winner}, w.tx.UpdateContacts(ctx, []contact.Contact{winner})
}
