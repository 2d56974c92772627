package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stammkunde/crm/contact"
)

// part writes a length of eight bytes and the bytes, in hexadecimal.
func part(size, content string) string {
	return strings.Repeat("0", 16-len(size)) + size + content
}

func text(s string) string { return hex.EncodeToString([]byte(s)) }

// The hashes are those of bytes that are put together here by hand, so that others can
// check a chain without this package.
func TestChain_is_made_of_these_bytes(t *testing.T) {
	e := Entry{
		ID: ID{0xab}, At: time.UnixMicro(0x0102030405).UTC(), Actor: "7", Action: "a.B", Kind: "k", Resource: "",
		Contact: contact.ID{1}, Many: true, Payload: []byte("{}"), Salt: [16]byte{0xcd},
	}
	zeros := strings.Repeat("00", 15)
	for _, key := range []string{"", "0123456789abcdef"} {
		h := hasher{[]byte(key)}
		sum := func(content string) Hash {
			t.Helper()
			b, err := hex.DecodeString(content)
			if err != nil {
				t.Fatal(err)
			}
			f := sha256.New()
			if key != "" {
				f = hmac.New(sha256.New, []byte(key))
			}
			f.Write(b)
			return Hash(f.Sum(nil))
		}
		e.Digest = h.digest(&e)
		if want := sum(part("13", text("crm audit payload 1")) + part("10", "cd"+zeros) + part("2", "7b7d")); e.Digest != want {
			t.Errorf("the digest is %v, want %v", e.Digest, want)
		}
		content := part("10", "ab"+zeros) + "0000000102030405" + part("1", "37") + part("3", text("a.B")) + part("1", text("k")) + part("0", "") +
			part("10", "01"+zeros) + "01" + part("20", e.Digest.String())
		framed := part("86", content)
		if n := len(content) / 2; n != 0x86 {
			t.Fatalf("the entry has %#x bytes", n)
		}
		if want := sum(part("11", text("crm audit entry 1")) + framed); h.mac(&e) != want {
			t.Errorf("the mac is %v, want %v", h.mac(&e), want)
		}
		behind := Head{Seq: 4, Hash: Hash{9}}
		want := sum(part("11", text("crm audit chain 1")) + part("8", "0000000000000005") + part("20", behind.Hash.String()) + framed)
		if h.link(behind, &e) != want {
			t.Errorf("the hash is %v, want %v", h.link(behind, &e), want)
		}
	}
}

func TestHash_text(t *testing.T) {
	h := hasher{}.sum("x")
	text, err := h.MarshalText()
	var back Hash
	if err != nil || back.UnmarshalText(text) != nil || back != h {
		t.Errorf("%s becomes %v", text, back)
	}
	for _, bad := range []string{"", "00", string(text) + "00", "g" + string(text[1:])} {
		if back.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is taken for a hash", bad)
		}
	}
}
