//go:build !race

package duplicate_test

const raceOn = false
