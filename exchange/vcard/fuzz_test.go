package vcard_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/vcard"
)

// Whatever the file, a reader comes to its end, delivers cards that keep their
// promises, holds little, and delivers the same however the file arrives.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		card("2.1", "N;ENCODING=QUOTED-PRINTABLE:M=FCller;=", "A", "TEL;CELL:1", "PHOTO;BASE64:", "AAAA", "", "AGENT:", "BEGIN:VCARD", "END:VCARD"),
		card("3.0", "item1.EMAIL;TYPE=\"a,b\":x", "item1.X-ABLabel:_$!<Home>!$_", "ADR:;;a\\nb\\,c;d;;;D", "CATEGORIES:a,b") + "x\n" + card("4.0", "FN:A", " B"),
		"\xff\xfeB\x00E\x00", "BEGIN:VCARD\rBDAY:--0412\rTEL;VALUE=uri:tel:1;ext=2\rEND:VCARD", card("4.0", "X-STAMMKUNDE-CUSTOM:a;{\"type\":\"bool\"}"),
		card("4.0", "X-STAMMKUNDE-ORIGIN:a;2026-01-01T00:00:00Z;b", "N;CHARSET=iso-2022-jp:\x1b$B", "TZ:../x"),
	} {
		f.Add(s, 4000)
	}
	f.Fuzz(func(t *testing.T, file string, maxCard int) {
		o := &vcard.Options{MaxCard: 1 + maxCard&0x3fff}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		cards, broken := read(t, file, o)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<22+200*uint64(len(file)) {
			t.Fatalf("%d bytes were used for %d", used, len(file))
		}
		line := 0
		for _, c := range cards {
			if c.Line <= line || c.Contact.Kind == "" || !utf8.ValidString(c.Contact.Name.String()+strings.Join(c.Unread, "")) {
				t.Fatalf("card on line %d after line %d: %v", c.Line, line, c.Unread)
			}
			line = c.Line
		}
		r, err := vcard.NewReader(iotest.OneByteReader(strings.NewReader(file)), o)
		if err != nil {
			t.Fatal(err)
		}
		i, j := 0, 0
		for c, err := range r.Cards() {
			var e *vcard.CardError
			if errors.As(err, &e) {
				if j == len(broken) || *e != *broken[j] {
					t.Fatalf("%v differs", e)
				}
				j++
				continue
			}
			if i == len(cards) || !reflect.DeepEqual(c, cards[i]) {
				t.Fatalf("the card on line %d differs", c.Line)
			}
			i++
		}
		if i != len(cards) || j != len(broken) {
			t.Fatalf("%d cards and %d broken, and then %d and %d", len(cards), len(broken), i, j)
		}
	})
}

// Every record comes back as it was written.
func FuzzRoundTrip(f *testing.F) {
	f.Add(uint64(1), "Anna", "a;b,c\\n")
	f.Fuzz(func(t *testing.T, seed uint64, family, note string) {
		c := maker{rand.New(rand.NewPCG(seed, 2))}.contact()
		if isText(family) && isText(note) {
			c.Name.Family, c.Owner, c.Tags = family, note, append(c.Tags, family, note)
			c.Addresses = append(c.Addresses, contact.Address{City: family, Extra: note})
			c.Custom = map[string]contact.Value{"note": contact.Text(note)}
		}
		roundTrip(t, c)
	})
}

// isText reports whether a text may stand in a record.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) && s == strings.TrimSpace(s)
}
