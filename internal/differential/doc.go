// Package differential holds the engines against each other: every one of them
// has to select exactly whom segment.Match selects, in the same order, for
// random rules over random people. It holds tests only.
//
// The conformance suites of the stores do the same with a few hundred rules on
// every run. Here are the engines that the suites do not meet, another SQLite
// driver and a PostgreSQL database that sorts in German, and any number of
// rules: CRM_DIFFERENTIAL_CASES says how many per engine, 300 unless told.
package differential
