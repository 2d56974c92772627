package consent

import (
	"context"

	"github.com/stammkunde/crm/contact"
)

// Store persists the ledger. Each method is atomic by itself; the services put
// several into one transaction. Implementations must be safe for concurrent
// use.
type Store interface {
	// AppendConsent adds events to the ledger and folds them, by Supersedes,
	// into the states. Events that the contact's ledger holds already, by id,
	// are left out. It returns errs.ErrNotFound when a contact does not exist.
	AppendConsent(ctx context.Context, events []Event) error
	// ConsentEvents returns the ledgers of the contacts, ordered by contact,
	// At and ID, ascending.
	ConsentEvents(ctx context.Context, contacts []contact.ID) ([]Event, error)
	// ConsentStates returns the states of all cells of the contacts, ordered
	// by contact, purpose and channel.
	ConsentStates(ctx context.Context, contacts []contact.ID) ([]State, error)
}
