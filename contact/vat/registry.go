package vat

import (
	"context"
	"time"
)

// Registry is asked whether a number is in force. For the member states and Northern
// Ireland that is VIES, the service of the European Commission, which passes the
// question on to the office of the country.
//
// The library implements none, because the host decides on the way to the service and
// on how often it may be asked. An implementation is safe for concurrent use and
// respects the deadline of the context.
type Registry interface {
	// Lookup tells what the registry knows about n. An unknown or expired number
	// is no error, but an Entry that is not Valid. An error means that nobody
	// knows: the office of a country is closed at times, and the number may
	// well be in force.
	Lookup(ctx context.Context, n Number) (Entry, error)
}

// Entry is the answer of a [Registry].
type Entry struct {
	// Number is what was asked for.
	Number Number
	// Valid tells that the number was in force at the time of the question.
	Valid bool
	// Name and Address are those of the business. Not every country tells them,
	// so they may be empty for a valid number.
	Name, Address string
	// Asked is when the registry answered.
	Asked time.Time
	// Reference is what the registry calls this answer, the consultation number of
	// VIES, by which the seller proves to have asked. It may be empty.
	Reference string
}
