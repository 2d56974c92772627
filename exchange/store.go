package exchange

import (
	"context"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
)

// Store persists imports. Each method is atomic by itself; the service puts several
// into one transaction. Implementations must be safe for concurrent use.
type Store interface {
	// InsertImport stores a new import. It returns errs.ErrConflict when the name
	// is taken (taken, at "name") or the id exists (exists, at "id").
	InsertImport(ctx context.Context, i Import) error
	// ImportByName returns the import with the name, or errs.ErrNotFound at
	// "name".
	ImportByName(ctx context.Context, name string) (Import, error)
	// LockImport is ImportByName, but until the transaction ends nobody else can
	// lock or update it. Outside a transaction it is ImportByName.
	LockImport(ctx context.Context, name string) (Import, error)
	// UpdateImport replaces all but the name and StartedAt of the import with the
	// id, or returns errs.ErrNotFound at "id".
	UpdateImport(ctx context.Context, i Import) error
	// Imports returns up to limit imports with an id less than before, in
	// descending order of id. A zero id means from the greatest on.
	Imports(ctx context.Context, before ID, limit int) ([]Import, error)
	// DeleteImport removes an import with its problems and changes, or returns
	// errs.ErrNotFound at "id".
	DeleteImport(ctx context.Context, of ID) error

	// AppendImportProblems adds problems behind the count that are there.
	AppendImportProblems(ctx context.Context, of ID, count int, problems []Problem) error
	// ImportProblems returns up to limit problems behind the first skip ones, in
	// the order in which they were appended.
	ImportProblems(ctx context.Context, of ID, skip, limit int) ([]Problem, error)

	// AppendImportChanges adds changes. Their Seq is greater than that of all
	// that are there.
	AppendImportChanges(ctx context.Context, of ID, changes []Change) error
	// ImportChanges returns all changes of up to limit contacts, those with the
	// lowest ids greater than after, ordered by contact and Seq, ascending.
	ImportChanges(ctx context.Context, of ID, after contact.ID, limit int) ([]Change, error)
	// DeleteImportChanges removes all changes of the contacts.
	DeleteImportChanges(ctx context.Context, of ID, contacts []contact.ID) error
}

// Stores is what the service needs.
type Stores interface {
	Store
	contact.Store
	activity.Store
	consent.Store
}
