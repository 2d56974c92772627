package consent

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// Prover answers from the ledger whether a customer consented. crm.New gives it
// to the contacts, in each transaction one that reads through it.
type Prover struct {
	Store Store
	// Clock tells which grants have ended. Defaults to time.Now.
	Clock func() time.Time
}

var _ contact.Prover = Prover{}

// ExplicitConsent implements contact.Prover: the proof is the id of an event of
// the contact that grants the purpose, on whatever channel, and no event of the
// same cell that is stricter supersedes it. So what was granted, withdrawn and
// granted again is proved by the second grant only. Its basis is consent, no other. A
// suppression blocks a channel and not a purpose, so it takes no proof away; an objection
// to the purpose and a restriction do.
func (p Prover) ExplicitConsent(ctx context.Context, of contact.ID, purpose string, proof contact.Proof) (bool, error) {
	event, err := id.Parse[Event](string(proof))
	if err != nil {
		return false, nil
	}
	ledger, err := p.Store.ConsentEvents(ctx, []contact.ID{of})
	if err != nil {
		return false, err
	}
	for _, e := range ledger {
		if e.ID == event {
			explicit := e.Action.Grants() && e.Basis == Agreed
			return e.Contact == of && explicit && e.Purpose == Purpose(purpose) && inForce(e, ledger, p.now()), nil
		}
	}
	return false, nil
}

// inForce reports whether the grant has not ended, and nothing in the ledger undid it
// since: no refusal, no objection to its purpose, no restriction.
func inForce(grant Event, ledger []Event, now time.Time) bool {
	state := StateOf(grant)
	if !state.InForce(now) {
		return false
	}
	states := map[Cell]State{}
	for _, e := range ledger {
		if e.Contact != grant.Contact {
			continue
		}
		c := e.Cell()
		if c == grant.Cell() && !e.Action.Grants() && Supersedes(e, state) {
			return false
		}
		if old, known := states[c]; !known || Supersedes(e, old) {
			states[c] = StateOf(e)
		}
	}
	return !unwished(slices.Collect(maps.Values(states)), grant.Purpose, grant.Channel)
}

func (p Prover) now() time.Time {
	if p.Clock == nil {
		return time.Now()
	}
	return p.Clock()
}
