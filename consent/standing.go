package consent

import (
	"context"

	"github.com/stammkunde/crm/contact"
)

// Consented implements contact.Prover: a purpose is consented to where the state of one
// of its cells is a grant, and the channel of that cell is not suppressed.
func (p Prover) Consented(ctx context.Context, contacts []contact.ID) (map[contact.ID]map[string]contact.Standing, error) {
	states, err := p.Store.ConsentStates(ctx, contacts)
	if err != nil {
		return nil, err
	}
	type place struct {
		of      contact.ID
		channel contact.Channel
	}
	suppressed := map[place]bool{}
	for _, s := range states {
		if s.Purpose == AnyPurpose && s.Action == Suppress {
			suppressed[place{s.Contact, s.Channel}] = true
		}
	}
	standings := map[contact.ID]map[string]contact.Standing{}
	for _, s := range states {
		if s.Purpose == AnyPurpose || s.Action != Grant {
			continue
		}
		standing := contact.ConsentInForce
		if suppressed[place{s.Contact, s.Channel}] {
			standing = contact.ConsentBlocked
		}
		if standings[s.Contact] == nil {
			standings[s.Contact] = map[string]contact.Standing{}
		}
		of := standings[s.Contact]
		of[string(s.Purpose)] = max(of[string(s.Purpose)], standing)
	}
	return standings, nil
}
