// Package crm is a customer relationship management that lives inside a Go
// program: customer records, their whole history, rule-based segments,
// campaigns over several channels with vouchers and measured response, and
// consent that always wins. It runs on the host's own database, in the host's
// own transactions.
//
// # The main job
//
// Find the customers who bought furniture in the past year but none in the
// last quarter, at most three orders and at least 1,500 EUR in all; send each a
// 10 % voucher over the channel that they prefer and have agreed to; count who
// redeemed it. The program examples/furniture does just that.
//
// # A CRM on a store
//
// [New] joins a store and a [Config]. Three stores come with the library:
// storage/memory for tests, storage/sqlite and storage/postgres on the host's
// *sql.DB. They give the same answers; storage/storagetest tells whether
// another one does.
//
//	store, err := sqlite.New(db, nil) // db is the host's *sql.DB
//	c, err := crm.New(store, nil)
//
// # Rooms
//
// Each room of the house is a package with a service, reached through [CRM]:
//
//   - CRM.Contacts (package contact) keeps who a customer is. Hosts find theirs
//     by identity, such as ("shop", "4711"). Records are checked at the door,
//     as Config.Validation says.
//   - CRM.Activities (package activity) keeps what happened: purchases with
//     their items, letters, calls, complaints. Recording is idempotent by the
//     host's reference.
//   - CRM.Consents (package consent) keeps what we may: an append-only ledger
//     per purpose and channel, with objections that stand above every grant,
//     double opt-in, and suppressed addresses.
//   - CRM.Segments (package segment) keeps whom: rules with one meaning in Go
//     and SQL, which explain themselves. Live segments follow: every contact
//     that enters or leaves is told to Config.OnSegmentChanges.
//   - CRM.Campaigns (package campaign) keeps how: plan, simulation, deliveries,
//     vouchers, report.
//   - CRM.Payments (package payment) charges and refunds through the host's
//     provider and keeps only token, status and amount.
//   - CRM.Exchange (package exchange) brings files in and out: CSV, vCards,
//     orders, JSON Lines. An import can be tried, cut off, and taken back.
//   - CRM.Contacts.FindDuplicates tells whom a new contact may be, when
//     Config.Duplicates is set. CRM.Duplicates (package duplicates) finds all who
//     may be two, and keeps a list to review and what was dismissed.
//   - CRM.Merges (package merge) makes one contact of two, and two of one again.
//   - CRM.Privacy (package privacy) serves the rights of a person: export,
//     erasure, legal holds, restriction; and retention, and the record of
//     processing. storage/sqlite and storage/postgres have Scrub for the bytes.
//
// Messages leave through a channel.Sender; channel/eml, channel/letter and
// channel/calllist write files. Package crmtest has what a host's own unit
// tests need.
//
// # Transactions
//
// The host's transaction is the front door. [CRM.In] gives the same CRM on a
// store handle that is bound to it, so that an order, its purchase in the
// history and the voucher that it redeems are kept together or not at all:
//
//	tx, err := db.BeginTx(ctx, nil)
//	shop.SaveOrder(ctx, tx, order)
//	in := c.In(store.WithTx(tx))
//	in.Activities.Record(ctx, purchase)
//	in.Campaigns.Redeem(ctx, voucher)
//	err = tx.Commit()
//
// What cannot be rolled back is refused there: sending, charging and refunding.
// Without one of the host's own, every method is a transaction by itself, and
// [CRM.Atomic] joins several.
//
// # Who may, and what was done
//
// [Config.Authorizer] is asked first by every method that takes a context, about the
// actor that the host has put into it; see package access. [Config.Audit] keeps a log
// of what was done; see package audit. Without them everything is permitted, and
// nothing is logged.
//
// # Errors
//
// Test errors with errors.Is against [ErrInvalid], [ErrNotFound], [ErrConflict],
// [ErrDenied] and [ErrStore]. An [*Error] lists every broken field with path, code and
// message. No error text holds a value that was passed in.
//
// # Time, ids and money
//
// Instants are kept in UTC to the microsecond. Every operation reads the clock
// once; [Config.Now] sets it. Ids are UUIDv7 of a distinct type per entity.
// Money is an integer number of minor units with an ISO 4217 code.
//
// # What is promised about sending
//
// Nobody lost, nobody twice, and every delivery in doubt is listed. A delivery
// is a row before it is a message; one guarded write decides to send, after
// reading consent, suppression, cap, quiet hours and the campaign's state anew,
// and is durable before the sender is called. What dies after that is in doubt:
// it is sent again only by a sender that keeps a message from going out twice,
// or when a person says so.
package crm
