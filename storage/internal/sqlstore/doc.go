// Package sqlstore holds all SQL of the stores on SQLite and PostgreSQL. It is
// written once: where the engines differ, a query names a fragment of the
// dialect.
//
// Queries run through bun, which writes every value into the statement. Names
// in a query such as ?contact and ?tenant stand for the table with its prefix
// and the tenant of the handle; a plain ? takes the next argument.
package sqlstore
