//go:build race

package duplicate_test

// raceOn tells that the race detector watches, with which this takes seven times as long.
const raceOn = true
