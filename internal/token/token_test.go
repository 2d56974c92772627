package token

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

var (
	now    = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	first  = Keys{bytes.Repeat([]byte{1}, 32)}
	second = Keys{bytes.Repeat([]byte{2}, 32)}
	id     = [16]byte{1, 2, 3, 15: 9}
)

func TestOpen_takes_what_was_signed(t *testing.T) {
	t.Parallel()
	text := first.Sign(OptIn, "default", id, now.Add(time.Hour))
	if got, err := first.Open(OptIn, "default", text, now); err != nil || got != id {
		t.Errorf("the token gives %v, %v", got, err)
	}
	if len(text) > 120 || strings.ContainsAny(text, "+/=%&?# ") {
		t.Errorf("%q is long, or needs to be escaped in a URL", text)
	}
	rotated := append(Keys{second[0]}, first...)
	if got, err := rotated.Open(OptIn, "default", text, now); err != nil || got != id {
		t.Errorf("after a new key came the token gives %v, %v", got, err)
	}
}

func TestOpen_refuses_all_else(t *testing.T) {
	t.Parallel()
	text := first.Sign(OptIn, "default", id, now.Add(time.Hour))
	for what, open := range map[string]func() error{
		"another key":     func() error { _, err := second.Open(OptIn, "default", text, now); return err },
		"another tenant":  func() error { _, err := first.Open(OptIn, "other", text, now); return err },
		"another purpose": func() error { _, err := first.Open("unsubscribe", "default", text, now); return err },
		"no keys":         func() error { _, err := Keys(nil).Open(OptIn, "default", text, now); return err },
		"nothing":         func() error { _, err := first.Open(OptIn, "default", "", now); return err },
		"a line break":    func() error { _, err := first.Open(OptIn, "default", text[:30]+"\n"+text[30:], now); return err },
		"two tokens":      func() error { _, err := first.Open(OptIn, "default", text+text, now); return err },
	} {
		if err := open(); !errors.Is(err, ErrForged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := first.Open(OptIn, "default", text, now.Add(time.Hour)); !errors.Is(err, ErrExpired) {
		t.Errorf("when it ends: %v", err)
	}
	for i := range text {
		changed := []byte(text)
		changed[i] ^= 1
		if _, err := first.Open(OptIn, "default", string(changed), now); err == nil {
			t.Errorf("a token with byte %d changed was taken", i)
		}
	}
}

// FuzzOpen looks for a token that nobody has signed.
func FuzzOpen(f *testing.F) {
	signed := first.Sign(OptIn, "default", id, now.Add(time.Hour))
	f.Add(signed)
	f.Add("v1.00000000.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := first.Open(OptIn, "default", text, now); err == nil && text != signed {
			t.Errorf("%q was taken", text)
		}
	})
}
