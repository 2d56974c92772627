package consent

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
)

// Store persists the ledger. Each method is atomic by itself; the services put
// several into one transaction. Implementations must be safe for concurrent
// use.
type Store interface {
	OptInStore
	// AppendConsent adds events to the ledger and folds them, by Supersedes,
	// into the states. Events that the contact's ledger holds already, by id,
	// are left out. It returns errs.ErrNotFound when a contact does not exist.
	AppendConsent(ctx context.Context, events []Event) error
	// ConsentEvents returns the ledgers of the contacts, ordered by contact,
	// At and ID, ascending.
	ConsentEvents(ctx context.Context, contacts []contact.ID) ([]Event, error)
	// ConsentStates returns the states of all cells of the contacts, ordered
	// by contact, purpose, channel and layer.
	ConsentStates(ctx context.Context, contacts []contact.ID) ([]State, error)
	// EndedConsents returns up to limit states that are grants (Action.Grants) with
	// an ExpiresAt of now or before, the earliest first, then by contact and cell.
	EndedConsents(ctx context.Context, now time.Time, limit int) ([]State, error)
	// InsertNotice stores a notice, unless there is one with its key, and returns
	// the one that is there now.
	InsertNotice(ctx context.Context, n Notice) (Notice, error)
	// Notices returns the notices with the keys, each once, ordered by name, version
	// and locale.
	Notices(ctx context.Context, keys []NoticeKey) ([]Notice, error)
	// ListNotices returns all notices in that order.
	ListNotices(ctx context.Context) ([]Notice, error)
}
