package contact

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact/duplicate"
)

// Store persists contacts. Each method is atomic by itself; the services put
// several into one transaction. Implementations must be safe for concurrent
// use and must keep every text and every microsecond as given.
type Store interface {
	KeyStore
	SuppressionStore
	SecretStore
	// ClaimIdentities binds each identity to the contact of its claim unless
	// it is bound already, and returns the contact it is bound to now, in the
	// order of the claims. Of two concurrent claims to one identity exactly
	// one wins and both see the winner. The contact need not exist yet.
	ClaimIdentities(ctx context.Context, claims []Claim) ([]ID, error)
	// FindIdentities returns the contact bound to each identity, the zero ID
	// where there is none.
	FindIdentities(ctx context.Context, identities []Identity) ([]ID, error)
	// InsertContacts stores new records without their identities. It returns
	// errs.ErrConflict, and stores nothing, when an id exists already.
	InsertContacts(ctx context.Context, contacts []Contact) error
	// UpdateContacts replaces existing records, but not their identities and
	// CreatedAt. Each must have the stored version plus one, else nothing is
	// stored and the error is errs.ErrConflict, as it is when there is no such
	// record.
	UpdateContacts(ctx context.Context, contacts []Contact) error
	// Contacts returns the records, with their identities, in the order of
	// ids. Unknown ids are left out.
	Contacts(ctx context.Context, ids []ID) ([]Contact, error)
	// LockContacts is Contacts, but until the transaction ends nobody else
	// can lock or update these records. Whoever decides something about a
	// contact (consent, sending) locks it first. Outside a transaction it is
	// Contacts.
	LockContacts(ctx context.Context, ids []ID) ([]Contact, error)
	// ListContacts returns up to limit records with an id greater than
	// after, in ascending order of id.
	ListContacts(ctx context.Context, after ID, limit int) ([]Contact, error)
	// LinkedTo returns up to limit ids greater than after of the contacts that
	// have a link of the kind to the contact, each once, in ascending order. The
	// empty kind stands for all kinds.
	LinkedTo(ctx context.Context, to ID, kind LinkKind, after ID, limit int) ([]ID, error)
	// ReleaseIdentities takes identities from the contacts they are bound to. One
	// that is bound to another contact than the claim says, or to none, is left
	// alone. The record is not touched: the caller updates it.
	ReleaseIdentities(ctx context.Context, claims []Claim) error
	// MergedInto returns, for each id, the contact into which that one was merged
	// directly, the zero ID where it was not.
	MergedInto(ctx context.Context, ids []ID) ([]ID, error)
	// MergedFrom returns the ids of the contacts that were merged into the given ones
	// directly, ascending.
	MergedFrom(ctx context.Context, winners []ID) ([]ID, error)
	// DeleteContacts removes contacts with their identities, their ledgers of consent and,
	// unless MergedInto knows them, their secrets, but none that an activity, a
	// campaign's audience, a delivery, a voucher, a redemption, a hold, a restriction or
	// a merge into it names; one that MergedInto knows goes if no activity names it. It
	// returns the ids of those that it removed,
	// ascending. Snapshots and the feeds of live segments keep the id; live
	// segments learn that the contact is gone, as of at. The caller has locked the
	// contacts.
	DeleteContacts(ctx context.Context, ids []ID, at time.Time) ([]ID, error)
	// Restricted returns those of the contacts whose data may be kept, but not used, in
	// ascending order of id.
	Restricted(ctx context.Context, ids []ID) ([]ID, error)
	// Erased returns those of the ids that belonged to contacts that were erased, in
	// ascending order.
	Erased(ctx context.Context, ids []ID) ([]ID, error)
}

// KeyStore persists what FindDuplicates looks contacts up by.
type KeyStore interface {
	// PutKeys adds keys of contacts. Those that are there already stay.
	PutKeys(ctx context.Context, keys []ContactKey) error
	// DeleteKeys removes keys of contacts. Unknown ones are passed over.
	DeleteKeys(ctx context.Context, keys []ContactKey) error
	// FindKeys returns, for each of the keys, up to limit contacts that have it, those
	// with the lowest ids, ordered by key and contact.
	FindKeys(ctx context.Context, keys []duplicate.Key, limit int) ([]ContactKey, error)
	// DuplicateRecords returns, in the order of ids, what Contact.DuplicateRecord gives for
	// the contacts, the empty record for an unknown id. Most of those that a look-up
	// compares are strangers, of whom nothing else is wanted.
	DuplicateRecords(ctx context.Context, ids []ID) ([]duplicate.Record, error)
	// ClearKeys removes up to limit keys, of whomever, and returns how many it removed.
	ClearKeys(ctx context.Context, limit int) (int64, error)
}

// ContactKey is one key of a contact.
type ContactKey struct {
	Key     duplicate.Key
	Contact ID
}

// Claim asks for an identity to be bound to a contact.
type Claim struct {
	Identity Identity
	Contact  ID
}
