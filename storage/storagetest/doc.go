// Package storagetest tells whether a store keeps the promises of
// [storage.Store]. The stores of the library pass all of it, and a store of
// your own is finished when it does.
//
// One call in a test of the store's package runs everything:
//
//	func TestConformance(t *testing.T) {
//		storagetest.Run(t, storagetest.Config{
//			New:    func(t *testing.T) storage.Store { ... },
//			Reopen: func(t *testing.T, s storage.Store) storage.Store { ... },
//			HostTx: func(t *testing.T, s storage.Store) (storage.Store, func() error, func() error) { ... },
//			Tenant: func(t *testing.T, s storage.Store, name string) storage.Store { ... },
//		})
//	}
//
// What a store must do is written in the comment on package storage and in those
// on the Store interfaces.
//
// # Cases
//
// The suite consists of named cases ([Case], [Cases]), each a subtest of its
// own on a fresh store:
//
//	go test -run 'TestConformance/contact/concurrent-upsert'
//	go test -run 'TestConformance/(tx|tenant)/' # while you write the transactions
//
// A case gives up after half a minute, some that do much after two, so that a
// store that blocks fails and does not hang. Many such cases together take longer
// than the ten minutes that go test allows: while a store is being written, run
// the suite with -timeout 60m, or set Config.Parallel.
//
// All of them run. What a store cannot do is said by name and with the reason
// in [Config.Except], and the case is skipped with that reason. A function that
// is missing in the Config fails the cases that need it, so nothing is left
// out by accident.
//
// A case that fails says which promise was broken, and what it saw. Records are
// shown in the tests' output, so run the suite on made-up data only; it brings
// its own.
//
// # Random rules
//
// The cases on rules draw contacts, histories and rules at random, from a fixed
// seed. The environment variable CRM_RULE_CASES sets how many rules are drawn
// (300 without it), CRM_RULE_SEED another seed. A failure prints the seed, the
// rule, and who was missing or too many.
//
// # Refusals
//
// One case refuses messages while they are sent. CRM_REFUSALS sets how often (48
// without it).
package storagetest
