package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// hasher makes the hashes of a log: HMAC-SHA256 with its key, or SHA-256 without one.
type hasher struct{ key []byte }

// sum hashes a label and the parts, each behind its length, so that no two lists of
// parts give the same bytes.
func (h hasher) sum(label string, parts ...[]byte) (sum Hash) {
	var f hash.Hash
	if len(h.key) == 0 {
		f = sha256.New()
	} else {
		f = hmac.New(sha256.New, h.key)
	}
	f.Write(framed(nil, []byte(label)))
	for _, p := range parts {
		f.Write(framed(nil, p))
	}
	f.Sum(sum[:0])
	return sum
}

// framed appends a part behind its length.
func framed(b, part []byte) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(part))), part...)
}

// digest covers the payload.
func (h hasher) digest(e *Entry) Hash { return h.sum("crm audit payload 1", e.Salt[:], e.Payload) }

// mac covers the entry as it was written.
func (h hasher) mac(e *Entry) Hash { return h.sum("crm audit entry 1", e.canonical()) }

// link covers the entry in its place behind another one.
func (h hasher) link(behind Head, e *Entry) Hash {
	return h.sum("crm audit chain 1", binary.BigEndian.AppendUint64(nil, uint64(behind.Seq+1)), behind.Hash[:], e.canonical())
}

// canonical writes what never changes in an entry.
func (e *Entry) canonical() []byte {
	b := framed(nil, e.ID[:])
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	for _, text := range []string{e.Actor, e.Action, e.Kind, e.Resource} {
		b = framed(b, []byte(text))
	}
	b = framed(b, e.Contact[:])
	if e.Many {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	return framed(b, e.Digest[:])
}

// intact tells whether the payload is what it was, or was erased.
func (h hasher) intact(e *Entry) bool { return len(e.Payload) == 0 || h.digest(e) == e.Digest }
