// Package cursor encodes positions in lists as opaque text for keyset paging.
package cursor

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

// MaxLimit is the largest page that a list method gives.
const MaxLimit = 1000

var encoding = base64.RawURLEncoding.Strict()

// CheckLimit checks a page size: 1 to MaxLimit.
func CheckLimit(f *errs.Fields, limit int) {
	if limit < 1 || limit > MaxLimit {
		f.Add("limit", "out_of_range", "must be 1 to 1000")
	}
}

// EncodeID makes a cursor that stands behind the id.
func EncodeID[E any](i id.ID[E]) string { return encoding.EncodeToString(i[:]) }

// DecodeID reads what EncodeID wrote. The empty text is the beginning.
func DecodeID[E any](f *errs.Fields, path, s string) id.ID[E] {
	var i id.ID[E]
	if b := decode(f, path, s, len(i)); b != nil {
		copy(i[:], b)
	}
	return i
}

// EncodeTimeID makes a cursor that stands behind the entity with the id at
// the time.
func EncodeTimeID[E any](t time.Time, i id.ID[E]) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(t.UnixMicro()))
	return encoding.EncodeToString(append(b, i[:]...))
}

// DecodeTimeID reads what EncodeTimeID wrote. The empty text gives the zero
// time and id.
func DecodeTimeID[E any](f *errs.Fields, path, s string) (time.Time, id.ID[E]) {
	var i id.ID[E]
	b := decode(f, path, s, 8+len(i))
	if b == nil {
		return time.Time{}, i
	}
	copy(i[:], b[8:])
	return time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC(), i
}

func decode(f *errs.Fields, path, s string, size int) []byte {
	if s == "" {
		return nil
	}
	// The length of the text counts too, because decoding passes over line breaks.
	b, err := encoding.DecodeString(s)
	if err != nil || len(b) != size || len(s) != encoding.EncodedLen(size) {
		f.Add(path, "syntax", "is not a cursor of this list")
		return nil
	}
	return b
}
