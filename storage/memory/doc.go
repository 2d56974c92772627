// Package memory keeps a CRM in memory, with real transactions: for the unit
// tests of hosts, and as the store to read for whoever writes another one.
//
//	c, err := crm.New(memory.New(), nil)
//
// Nothing is kept when the process ends.
//
// # How it works
//
// All that a tenant stores is one value of type state: tables and indexes,
// each a sorted tree whose nodes are shared between versions. To copy the
// value is to take a snapshot. A transaction works on a copy; to commit is to
// put the copy in the place of the committed one, to roll back is to forget
// it, and a savepoint is one more copy.
//
// So readers never wait and always see one moment, the last commit before they
// began. Writers of one tenant wait for each other, which is why locking a row
// is no more than reading it here.
//
// # Transactions of the host
//
// [Store.Begin] stands for the transaction that a host begins on its database.
// Tests use it where the program uses *sql.Tx:
//
//	tx, err := store.Begin(ctx)
//	defer tx.Rollback()
//	... c.In(tx.Store()).Activities.Record(ctx, ...)
//	err = tx.Commit()
//
// # Size
//
// Every write costs O(log n). Reading by contact, identity, reference or
// position costs what it returns; what is due is found without looking at
// other deliveries. Leases run by the clock of the process.
package memory
