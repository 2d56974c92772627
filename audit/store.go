package audit

import (
	"context"
	"time"

	"github.com/stammkunde/crm/contact"
)

// Store persists the log. What it has in common with the other stores is in the
// comment on package storage.
type Store interface {
	// AppendAudit adds entries that are not sealed; errs.ErrConflict when an id
	// exists. It must not wait for others that append.
	AppendAudit(ctx context.Context, entries []Entry) error
	// AuditEntries returns the entries that the query selects, by At and ID,
	// ascending.
	AuditEntries(ctx context.Context, q EntryQuery) ([]Entry, error)
	// AuditChain returns up to limit sealed entries with a Seq greater than after, by
	// Seq, ascending.
	AuditChain(ctx context.Context, after int64, limit int) ([]Entry, error)
	// AuditHead returns what SealAudit stored last; the zero Head when nothing was.
	AuditHead(ctx context.Context) (Head, error)
	// LockAuditHead is AuditHead, and keeps others from locking the head until the
	// transaction ends. It may be called where there is none yet.
	LockAuditHead(ctx context.Context) (Head, error)
	// SealAudit stores the numbers and hashes of entries that have none, and makes
	// the last of them the head; errs.ErrConflict (changed) when one is not there or
	// has a number. The head is locked.
	SealAudit(ctx context.Context, seals []Seal) error
	// EraseAuditPayloads empties payload and salt of up to limit entries whose Contact
	// is the one given, which is not zero, and whose payload is not empty. It returns
	// how many.
	EraseAuditPayloads(ctx context.Context, of contact.ID, limit int) (int64, error)
}

// EntryQuery selects entries. What is zero selects all.
type EntryQuery struct {
	// Contact selects the entries about it, and all that have Many.
	Contact contact.ID
	Actor   string
	Action  string
	// From and To bound At: from From on, and before To.
	From, To time.Time
	// Unsealed selects those that have no Seq.
	Unsealed bool
	// AfterAt and After are the position behind which to begin, where After is not
	// zero.
	AfterAt time.Time
	After   ID
	Limit   int
}

// Seal is what sealing adds to an entry.
type Seal struct {
	ID   ID
	Seq  int64
	Prev Hash
	Hash Hash
}
