// Package audit keeps a log of what was done, in which a change can be found.
//
// It is switched on with crm.Config.Audit. Then every writing call that a service of
// the CRM makes to its store leaves an [Entry] in the same transaction: who, when,
// what, and about whom, but none of the values. What the library derives for itself
// (look-up keys, membership of live segments, sums, leases) leaves none. Reads leave
// one where what was read is sensitive or leaves the house: the whole number of an
// account and exports. Hosts add their own with [Service.Record].
//
// The entries of a transaction are written at its end, so they cannot be read within
// it. When they cannot be written, the transaction fails.
//
// # The chain
//
// Entries are written without waiting for each other. [Service.Seal], which crm.Run
// calls every second, gives them numbers without gaps and ties each one to the one
// before: its hash covers number, previous hash and entry, and the entry covers a
// digest of the payload with 16 random bytes of salt. So a payload can be erased, with
// its salt, and the chain still holds. [Service.Verify] walks it and names the first
// entry that was changed, moved or taken out.
//
// What it cannot show: entries that were deleted before they were sealed; payloads that
// somebody else than [Service.ErasePayload] has emptied, though Report.Erased counts
// them; and, without a key, the work of somebody who writes the whole table and computes
// the chain anew. Against the latter, and against cutting off the end, the host keeps what
// [Service.Head] returns somewhere else, and passes it to Verify. With a key
// (crm.Audit.Key) nobody can compute a hash who has the database only; but the
// key must then stay the same as long as the log.
package audit

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/id"
)

// ID identifies an entry.
type ID = id.ID[Entry]

// Hash is a SHA-256, or an HMAC-SHA256 where a key was given.
type Hash [32]byte

// String gives 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

var errHash = errors.New("audit: not 64 hexadecimal digits")

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(h) {
		return errHash
	}
	copy(h[:], b)
	return nil
}

// Entry is one line of the log.
type Entry struct {
	ID ID `json:"id"`
	// At is when the entry was made, which is before it was committed.
	At time.Time `json:"at"`
	// Actor is the access.Actor's ID: empty where nobody was named, and "crm" for
	// what the library does in the background on nobody's behalf.
	Actor string `json:"actor"`
	// Action is the operation of the service, as in errors: "contact.Update".
	Action string `json:"action"`
	// Kind and Resource name what it was about, where that is no contact:
	// "campaign" and an id.
	Kind     string `json:"kind"`
	Resource string `json:"resource"`
	// Contact is whom it was about; zero for nobody, and for several, who stand in
	// the payload.
	Contact contact.ID `json:"contact"`
	Many    bool       `json:"many"`
	// Payload is a Payload as JSON; empty once it was erased, as then is Salt.
	Payload []byte   `json:"payload"`
	Salt    [16]byte `json:"salt"`
	// Digest covers salt and payload, Mac everything above but these.
	Digest Hash `json:"digest"`
	Mac    Hash `json:"mac"`
	// Seq is the number in the chain, from 1; 0 before the entry is sealed, and
	// then Prev and Hash are zero.
	Seq  int64 `json:"seq"`
	Prev Hash  `json:"prev"`
	Hash Hash  `json:"hash"`
}

// Payload is the part of an entry that can be erased.
type Payload struct {
	// Call is the method of the store, for what the library has written.
	Call string `json:"call,omitempty"`
	// Count tells how many were written, where there is more than the contacts.
	Count int64 `json:"count,omitempty"`
	// Fields are the parts of a record that were changed, by their names in JSON:
	// "name", "emails". It is given where one record was read and changed.
	Fields []string `json:"fields,omitempty"`
	// Contacts are those of an entry about several, each once, in ascending order.
	Contacts []contact.ID `json:"contacts,omitempty"`
	// Details are the host's, see Event.
	Details map[string]string `json:"details,omitempty"`
}

// Contents reads the payload, and tells whether there is one: false once it was
// erased, or when it is damaged.
func (e Entry) Contents() (p Payload, there bool) {
	err := json.Unmarshal(e.Payload, &p)
	return p, err == nil
}

// Contacts returns whom the entry is about, in ascending order.
func (e Entry) Contacts() []contact.ID {
	if !e.Contact.IsZero() {
		return []contact.ID{e.Contact}
	}
	p, _ := e.Contents()
	return p.Contacts
}

// Head is the end of the chain: the number of the last sealed entry and its hash. The
// zero Head is that of a log without any.
type Head struct {
	Seq  int64 `json:"seq"`
	Hash Hash  `json:"hash"`
}
