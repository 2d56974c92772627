package merge

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// source is that of the events by which a merge makes the stricter of two declarations
// hold. Their proof is the merge's id.
const source = "merge"

// tree is a contact with all that was merged into it, and into that.
type tree struct {
	into    map[contact.ID][]Merge
	sources map[contact.ID][]consent.Event // without those of merges
	wanted  []wanted
}

// wanted is an event that a merge needs.
type wanted struct {
	cell  consent.Cell
	as    consent.Action
	merge Merge
	at    time.Time
}

// below reads what was merged into a contact, and into that.
func below(ctx context.Context, store Store, root contact.ID) (map[contact.ID][]Merge, error) {
	into := map[contact.ID][]Merge{}
	for next := []contact.ID{root}; len(next) > 0; {
		list, err := store.MergesInto(ctx, next)
		if err != nil {
			return nil, err
		}
		next = nil
		for _, m := range list {
			into[m.Winner] = append(into[m.Winner], m)
			next = append(next, m.Loser)
		}
	}
	return into, nil
}

// strictest sees to it that the ledger of a contact says what the merges into it make
// of the declarations of each of them, and nothing that merges made of them before.
func (w *work) strictest(ctx context.Context, root contact.ID) error {
	into, err := below(ctx, w.tx, root)
	if err != nil {
		return err
	}
	for _, list := range into {
		for _, m := range list {
			w.known[m.ID.String()] = true
		}
	}
	ledger, err := w.tx.ConsentEvents(ctx, []contact.ID{root})
	if err != nil {
		return err
	}
	t := tree{into: into, sources: map[contact.ID][]consent.Event{}}
	var ours []consent.Event
	for _, e := range ledger {
		if e.Source == source && w.known[e.Proof] {
			ours = append(ours, e)
			continue
		}
		of := cmp.Or(e.Origin, root)
		t.sources[of] = append(t.sources[of], e)
	}
	t.build(root)
	return w.settle(ctx, root, ours, t.wanted)
}

// build gives all that a contact and those below it have declared, and collects what
// their merges need.
func (t *tree) build(of contact.ID) []consent.Event {
	events := slices.Clone(t.sources[of])
	for _, m := range t.into[of] {
		other := t.build(m.Loser)
		at := latest(m, events, other)
		a, b := fold(events, at), fold(other, at)
		events = append(events, other...)
		both := fold(events, at)
		for _, c := range cells(a, b) {
			strict := a[c]
			if b[c].StricterThan(strict) {
				strict = b[c]
			}
			if strict.StricterThan(both[c]) {
				t.wanted = append(t.wanted, wanted{c, strict, m, at})
				events = append(events, consent.Event{Purpose: c.Purpose, Channel: c.Channel, Action: strict, Basis: basisIn(c), At: at})
			}
		}
	}
	return events
}

// latest is the instant as of which a merge looks at declarations: its own, or a little
// later where somebody's clock was ahead who declared before it.
func latest(m Merge, lists ...[]consent.Event) time.Time {
	at := m.At
	for _, list := range lists {
		for _, e := range list {
			if !e.RecordedAt.After(m.At) {
				at = later(at, e.At)
			}
		}
	}
	return at
}

// basisIn is the basis of an event that ends what was granted in a cell.
func basisIn(c consent.Cell) consent.Basis {
	if c.Layer == consent.Customers {
		return consent.ExistingCustomer
	}
	return ""
}

// fold gives the action that counts in each cell as of an instant. What has ended counts
// as expired, whether that was noted or not.
func fold(events []consent.Event, at time.Time) map[consent.Cell]consent.Action {
	states := map[consent.Cell]consent.State{}
	for _, e := range events {
		c := e.Cell()
		if old, there := states[c]; !e.At.After(at) && (!there || consent.Supersedes(e, old)) {
			states[c] = consent.StateOf(e)
		}
	}
	actions := make(map[consent.Cell]consent.Action, len(states))
	for c, s := range states {
		if actions[c] = s.Action; s.Action.Grants() && !s.InForce(at) {
			actions[c] = consent.Expire
		}
	}
	return actions
}

// cells lists the cells of two states, each once.
func cells(a, b map[consent.Cell]consent.Action) []consent.Cell {
	var list []consent.Cell
	for _, m := range []map[consent.Cell]consent.Action{a, b} {
		for c := range m {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, consent.Cell.Compare)
	return slices.Compact(list)
}

// settle adds the events that are wanted and removes the others of merges.
func (w *work) settle(ctx context.Context, root contact.ID, have []consent.Event, want []wanted) error {
	var missing []consent.Event
	for _, n := range want {
		proof := n.merge.ID.String()
		i := slices.IndexFunc(have, func(e consent.Event) bool {
			return e.Proof == proof && e.Cell() == n.cell && e.Action == n.as && e.At.Equal(n.at)
		})
		if i >= 0 {
			have = slices.Delete(have, i, i+1)
			continue
		}
		events, err := w.s.consents.Check(n.as, consent.Declaration{
			Contact: root, Purpose: n.cell.Purpose, Channels: []contact.Channel{n.cell.Channel}, At: n.at,
			Basis: basisIn(n.cell), Source: source, Proof: proof,
		})
		if err != nil {
			return err
		}
		missing = append(missing, events...)
	}
	if err := w.tx.DeleteConsent(ctx, have, w.now); err != nil {
		return err
	}
	return w.tx.AppendConsent(ctx, missing)
}
