// Package bench measures the library against the best that could be written
// without it, in the same run:
//
//	go test -run '^$' -bench . -benchtime 1x ./internal/bench
//	go test -run '^$' -bench 'SQLite/Count' ./internal/bench
//
// Each store gets a shop of its own, made by rule and therefore always the
// same: CRM_BENCH_CONTACTS customers (100,000) with CRM_BENCH_PURCHASES purchases
// (1,000,000) of one to three lines in three categories over four years. Few
// customers buy much and many buy little. A plain "go test" plays every
// benchmark through once in a tiny shop, so that they keep working.
// CRM_BENCH_COPIES has each customer again so many times in the databases, by
// INSERT ... SELECT: a shop of a million with ten million lines is
//
//	CRM_BENCH_CONTACTS=100000 CRM_BENCH_PURCHASES=600000 CRM_BENCH_COPIES=10 \
//	go test -run '^$' -bench 'SQLite/(Count|Rules)' -benchtime 1x -timeout 0 ./internal/bench
//
// # Figures
//
// Library and raw equivalent take turns, so that a noisy machine slows down
// both; of the rounds the median is reported. "ratio-to-raw" is the library's
// figure divided by the raw one, of the unit that stands beside it:
//
//   - where that is a rate (purchases/s, contacts/s, deliveries/s), more is
//     better, and 0.3 means 0.3 times the speed of raw;
//   - where it is a time (library-ms, raw-ms), less is better, and at most 1
//     means no slower than raw.
//
// # What is compared
//
//   - Record: Activities.RecordMany against prepared INSERTs of the same rows
//     into the same tables, one row each, in transactions of the same size. Raw
//     gets its rows sorted and its rollup rows added up before the clock starts,
//     and checks nothing. The shop grows by what is recorded.
//   - Count: the segment of the furniture job against the fastest of several
//     hand-written queries over the purchases and their lines. They stand in
//     copies of the tables with an index that covers each query, which the
//     library cannot use. Raw knows that all purchases are in EUR and that none
//     lies in the future.
//   - Rules: other rules, likewise, and the members of the furniture segment:
//     one page of 1000, and those among 100 given contacts, whom neither side
//     can have prepared.
//   - Plan: Campaigns.Plan for everyone, with a voucher for each recipient,
//     against three INSERT ... SELECT in one transaction. Raw gets ids and codes
//     from a table that was filled before the clock starts, and looks at consent
//     only; it knows neither hold-out, nor preferred channels, nor how to go on
//     after a crash.
//   - Send: Campaigns.Run with a sender that does nothing against a bare loop
//     over the same sender and two UPDATEs, each committed, for every 100
//     deliveries. Raw does not claim, checks nothing, renders nothing and writes
//     no history. Both have one worker, on PostgreSQL four.
//   - Scan: CRM.Duplicates.Scan among CRM_BENCH_SCAN contacts (20,000), from the first
//     page read to the list. It has no raw equivalent.
//   - Privacy: an export, its page and the erasure of one contact with
//     CRM_BENCH_ACTIVITIES activities (10,000). It has no raw equivalent.
//
// On the memory store raw is a loop over plain Go structs.
//
// # Durability
//
// The databases are those of package dbtest. SQLite writes a WAL with
// synchronous=NORMAL, here with a page cache of 256 MB, because with its default
// of 2 MB a shop of this size is bound by reading pages again; and the throw-away
// PostgreSQL runs with fsync=off. So a commit costs less than in production, for
// library and raw alike. Set CRM_TEST_POSTGRES to measure on a server with other
// settings.
package bench
