// Package importgraph holds no code, only a test: it reads the imports of every
// package of the module and fails on each that the plan of the house does not
// allow. The plan is the two tables in rules_test.go.
package importgraph
