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
// # What a store must do
//
// The comments on the Store interfaces of the packages contact, activity,
// consent, segment and campaign are the contract. Beyond them the suite holds
// every store to the following:
//
//   - Texts come back byte for byte, and are compared byte by byte: no folding
//     of case, no normalisation, no padding, no collation, no pattern
//     characters. Services refuse NUL and invalid UTF-8 before a store sees
//     them.
//   - Instants come back in UTC, to the microsecond, from 1800 to 2299. The
//     zero time comes back as the zero time.
//   - Integers are whole 64-bit numbers. Sums and comparisons of amounts never
//     go through floating point.
//   - Order is part of the contract wherever it is mentioned; ids compare by
//     their bytes.
//   - An empty list is a valid argument of every method that takes one, and
//     does nothing.
//   - Errors are told by the kinds of package errs. The text of an error never
//     holds a value that was stored or asked for.
//   - A method that fails has written nothing, and a transaction in which a
//     method failed can go on.
//   - Leases of deliveries run by the clock of the store, everything else by
//     the instants that the services pass in.
//   - A rule selects what segment.Match says, in ascending order of id. A
//     store that does not implement segment.Evaluator gets that for nothing.
//
// # Cases
//
// The suite consists of named cases ([Case], [Cases]), each a subtest of its
// own on a fresh store:
//
//	go test -run 'TestConformance/contact/concurrent-upsert'
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
package storagetest
