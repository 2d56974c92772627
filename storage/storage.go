// Package storage joins the storage interfaces of the domain packages into
// one. The stores of the library are in storage/memory, storage/sqlite and
// storage/postgres; storage/storagetest tells whether another one keeps the
// promises.
package storage

import (
	"context"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/segment"
)

// Store is what a CRM needs from a database. A handle is bound to one tenant.
// It may also implement segment.Evaluator.
type Store interface {
	contact.Store
	activity.Store
	consent.Store
	segment.Store
	campaign.Store

	// Atomic runs fn in one transaction: what fn writes through the store it
	// is given is kept as a whole when fn returns nil, else none of it. When
	// the database asks to try again (a serialisation failure, a deadlock, a
	// busy file) fn runs again, so it must have no other effect.
	//
	// On a handle that is bound to a transaction already, fn joins it: its
	// writes are undone alone when fn fails, the rest is left to whoever
	// began the transaction, and nothing runs twice.
	Atomic(ctx context.Context, fn func(ctx context.Context, tx Store) error) error
}
