package consent

import (
	"context"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// Prover answers from the ledger whether a customer consented. crm.New gives it
// to the contacts, in each transaction one that reads through it.
type Prover struct{ Store Store }

var _ contact.Prover = Prover{}

// ExplicitConsent implements contact.Prover: the proof is the id of an event of
// the contact that grants the purpose, on whatever channel, and no event of the
// same cell that is stricter supersedes it. So what was granted, withdrawn and
// granted again is proved by the second grant only. A suppression blocks a
// channel and not a purpose, so it takes no proof away.
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
			return e.Contact == of && e.Action == Grant && e.Purpose == Purpose(purpose) && inForce(e, ledger), nil
		}
	}
	return false, nil
}

// inForce reports whether nothing in the ledger undid the grant since.
func inForce(grant Event, ledger []Event) bool {
	state := StateOf(grant)
	for _, e := range ledger {
		sameCell := e.Contact == grant.Contact && e.Purpose == grant.Purpose && e.Channel == grant.Channel
		if sameCell && e.Action != Grant && Supersedes(e, state) {
			return false
		}
	}
	return true
}
