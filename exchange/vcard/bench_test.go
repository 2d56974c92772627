package vcard_test

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stammkunde/crm/contact"
	"github.com/stammkunde/crm/exchange/vcard"
)

// BenchmarkReader tells how many cards are read in a second, as a phone writes
// them: with a picture, and half of them in version 2.1.
func BenchmarkReader(b *testing.B) {
	picture := strings.Repeat(" "+strings.Repeat("A", 74)+"\r\n", 100)
	pair := card("2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;", "TEL;CELL:0171 1234567", "TEL;HOME:030 123",
		"EMAIL;HOME:joerg@example.com", "ADR;HOME:;;Lindenweg 5;Potsdam;;14467;Deutschland", "NOTE:x") +
		card("3.0", "N:Vogel;Lena;;;", "FN:Lena Vogel", "TEL;TYPE=CELL:0171 7654321", "EMAIL;TYPE=WORK:lena@example.com", "BDAY:1980-05-17", "ORG:Bau AG",
			"ADR;TYPE=HOME:;;Lindenweg 6;Potsdam;;14467;Deutschland", "CATEGORIES:a,b", "PHOTO;ENCODING=b:AAAA\r\n"+strings.TrimSuffix(picture, "\r\n"))
	const pairs = 500
	file := strings.Repeat(pair, pairs)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	n := 0
	for b.Loop() {
		r, err := vcard.NewReader(strings.NewReader(file), nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range r.Cards() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cards/s")
}

// BenchmarkWriter tells how many cards are written in a second, with every field.
func BenchmarkWriter(b *testing.B) {
	list := make([]contact.Contact, 100)
	for i := range list {
		list[i] = maker{rand.New(rand.NewPCG(uint64(i), 3))}.contact()
	}
	w := vcard.NewWriter(io.Discard, &vcard.WriteOptions{Sensitive: true})
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Write(list[n%len(list)]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cards/s")
}
