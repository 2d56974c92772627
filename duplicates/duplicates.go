// Package duplicates looks through all contacts for those that are one person or
// company, and keeps a list of them for somebody to look at.
//
// Service.Scan fills the list. It compares in memory, as package duplicate does, and
// writes what it finds part by part, so that one that was cut off goes on where it
// stopped. Service.Pairs and Service.Groups show what the last scan that was finished
// has found, beside one that is under way. What somebody has dismissed as "not a
// duplicate" never comes back; what was merged or deleted drops out by itself.
//
// Nothing is merged here: see package merge for that.
package duplicates

import (
	"math"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/contact/duplicate"
)

// Parts is into how many parts a scan divides its work.
const Parts = duplicate.Parts

// State is how far a scan is.
type State string

// The states of a scan.
const (
	Running  State = "running" // or cut off
	Finished State = "finished"
)

// Scan is one search through all contacts.
type Scan struct {
	// Number counts the scans of a tenant, from 1.
	Number int   `json:"number"`
	State  State `json:"state"`
	// Position is how many of the Parts are done.
	Position int `json:"position"`
	// Contacts is how many were there when the scan began, Pairs is how many it has
	// found, and Groups, which is known in the end, of how many the pairs that belong
	// together are.
	Contacts int `json:"contacts"`
	Pairs    int `json:"pairs"`
	Groups   int `json:"groups"`
	// MilliBits is the least evidence of a pair, in thousandths of a bit.
	MilliBits int64 `json:"milli_bits"`
	// StartedAt also tells which contacts the scan covers: those created until then.
	StartedAt time.Time `json:"started_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// Version counts the writes of the scan.
	Version int64 `json:"version"`
}

// Pair are two contacts that may be one.
type Pair struct {
	// A is the lower id.
	A contact.ID `json:"a"`
	B contact.ID `json:"b"`
	// Bits and P are the evidence and the probability at the time of the scan, and so
	// is Contradiction; see duplicate.Score.
	Bits          float64 `json:"bits"`
	P             float64 `json:"p"`
	Contradiction bool    `json:"contradiction,omitempty"`
	// Group is the number of the group in which both are, 0 for none. See
	// Service.Groups.
	Group int `json:"group,omitempty"`
	// Reasons tell why, from the records as they are now. None are given where the
	// library compares otherwise since the scan, until the next one.
	Reasons []duplicate.Reason `json:"reasons,omitempty"`
}

// Group are contacts that are one person or company, as it seems.
type Group struct {
	// Number tells the group from others of the same scan.
	Number   int          `json:"number"`
	Contacts []contact.ID `json:"contacts"` // ascending
}

// milli gives bits in thousandths. What a scan finds is rounded before it is stored, so
// that all stores give the same.
func milli(bits float64) int64 { return int64(math.Round(bits * 1000)) }

// probability is the probability that goes with an evidence.
func probability(milliBits int64) float64 { return 1 / (1 + math.Exp2(-float64(milliBits)/1000)) }

// evidence is the evidence that goes with a probability, which is neither 0 nor 1.
func evidence(p float64) int64 { return milli(math.Log2(p / (1 - p))) }

// ordered gives two ids, the lower first.
func ordered(a, b contact.ID) (lower, higher contact.ID) {
	if a.Compare(b) > 0 {
		return b, a
	}
	return a, b
}
