package consent

import (
	"context"
	"slices"

	"github.com/stammkunde/crm/contact"
)

// Consented implements contact.Prover: a purpose is consented to where the state of one
// of its cells is an explicit consent in force. An objection to the purpose ends it;
// what else blocks its channel, such as a restriction, keeps the consent, but not its use.
func (p Prover) Consented(ctx context.Context, contacts []contact.ID) (map[contact.ID]map[string]contact.Standing, error) {
	states, err := p.Store.ConsentStates(ctx, contacts)
	if err != nil {
		return nil, err
	}
	standings := map[contact.ID]map[string]contact.Standing{}
	for len(states) > 0 {
		of := states[0].Contact
		n := slices.IndexFunc(states, func(s State) bool { return s.Contact != of })
		if n < 0 {
			n = len(states)
		}
		if list := p.standings(states[:n]); len(list) > 0 {
			standings[of] = list
		}
		states = states[n:]
	}
	return standings, nil
}

// standings tells how one contact stands to each purpose.
func (p Prover) standings(states []State) map[string]contact.Standing {
	now := p.now()
	list := map[string]contact.Standing{}
	for _, s := range states {
		if s.Layer != Consents || s.Basis != Agreed || !s.InForce(now) {
			continue
		}
		standing := contact.ConsentInForce
		for _, b := range states {
			if !b.Action.Blocks() || !b.Cell().Blocks(s.Purpose, s.Channel) {
				continue
			}
			if b.Action == Object {
				standing = contact.NoConsent
				break
			}
			standing = contact.ConsentBlocked
		}
		list[string(s.Purpose)] = max(list[string(s.Purpose)], standing)
	}
	return list
}
