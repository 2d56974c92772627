// Package storage joins the storage interfaces of the domain packages into
// one. The stores of the library are in storage/memory, storage/sqlite and
// storage/postgres; storage/storagetest tells whether another one keeps the
// promises.
//
// # What a store must do
//
// The comments on [Store] and on the Store interfaces of the packages contact,
// activity, consent, segment, campaign, exchange, merge, duplicates, audit and privacy
// are the contract. For all methods:
//
//   - Texts come back byte for byte, and are compared byte by byte: no folding
//     of case, no normalisation, no padding, no collation, no pattern
//     characters. Services refuse NUL and invalid UTF-8 before a store sees
//     them.
//   - Instants come back in UTC, to the microsecond, from 1800 to 2299; the
//     services pass them so. The zero time comes back as the zero time, where
//     it can be left out. Instants within a rule come back as the same instant,
//     in whatever zone.
//   - Integers are whole 64-bit numbers. Sums and comparisons of amounts never
//     go through floating point. A sum always fits: amounts are bounded. What
//     happens when one does not is not defined.
//   - Order is part of the contract wherever it is mentioned, and else free;
//     ids compare by their bytes.
//   - An empty list is a valid argument of every method that takes one, and
//     does nothing. A limit of zero or less gives nothing.
//   - In a list that is inserted or appended, something that stands there twice
//     counts as existing the second time. In a list of ids to look for it is
//     answered twice where the answer is in the order of the list, else once.
//     A list of updates or moves names nothing twice.
//   - References are checked by InsertActivities and AppendConsent (the
//     contact) and by InsertRedemption (the code), and by nothing else.
//   - Errors are told by the kinds of package errs, and name the field: "id" or
//     "name" for a campaign, segment or import that is not there, "code" for a voucher;
//     with the code "exists" for an id and "taken" for a name that another one
//     has. Everything else is errs.ErrStore with its cause (errs.Failed): also
//     the end of the context, which errors.Is still finds, and the use of a
//     handle whose transaction has ended. The text of an error never holds a
//     value that was stored or asked for. What is returned beside an error
//     means nothing.
//   - A method that fails has written nothing, and a transaction in which a
//     method failed can go on and be committed. Together with an inner Atomic
//     that is undone alone, this takes savepoints or an undo log.
//   - A lock (Lock..., Hold...) ends with the transaction, outside of one with
//     the call. Reading through other handles does not wait for a transaction
//     that is open, and shows what was committed before.
//   - Methods can be called from many goroutines at once; those of a handle that
//     is bound to a transaction from one at a time.
//   - Leases of deliveries run by the clock of the store, everything else by
//     the instants that the services pass in.
//   - A rule selects what segment.Match says, in ascending order of id. A store
//     that does not implement segment.Evaluator gets that for nothing.
package storage

import (
	"context"

	"github.com/stammkunde/crm/activity"
	"github.com/stammkunde/crm/audit"
	"github.com/stammkunde/crm/campaign"
	"github.com/stammkunde/crm/consent"
	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/duplicates"
	"github.com/stammkunde/crm/exchange"
	"github.com/stammkunde/crm/merge"
	"github.com/stammkunde/crm/privacy"
	"github.com/stammkunde/crm/segment"
)

// Store is what a CRM needs from a database. A handle is bound to one tenant.
// The comment on the package says what all methods have in common.
//
// It may have more abilities: segment.Evaluator selects with rules inside the
// database, segment.Planner tells how, segment.FactReader reads only what rules
// look at, segment.Scanner shows them where they lie, segment.MemberCopier copies
// members into a snapshot, and Binding tells a handle that is bound to a
// transaction, so that nothing is sent and no money is moved through it. ReadOnly
// shows what stood there at one moment. A store that wraps another one must pass on the
// first and Binding; as a segment.Wrapper it passes on all of segment's.
type Store interface {
	contact.Store
	activity.Store
	consent.Store
	segment.Store
	campaign.Store
	exchange.Store
	merge.Store
	duplicates.Store
	audit.Store
	privacy.Store

	// Atomic runs fn in one transaction: what fn writes through the store it
	// is given is kept as a whole when fn returns nil, else none of it. When
	// the database asks to try again (a serialisation failure, a deadlock, a
	// busy file) fn runs again, so it must have no other effect.
	//
	// On a handle that is bound to a transaction already, fn joins it: its
	// writes are undone alone when fn fails, the rest is left to whoever
	// began the transaction, and nothing runs twice.
	//
	// A panic or runtime.Goexit in fn undoes it as an error does, and is
	// passed on. When ctx ends in fn, all is kept or nothing, and the error
	// tells which. In fn only tx is to be used: what goes through another
	// handle is not in the transaction, and to write there may be refused or
	// wait for the end of fn, which then never comes.
	Atomic(ctx context.Context, fn func(ctx context.Context, tx Store) error) error
}

// Binding is the ability of a handle to tell whether it is bound to a
// transaction, be it the host's or one of Atomic.
type Binding interface {
	Bound() bool
}

// Bound reports whether the handle is bound to a transaction. One without the
// ability counts as not bound.
func Bound(s Store) bool {
	b, able := s.(Binding)
	return able && b.Bound()
}

// ReadOnly is the ability to read everything as it was at one moment.
type ReadOnly interface {
	// ReadOnly runs fn with a handle that shows what was committed when fn began to
	// read, whatever is written meanwhile. fn only reads. On a handle that is bound to a
	// transaction, fn reads within that one.
	ReadOnly(ctx context.Context, fn func(ctx context.Context, tx Store) error) error
}

// Read runs fn as ReadOnly says, and in a transaction where the store lacks that ability.
func Read(ctx context.Context, s Store, fn func(ctx context.Context, tx Store) error) error {
	if able, ok := s.(ReadOnly); ok {
		return able.ReadOnly(ctx, fn)
	}
	return s.Atomic(ctx, fn)
}
