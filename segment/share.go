package segment

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/stammkunde/crm/contact"
)

// places is how many places there are between 0 and 1: the prime 2^31-1, so
// that products of two places fit 64 bits.
const places = 1<<31 - 1

// Bucket gives the number, from 0 to 2^31-2, from which the place of a contact
// in every random share follows. Stores may keep it beside the contact.
func Bucket(id contact.ID) int64 { return digest("bucket", id[:]) }

// ShareTest is a resolved ShareCondition: a contact is in when
// From <= (Bucket*Factor + Addend) mod (2^31-1) < To. The factor is never 0, so
// this is a permutation of the places, and two seeds give places that are
// independent of each other, pair by pair (Carter and Wegman, Universal Classes
// of Hash Functions, 1979).
type ShareTest struct {
	Factor, Addend int64
	From, To       int64
}

// Modulus is the number of places of a ShareTest.
const Modulus = places

func (c ShareCondition) test() *ShareTest {
	return &ShareTest{
		Factor: 1 + digest("factor", []byte(c.Seed))%(places-1), Addend: digest("addend", []byte(c.Seed)),
		From: place(c.From), To: place(c.To),
	}
}

// place turns a number between 0 and 1 into a place.
func place(l Literal) int64 { return l.Number * places / contact.NumberScale }

func digest(what string, data []byte) int64 {
	sum := sha256.Sum256(append([]byte("crm/share/"+what+"/"), data...))
	return int64(binary.BigEndian.Uint64(sum[:8]) % places)
}

// place gives the contact's place for the seed, from 0 to 2^31-2.
func (t *ShareTest) place(id contact.ID) int64 { return (Bucket(id)*t.Factor + t.Addend) % places }

func (t *ShareTest) holds(id contact.ID) bool {
	at := t.place(id)
	return t.From <= at && at < t.To
}
