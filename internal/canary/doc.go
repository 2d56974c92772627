// Package canary holds the test that nothing personal gets into a log or an error, on
// all stores of the library and with all that goes wrong there.
package canary
