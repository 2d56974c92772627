package cursor

import (
	"encoding/binary"

	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/id"
)

// EncodePair makes a cursor that stands behind two entities with a number.
func EncodePair[E any](number int64, a, b id.ID[E]) string {
	text := binary.BigEndian.AppendUint64(nil, uint64(number))
	return encoding.EncodeToString(append(append(text, a[:]...), b[:]...))
}

// DecodePair reads what EncodePair wrote. The empty text gives zero values.
func DecodePair[E any](f *errs.Fields, path, s string) (number int64, a, b id.ID[E]) {
	if text := decode(f, path, s, 8+2*len(a)); text != nil {
		number = int64(binary.BigEndian.Uint64(text))
		copy(a[:], text[8:])
		copy(b[:], text[8+len(a):])
	}
	return number, a, b
}
