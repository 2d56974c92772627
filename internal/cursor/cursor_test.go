package cursor_test

import (
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/errs"
	"github.com/stammkunde/crm/internal/cursor"
)

// FuzzDecode feeds any text as a cursor: it is refused by name, or it is
// exactly what its position encodes to.
func FuzzDecode(f *testing.F) {
	f.Add("")
	f.Add("AAAA")
	f.Add(cursor.EncodeID(contact.ID{1, 2, 3}))
	f.Add(cursor.EncodeTimeID(time.Unix(-1, 5000), contact.ID{255}))
	f.Add(cursor.EncodePair(-7, contact.ID{1}, contact.ID{2}))
	f.Fuzz(func(t *testing.T, s string) {
		var broken errs.Fields
		i := cursor.DecodeID[contact.Contact](&broken, "cursor", s)
		if broken.Len() == 0 && s != "" && cursor.EncodeID(i) != s {
			t.Errorf("%q decodes to %v, which encodes to %q", s, i, cursor.EncodeID(i))
		}
		broken = errs.Fields{}
		at, i := cursor.DecodeTimeID[contact.Contact](&broken, "cursor", s)
		if broken.Len() == 0 && s != "" && cursor.EncodeTimeID(at, i) != s {
			t.Errorf("%q decodes to %v, %v, which encodes otherwise", s, at, i)
		}
		broken = errs.Fields{}
		n, i, j := cursor.DecodePair[contact.Contact](&broken, "cursor", s)
		if broken.Len() == 0 && s != "" && cursor.EncodePair(n, i, j) != s {
			t.Errorf("%q decodes to %d, %v, %v, which encodes otherwise", s, n, i, j)
		}
	})
}

func TestEncodeTimeID_keeps_every_microsecond(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(2299, 12, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		var broken errs.Fields
		got, _ := cursor.DecodeTimeID[contact.Contact](&broken, "cursor", cursor.EncodeTimeID(at, contact.ID{7}))
		if !got.Equal(at) || broken.Len() != 0 {
			t.Errorf("%v comes back as %v", at, got)
		}
	}
}
