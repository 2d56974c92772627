package contact

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/core"
)

// Standing says what a customer has declared about a purpose.
type Standing int8

// The standings.
const (
	// NoConsent: no consent to the purpose is in force on any channel.
	NoConsent Standing = iota
	// ConsentBlocked: there is one, but only on channels that are suppressed.
	ConsentBlocked
	// ConsentInForce: there is one on a channel that is not suppressed.
	ConsentInForce
)

// reveal gives records as the customers let them be read, and is what every reading method
// returns its records through. Of a sensitive field the value is there only if a consent
// to the purpose of the field is in force now. Sealed values are opened; what does not
// open is left out: its key was destroyed, or somebody moved or changed it. The error is
// errs.ErrStore when the host's key wrapper fails, and errs.ErrConflict (sealed) without
// one.
//
// The ledger is asked after the records were read, so a withdrawal that was committed
// before the reading began counts.
func (s *Service) reveal(ctx context.Context, store Stores, list []Contact) ([]Contact, error) {
	return s.revealBy(ctx, store, s.sealing.ring(store), list)
}

// revealBy is reveal with keys that the operation may have unwrapped already.
func (s *Service) revealBy(ctx context.Context, store Stores, r *ring, list []Contact) ([]Contact, error) {
	for range maxMoves {
		shown, err := s.revealOnce(ctx, store, r, list)
		if err != nil || len(r.lacking) == 0 {
			return shown, err
		}
		// A key is gone: it was destroyed, or renewed since the record was read.
		again, changed, err := reread(ctx, store, list, r.lacking)
		if err != nil || !changed {
			return shown, err
		}
		list, r = again, s.sealing.ring(store)
	}
	return nil, failed(errors.New("the keys are renewed all the time"))
}

// reread reads some of the records again, and reports whether one of them was written
// meanwhile.
func reread(ctx context.Context, store Store, list []Contact, lacking map[ID]bool) ([]Contact, bool, error) {
	now, err := store.Contacts(ctx, slices.Collect(maps.Keys(lacking)))
	if err != nil {
		return nil, false, err
	}
	changed := false
	list = slices.Clone(list)
	for i, c := range list {
		for _, n := range now {
			if n.ID == c.ID && n.Version > c.Version {
				list[i], changed = n, true
			}
		}
	}
	return list, changed, nil
}

// revealOnce is reveal of the records as they were read. The ring notes whose keys were
// not there.
func (s *Service) revealOnce(ctx context.Context, store Stores, r *ring, list []Contact) ([]Contact, error) {
	r.lacking = nil
	var holders []ID
	for _, c := range list {
		if s.sealing.holds(c) {
			holders = append(holders, c.ID)
		}
	}
	if len(holders) == 0 {
		return list, nil
	}
	out := make([]Contact, len(list))
	if !s.mayReadSensitive(ctx) {
		for i, c := range list {
			out[i] = s.sealing.Withhold(c)
		}
		return out, nil
	}
	standings, err := store.Consented(ctx, holders)
	if err != nil {
		return nil, err
	}
	for i, c := range list {
		out[i] = s.sealing.without(c, func(name string, v Value) bool {
			if !s.sealing.IsSensitive(name) {
				return v.IsSealed() // is declared no more
			}
			return standings[c.ID][s.sealing.fields[name].Purpose] != ConsentInForce
		})
	}
	return out, r.openAll(ctx, out)
}

// mayReadSensitive decides whether the caller may see sensitive values at all. It is asked
// once for each reading of records that have some.
func (s *Service) mayReadSensitive(ctx context.Context) bool {
	_, err := s.env.Ask(ctx, "contact.ReadSensitive", "contact", "")
	return err == nil
}

// giveOut reveals records that are about to be given out, and notes in the log of what was
// done whose sensitive values are among them.
func (s *Service) giveOut(ctx context.Context, list []Contact) ([]Contact, error) {
	list, err := s.reveal(ctx, s.store, list)
	if err != nil {
		return nil, err
	}
	var read []ID
	for _, c := range list {
		if s.sealing.holds(c) {
			read = append(read, c.ID)
		}
	}
	return list, core.ReadOf(ctx, s.env, read)
}

// holds reports whether a record has values that reveal looks at.
func (s *Sealing) holds(c Contact) bool {
	for name, v := range c.Custom {
		if v.IsSealed() || s.IsSensitive(name) {
			return true
		}
	}
	return false
}

// openAll opens the sealed values of records, in place.
func (r *ring) openAll(ctx context.Context, list []Contact) error {
	if err := r.ready(ctx, list); err != nil {
		return err
	}
	strangers, err := r.strangers(ctx, list)
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		own := false // whether the map is ours to change
		for name, v := range c.Custom {
			if !v.IsSealed() {
				continue
			}
			if !own {
				c.Custom, own = maps.Clone(c.Custom), true
			}
			k, _ := keyOf(v)
			if _, there := r.keys[k]; !there {
				if r.lacking == nil {
					r.lacking = map[ID]bool{}
				}
				r.lacking[c.ID] = true
			}
			if plain, ok := r.open(name, v); ok && !strangers[pair{k.owner, c.ID}] {
				c.Custom[name] = plain
			} else {
				delete(c.Custom, name)
			}
		}
		if len(c.Custom) == 0 {
			c.Custom = nil
		}
	}
	return nil
}

// pair is a contact whose key was used, and one in whose record the value stands.
type pair struct{ owner, holder ID }

// strangers gives the pairs of contacts that were not merged with each other, so that
// the values of the one have no business with the other.
func (r *ring) strangers(ctx context.Context, list []Contact) (map[pair]bool, error) {
	var ids []ID
	found := map[pair]bool{}
	for _, c := range list {
		for _, v := range c.Custom {
			if k, ok := keyOf(v); ok && k.owner != c.ID {
				found[pair{k.owner, c.ID}] = true
				ids = append(ids, k.owner, c.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	living, err := LivingOf(ctx, r.store, ids)
	for p := range found {
		found[p] = living[p.owner] != living[p.holder]
	}
	return found, err
}

// revealOne is revealBy for one record.
func (s *Service) revealOne(ctx context.Context, store Stores, r *ring, c Contact) (Contact, error) {
	list, err := s.revealBy(ctx, store, r, []Contact{c})
	if err != nil {
		return Contact{}, err
	}
	return list[0], nil
}

// Revealed gives records that were read from a store as Get gives them, for the other
// services of the CRM.
func (s *Service) Revealed(ctx context.Context, list []Contact) (shown []Contact, err error) {
	const op = "contact.Revealed"
	defer errs.SetOp(&err, op)
	if ctx, err = s.env.Ask(ctx, op, "contact", ""); err != nil {
		return nil, err
	}
	return s.reveal(ctx, s.store, list)
}

// Open opens the sealed values of records, in place, whatever was consented to: for the
// person whose values they are. What does not open is left out.
func (s *Sealing) Open(ctx context.Context, store Store, list []Contact) error {
	return s.ring(store).openAll(ctx, list)
}

// Sealing returns what the service seals with.
func (s *Service) Sealing() *Sealing { return s.sealing }
